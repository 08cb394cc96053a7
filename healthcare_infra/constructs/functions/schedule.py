"""A function that is called every few minutes, one copy at a time."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from healthcare_infra.constructs.functions.runtime_function import RuntimeFunction

_LONGEST_RUN: Final = Duration.minutes(10)


class Schedule(events.Rule):
    """Calls the function at a fixed interval; a call that meets another waits or is dropped, the next does its work."""

    def __init__(
        self, scope: Construct, construct_id: str, *, calls: RuntimeFunction, interval: Duration, description: str
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            description=description,
            schedule=events.Schedule.rate(interval),
            targets=[targets.LambdaFunction(calls.function)],
        )


def seconds_between(interval: Duration) -> int:
    """How long a run may take: until the next call, ten minutes at the most."""
    return int(min(interval.to_seconds(), _LONGEST_RUN.to_seconds()))
