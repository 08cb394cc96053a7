"""Alarms that somebody can act on: what happened, and what to do, on the topic of whoever mends it."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

MISSED: Final = 3
"""Runs of a scheduled function that may fail in a row before somebody is told."""


class OperatorAlarm(cloudwatch.Alarm):
    """Speaks when a metric is above a bound, by default zero, or below one.

    Parameters
    ----------
    text
        What happened and what to do; the whole message that an operator gets.
    periods
        How many periods of the metric in a row.
    silence_alarms
        Whether a metric without values is a fault too: whoever measures it has stopped. Below a bound it always is.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        metric: cloudwatch.IMetric,
        tells: sns.ITopic,
        text: str,
        above: float = 0,
        below: float | None = None,
        periods: int = 1,
        silence_alarms: bool = False,
    ) -> None:
        comparison = cloudwatch.ComparisonOperator
        missing = cloudwatch.TreatMissingData
        super().__init__(
            scope,
            construct_id,
            metric=metric,
            threshold=above if below is None else below,
            comparison_operator=comparison.GREATER_THAN_THRESHOLD if below is None else comparison.LESS_THAN_THRESHOLD,
            evaluation_periods=periods,
            treat_missing_data=missing.BREACHING if silence_alarms or below is not None else missing.NOT_BREACHING,
            alarm_description=text,
        )
        self.add_alarm_action(actions.SnsAction(tells))


class AgeAlarm(OperatorAlarm):
    """Speaks when a scheduled function keeps measuring too great an age, or has stopped measuring it.

    Its silence is a fault too: nobody else looks after what it looks after.

    Parameters
    ----------
    metric
        The age in seconds, of the namespace; names the alarm too.
    measured_every
        The function's interval.
    """

    def __init__(
        self,
        scope: Construct,
        metric: str,
        *,
        namespace: str,
        measured_every: Duration,
        tells: sns.ITopic,
        above: Duration,
        text: str,
    ) -> None:
        super().__init__(
            scope,
            metric,
            metric=cloudwatch.Metric(
                namespace=namespace, metric_name=metric, statistic="Maximum", period=measured_every
            ),
            tells=tells,
            above=above.to_seconds(),
            periods=MISSED,
            silence_alarms=True,
            text=text,
        )
