"""Alarms of the Consent API: each says what happened and what to do."""

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

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
            metric=self._unsent(log_group),
            tells=alerts.critical,
            text="Somebody broke the glass and the message to this topic could not be sent. Who and why is in the audit"
            " trail (action BreakGlass); then find out why the Consent API could not publish.",
        )

    def _unsent(self, log_group: logs.ILogGroup) -> cloudwatch.Metric:
        """Counts the log lines of messages that could not be sent."""
        return logs.MetricFilter(
            self,
            "Unsent",
            log_group=log_group,
            filter_pattern=logs.FilterPattern.string_value("$.event", "=", "glass_alert_failed"),
            metric_namespace=CONSENT_NAMESPACE,
            metric_name=ConsentMetric.GLASS_ALERTS_FAILED,
            metric_value="1",
            default_value=0,
        ).metric(statistic="Sum", period=Duration.minutes(1))
