"""SweepInstances: on a schedule, announces what no event announced and starts again what stands still.

Environment: DICOM_BUCKET, BATCH_TABLE, INSTANCE_TABLE, OBJECT_EVENT_QUEUE_URL, STATE_MACHINE_ARN, MAXIMUM_ATTEMPTS,
SWEEP_MINIMUM_AGE_SECONDS.
"""

from collections.abc import Mapping

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.imaging.faults import shielded
from healthcare_runtime.imaging.settings import SweepSettings
from healthcare_runtime.imaging.steps.sweep_instances import STEP, SweepReport, compose
from healthcare_runtime.structured_log import configure

configure()
_function = compose(SweepSettings.from_environment(), AwsClients.of_function())


@shielded(STEP)
def handler(event: Mapping[str, object], context: object) -> SweepReport:
    """Sweep once; the event's content does not matter."""
    return _function.run()
