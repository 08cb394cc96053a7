"""RegisterInstances: object events and batch messages from the queue, to batches and executions.

Environment: DICOM_BUCKET, BATCH_TABLE, INSTANCE_TABLE, OBJECT_EVENT_QUEUE_URL, STATE_MACHINE_ARN and the batch policy.
The event source mapping must report batch item failures: a message that fails comes back alone.
"""

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.imaging.faults import shielded
from healthcare_runtime.imaging.settings import RegisterSettings
from healthcare_runtime.imaging.steps.register_instances import STEP, QueueAnswer, QueueEvent, compose
from healthcare_runtime.structured_log import configure

configure()
_function = compose(RegisterSettings.from_environment(), AwsClients.of_function())


@shielded(STEP)
def handler(event: QueueEvent, context: object) -> QueueAnswer:
    """Register what the queue delivers; see :class:`RegisterInstances`."""
    return _function.serve(event["Records"])
