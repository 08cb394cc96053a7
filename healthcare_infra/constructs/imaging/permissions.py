"""What each import function may do, one sentence a function: read top to bottom, it is the access review.

DynamoDB transactions need no action of their own: TransactWriteItems is authorised as the PutItem and UpdateItem that
it holds. CopyObject is a GetObject on the source and a PutObject on the target.
"""

from typing import Final

from aws_cdk import aws_iam as iam

from healthcare_infra.constructs.access.grants import USE_KEY, allow, allow_items
from healthcare_infra.constructs.imaging.resources import ImportResources
from healthcare_runtime.contracts.imaging import DEAD_LETTER_PREFIX, STAGING_PREFIX

# Reading the source of a copy includes its tags: a malware scanner may have written some.
READ_OBJECTS: Final = ("s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:GetObjectVersionTagging")
WRITE_COPIES: Final = ("s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectTagging")


def allow_register(permissions: iam.ManagedPolicy, on: ImportResources) -> None:
    """RegisterInstances reads events, writes instances and batches, and sends itself delayed messages."""
    on.queue.grant_consume_messages(permissions)
    _send_messages(permissions, on)
    allow_items(permissions, on.tables.instances, "BatchGetItem", "PutItem", "Query")
    allow_items(permissions, on.tables.batches, "GetItem", "PutItem", "UpdateItem")
    on.keys.imaging.grant(permissions, *USE_KEY)


def allow_trigger(permissions: iam.ManagedPolicy, on: ImportResources) -> None:
    """TriggerImport lists a batch's prefix and copies members below ``staging/`` where the prefix holds others."""
    allow(permissions, "s3:ListBucket", on=[on.lake.dicom.bucket_arn])
    allow(permissions, *READ_OBJECTS, on=[on.lake.dicom.arn_for_objects("*")])
    allow(permissions, *WRITE_COPIES, on=[on.lake.dicom.arn_for_objects(f"{STAGING_PREFIX}*")])
    allow_items(permissions, on.tables.instances, "Query", "UpdateItem")
    allow_items(permissions, on.tables.batches, "GetItem", "UpdateItem")
    on.keys.imaging.grant(permissions, *USE_KEY)


def allow_start(permissions: iam.ManagedPolicy, on: ImportResources) -> None:
    """StartImportJob starts jobs in this one data store, in this one role, and records them."""
    allow(permissions, "medical-imaging:StartDICOMImportJob", on=[on.datastore.arn])
    allow(
        permissions,
        "iam:PassRole",
        on=[on.data_access.arn],
        conditions={"StringEquals": {"iam:PassedToService": "medical-imaging.amazonaws.com"}},
    )
    allow_items(permissions, on.tables.instances, "Query")
    allow_items(permissions, on.tables.batches, "GetItem", "UpdateItem")
    allow_items(permissions, on.tables.jobs, "PutItem")
    on.keys.imaging.grant(permissions, *USE_KEY)


def allow_check(permissions: iam.ManagedPolicy, on: ImportResources) -> None:
    """CheckStatus reads a job and its results, records outcomes, keeps what failed, removes what was staged.

    Listing the results is what tells a manifest that is not there yet (404) from one that may not be read (403).
    """
    allow(permissions, "medical-imaging:GetDICOMImportJob", on=[on.datastore.arn])
    allow(permissions, "s3:ListBucket", on=[on.lake.results.bucket_arn, on.lake.dicom.bucket_arn])
    allow(permissions, "s3:GetObject", on=[on.lake.results.arn_for_objects("*")])
    allow(permissions, *READ_OBJECTS, on=[on.lake.dicom.arn_for_objects("*")])
    allow(permissions, *WRITE_COPIES, on=[on.lake.dicom.arn_for_objects(f"{DEAD_LETTER_PREFIX}*")])
    _remove_staged(permissions, on)
    allow_items(permissions, on.tables.instances, "Query", "UpdateItem")
    allow_items(permissions, on.tables.batches, "GetItem", "PutItem", "UpdateItem")
    allow_items(permissions, on.tables.jobs, "UpdateItem")
    _send_messages(permissions, on)
    on.keys.imaging.grant(permissions, *USE_KEY)


def allow_sweep(permissions: iam.ManagedPolicy, on: ImportResources) -> None:
    """SweepInstances compares the bucket with the registry, announces what was missed, ends what cannot be done."""
    _remove_staged(permissions, on)
    allow_items(permissions, on.tables.instances, "BatchGetItem", "Query", "UpdateItem")
    allow_items(permissions, on.tables.batches, "GetItem", "PutItem", "Query", "UpdateItem")
    _send_messages(permissions, on)
    on.keys.imaging.grant(permissions, *USE_KEY)


def _remove_staged(permissions: iam.ManagedPolicy, on: ImportResources) -> None:
    """Every version of a staged copy: a copy of an image must not outlive its use."""
    allow(permissions, "s3:ListBucketVersions", on=[on.lake.dicom.bucket_arn])
    allow(permissions, "s3:DeleteObjectVersion", on=[on.lake.dicom.arn_for_objects(f"{STAGING_PREFIX}*")])


def _send_messages(permissions: iam.ManagedPolicy, on: ImportResources) -> None:
    """SQS asks for both actions on the key: a new data key for the message, and to read it back."""
    allow(permissions, "sqs:SendMessage", on=[on.queue.queue_arn])
    on.keys.messaging.grant(permissions, "kms:Decrypt", "kms:GenerateDataKey")
