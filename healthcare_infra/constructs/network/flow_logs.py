"""Records of every connection, accepted or refused, in an encrypted log group (164.312(b))."""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.access.grants import THIS_ACCOUNT
from healthcare_infra.constructs.access.least_privilege_role import LeastPrivilegeRole
from healthcare_infra.constructs.observability.encrypted_log_group import EncryptedLogGroup


class FlowLogs(Construct):
    """Flow logs of the VPC, one record per connection and minute."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, vpc: ec2.IVpc, key: kms.IKey
    ) -> None:
        super().__init__(scope, construct_id)
        group = EncryptedLogGroup(self, "Logs", config=config, key=key)
        identity = LeastPrivilegeRole(
            self,
            "Identity",
            service="vpc-flow-logs.amazonaws.com",
            description="VPC flow logs: writes to their log group",
            conditions=THIS_ACCOUNT,
        )
        identity.allow(
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "logs:DescribeLogStreams",
            on=[group.log_group_arn],
        )
        ec2.FlowLog(
            self,
            "FlowLog",
            resource_type=ec2.FlowLogResourceType.from_vpc(vpc),
            destination=ec2.FlowLogDestination.to_cloud_watch_logs(group, identity.role),
            traffic_type=ec2.FlowLogTrafficType.ALL,
            max_aggregation_interval=ec2.FlowLogMaxAggregationInterval.ONE_MINUTE,
        )
