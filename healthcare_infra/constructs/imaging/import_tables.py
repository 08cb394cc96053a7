"""The three tables that remember every instance, every batch and every job."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct

from healthcare_infra.compliance.acknowledgement import acknowledge
from healthcare_infra.config import StageConfig
from healthcare_runtime.contracts import (
    BATCH_STATE_INDEX,
    SOP_INSTANCE_INDEX,
    BatchAttribute,
    InstanceAttribute,
    JobAttribute,
)


class ImportTable(Construct):
    """A table on demand, encrypted with the imaging key, restorable to any second of the last 35 days."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        key: kms.IKey,
        partition: str,
        sort: str | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        destroyable = config.retention.destroy_with_stack
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=_text(partition),
            sort_key=_text(sort) if sort else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,  # seed 002, scalability
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=not destroyable,
            removal_policy=RemovalPolicy.DESTROY if destroyable else RemovalPolicy.RETAIN,
        )
        acknowledge(
            self.table,
            "DynamoDBInBackupPlan",
            "Point-in-time recovery restores the table to any second of 35 days, deletion protection is on wherever"
            " data is real, and its content can be rebuilt from the versioned bucket by the sweeper.",
        )


class ImportTables(Construct):
    """DicomImportJobTable of seed 002, and the batches and instances that decision 0001 adds."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig, key: kms.IKey) -> None:
        super().__init__(scope, construct_id)
        self.instances = ImportTable(
            self,
            "Instances",
            config=config,
            key=key,
            partition=InstanceAttribute.PREFIX,
            sort=InstanceAttribute.OBJECT,
        ).table
        # "Do you hold this instance?" of storage commitment (PS3.4 J.3), and an operator's first question.
        self.instances.add_global_secondary_index(
            index_name=SOP_INSTANCE_INDEX,
            partition_key=_text(InstanceAttribute.SOP_INSTANCE_UID),
        )
        self.batches = ImportTable(self, "Batches", config=config, key=key, partition=BatchAttribute.BATCH_ID).table
        # Sparse: only live batches carry the keys, so the sweeper reads what is due and nothing else.
        self.batches.add_global_secondary_index(
            index_name=BATCH_STATE_INDEX,
            partition_key=_text(BatchAttribute.STATE),
            sort_key=dynamodb.Attribute(name=BatchAttribute.DUE_AT, type=dynamodb.AttributeType.NUMBER),
        )
        self.jobs = ImportTable(
            self, "DicomImportJobTable", config=config, key=key, partition=JobAttribute.JOB_ID
        ).table


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
