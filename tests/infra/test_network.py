"""The network has the addresses of the design, and nothing is open that no flow needs."""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Network
from itertools import combinations
from typing import Any

import pytest
from aws_cdk.assertions import Template
from hypothesis import given
from hypothesis import strategies as st

from healthcare_infra.assembly import Synthesis
from healthcare_infra.config import ConfigError, DicomConfig, NetworkConfig, StageConfig, load_stage
from healthcare_infra.constructs.network.security_groups import flows
from healthcare_infra.constructs.network.subnets import Tier, tier_cidrs
from tests.infra import departures
from tests.infra.templates import resources, stack_template

# Written out, not computed: the design's table (section 3) and nothing else.
TWO_ZONES = {
    "public": {"10.0.1.0/24", "10.0.2.0/24"},
    "application": {"10.0.10.0/24", "10.0.11.0/24"},
    "ml": {"10.0.15.0/24", "10.0.16.0/24"},
    "data": {"10.0.20.0/24", "10.0.21.0/24"},
    "hpc": {"10.0.30.0/24", "10.0.31.0/24"},
}
THREE_ZONES = {
    "public": {"10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"},
    "application": {"10.0.10.0/24", "10.0.11.0/24", "10.0.12.0/24"},
    "ml": {"10.0.15.0/24", "10.0.16.0/24", "10.0.17.0/24"},
    "data": {"10.0.20.0/24", "10.0.21.0/24", "10.0.22.0/24"},
    "hpc": {"10.0.30.0/24", "10.0.31.0/24", "10.0.32.0/24"},
}


