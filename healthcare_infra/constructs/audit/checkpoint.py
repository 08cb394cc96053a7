"""AuditCheckpoint: seals the audit trail every few minutes, in a bucket from which nothing can be taken."""

from aws_cdk import Duration
from constructs import Construct

from healthcare_infra.constructs.audit.permissions import allow_seal
from healthcare_infra.constructs.functions.function_plan import FunctionPlan
from healthcare_infra.constructs.functions.runtime_function import RuntimeFunction
from healthcare_infra.constructs.functions.schedule import Schedule, seconds_between
from healthcare_infra.constructs.observability.operator_alarm import MISSED, AgeAlarm
from healthcare_infra.exports import DatabaseExports, Foundation, LakeExports
from healthcare_runtime.contracts.audit import AuditVariable
from healthcare_runtime.contracts.documents import DOCUMENTS_NAMESPACE, DocumentMetric


class AuditCheckpoint(Construct):
    """One function on a schedule, one copy at a time, and the alarm on its silence (164.312(b))."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        foundation: Foundation,
        lake: LakeExports,
        databases: DatabaseExports,
    ) -> None:
        super().__init__(scope, construct_id)
        config, keys = foundation.config, foundation.keys
        interval = Duration.minutes(config.audit.checkpoint_interval_minutes)
        self.checkpoint = RuntimeFunction(
            self,
            "Checkpoint",
            foundation=foundation,
            plan=FunctionPlan(
                module="lambdas.audit.checkpoint",
                does="Signs the state of every chain of the audit trail and locks the signature away",
                seconds=seconds_between(interval),
                memory_mib=1024,
                concurrency=1,
            ),
            environment_key=keys.audit,
            environment={
                AuditVariable.AUDIT_TABLE: databases.audit.table_name,
                AuditVariable.AUDIT_BUCKET: lake.audit.bucket_name,
                AuditVariable.AUDIT_SHARDS: str(config.audit.shards),
                AuditVariable.AUDIT_SIGNING_KEY_ID: keys.audit_signing.key_arn,
            },
        )
        allow_seal(
            self.checkpoint.permissions,
            table=databases.audit,
            bucket=lake.audit,
            key=keys.audit,
            signing=keys.audit_signing,
        )
        Schedule(self, "Schedule", calls=self.checkpoint, interval=interval, description="Seals the audit trail")
        AgeAlarm(
            self,
            DocumentMetric.AUDIT_CHECKPOINT_AGE_SECONDS,
            namespace=DOCUMENTS_NAMESPACE,
            measured_every=interval,
            tells=foundation.alerts.critical,
            above=Duration.seconds(MISSED * interval.to_seconds()),
            text="The audit trail is not being sealed: changes to it could pass unseen. Read the log of the checkpoint"
            " function, then run `python -m healthcare_runtime.audit verify` against table and bucket.",
        )
