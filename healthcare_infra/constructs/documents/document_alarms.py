"""Alarms of the document pipeline: each says what happened and what to do. Queues and dead letters bring their own."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from healthcare_infra.constructs.documents.document_resources import DocumentResources
from healthcare_infra.constructs.documents.document_steps import DocumentSteps
from healthcare_infra.constructs.documents.document_workflow import DocumentWorkflow
from healthcare_runtime.contracts.documents import DOCUMENTS_NAMESPACE, DocumentMetric, DocumentState

# From arrival to an outcome, the malware scan included; a document under review has one: it is in quarantine.
SETTLING_OBJECTIVE: Final = Duration.hours(1)
# More than this share of an hour's documents held: a rule, a model or a source has changed.
HELD_SHARE_PERCENT: Final = 50
_MINUTES: Final = Duration.minutes(5)
_THROTTLED: Final = (DocumentState.VALIDATE_INPUT, DocumentState.DETECT_PHI, DocumentState.MASK_AND_STORE)


class DocumentAlarms(Construct):
    """The alarms on executions, outcomes, age and throttles."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        resources: DocumentResources,
        steps: DocumentSteps,
        workflow: DocumentWorkflow,
    ) -> None:
        super().__init__(scope, construct_id)
        self._alerts = resources.alerts.topic
        machine = workflow.state_machine
        self._any(
            "ExecutionsFailed",
            machine.metric_failed(period=_MINUTES, statistic="Sum"),
            "A document execution failed where the document could not be held. SweepDocuments starts it again. If the"
            " alarm returns: open the failed execution, read the log of its last state's function, mend the cause.",
        )
        self._any(
            "ExecutionsTimedOut",
            machine.metric_timed_out(period=_MINUTES, statistic="Sum"),
            "An execution outlived its review by a week. Find its document in the table by the execution's name, and"
            " decide the review or start it again.",
        )
        self._any(
            DocumentMetric.RESIDUAL_PHI,
            _count(DocumentMetric.RESIDUAL_PHI, _MINUTES),
            "Masking found PHI in its own output and held the document: nothing was published. Review it, then report"
            " the kind of identifier to whoever maintains the detector.",
            tells=resources.alerts.critical,
        )
        self._held_share()
        for state in _THROTTLED:
            self._alarm(
                f"{state}Throttled",
                steps.functions[state].function.metric_throttles(period=_MINUTES, statistic="Sum"),
                threshold=100,
                periods=3,
                missing=cloudwatch.TreatMissingData.NOT_BREACHING,
                text=f"{state} has been throttled for a quarter of an hour: documents wait. Raise the function's"
                " reserved concurrency in its plan, within the account's quota.",
            )
        self._alarm(
            DocumentMetric.OLDEST_UNSETTLED_SECONDS,
            cloudwatch.Metric(
                namespace=DOCUMENTS_NAMESPACE,
                metric_name=DocumentMetric.OLDEST_UNSETTLED_SECONDS,
                statistic="Maximum",
                period=Duration.minutes(resources.config.documents.sweep_interval_minutes),
            ),
            threshold=SETTLING_OBJECTIVE.to_seconds(),
            periods=3,
            # The sweeper measures this: if it says nothing, nobody looks after lost events.
            missing=cloudwatch.TreatMissingData.BREACHING,
            text="A document has had no outcome for more than an hour, or the sweeper has stopped measuring. Look at"
            " the log of SweepDocuments, the age of the arrival queue, and running executions.",
        )

    def _held_share(self) -> None:
        hour = Duration.hours(1)
        self._alarm(
            "HeldShare",
            cloudwatch.MathExpression(
                expression="IF(received >= 20, 100 * held / received, 0)",
                using_metrics={
                    "held": _count(DocumentMetric.DOCUMENTS_QUARANTINED, hour),
                    "received": _count(DocumentMetric.DOCUMENTS_RECEIVED, hour),
                },
                label="held documents, percent",
                period=hour,
            ),
            threshold=HELD_SHARE_PERCENT,
            periods=1,
            missing=cloudwatch.TreatMissingData.NOT_BREACHING,
            text="More than half of an hour's documents were held. Group the document table's reasons: a source that"
            " sends another format, a consent database that is away, or a fraud model that has drifted.",
        )

    def _any(
        self, construct_id: str, metric: cloudwatch.IMetric, text: str, *, tells: sns.ITopic | None = None
    ) -> None:
        """An alarm on a count that should be zero."""
        self._alarm(
            construct_id,
            metric,
            threshold=0,
            periods=1,
            missing=cloudwatch.TreatMissingData.NOT_BREACHING,
            text=text,
            tells=tells,
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
        tells: sns.ITopic | None = None,
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
        ).add_alarm_action(actions.SnsAction(tells or self._alerts))


def _count(metric: DocumentMetric, period: Duration) -> cloudwatch.Metric:
    return cloudwatch.Metric(namespace=DOCUMENTS_NAMESPACE, metric_name=metric, statistic="Sum", period=period)
