"""What each import function may do, one sentence a function: read top to bottom, it is the access review.

DynamoDB transactions need no action of their own: TransactWriteItems is authorised as the PutItem and UpdateItem that
it holds. CopyObject is a GetObject on the source and a PutObject on the target.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam

from healthcare_infra.constructs.imaging.import_resources import ImportResources
from healthcare_runtime.contracts.imaging import DEAD_LETTER_PREFIX, STAGING_PREFIX

# Reading the source of a copy includes its tags: a malware scanner may have written some.
READ_OBJECTS: Final = ("s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:GetObjectVersionTagging")
WRITE_COPIES: Final = ("s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectTagging")
USE_KEY: Final = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey")


def allow_register(permissions: iam.ManagedPolicy, on: ImportResources) -> None:
    """RegisterInstances reads events, writes instances and batches, and sends itself delayed messages."""
    on.queue.grant_consume_messages(permissions)
    _send_messages(permissions, on)
    _items(permissions, on.tables.instances, "BatchGetItem", "PutItem", "Query")
    _items(permissions, on.tables.batches, "GetItem", "PutItem", "UpdateItem")
    on.keys.imaging.grant(permissions, *USE_KEY)


def allow_trigger(permissions: iam.ManagedPolicy, on: ImportResources) -> None:
    """TriggerImport lists a batch's prefix and copies members below ``staging/`` where the prefix holds others."""
    _allow(permissions, "s3:ListBucket", on=[on.lake.dicom.bucket_arn])
    _allow(permissions, *READ_OBJECTS, on=[on.lake.dicom.arn_for_objects("*")])
    _allow(permissions, *WRITE_COPIES, on=[on.lake.dicom.arn_for_objects(f"{STAGING_PREFIX}*")])
    _items(permissions, on.tables.instances, "Query", "UpdateItem")
    _items(permissions, on.tables.batches, "GetItem", "UpdateItem")
    on.keys.imaging.grant(permissions, *USE_KEY)


def allow_start(permissions: iam.ManagedPolicy, on: ImportResources) -> None:
    """StartImportJob starts jobs in this one data store, in this one role, and records them."""
    _allow(permissions, "medical-imaging:StartDICOMImportJob", on=[on.datastore.arn])
    _allow(
        permissions,
        "iam:PassRole",
        on=[on.data_access.arn],
        conditions={"StringEquals": {"iam:PassedToService": "medical-imaging.amazonaws.com"}},
    )
    _items(permissions, on.tables.instances, "Query")
    _items(permissions, on.tables.batches, "GetItem", "UpdateItem")
    _items(permissions, on.tables.jobs, "PutItem")
    on.keys.imaging.grant(permissions, *USE_KEY)


def allow_check(permissions: iam.ManagedPolicy, on: ImportResources) -> None:
    """CheckStatus reads a job and its results, records outcomes, keeps what failed, removes what was staged.

    Listing the results is what tells a manifest that is not there yet (404) from one that may not be read (403).
    """
    _allow(permissions, "medical-imaging:GetDICOMImportJob", on=[on.datastore.arn])
    _allow(permissions, "s3:ListBucket", on=[on.lake.results.bucket_arn, on.lake.dicom.bucket_arn])
    _allow(permissions, "s3:GetObject", on=[on.lake.results.arn_for_objects("*")])
    _allow(permissions, *READ_OBJECTS, on=[on.lake.dicom.arn_for_objects("*")])
    _allow(permissions, *WRITE_COPIES, on=[on.lake.dicom.arn_for_objects(f"{DEAD_LETTER_PREFIX}*")])
    _remove_staged(permissions, on)
    _items(permissions, on.tables.instances, "Query", "UpdateItem")
    _items(permissions, on.tables.batches, "GetItem", "PutItem", "UpdateItem")
    _items(permissions, on.tables.jobs, "UpdateItem")
    _send_messages(permissions, on)
    on.keys.imaging.grant(permissions, *USE_KEY)


def allow_sweep(permissions: iam.ManagedPolicy, on: ImportResources) -> None:
    """SweepInstances compares the bucket with the registry, announces what was missed, ends what cannot be done."""
    _remove_staged(permissions, on)
    _items(permissions, on.tables.instances, "BatchGetItem", "Query", "UpdateItem")
    _items(permissions, on.tables.batches, "GetItem", "PutItem", "Query", "UpdateItem")
    _send_messages(permissions, on)
    on.keys.imaging.grant(permissions, *USE_KEY)


def _remove_staged(permissions: iam.ManagedPolicy, on: ImportResources) -> None:
    """Every version of a staged copy: a copy of an image must not outlive its use."""
    _allow(permissions, "s3:ListBucketVersions", on=[on.lake.dicom.bucket_arn])
    _allow(permissions, "s3:DeleteObjectVersion", on=[on.lake.dicom.arn_for_objects(f"{STAGING_PREFIX}*")])


def _items(permissions: iam.ManagedPolicy, table: dynamodb.ITable, *actions: str) -> None:
    """Actions on a table's items; its indexes are read where Query is among them."""
    indexes = [f"{table.table_arn}/index/*"] if "Query" in actions else []
    _allow(permissions, *(f"dynamodb:{action}" for action in actions), on=[table.table_arn, *indexes])


def _send_messages(permissions: iam.ManagedPolicy, on: ImportResources) -> None:
    """SQS asks for both actions on the key: a new data key for the message, and to read it back."""
    _allow(permissions, "sqs:SendMessage", on=[on.queue.queue_arn])
    on.keys.messaging.grant(permissions, "kms:Decrypt", "kms:GenerateDataKey")


def _allow(
    permissions: iam.ManagedPolicy,
    *actions: str,
    on: Sequence[str],
    conditions: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    permissions.add_statements(iam.PolicyStatement(actions=list(actions), resources=list(on), conditions=conditions))
