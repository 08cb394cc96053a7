"""Alarms of the consent database: each says what happened and what to do."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from healthcare_infra.constructs.database.consent_database import ConsentDatabase

_PERIOD: Final = Duration.minutes(5)


class DatabaseAlarms(Construct):
    """The alarms on capacity, replication and deadlocks. A paused database reports nothing, and that is no alarm."""

    def __init__(self, scope: Construct, construct_id: str, *, database: ConsentDatabase, alerts: sns.ITopic) -> None:
        super().__init__(scope, construct_id)
        self._action = actions.SnsAction(alerts)
        self._database = database
        self._alarm(
            "AtCapacity",
            "ACUUtilization",
            "Average",
            above=90,
            periods=3,
            text="The consent database works at its largest capacity. Look at Performance Insights for the statement"
            " that costs most; raise database.maximum_capacity if the load is real.",
        )
        self._alarm(
            "Deadlocks",
            "Deadlocks",
            "Average",
            above=0,
            periods=1,
            text="Transactions of the consent database blocked each other and one was ended. Writers retry; if the"
            " alarm returns, look for a client that changes many consents of one patient at once.",
        )
        self._alarm(
            "ReplicaLag",
            "AuroraReplicaLagMaximum",
            "Maximum",
            above=2_000,  # milliseconds
            periods=3,
            text="A reader is more than two seconds behind, so a failover would take longer. Check its CPU and memory"
            " in enhanced monitoring.",
        )

    def _alarm(self, construct_id: str, metric: str, statistic: str, *, above: float, periods: int, text: str) -> None:
        cloudwatch.Alarm(
            self,
            construct_id,
            metric=cloudwatch.Metric(
                namespace="AWS/RDS",
                metric_name=metric,
                dimensions_map={"DBClusterIdentifier": self._database.identifier},
                statistic=statistic,
                period=_PERIOD,
            ),
            threshold=above,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=periods,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=text,
        ).add_alarm_action(self._action)
