"""What a function may do that appends to the audit trail, and what the one that seals it may do."""

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from healthcare_infra.constructs.access.grants import USE_KEY, allow, allow_items


def allow_append(permissions: iam.ManagedPolicy, *, table: dynamodb.ITable, key: kms.IKey) -> None:
    """Read the chain's head, write the event, its marker and the new head, in one transaction."""
    allow_items(permissions, table, "ConditionCheckItem", "GetItem", "PutItem", "UpdateItem")
    key.grant(permissions, *USE_KEY)


def allow_seal(
    permissions: iam.ManagedPolicy, *, table: dynamodb.ITable, bucket: s3.IBucket, key: kms.IKey, signing: kms.IKey
) -> None:
    """Read the chains, confirm the last checkpoint, write checkpoints and segments that were not there, sign them.

    Nothing here can delete: not from the table, not a version from the bucket, locked or not.
    """
    allow_append(permissions, table=table, key=key)
    allow(permissions, "dynamodb:Query", on=[table.table_arn])
    allow(permissions, "s3:ListBucket", "s3:ListBucketVersions", on=[bucket.bucket_arn])
    allow(permissions, "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", on=[bucket.arn_for_objects("*")])
    signing.grant(permissions, "kms:DescribeKey", "kms:GetPublicKey", "kms:Sign", "kms:Verify")
