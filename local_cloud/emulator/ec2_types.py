"""EC2 resource types whose API ministack has, but not their CloudFormation type. Functional: Describe* shows them."""

import re
from collections.abc import Callable
from typing import Any

from ministack.services import ec2
from ministack.services.cloudformation import provisioners

from local_cloud.emulator.patching import PatchSet
from local_cloud.emulator.resource_types import (
    Properties,
    Provisioned,
    ResourceType,
    flag,
    mapping,
    register,
    resource_id,
    text,
)
from local_cloud.emulator.settings import EmulatorSettings

PATCHES = PatchSet("EC2 resource types")
PATCHES.require("services.ec2:_allocate_address", "p")
PATCHES.require("services.ec2:_create_nat_gateway", "params")
PATCHES.require("services.ec2:_create_network_acl", "params")
PATCHES.require("services.ec2:_create_network_acl_entry", "params")
PATCHES.require("services.ec2:_create_flow_logs", "params")
PATCHES.require("services.cloudformation.provisioners:_ec2_sg_permissions", "rules")
PATCHES.require("services.cloudformation.provisioners:_ec2_apply_tags", "physical_id props old_props")
for _store in ("_addresses", "_nat_gateways", "_network_acls", "_security_groups", "_flow_logs", "_vpcs"):
    PATCHES.require(f"services.ec2:{_store}")

_Query = dict[str, str | None]


def _call(function: Callable[[dict[str, list[str]]], tuple[int, object, bytes | str]], query: _Query) -> str:
    """Run one EC2 action in process; returns its XML.

    Raises
    ------
    ValueError
        The action refused the request; the message is the service's own.
    """
    status, _headers, body = function({name: [value] for name, value in query.items() if value is not None})
    answer = body.decode() if isinstance(body, bytes) else body
    if status >= 400:
        raise ValueError(answer)
    return answer


def _element(xml: str, tag: str) -> str:
    found = re.search(rf"<{tag}>([^<]+)</{tag}>", xml)
    if found is None:
        raise ValueError(f"EC2 answered without <{tag}>")
    return found[1]


def _optional(properties: Properties, name: str) -> str | None:
    return text(properties, name) or None


class ElasticIp(ResourceType):
    name = "AWS::EC2::EIP"

    def create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned:
        xml = _call(ec2._allocate_address, {"Domain": text(properties, "Domain", "vpc")})
        allocation, address = _element(xml, "allocationId"), _element(xml, "publicIp")
        provisioners._ec2_apply_tags(allocation, properties)
        return Provisioned(address, {"AllocationId": allocation, "PublicIp": address})

    def delete(self, physical_id: str, properties: Properties) -> None:
        for allocation, address in ec2._addresses.items():
            if address.get("PublicIp") == physical_id:
                ec2._addresses.pop(allocation, None)


class NatGateway(ResourceType):
    name = "AWS::EC2::NatGateway"

    def create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned:
        names = ("SubnetId", "AllocationId", "ConnectivityType")
        xml = _call(ec2._create_nat_gateway, {name: _optional(properties, name) for name in names})
        gateway = _element(xml, "natGatewayId")
        provisioners._ec2_apply_tags(gateway, properties)
        return Provisioned(gateway, {"NatGatewayId": gateway})

    def delete(self, physical_id: str, properties: Properties) -> None:
        ec2._nat_gateways.pop(physical_id, None)


class NetworkAcl(ResourceType):
    name = "AWS::EC2::NetworkAcl"

    def create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned:
        acl = _element(_call(ec2._create_network_acl, {"VpcId": text(properties, "VpcId")}), "networkAclId")
        provisioners._ec2_apply_tags(acl, properties)
        return Provisioned(acl, {"Id": acl})

    def delete(self, physical_id: str, properties: Properties) -> None:
        ec2._network_acls.pop(physical_id, None)


class NetworkAclEntry(ResourceType):
    """One rule; its identity is the list, the number and the direction."""

    name = "AWS::EC2::NetworkAclEntry"

    def create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned:
        acl = text(properties, "NetworkAclId")
        number, egress = text(properties, "RuleNumber"), flag(properties, "Egress")
        _call(
            ec2._create_network_acl_entry,
            {
                "NetworkAclId": acl,
                "RuleNumber": number,
                "Protocol": text(properties, "Protocol", "-1"),
                "RuleAction": text(properties, "RuleAction"),
                "Egress": str(egress).lower(),
                "CidrBlock": _optional(properties, "CidrBlock"),
                "Ipv6CidrBlock": _optional(properties, "Ipv6CidrBlock"),
            },
        )
        ports = mapping(properties, "PortRange")
        if ports:
            bounds = {"From": int(text(ports, "From")), "To": int(text(ports, "To"))}
            ec2._network_acls[acl]["Entries"][-1]["PortRange"] = bounds
        return Provisioned(f"{acl}|{number}|{str(egress).lower()}", {})

    def update(self, physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str) -> Provisioned:
        self.delete(physical_id, old)  # the number may stay the same: the old rule has to go first
        return self.create(logical_id, new, stack)

    def delete(self, physical_id: str, properties: Properties) -> None:
        acl, number, egress = physical_id.split("|")
        record = ec2._network_acls.get(acl)
        if record is not None:
            record["Entries"] = [
                entry
                for entry in record["Entries"]
                if (str(entry["RuleNumber"]), str(entry["Egress"]).lower()) != (number, egress)
            ]


