"""Alarms of the Consent API: each says what happened and what to do."""

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct


class ConsentAlarms(Construct):
    """The alarms on what callers see."""

    def __init__(self, scope: Construct, construct_id: str, *, api: apigateway.RestApi, alerts: sns.ITopic) -> None:
        super().__init__(scope, construct_id)
        action = actions.SnsAction(alerts)
        minutes = Duration.minutes(5)
        for name, metric, threshold, text in (
            (
                "ServerErrors",
                api.metric_server_error(period=minutes, statistic="Sum"),
                0,
                "The Consent API answered 5xx. Read the log of its function: the database may be failing over,"
                " resuming from a pause, or refusing the function's token.",
            ),
            (
                "Slow",
                api.metric_latency(period=minutes, statistic="p95"),
                2_000,
                "One request in twenty to the Consent API takes longer than two seconds. Look at the database's"
                " capacity and at cold starts of the function (X-Ray).",
            ),
        ):
            cloudwatch.Alarm(
                self,
                name,
                metric=metric,
                threshold=threshold,
                comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
                evaluation_periods=1 if name == "ServerErrors" else 3,
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
                alarm_description=text,
            ).add_alarm_action(action)
