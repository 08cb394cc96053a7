"""The HealthImaging data store, and the role in which its import jobs read instances and write results."""

from collections.abc import Mapping

from aws_cdk import RemovalPolicy, Stack, Tags
from aws_cdk import aws_healthimaging as healthimaging
from aws_cdk import aws_kms as kms
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.access.grants import THIS_ACCOUNT
from healthcare_infra.constructs.access.least_privilege_role import LeastPrivilegeRole
from healthcare_infra.exports import LakeExports


class ImagingDatastore(Construct):
    """Where image sets live for good: made once, never replaced, never deleted with its stack.

    Every property of ``AWS::HealthImaging::Datastore`` is create-only: a changed name, key or even tag would replace
    the store. So it is kept on replacement as on deletion, and carries no tag of the stage.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig, key: kms.IKey) -> None:
        super().__init__(scope, construct_id)
        self.resource = healthimaging.CfnDatastore(
            self,
            "Datastore",
            datastore_name=f"healthcare-{config.stage}",
            kms_key_arn=key.key_arn,
        )
        self.resource.apply_removal_policy(RemovalPolicy.RETAIN, apply_to_update_replace_policy=True)
        self.resource.add_property_deletion_override("Tags")
        self.datastore_id = self.resource.attr_datastore_id
        self.arn = self.resource.attr_datastore_arn


class DataAccessRole(Construct):
    """Read the DICOM bucket, write the results bucket, nothing else; only for this account and this data store."""

    def __init__(
        self, scope: Construct, construct_id: str, *, datastore: ImagingDatastore, lake: LakeExports, key: kms.IKey
    ) -> None:
        super().__init__(scope, construct_id)
        identity = LeastPrivilegeRole(
            self,
            "Identity",
            service="medical-imaging.amazonaws.com",
            description="HealthImaging import jobs: read instances, write results",
            conditions={**THIS_ACCOUNT, "ArnEquals": {"aws:SourceArn": datastore.arn}},
        )
        identity.allow("s3:ListBucket", on=[lake.dicom.bucket_arn, lake.results.bucket_arn])
        identity.allow("s3:GetObject", on=[lake.dicom.arn_for_objects("*")])
        identity.allow("s3:PutObject", on=[lake.results.arn_for_objects("*")])
        key.grant(identity.permissions, "kms:Decrypt", "kms:GenerateDataKey")
        self.arn = identity.arn


def tag_all_but_datastore(stack: Stack, tags: Mapping[str, str]) -> None:
    """Tag every resource of a stack that has no tags itself: those would reach the data store too, and replace it."""
    for name, value in tags.items():
        Tags.of(stack).add(name, value, exclude_resource_types=[healthimaging.CfnDatastore.CFN_RESOURCE_TYPE_NAME])
