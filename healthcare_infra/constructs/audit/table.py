"""The table of the audit trail: one hash chain per shard."""

from aws_cdk import aws_kms as kms
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.storage.phi_table import PhiTable, number
from healthcare_runtime.contracts.audit import AuditAttribute


class AuditTable(Construct):
    """Written by appending alone: no role of the platform may delete an item of it (164.312(b), 164.312(c)(1))."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig, key: kms.IKey) -> None:
        super().__init__(scope, construct_id)
        self.table = PhiTable(
            self,
            "Events",
            config=config,
            key=key,
            partition=AuditAttribute.SHARD,
            sort=number(AuditAttribute.POSITION),
            recovery="its events are in the locked audit bucket too.",
        ).table
