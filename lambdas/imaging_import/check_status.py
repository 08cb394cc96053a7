"""CheckStatus: asks how a job is; when it has ended, gives every instance of its batch an outcome.

Environment: DICOM_BUCKET, BATCH_TABLE, INSTANCE_TABLE, JOB_TABLE, RESULTS_BUCKET, DATASTORE_ID, DATA_ACCESS_ROLE_ARN,
OBJECT_EVENT_QUEUE_URL, MAXIMUM_ATTEMPTS.
"""

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.imaging import ImportState
from healthcare_runtime.imaging.faults import shielded
from healthcare_runtime.imaging.settings import CheckSettings
from healthcare_runtime.imaging.steps.check_status import compose
from healthcare_runtime.imaging.steps.state import StepState
from healthcare_runtime.structured_log import configure

configure()
_function = compose(CheckSettings.from_environment(), AwsClients.of_function())


@shielded(ImportState.CHECK_STATUS)
def handler(event: StepState, context: object) -> StepState:
    """``{"batchId", "jobId", "status"}`` in and out, with the status of now: COMPLETED and FAILED end the import.

    Raises
    ------
    TransientImportError
        The job has completed but its manifest is not there yet; raised a bounded number of times.
    """
    return _function.run(event)
