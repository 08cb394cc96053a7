"""A bucket that may hold PHI: private, TLS only, customer-managed key, versioned, logged (164.312(a)-(e))."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from healthcare_infra.compliance.acknowledgement import acknowledge
from healthcare_infra.config import StageConfig


class PhiBucket(Construct):
    """One bucket of the data lake.

    Parameters
    ----------
    key
        The key of the data's domain; bucket keys keep the number of KMS calls, and their cost, low.
    access_logs
        Where server access logs go, below a prefix of the bucket's own.
    lifecycle
        Rules beyond the two that every bucket has: old versions and abandoned uploads expire.
    recovery
        What stands in for a replica in another region, which the bucket does not have: for the register.
    event_bridge
        Whether object events go to EventBridge, so that a consumer's rule lives in the consumer's stack.
    locked
        How long no version can be deleted. Such a bucket is kept in every stage: emptying it would fail.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        key: kms.IKey,
        access_logs: s3.IBucket,
        recovery: str,
        lifecycle: tuple[s3.LifecycleRule, ...] = (),
        event_bridge: bool = False,
        locked: s3.ObjectLockRetention | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        destroyable = config.retention.destroy_with_stack and locked is None
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=key,
            bucket_key_enabled=True,
            versioned=True,
            object_lock_enabled=True if locked else None,
            object_lock_default_retention=locked,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix=f"s3/{construct_id.lower()}/",
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="old-versions",
                    noncurrent_version_expiration=Duration.days(config.retention.noncurrent_version_days),
                    expired_object_delete_marker=True,
                ),
                s3.LifecycleRule(
                    id="abandoned-uploads",
                    abort_incomplete_multipart_upload_after=Duration.days(config.retention.incomplete_upload_days),
                ),
                *lifecycle,
            ],
            removal_policy=RemovalPolicy.DESTROY if destroyable else RemovalPolicy.RETAIN,
            auto_delete_objects=destroyable,
        )
        if event_bridge:
            # The property itself: the construct's own switch is a custom resource with a function and a wide role.
            resource = self.bucket.node.default_child
            assert isinstance(resource, s3.CfnBucket)
            resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
                event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
            )
        acknowledge(
            self.bucket, "S3BucketReplicationEnabled", f"Every version is kept. {recovery} (164.308(a)(7)(ii)(A))"
        )
