"""Alarms of the import: each says what happened and what to do. Queues and dead letters bring their own."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_sns as sns
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.imaging.workflow import ImportWorkflow
from healthcare_infra.constructs.observability.metrics import count
from healthcare_infra.constructs.observability.operator_alarm import AgeAlarm, OperatorAlarm
from healthcare_infra.constructs.workflows.execution_alarms import alarm_on_executions
from healthcare_runtime.contracts.imaging import IMAGING_NAMESPACE, ImagingMetric

# From the last instance of a study to its image set, waiting for quotas included.
IMPORT_OBJECTIVE: Final = Duration.hours(1)
_TOLD_EACH_TIME: Final = {
    ImagingMetric.INSTANCES_FAILED: "HealthImaging refused instances for good. The instance table gives the reason of"
    " each, the objects are kept below dead-letter/: correct them at the source and send them again.",
    ImagingMetric.NON_PRIMARY_IMAGE_SETS: "Instances landed in a non-primary image set: their patient or study"
    " attributes contradict those already stored. Compare both image sets, correct the metadata, then merge them"
    " (CopyImageSet).",
    ImagingMetric.MANIFESTS_MISSING: "A job ended without its output manifest, so its outcomes are unknown and its"
    " members are retried. Check that the data access role can write the results bucket and use the imaging key.",
}


class ImportAlarms(Construct):
    """The alarms on executions, outcomes and age."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, workflow: ImportWorkflow, alerts: sns.ITopic
    ) -> None:
        super().__init__(scope, construct_id)
        alarm_on_executions(
            self,
            workflow.state_machine,
            tells=alerts,
            failed="An import execution failed. Its batch waits for SweepInstances, which starts it again. If the alarm"
            " returns: open the failed execution, read the log of the function of its last state, mend the cause.",
            timed_out="An import took longer than three days. Look for a start quota that is too low for the load"
            " (metric StartsThrottled) or a job that never ends, and raise the quota of the data store.",
        )
        for metric, text in _TOLD_EACH_TIME.items():
            OperatorAlarm(
                self, metric, metric=count(IMAGING_NAMESPACE, metric, Duration.minutes(5)), tells=alerts, text=text
            )
        AgeAlarm(
            self,
            ImagingMetric.OLDEST_UNIMPORTED_SECONDS,
            namespace=IMAGING_NAMESPACE,
            measured_every=Duration.minutes(config.imaging.sweep_interval_minutes),
            tells=alerts,
            above=IMPORT_OBJECTIVE,
            text="An instance waits for its import for more than an hour, or the sweeper has stopped measuring."
            " Look at the log of SweepInstances, the age of the object event queue, and running executions.",
        )
