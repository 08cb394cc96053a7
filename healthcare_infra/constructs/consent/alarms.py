"""Alarms of the Consent API: each says what happened and what to do."""

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_logs as logs
from constructs import Construct

from healthcare_infra.constructs.observability.metrics import count_lines
from healthcare_infra.constructs.observability.operator_alarm import OperatorAlarm
from healthcare_infra.exports import AlertExports
from healthcare_runtime.contracts.consent import CONSENT_NAMESPACE, ConsentMetric


class ConsentAlarms(Construct):
    """The alarms on what callers see, and on a broken glass that nobody was told of."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        api: apigateway.RestApi,
        log_group: logs.ILogGroup,
        alerts: AlertExports,
    ) -> None:
        super().__init__(scope, construct_id)
        minutes = Duration.minutes(5)
        OperatorAlarm(
            self,
            "ServerErrors",
            metric=api.metric_server_error(period=minutes, statistic="Sum"),
            tells=alerts.topic,
            text="The Consent API answered 5xx. Read the log of its function: the database may be failing over,"
            " resuming from a pause, or refusing the function's token.",
        )
        OperatorAlarm(
            self,
            "Slow",
            metric=api.metric_latency(period=minutes, statistic="p95"),
            tells=alerts.topic,
            above=2_000,  # milliseconds
            periods=3,
            text="One request in twenty to the Consent API takes longer than two seconds. Look at the database's"
            " capacity and at cold starts of the function (X-Ray).",
        )
        OperatorAlarm(
            self,
            "GlassAlertFailed",
            metric=count_lines(
                self,
                "Unsent",
                of=log_group,
                event="glass_alert_failed",
                namespace=CONSENT_NAMESPACE,
                metric=ConsentMetric.GLASS_ALERTS_FAILED,
                period=Duration.minutes(1),
            ),
            tells=alerts.critical,
            text="Somebody broke the glass and the message to this topic could not be sent. Who and why is in the audit"
            " trail (action BreakGlass); then find out why the Consent API could not publish.",
        )
