"""What a function may do that appends to the audit trail, and what the one that seals it may do."""

from typing import Final

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

_USE_KEY: Final = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey")


def allow_append(permissions: iam.ManagedPolicy, *, table: dynamodb.ITable, key: kms.IKey) -> None:
    """Read the chain's head, write the event, its marker and the new head, in one transaction."""
    _allow(
        permissions,
        "dynamodb:ConditionCheckItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        on=table.table_arn,
    )
    key.grant(permissions, *_USE_KEY)


def allow_seal(
    permissions: iam.ManagedPolicy, *, table: dynamodb.ITable, bucket: s3.IBucket, key: kms.IKey, signing: kms.IKey
) -> None:
    """Read the chains, confirm the last checkpoint, write checkpoints and segments that were not there, sign them.

    Nothing here can delete: not from the table, not a version from the bucket, locked or not.
    """
    allow_append(permissions, table=table, key=key)
    _allow(permissions, "dynamodb:Query", on=table.table_arn)
    _allow(permissions, "s3:ListBucket", "s3:ListBucketVersions", on=bucket.bucket_arn)
    _allow(permissions, "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", on=bucket.arn_for_objects("*"))
    signing.grant(permissions, "kms:DescribeKey", "kms:GetPublicKey", "kms:Sign", "kms:Verify")


def _allow(permissions: iam.ManagedPolicy, *actions: str, on: str) -> None:
    permissions.add_statements(iam.PolicyStatement(actions=list(actions), resources=[on]))
