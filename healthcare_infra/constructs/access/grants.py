"""The words in which the access reviews are written: what a managed policy allows, on which resources."""

from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import Aws
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam

USE_KEY: Final = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey")
"""To read and write what a key of a data domain encrypts."""
THIS_ACCOUNT: Final = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
"""The condition under which an AWS service acts for nobody but this account (cross-service confused deputy)."""


def allow(
    permissions: iam.ManagedPolicy,
    *actions: str,
    on: Sequence[str],
    conditions: Mapping[str, Mapping[str, object]] | None = None,
) -> None:
    """Allow actions on resources, where no grant method of the resource says it."""
    permissions.add_statements(iam.PolicyStatement(actions=list(actions), resources=list(on), conditions=conditions))


def allow_items(permissions: iam.ManagedPolicy, table: dynamodb.ITable, *actions: str) -> None:
    """Allow actions on a table's items; its indexes are read where Query is among them."""
    indexes = [f"{table.table_arn}/index/*"] if "Query" in actions else []
    allow(permissions, *(f"dynamodb:{action}" for action in actions), on=[table.table_arn, *indexes])
