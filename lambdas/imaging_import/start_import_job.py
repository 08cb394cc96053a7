"""StartImportJob: takes a start token and starts the batch's import job, once, however often it is called.

Environment: DICOM_BUCKET, BATCH_TABLE, INSTANCE_TABLE, JOB_TABLE, RESULTS_BUCKET, DATASTORE_ID, DATA_ACCESS_ROLE_ARN
and the start quota.
"""

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.imaging import ImportState
from healthcare_runtime.imaging.faults import shielded
from healthcare_runtime.imaging.settings import StartSettings
from healthcare_runtime.imaging.steps.start_import_job import compose
from healthcare_runtime.imaging.steps.state import StepState
from healthcare_runtime.structured_log import configure

configure()
_function = compose(StartSettings.from_environment(), AwsClients.of_function())


@shielded(ImportState.START_IMPORT_JOB)
def handler(event: StepState, context: object) -> StepState:
    """``{"batchId"}`` in, ``{"batchId", "jobId", "status"}`` out.

    Raises
    ------
    StartThrottled
        The quota is used up: the state machine tries again, with full jitter, for hours.
    """
    return _function.run(event)
