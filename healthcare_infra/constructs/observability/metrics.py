"""The platform's own metrics: what functions report, and what is counted in their logs."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct


def count(namespace: str, metric: str, period: Duration) -> cloudwatch.Metric:
    """How often something happened in a period, by what functions report."""
    return cloudwatch.Metric(namespace=namespace, metric_name=metric, statistic="Sum", period=period)


def count_lines(
    scope: Construct,
    construct_id: str,
    *,
    of: logs.ILogGroup,
    event: str,
    namespace: str,
    metric: str,
    period: Duration,
) -> cloudwatch.Metric:
    """How many lines of an event a log group got in a period; a metric filter counts them."""
    return logs.MetricFilter(
        scope,
        construct_id,
        log_group=of,
        filter_pattern=logs.FilterPattern.string_value("$.event", "=", event),
        metric_namespace=namespace,
        metric_name=metric,
        metric_value="1",
        default_value=0,
    ).metric(statistic="Sum", period=period)
