"""An alarm that somebody can act on: what happened, and what to do, on the topic of whoever mends it."""

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct


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
