"""The three tables that remember every instance, every batch and every job."""

from typing import Final

from aws_cdk import aws_kms as kms
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.storage.phi_table import PhiTable, number, text
from healthcare_runtime.contracts.imaging import (
    BATCH_STATE_INDEX,
    SOP_INSTANCE_INDEX,
    BatchAttribute,
    InstanceAttribute,
    JobAttribute,
)

_RECOVERY: Final = "its content can be rebuilt from the versioned bucket by the sweeper."


class ImportTables(Construct):
    """DicomImportJobTable of seed 002, and the batches and instances that decision 0001 adds."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig, key: kms.IKey) -> None:
        super().__init__(scope, construct_id)
        self.instances = PhiTable(
            self,
            "Instances",
            config=config,
            key=key,
            partition=InstanceAttribute.PREFIX,
            sort=text(InstanceAttribute.OBJECT),
            recovery=_RECOVERY,
        ).table
        # "Do you hold this instance?" of storage commitment (PS3.4 J.3), and an operator's first question.
        self.instances.add_global_secondary_index(
            index_name=SOP_INSTANCE_INDEX,
            partition_key=text(InstanceAttribute.SOP_INSTANCE_UID),
        )
        self.batches = PhiTable(
            self, "Batches", config=config, key=key, partition=BatchAttribute.BATCH_ID, recovery=_RECOVERY
        ).table
        # Sparse: only live batches carry the keys, so the sweeper reads what is due and nothing else.
        self.batches.add_global_secondary_index(
            index_name=BATCH_STATE_INDEX,
            partition_key=text(BatchAttribute.STATE),
            sort_key=number(BatchAttribute.DUE_AT),
        )
        self.jobs = PhiTable(
            self, "DicomImportJobTable", config=config, key=key, partition=JobAttribute.JOB_ID, recovery=_RECOVERY
        ).table
