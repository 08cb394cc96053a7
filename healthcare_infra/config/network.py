"""The VPC of a stage: addresses, zones, ways out, private doors."""

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal

from healthcare_infra.config.checks import require, require_cidr

InterfaceEndpoints = Literal["none", "core", "all"]
EndpointZones = Literal["one", "all"]
NatGateways = Literal["none", "one", "per_az"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkConfig:
    """The VPC (design section 3; seeds 000, 001, 002, 004).

    ``vpc_cidr`` is a /16; the tiers are /24 networks at the design's third octets. ``availability_zones`` are the
    letters behind the region's name: two or three. No lookup ever decides them.
    """

    vpc_cidr: str = "10.0.0.0/16"
    availability_zones: tuple[str, ...] = ("a", "b")
    nat_gateways: NatGateways = "none"
    interface_endpoints: InterfaceEndpoints = "core"
    endpoint_zones: EndpointZones = "all"
    """In how many zones each interface endpoint has an address: ``one`` costs least and fails with its zone."""

    def __post_init__(self) -> None:
        cidr = require_cidr("network.vpc_cidr", self.vpc_cidr)
        require(cidr.prefixlen == 16, "network.vpc_cidr", self.vpc_cidr, "a /16, such as 10.0.0.0/16")
        letters = self.availability_zones
        require(
            len(letters) in (2, 3)
            and len(set(letters)) == len(letters)
            and all(len(letter) == 1 and letter in "abcdef" for letter in letters),
            "network.availability_zones",
            letters,
            "two or three different letters, such as ('a', 'b')",
        )
        require(
            self.nat_gateways in ("none", "one", "per_az"),
            "network.nat_gateways",
            self.nat_gateways,
            "none, one or per_az",
        )
        require(
            self.interface_endpoints in ("none", "core", "all"),
            "network.interface_endpoints",
            self.interface_endpoints,
            "none, core or all",
        )
        require(self.endpoint_zones in ("one", "all"), "network.endpoint_zones", self.endpoint_zones, "one or all")
        require(
            self.nat_gateways != "none" or self.interface_endpoints != "none",
            "network.interface_endpoints",
            self.interface_endpoints,
            "core or all while network.nat_gateways is none: the tasks could reach no AWS service",
        )

    @property
    def network(self) -> IPv4Network:
        return IPv4Network(self.vpc_cidr)
