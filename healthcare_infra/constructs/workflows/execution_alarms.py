"""The two alarms that every state machine has."""

from aws_cdk import Duration
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from healthcare_infra.constructs.observability.operator_alarm import OperatorAlarm


def alarm_on_executions(
    scope: Construct, machine: sfn.IStateMachine, *, tells: sns.ITopic, failed: str, timed_out: str
) -> None:
    """Speak when an execution failed or was cut off; ``failed`` and ``timed_out`` say what to do then."""
    period = Duration.minutes(5)
    for construct_id, metric, text in (
        ("ExecutionsFailed", machine.metric_failed(period=period, statistic="Sum"), failed),
        ("ExecutionsTimedOut", machine.metric_timed_out(period=period, statistic="Sum"), timed_out),
    ):
        OperatorAlarm(scope, construct_id, metric=metric, tells=tells, text=text)
