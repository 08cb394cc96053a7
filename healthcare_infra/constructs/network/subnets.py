"""The subnets, exactly as the design's table has them: no allocation order decides an address.

Third octet, one per zone. Two zones: public 1, 2; application 10, 11; ML 15, 16; data 20, 21; HPC 30, 31.
Three zones: public 0, 1, 2; application 10-12; ML 15-17; data 20-22; HPC 30-32. All /24 (seeds 000, 001, 004).
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import jsii
from aws_cdk import aws_ec2 as ec2

from healthcare_infra.config import NetworkConfig


class Tier(StrEnum):
    """A layer of the network; its value is the subnets' group name."""

    PUBLIC = "public"
    APPLICATION = "application"
    ML = "ml"
    DATA = "data"
    HPC = "hpc"


_FIRST_OCTET: Final = {Tier.APPLICATION: 10, Tier.ML: 15, Tier.DATA: 20, Tier.HPC: 30}


def third_octet(tier: Tier, zone: int, zones: int) -> int:
    """The third octet of the tier's subnet in the ``zone``-th of ``zones`` zones (from 0)."""
    if tier is Tier.PUBLIC:
        # Seeds 000 and 001 start two zones at 1, seed 004 starts three at 0.
        return zone + (1 if zones == 2 else 0)
    return _FIRST_OCTET[tier] + zone


def subnet_cidr(network: NetworkConfig, tier: Tier, zone: int) -> str:
    """One subnet's CIDR: ``10.0.{octet}.0/24`` in the primary region, ``10.1.{octet}.0/24`` in the other."""
    octet = third_octet(tier, zone, len(network.availability_zones))
    base = network.network.network_address + (octet << 8)
    return f"{base}/24"


def tier_cidrs(network: NetworkConfig, tier: Tier) -> tuple[str, ...]:
    """The CIDRs of one tier, zone by zone."""
    return tuple(subnet_cidr(network, tier, zone) for zone in range(len(network.availability_zones)))


def subnet_configuration(network: NetworkConfig) -> list[ec2.SubnetConfiguration]:
    """The tiers as the VPC construct wants them. Data never has a route out; the others have one behind NAT."""
    private = ec2.SubnetType.PRIVATE_ISOLATED if network.nat_gateways == "none" else ec2.SubnetType.PRIVATE_WITH_EGRESS
    types = {Tier.PUBLIC: ec2.SubnetType.PUBLIC, Tier.DATA: ec2.SubnetType.PRIVATE_ISOLATED}
    return [
        ec2.SubnetConfiguration(
            name=tier,
            subnet_type=types.get(tier, private),
            map_public_ip_on_launch=False if tier is Tier.PUBLIC else None,
        )
        for tier in Tier
    ]


@jsii.implements(ec2.IIpAddresses)
class DesignedAddresses:
    """Gives each requested subnet the CIDR that the design wrote down for its tier and zone."""

    def __init__(self, network: NetworkConfig) -> None:
        self._network = network

    def allocate_vpc_cidr(self) -> ec2.VpcIpamOptions:
        return ec2.VpcIpamOptions(cidr_block=self._network.vpc_cidr)

    def allocate_subnets_cidr(self, *, requested_subnets: Sequence[object], vpc_cidr: str) -> ec2.SubnetIpamOptions:
        # CDK asks tier by tier as configured, and within a tier zone by zone.
        return ec2.SubnetIpamOptions(
            allocated_subnets=[
                ec2.AllocatedSubnet(cidr=cidr) for tier in Tier for cidr in tier_cidrs(self._network, tier)
            ]
        )
