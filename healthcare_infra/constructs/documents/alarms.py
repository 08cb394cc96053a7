"""Alarms of the document pipeline: each says what happened and what to do. Queues and dead letters bring their own."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

from healthcare_infra.constructs.documents.resources import DocumentResources
from healthcare_infra.constructs.documents.steps import DocumentSteps
from healthcare_infra.constructs.documents.workflow import DocumentWorkflow
from healthcare_infra.constructs.observability.operator_alarm import OperatorAlarm
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
        alerts = resources.alerts.topic
        machine = workflow.state_machine
        OperatorAlarm(
            self,
            "ExecutionsFailed",
            metric=machine.metric_failed(period=_MINUTES, statistic="Sum"),
            tells=alerts,
            text="A document execution failed where the document could not be held. SweepDocuments starts it again. If"
            " the alarm returns: open the failed execution, read the log of its last state's function, mend the cause.",
        )
        OperatorAlarm(
            self,
            "ExecutionsTimedOut",
            metric=machine.metric_timed_out(period=_MINUTES, statistic="Sum"),
            tells=alerts,
            text="An execution outlived its review by a week. Find its document in the table by the execution's name,"
            " and decide the review or start it again.",
        )
        OperatorAlarm(
            self,
            DocumentMetric.RESIDUAL_PHI,
            metric=_count(DocumentMetric.RESIDUAL_PHI, _MINUTES),
            tells=resources.alerts.critical,
            text="Masking found PHI in its own output and held the document: nothing was published. Review it, then"
            " report the kind of identifier to whoever maintains the detector.",
        )
        self._held_share(alerts)
        for state in _THROTTLED:
            OperatorAlarm(
                self,
                f"{state}Throttled",
                metric=steps.functions[state].function.metric_throttles(period=_MINUTES, statistic="Sum"),
                tells=alerts,
                above=100,
                periods=3,
                text=f"{state} has been throttled for a quarter of an hour: documents wait. Raise the function's"
                " reserved concurrency in its plan, within the account's quota.",
            )
        OperatorAlarm(
            self,
            DocumentMetric.OLDEST_UNSETTLED_SECONDS,
            metric=cloudwatch.Metric(
                namespace=DOCUMENTS_NAMESPACE,
                metric_name=DocumentMetric.OLDEST_UNSETTLED_SECONDS,
                statistic="Maximum",
                period=Duration.minutes(resources.config.documents.sweep_interval_minutes),
            ),
            tells=alerts,
            above=SETTLING_OBJECTIVE.to_seconds(),
            periods=3,
            silence_alarms=True,  # the sweeper measures this: if it says nothing, nobody looks after lost events
            text="A document has had no outcome for more than an hour, or the sweeper has stopped measuring. Look at"
            " the log of SweepDocuments, the age of the arrival queue, and running executions.",
        )

    def _held_share(self, alerts: sns.ITopic) -> None:
        hour = Duration.hours(1)
        OperatorAlarm(
            self,
            "HeldShare",
            metric=cloudwatch.MathExpression(
                expression="IF(received >= 20, 100 * held / received, 0)",
                using_metrics={
                    "held": _count(DocumentMetric.DOCUMENTS_QUARANTINED, hour),
                    "received": _count(DocumentMetric.DOCUMENTS_RECEIVED, hour),
                },
                label="held documents, percent",
                period=hour,
            ),
            tells=alerts,
            above=HELD_SHARE_PERCENT,
            text="More than half of an hour's documents were held. Group the document table's reasons: a source that"
            " sends another format, a consent database that is away, or a fraud model that has drifted.",
        )


def _count(metric: DocumentMetric, period: Duration) -> cloudwatch.Metric:
    return cloudwatch.Metric(namespace=DOCUMENTS_NAMESPACE, metric_name=metric, statistic="Sum", period=period)
