"""Checkpoint: on a schedule, signs what the audit trail holds and exports it to the locked bucket.

Environment: AUDIT_TABLE, AUDIT_BUCKET, AUDIT_SHARDS, AUDIT_SIGNING_KEY_ID.
"""

from collections.abc import Mapping

from healthcare_runtime.audit.checkpoint import Checkpointer
from healthcare_runtime.audit.faults import checkpoint_shield
from healthcare_runtime.audit.settings import CheckpointSettings
from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import DOCUMENTS_NAMESPACE, DocumentMetric
from healthcare_runtime.metrics import emit
from healthcare_runtime.structured_log import EventLog, configure

configure()
_log = EventLog("healthcare.audit")
_checkpointer = Checkpointer.compose(CheckpointSettings.from_environment(), AwsClients.of_function())


@checkpoint_shield("Checkpoint")
def handler(event: Mapping[str, object], context: object) -> dict[str, int]:
    """Bring every shard's checkpoints up to now; the event's content does not matter.

    A run that fails publishes nothing: the alarm on the checkpoints' age treats a missing value as a breach.

    Raises
    ------
    AuditDamagedError
        Table and bucket contradict each other: run ``python -m healthcare_runtime.audit verify``.
    """
    report = _checkpointer.run()
    emit(
        DOCUMENTS_NAMESPACE,
        {DocumentMetric.AUDIT_EVENTS: report.events, DocumentMetric.AUDIT_CHECKPOINT_AGE_SECONDS: report.age},
    )
    _log.info("audit_checkpoints_made", count=report.checkpoints, age_seconds=report.age)
    return {"checkpoints": report.checkpoints, "events": report.events, "heartbeats": report.heartbeats}
