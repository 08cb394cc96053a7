"""SweepDocuments: finds what no event announced and what no execution carries on.

Environment: DOCUMENT_TABLE, AUDIT_TABLE, AUDIT_SHARDS, RAW_BUCKET, STATE_MACHINE_ARN, SWEEP_MINIMUM_AGE_SECONDS.
"""

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.documents.faults import shielded
from healthcare_runtime.documents.settings import Launch, StepSettings, sweep_minimum_age
from healthcare_runtime.documents.steps.sweep_documents import STEP, compose
from healthcare_runtime.structured_log import configure

configure()
_sweep = compose(
    StepSettings.from_environment(), Launch.from_environment(), sweep_minimum_age(), AwsClients.of_function()
)


@shielded(STEP)
def handler(event: object, context: object) -> dict[str, int]:
    """Answer how many documents were announced and restarted."""
    swept = _sweep.run()
    return {"announced": swept.announced, "restarted": swept.restarted}
