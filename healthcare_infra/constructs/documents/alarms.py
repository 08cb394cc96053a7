"""Alarms of the document pipeline: each says what happened and what to do. Queues and dead letters bring their own."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

from healthcare_infra.constructs.documents.resources import DocumentResources
from healthcare_infra.constructs.documents.steps import DocumentSteps
from healthcare_infra.constructs.documents.workflow import DocumentWorkflow
from healthcare_infra.constructs.observability.metrics import count
from healthcare_infra.constructs.observability.operator_alarm import AgeAlarm, OperatorAlarm
from healthcare_infra.constructs.workflows.execution_alarms import alarm_on_executions
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
        alarm_on_executions(
            self,
            workflow.state_machine,
            tells=alerts,
            failed="A document execution failed where the document could not be held. SweepDocuments starts it again."
            " If the alarm returns: open the failed execution, read the log of its last state's function, mend the"
            " cause.",
            timed_out="An execution outlived its review by a week. Find its document in the table by the execution's"
            " name, and decide the review or start it again.",
        )
        OperatorAlarm(
            self,
            DocumentMetric.RESIDUAL_PHI,
            metric=count(DOCUMENTS_NAMESPACE, DocumentMetric.RESIDUAL_PHI, _MINUTES),
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
        AgeAlarm(
            self,
            DocumentMetric.OLDEST_UNSETTLED_SECONDS,
            namespace=DOCUMENTS_NAMESPACE,
            measured_every=Duration.minutes(resources.config.documents.sweep_interval_minutes),
            tells=alerts,
            above=SETTLING_OBJECTIVE,
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
                    "held": count(DOCUMENTS_NAMESPACE, DocumentMetric.DOCUMENTS_QUARANTINED, hour),
                    "received": count(DOCUMENTS_NAMESPACE, DocumentMetric.DOCUMENTS_RECEIVED, hour),
                },
                label="held documents, percent",
                period=hour,
            ),
            tells=alerts,
            above=HELD_SHARE_PERCENT,
            text="More than half of an hour's documents were held. Group the document table's reasons: a source that"
            " sends another format, a consent database that is away, or a fraud model that has drifted.",
        )
