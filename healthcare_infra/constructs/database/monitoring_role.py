"""The role in which RDS writes the operating system metrics of a database instance (enhanced monitoring)."""

from aws_cdk import ArnFormat, Stack
from constructs import Construct

from healthcare_infra.constructs.access.grants import THIS_ACCOUNT
from healthcare_infra.constructs.access.least_privilege_role import LeastPrivilegeRole


class MonitoringRole(Construct):
    """May write to the one log group that RDS uses in an account, and nothing else."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        identity = LeastPrivilegeRole(
            self,
            "Identity",
            service="monitoring.rds.amazonaws.com",
            description="RDS enhanced monitoring: writes its metrics",
            conditions=THIS_ACCOUNT,
        )
        group = Stack.of(self).format_arn(
            service="logs",
            resource="log-group",
            resource_name="RDSOSMetrics",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        identity.allow("logs:CreateLogGroup", "logs:PutRetentionPolicy", on=[group])
        identity.allow(
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "logs:DescribeLogStreams",
            "logs:GetLogEvents",
            on=[f"{group}:log-stream:*"],
        )
        self.arn = identity.arn
