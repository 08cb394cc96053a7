"""Network: the VPC with its five tiers, who may speak to whom, and the private doors to AWS."""

from typing import Unpack

from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.network.access_lists import TierAccessLists
from healthcare_infra.constructs.network.endpoints import PrivateEndpoints
from healthcare_infra.constructs.network.flow_logs import FlowLogs
from healthcare_infra.constructs.network.security_groups import RoleSecurityGroups
from healthcare_infra.constructs.network.subnets import Tier
from healthcare_infra.constructs.network.tiered_vpc import TieredVpc
from healthcare_infra.exports import KeyExports, NetworkExports
from healthcare_infra.stacks.options import StackOptions


class NetworkStack(Stack):
    """Makes the VPC. Exports its tiers and roles; consumes the log key."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        keys: KeyExports,
        **options: Unpack[StackOptions],
    ) -> None:
        super().__init__(scope, construct_id, **options)
        self._zones = list(config.availability_zones)
        vpc = TieredVpc(self, "Vpc", network=config.network, zones=self._zones)
        roles = RoleSecurityGroups(self, "Roles", config=config, vpc=vpc)
        TierAccessLists(self, "AccessLists", config=config, vpc=vpc)
        PrivateEndpoints(self, "Endpoints", config=config, vpc=vpc, groups=roles.groups)
        FlowLogs(self, "FlowLogs", config=config, vpc=vpc, key=keys.logs)
        self.network = NetworkExports(
            vpc=vpc,
            public=_subnets(Tier.PUBLIC),
            application=_subnets(Tier.APPLICATION),
            ml=_subnets(Tier.ML),
            data=_subnets(Tier.DATA),
            hpc=_subnets(Tier.HPC),
            security_groups=roles.groups,
        )

    @property
    def availability_zones(self) -> list[str]:
        """The configured zones: CDK would otherwise look them up in the account."""
        return self._zones


def _subnets(tier: Tier) -> ec2.SubnetSelection:
    return ec2.SubnetSelection(subnet_group_name=tier)
