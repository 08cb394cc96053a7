"""The HealthImaging data store: made once, never replaced, never deleted with its stack."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_healthimaging as healthimaging
from aws_cdk import aws_kms as kms
from constructs import Construct

from healthcare_infra.config import StageConfig


class ImagingDatastore(Construct):
    """Where image sets live for good.

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
