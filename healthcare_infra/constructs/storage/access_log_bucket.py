"""The bucket that receives access logs of buckets and load balancers."""

from aws_cdk import Duration
from aws_cdk import aws_s3 as s3
from constructs import Construct

from healthcare_infra.compliance.acknowledgement import acknowledge
from healthcare_infra.config import StageConfig


class AccessLogBucket(Construct):
    """Encrypted by S3 itself: log delivery refuses a target whose default encryption is a customer's key."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig) -> None:
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.S3_MANAGED,
            versioned=True,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="retention",
                    expiration=Duration.days(config.retention.access_log_days),
                    noncurrent_version_expiration=Duration.days(config.retention.noncurrent_version_days),
                    abort_incomplete_multipart_upload_after=Duration.days(config.retention.incomplete_upload_days),
                )
            ],
            removal_policy=config.retention.removal_policy,
            auto_delete_objects=config.retention.destroy_with_stack,
        )
        acknowledge(
            self.bucket,
            "S3DefaultEncryptionKMS",
            "S3 and load balancer log delivery require SSE-S3 on the target; the logs hold object keys and addresses,"
            " never content, access is limited to the account, and TLS is enforced.",
        )
        acknowledge(
            self.bucket,
            "S3BucketReplicationEnabled",
            "Access logs are versioned and retained; they are evidence, not data that recovery needs.",
        )
