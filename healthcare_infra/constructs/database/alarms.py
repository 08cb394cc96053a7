"""Alarms of the consent database: each says what happened and what to do."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

from healthcare_infra.constructs.database.consent_database import ConsentDatabase
from healthcare_infra.constructs.observability.operator_alarm import OperatorAlarm

_PERIOD: Final = Duration.minutes(5)


class DatabaseAlarms(Construct):
    """The alarms on capacity, replication and deadlocks. A paused database reports nothing, and that is no alarm."""

    def __init__(self, scope: Construct, construct_id: str, *, database: ConsentDatabase, alerts: sns.ITopic) -> None:
        super().__init__(scope, construct_id)
        OperatorAlarm(
            self,
            "AtCapacity",
            metric=_metric(database, "ACUUtilization", "Average"),
            tells=alerts,
            above=90,
            periods=3,
            text="The consent database works at its largest capacity. Look at Performance Insights for the statement"
            " that costs most; raise database.maximum_capacity if the load is real.",
        )
        OperatorAlarm(
            self,
            "Deadlocks",
            metric=_metric(database, "Deadlocks", "Average"),
            tells=alerts,
            text="Transactions of the consent database blocked each other and one was ended. Writers retry; if the"
            " alarm returns, look for a client that changes many consents of one patient at once.",
        )
        OperatorAlarm(
            self,
            "ReplicaLag",
            metric=_metric(database, "AuroraReplicaLagMaximum", "Maximum"),
            tells=alerts,
            above=2_000,  # milliseconds
            periods=3,
            text="A reader is more than two seconds behind, so a failover would take longer. Check its CPU and memory"
            " in enhanced monitoring.",
        )


def _metric(database: ConsentDatabase, name: str, statistic: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/RDS",
        metric_name=name,
        dimensions_map={"DBClusterIdentifier": database.identifier},
        statistic=statistic,
        period=_PERIOD,
    )
