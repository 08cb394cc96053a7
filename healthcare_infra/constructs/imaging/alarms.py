"""Alarms of the import: each says what happened and what to do. Queues and dead letters bring their own."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.imaging.workflow import ImportWorkflow
from healthcare_infra.constructs.observability.operator_alarm import OperatorAlarm
from healthcare_runtime.contracts.imaging import IMAGING_NAMESPACE, ImagingMetric

# From the last instance of a study to its image set, waiting for quotas included.
IMPORT_OBJECTIVE: Final = Duration.hours(1)


class ImportAlarms(Construct):
    """The alarms on executions, outcomes and age."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, workflow: ImportWorkflow, alerts: sns.ITopic
    ) -> None:
        super().__init__(scope, construct_id)
        machine = workflow.state_machine
        minutes = Duration.minutes(5)

        OperatorAlarm(
            self,
            "ExecutionsFailed",
            metric=machine.metric_failed(period=minutes, statistic="Sum"),
            tells=alerts,
            text="An import execution failed. Its batch waits for SweepInstances, which starts it again. If the alarm"
            " returns: open the failed execution, read the log of the function of its last state, mend the cause.",
        )
        OperatorAlarm(
            self,
            "ExecutionsTimedOut",
            metric=machine.metric_timed_out(period=minutes, statistic="Sum"),
            tells=alerts,
            text="An import took longer than three days. Look for a start quota that is too low for the load"
            " (metric StartsThrottled) or a job that never ends, and raise the quota of the data store.",
        )
        OperatorAlarm(
            self,
            ImagingMetric.INSTANCES_FAILED,
            metric=_count(ImagingMetric.INSTANCES_FAILED, minutes),
            tells=alerts,
            text="HealthImaging refused instances for good. The instance table gives the reason of each, the objects"
            " are kept below dead-letter/: correct them at the source and send them again.",
        )
        OperatorAlarm(
            self,
            ImagingMetric.NON_PRIMARY_IMAGE_SETS,
            metric=_count(ImagingMetric.NON_PRIMARY_IMAGE_SETS, minutes),
            tells=alerts,
            text="Instances landed in a non-primary image set: their patient or study attributes contradict those"
            " already stored. Compare both image sets, correct the metadata, then merge them (CopyImageSet).",
        )
        OperatorAlarm(
            self,
            ImagingMetric.MANIFESTS_MISSING,
            metric=_count(ImagingMetric.MANIFESTS_MISSING, minutes),
            tells=alerts,
            text="A job ended without its output manifest, so its outcomes are unknown and its members are retried."
            " Check that the data access role can write the results bucket and use the imaging key.",
        )
        sweep = Duration.minutes(config.imaging.sweep_interval_minutes)
        OperatorAlarm(
            self,
            ImagingMetric.OLDEST_UNIMPORTED_SECONDS,
            metric=cloudwatch.Metric(
                namespace=IMAGING_NAMESPACE,
                metric_name=ImagingMetric.OLDEST_UNIMPORTED_SECONDS,
                statistic="Maximum",
                period=sweep,
            ),
            tells=alerts,
            above=IMPORT_OBJECTIVE.to_seconds(),
            periods=3,
            silence_alarms=True,  # the sweeper measures this: if it says nothing, nobody looks after lost events
            text="An instance waits for its import for more than an hour, or the sweeper has stopped measuring."
            " Look at the log of SweepInstances, the age of the object event queue, and running executions.",
        )


def _count(metric: ImagingMetric, period: Duration) -> cloudwatch.Metric:
    return cloudwatch.Metric(namespace=IMAGING_NAMESPACE, metric_name=metric, statistic="Sum", period=period)