def subnets_by_tier(found: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Tier -> CIDR -> zone."""
    tiers: dict[str, dict[str, str]] = {}
    for subnet in found.values():
        properties = subnet["Properties"]
        tier = next(tag["Value"] for tag in properties["Tags"] if tag["Key"] == "aws-cdk:subnet-name")
        tiers.setdefault(tier, {})[properties["CidrBlock"]] = properties["AvailabilityZone"]
    return tiers


def network_variant(**network: Any) -> StageConfig:
    return replace(load_stage("dev"), network=NetworkConfig(**network))


@pytest.mark.parametrize(("stage", "table"), [("dev", TWO_ZONES), ("local", TWO_ZONES), ("production", THREE_ZONES)])
def test_subnets_are_exactly_those_of_the_design(synthesis: Synthesis, stage: str, table: dict[str, set[str]]) -> None:
    subnets = {
        resource.logical_id: resource.body
        for resource in resources(synthesis, "AWS::EC2::Subnet")
        if resource.stage == stage
    }
    tiers = subnets_by_tier(subnets)
    assert {tier: set(cidrs) for tier, cidrs in tiers.items()} == table
    for cidrs in tiers.values():
        # The n-th octet belongs to the n-th zone, in every tier alike.
        assert [cidrs[cidr] for cidr in sorted(cidrs)] == list(load_stage(stage).availability_zones)


@given(second=st.integers(0, 255), zones=st.sampled_from([("a", "b"), ("a", "b", "c"), ("d", "b", "f")]))
def test_subnets_never_overlap_and_never_leave_the_vpc(second: int, zones: tuple[str, ...]) -> None:
    config = NetworkConfig(vpc_cidr=f"10.{second}.0.0/16", availability_zones=zones)
    subnets = [IPv4Network(cidr) for tier in Tier for cidr in tier_cidrs(config, tier)]
    assert len({*subnets}) == len(Tier) * len(zones)
    assert all(subnet.subnet_of(config.network) for subnet in subnets)
    assert not any(one.overlaps(other) for one, other in combinations(subnets, 2))


def test_no_subnet_assigns_public_addresses(synthesis: Synthesis) -> None:
    assert [
        str(subnet)
        for subnet in resources(synthesis, "AWS::EC2::Subnet")
        if subnet.properties.get("MapPublicIpOnLaunch") is not False
    ] == []


def test_the_disaster_recovery_region_has_the_same_octets() -> None:
    template = stack_template(
        replace(network_variant(vpc_cidr="10.1.0.0/16", availability_zones=("a", "b", "c")), region="us-west-2"),
        "network",
    )
    tiers = subnets_by_tier(template.find_resources("AWS::EC2::Subnet"))
    assert {tier: {cidr.replace("10.1.", "10.0.") for cidr in cidrs} for tier, cidrs in tiers.items()} == THREE_ZONES
    assert {zone for cidrs in tiers.values() for zone in cidrs.values()} == {"us-west-2a", "us-west-2b", "us-west-2c"}


def routes_to_the_internet(template: Template) -> dict[str, set[str]]:
    """Tier -> kinds of targets of its default routes."""
    found: dict[str, set[str]] = {}
    for route in template.find_resources("AWS::EC2::Route").values():
        properties = route["Properties"]
        tier = properties["RouteTableId"]["Ref"].removeprefix("Vpc").partition("Subnet")[0]
        kinds = {key for key in properties if key.endswith("Id") and key != "RouteTableId"}
        found.setdefault(tier, set()).update(kinds)
    return found


@pytest.mark.parametrize(("nat_gateways", "count"), [("none", 0), ("one", 1), ("per_az", 3)])
def test_nat_is_none_one_or_one_per_zone_and_data_never_uses_it(nat_gateways: str, count: int) -> None:
    template = stack_template(network_variant(nat_gateways=nat_gateways, availability_zones=("a", "b", "c")), "network")
    template.resource_count_is("AWS::EC2::NatGateway", count)
    routes = routes_to_the_internet(template)
    assert routes.pop("public") == {"GatewayId"}
    assert "data" not in routes
    assert routes == ({} if count == 0 else {tier: {"NatGatewayId"} for tier in ("application", "ml", "hpc")})


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("none", set()),
        (
            "core",
            {
                *("medical-imaging", "logs", "sqs", "states", "ecr.api", "ecr.dkr"),
                *("kms", "sns", "secretsmanager", "sagemaker.runtime", "comprehendmedical"),
            },
        ),
    ],
)
def test_endpoints_are_those_that_the_stage_chose(choice: str, expected: set[str]) -> None:
    zones = ("a", "b", "c")
    config = network_variant(nat_gateways="one", availability_zones=zones, interface_endpoints=choice)
    template = stack_template(config, "network")
    endpoints = template.find_resources("AWS::EC2::VPCEndpoint").values()
    kinds = [endpoint["Properties"]["VpcEndpointType"] for endpoint in endpoints]
    assert kinds.count("Gateway") == 2
    interfaces = {
        endpoint["Properties"]["ServiceName"].removeprefix("com.amazonaws.us-east-1.")
        for endpoint in endpoints
        if endpoint["Properties"]["VpcEndpointType"] == "Interface"
    }
    assert interfaces == expected


def test_comprehend_medical_has_a_door_only_where_it_is_asked() -> None:
    assert not departures.DEV.documents.comprehend_medical
    for stage, doors in ((load_stage("dev"), 1), (departures.DEV, 0)):
        template = stack_template(stage, "network")
        found = template.find_resources("AWS::EC2::VPCEndpoint").values()
        names = [each["Properties"]["ServiceName"] for each in found]
        assert sum("comprehendmedical" in str(name) for name in names) == doors


def test_all_endpoints_are_more_than_the_core_and_stand_in_every_zone(synthesis: Synthesis) -> None:
    endpoints = {
        endpoint.properties["ServiceName"].rpartition("us-east-1.")[2]: len(endpoint.properties["SubnetIds"])
        for endpoint in resources(synthesis, "AWS::EC2::VPCEndpoint")
        if endpoint.stage == "production" and endpoint.properties["VpcEndpointType"] == "Interface"
    }
    assert {"medical-imaging", "runtime-medical-imaging", "secretsmanager", "kms"} <= set(endpoints)
    assert set(endpoints.values()) == {3}


def test_gateway_endpoints_serve_every_tier(synthesis: Synthesis) -> None:
    for endpoint in resources(synthesis, "AWS::EC2::VPCEndpoint"):
        if endpoint.properties["VpcEndpointType"] == "Gateway":
            zones = len(load_stage(endpoint.stage).availability_zones)
            assert len(endpoint.properties["RouteTableIds"]) == 5 * zones, str(endpoint)


def properties_of(template: Template, kind: str) -> list[dict[str, Any]]:
    return [resource["Properties"] for resource in template.find_resources(kind).values()]


def test_every_flow_is_open_at_both_ends_and_nothing_else_is() -> None:
    config = replace(load_stage("dev"), dicom=DicomConfig(client_cidrs=("192.0.2.0/24",)))
    template = stack_template(config, "network")

    def role(logical_id: str) -> str:
        name = logical_id.removeprefix("Roles")[:-8]
        return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")

    def role_of(reference: dict[str, Any]) -> str:
        return role(reference["Fn::GetAtt"][0])

    inward = {
        (role_of(rule["SourceSecurityGroupId"]), role_of(rule["GroupId"]), rule.get("FromPort"))
        for rule in properties_of(template, "AWS::EC2::SecurityGroupIngress")
    }
    outward = {
        (role_of(rule["GroupId"]), role_of(rule["DestinationSecurityGroupId"]), rule.get("FromPort"))
        for rule in properties_of(template, "AWS::EC2::SecurityGroupEgress")
    }
    clients, leaving = set(), set()
    for logical_id, group in template.find_resources("AWS::EC2::SecurityGroup").items():
        for rule in group["Properties"].get("SecurityGroupIngress", ()):
            clients.add((rule["CidrIp"], role(logical_id), rule["FromPort"], rule["ToPort"]))
        # A group without an inline rule would get AWS's default: everything out.
        assert group["Properties"]["SecurityGroupEgress"], logical_id
        for rule in group["Properties"]["SecurityGroupEgress"]:
            if rule["Description"] != "Disallow all traffic":
                leaving.add((rule["CidrIp"], role(logical_id), rule["FromPort"], rule["ToPort"]))

    expected = {(flow.source, flow.target, flow.port) for flow in flows(config)} | {("hpc", "hpc", None)}
    assert inward == expected
    assert outward == expected
    assert leaving == {("0.0.0.0/0", caller, 443, 443) for caller in ("dicom_service", "functions", "ml", "hpc")}
    assert clients == {(cidr, "dicom_balancer", 11112, 11112) for cidr in ("10.0.0.0/16", "192.0.2.0/24")}


def entries(
    synthesis: Synthesis, tier: str, *, egress: bool
) -> list[tuple[int, str, int, tuple[int, int] | None, str]]:
    """The access list of one tier in production: number, CIDR, protocol, ports, action; in order of trial."""
    found = []
    for entry in resources(synthesis, "AWS::EC2::NetworkAclEntry"):
        properties = entry.properties
        owner = properties["NetworkAclId"]["Ref"].removeprefix("AccessLists").lower()
        if entry.stage == "production" and owner.startswith(tier) and properties["Egress"] is egress:
            ports = properties.get("PortRange")
            found.append(
                (
                    properties["RuleNumber"],
                    properties["CidrBlock"],
                    properties["Protocol"],
                    (ports["From"], ports["To"]) if ports else None,
                    properties["RuleAction"],
                )
            )
    return sorted(found)


def test_every_subnet_has_the_access_list_of_its_tier(synthesis: Synthesis) -> None:
    for stage in ("dev", "production"):
        bound = [
            association
            for association in resources(synthesis, "AWS::EC2::SubnetNetworkAclAssociation")
            if association.stage == stage
        ]
        assert len(bound) == 5 * len(load_stage(stage).availability_zones)


def test_the_data_tier_speaks_to_the_vpc_alone(synthesis: Synthesis) -> None:
    for egress in (False, True):
        assert entries(synthesis, "data", egress=egress) == [(100, "10.0.0.0/16", -1, None, "allow")]


@pytest.mark.parametrize("tier", ["public", "application", "ml", "hpc"])
def test_administration_ports_are_denied_before_answers_are_let_in(synthesis: Synthesis, tier: str) -> None:
    """EC2.21 of the AWS Foundational Security Best Practices: no access list admits 22 or 3389 from anywhere."""
    decided: dict[int, str] = {}
    for _, cidr, _, ports, action in entries(synthesis, tier, egress=False):
        if IPv4Network(cidr).prefixlen == 0 and ports is not None:
            for port in (22, 3389, 40000):
                if ports[0] <= port <= ports[1]:
                    decided.setdefault(port, action)
    assert decided == {22: "deny", 3389: "deny", 40000: "allow"}


def test_more_client_networks_than_an_access_list_holds_are_refused() -> None:
    config = replace(load_stage("dev"), dicom=DicomConfig(client_cidrs=tuple(f"192.0.{n}.0/24" for n in range(20))))
    with pytest.raises(ConfigError, match=r"^dicom\.client_cidrs=.*must be fewer, wider networks: .* AWS allows 20"):
        stack_template(config, "network")


def test_flow_logs_record_everything_into_an_encrypted_group(synthesis: Synthesis) -> None:
    logs = list(resources(synthesis, "AWS::EC2::FlowLog"))
    assert {log.stage for log in logs} == {"dev", "staging", "production", "local"}
    for log in logs:
        assert log.properties["TrafficType"] == "ALL", str(log)
        assert log.properties["LogDestinationType"] == "cloud-watch-logs", str(log)


def test_the_default_security_group_is_emptied(synthesis: Synthesis) -> None:
    assert {resource.stage for resource in resources(synthesis, "Custom::VpcRestrictDefaultSG")} == {
        "dev", "staging", "production", "local",
    }  # fmt: skip
