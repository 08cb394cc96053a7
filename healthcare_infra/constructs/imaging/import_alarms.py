"""Alarms of the import: each says what happened and what to do. Queues and dead letters bring their own."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.imaging.import_workflow import ImportWorkflow
from healthcare_runtime.contracts.imaging import IMAGING_NAMESPACE, ImagingMetric

# From the last instance of a study to its image set, waiting for quotas included.
IMPORT_OBJECTIVE: Final = Duration.hours(1)


class ImportAlarms(Construct):
    """The alarms on executions, outcomes and age."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, workflow: ImportWorkflow, alerts: sns.ITopic
    ) -> None:
        super().__init__(scope, construct_id)
        self._action = actions.SnsAction(alerts)
        machine = workflow.state_machine
        minutes = Duration.minutes(5)

        self._any(
            "ExecutionsFailed",
            machine.metric_failed(period=minutes, statistic="Sum"),
            "An import execution failed. Its batch waits for SweepInstances, which starts it again. If the alarm"
            " returns: open the failed execution, read the log of the function of its last state, mend the cause.",
        )
        self._any(
            "ExecutionsTimedOut",
            machine.metric_timed_out(period=minutes, statistic="Sum"),
            "An import took longer than three days. Look for a start quota that is too low for the load"
            " (metric StartsThrottled) or a job that never ends, and raise the quota of the data store.",
        )
        self._any(
            ImagingMetric.INSTANCES_FAILED,
            _count(ImagingMetric.INSTANCES_FAILED, minutes),
            "HealthImaging refused instances for good. The instance table gives the reason of each, the objects are"
            " kept below dead-letter/: correct them at the source and send them again.",
        )
        self._any(
            ImagingMetric.NON_PRIMARY_IMAGE_SETS,
            _count(ImagingMetric.NON_PRIMARY_IMAGE_SETS, minutes),
            "Instances landed in a non-primary image set: their patient or study attributes contradict those already"
            " stored. Compare both image sets, correct the metadata, then merge them (CopyImageSet).",
        )
        self._any(
            ImagingMetric.MANIFESTS_MISSING,
            _count(ImagingMetric.MANIFESTS_MISSING, minutes),
            "A job ended without its output manifest, so its outcomes are unknown and its members are retried. Check"
            " that the data access role can write the results bucket and use the imaging key.",
        )
        sweep = Duration.minutes(config.imaging.sweep_interval_minutes)
        self._alarm(
            ImagingMetric.OLDEST_UNIMPORTED_SECONDS,
            cloudwatch.Metric(
                namespace=IMAGING_NAMESPACE,
                metric_name=ImagingMetric.OLDEST_UNIMPORTED_SECONDS,
                statistic="Maximum",
                period=sweep,
            ),
            threshold=IMPORT_OBJECTIVE.to_seconds(),
            periods=3,
            # The sweeper measures this: if it says nothing, nobody looks after lost events.
            missing=cloudwatch.TreatMissingData.BREACHING,
            text="An instance waits for its import for more than an hour, or the sweeper has stopped measuring."
            " Look at the log of SweepInstances, the age of the object event queue, and running executions.",
        )

    def _any(self, construct_id: str, metric: cloudwatch.IMetric, text: str) -> None:
        """An alarm on a count that should be zero."""
        self._alarm(
            construct_id, metric, threshold=0, periods=1, missing=cloudwatch.TreatMissingData.NOT_BREACHING, text=text
        )

    def _alarm(
        self,
        construct_id: str,
        metric: cloudwatch.IMetric,
        *,
        threshold: float,
        periods: int,
        missing: cloudwatch.TreatMissingData,
        text: str,
    ) -> None:
        cloudwatch.Alarm(
            self,
            construct_id,
            metric=metric,
            threshold=threshold,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=periods,
            treat_missing_data=missing,
            alarm_description=text,
        ).add_alarm_action(self._action)


def _count(metric: ImagingMetric, period: Duration) -> cloudwatch.Metric:
    return cloudwatch.Metric(namespace=IMAGING_NAMESPACE, metric_name=metric, statistic="Sum", period=period)
