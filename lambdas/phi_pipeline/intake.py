"""Intake: object events from the queue become documents and executions.

Environment: DOCUMENT_TABLE, AUDIT_TABLE, AUDIT_SHARDS, RAW_BUCKET, STATE_MACHINE_ARN. The event source
mapping must report batch item failures.
"""

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.documents.faults import shielded
from healthcare_runtime.documents.settings import Launch, StepSettings
from healthcare_runtime.documents.steps.intake import STEP, QueueAnswer, QueueEvent, compose
from healthcare_runtime.structured_log import configure

configure()
_intake = compose(StepSettings.from_environment(), Launch.from_environment(), AwsClients.of_function())


@shielded(STEP)
def handler(event: QueueEvent, context: object) -> QueueAnswer:
    """Register and start what the queue delivers; a message that fails comes back alone."""
    return _intake.serve(event["Records"])
