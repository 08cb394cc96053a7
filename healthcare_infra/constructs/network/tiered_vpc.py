"""The VPC itself: five tiers at designed addresses, and no default that lets anything through."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from healthcare_infra.compliance.acknowledgement import acknowledge, acknowledge_template_rule
from healthcare_infra.config import NetworkConfig
from healthcare_infra.constructs.network.subnets import DesignedAddresses, subnet_configuration

_NAT_GATEWAYS: Final = {"none": 0, "one": 1, "per_az": None}


class TieredVpc(ec2.Vpc):
    """A VPC whose default security group is emptied and whose subnets never assign public addresses."""

    def __init__(self, scope: Construct, construct_id: str, *, network: NetworkConfig, zones: Sequence[str]) -> None:
        super().__init__(
            scope,
            construct_id,
            ip_addresses=DesignedAddresses(network),
            availability_zones=list(zones),
            subnet_configuration=subnet_configuration(network),
            nat_gateways=_NAT_GATEWAYS[network.nat_gateways],
            restrict_default_security_group=True,
        )
        for subnet in (*self.public_subnets, *self.private_subnets, *self.isolated_subnets):
            acknowledge_template_rule(
                subnet.node.find_child("Subnet"),
                "W3010",
                "Zones are configuration: a lookup could move a subnet, and with it every database in it.",
            )
        for subnet in self.public_subnets:
            acknowledge(
                subnet.node.find_child("DefaultRoute"),
                "VPCNoUnrestrictedRouteToIGW",
                "Public subnets hold load balancers and NAT only; they assign no public addresses, and security groups"
                " and network ACLs admit the configured DICOM clients alone.",
            )