@PATCHES.replaces("services.ec2:_network_acl_entry_xml", "entry")
def _network_acl_entry_xml(original: Any, entry: dict[str, Any]) -> str:
    """The rule with its port range, which ministack neither stores nor shows."""
    xml = str(original(entry))
    ports = entry.get("PortRange")
    shown = f"<portRange><from>{ports['From']}</from><to>{ports['To']}</to></portRange>" if ports else ""
    return xml.replace("</item>", f"{shown}</item>")


class SubnetNetworkAclAssociation(ResourceType):
    """A subnet has exactly one list: associating it with one takes it from the other."""

    name = "AWS::EC2::SubnetNetworkAclAssociation"

    def create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned:
        subnet, acl = text(properties, "SubnetId"), text(properties, "NetworkAclId")
        if acl not in ec2._network_acls:
            raise ValueError(f"The network ACL '{acl}' does not exist")
        for record in ec2._network_acls.values():
            record["Associations"] = [one for one in record["Associations"] if one.get("SubnetId") != subnet]
        association = resource_id("aclassoc")
        ec2._network_acls[acl]["Associations"].append(
            {"NetworkAclAssociationId": association, "NetworkAclId": acl, "SubnetId": subnet}
        )
        return Provisioned(association, {"AssociationId": association})

    def delete(self, physical_id: str, properties: Properties) -> None:
        for record in ec2._network_acls.values():
            record["Associations"] = [
                one for one in record["Associations"] if one.get("NetworkAclAssociationId") != physical_id
            ]


class _SecurityGroupRule(ResourceType):
    """One rule of a security group that another resource owns."""

    direction: str

    def create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned:
        group = self._group(properties)
        if group is None:
            raise ValueError(f"The security group '{text(properties, 'GroupId')}' does not exist")
        group[self.direction].extend(provisioners._ec2_sg_permissions([dict(properties)]))
        rule = resource_id("sgr")
        return Provisioned(rule, {"Id": rule})

    def delete(self, physical_id: str, properties: Properties) -> None:
        group = self._group(properties)
        if group is not None:
            for permission in provisioners._ec2_sg_permissions([dict(properties)]):
                if permission in group[self.direction]:
                    group[self.direction].remove(permission)

    @staticmethod
    def _group(properties: Properties) -> Any:
        return ec2._security_groups.get(text(properties, "GroupId"))


class SecurityGroupIngress(_SecurityGroupRule):
    name = "AWS::EC2::SecurityGroupIngress"
    direction = "IpPermissions"


class SecurityGroupEgress(_SecurityGroupRule):
    name = "AWS::EC2::SecurityGroupEgress"
    direction = "IpPermissionsEgress"


class FlowLog(ResourceType):
    """Recorded in EC2's own store; no traffic is logged, for there is no network."""

    name = "AWS::EC2::FlowLog"

    def create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned:
        names = ("ResourceType", "TrafficType", "LogDestinationType", "LogDestination", "LogGroupName")
        query: _Query = {name: _optional(properties, name) for name in names}
        xml = _call(ec2._create_flow_logs, {**query, "ResourceId.1": text(properties, "ResourceId")})
        found = re.search(r"fl-[0-9a-f]+", xml)
        if found is None:
            raise ValueError("EC2 answered without a flow log id")
        provisioners._ec2_apply_tags(found[0], properties)
        return Provisioned(found[0], {"Id": found[0]})

    def delete(self, physical_id: str, properties: Properties) -> None:
        ec2._flow_logs.pop(physical_id, None)


@PATCHES.finally_do
def install(_settings: EmulatorSettings) -> None:
    register(
        (
            ElasticIp(),
            NatGateway(),
            NetworkAcl(),
            NetworkAclEntry(),
            SubnetNetworkAclAssociation(),
            SecurityGroupIngress(),
            SecurityGroupEgress(),
            FlowLog(),
        )
    )
    _complete_vpc_attributes()


def _complete_vpc_attributes() -> None:
    """``Fn::GetAtt Vpc.CidrBlock`` and its siblings, which stock lacks: the CDK's endpoint rules need them."""
    handler = provisioners._RESOURCE_HANDLERS["AWS::EC2::VPC"]
    stock = handler["create"]

    def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, dict[str, object]]:
        vpc, attributes = stock(logical_id, properties, stack)
        return vpc, {
            **attributes,
            "CidrBlock": text(properties, "CidrBlock"),
            "CidrBlockAssociations": [resource_id("vpc-cidr-assoc")],
            "Ipv6CidrBlocks": [],
        }

    provisioners._RESOURCE_HANDLERS["AWS::EC2::VPC"] = {**handler, "create": create}
