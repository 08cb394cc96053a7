"""TriggerImport: the first state; decides and prepares the S3 prefix that a closed batch is imported from.

Environment: DICOM_BUCKET, BATCH_TABLE, INSTANCE_TABLE.
"""

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.imaging import ImportState
from healthcare_runtime.imaging.faults import shielded
from healthcare_runtime.imaging.settings import TriggerSettings
from healthcare_runtime.imaging.steps.state import StepState
from healthcare_runtime.imaging.steps.trigger_import import compose
from healthcare_runtime.structured_log import configure

configure()
_function = compose(TriggerSettings.from_environment(), AwsClients.of_function())


@shielded(ImportState.TRIGGER_IMPORT)
def handler(event: StepState, context: object) -> StepState:
    """``{"batchId"}`` in, the same out: what the next states need is in the batch table."""
    return _function.run(event)
