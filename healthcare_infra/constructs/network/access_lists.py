"""One network ACL per tier: the second, stateless wall behind the security groups (seed 002; 164.312(e)(1)).

Stateless means that answers need rules too: each tier lets ephemeral ports back in, after a rule that denies the
administration ports which lie among them.
"""

from dataclasses import dataclass
from typing import Final

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.config.checks import require
from healthcare_infra.constructs.network.security_groups import HTTPS
from healthcare_infra.constructs.network.subnets import Tier

ANYWHERE: Final = "0.0.0.0/0"
_SSH: Final = 22
_REMOTE_DESKTOP: Final = 3389
# The quota of network ACLs, per direction.
RULES_PER_DIRECTION: Final = 20
_EPHEMERAL: Final = (1024, 65535)


@dataclass(frozen=True, slots=True)
class Entry:
    """One TCP rule; ``ports`` None is every protocol."""

    cidr: str
    ports: tuple[int, int] | None
    allow: bool = True


@dataclass(frozen=True, slots=True)
class AccessList:
    """The rules of one tier, in the order in which they are tried."""

    inbound: tuple[Entry, ...]
    outbound: tuple[Entry, ...]


def access_lists(config: StageConfig) -> dict[Tier, AccessList]:
    """What each tier lets through."""
    vpc = config.network.vpc_cidr
    inside = Entry(vpc, None)
    answers = (
        Entry(ANYWHERE, (_SSH, _SSH), allow=False),
        Entry(ANYWHERE, (_REMOTE_DESKTOP, _REMOTE_DESKTOP), allow=False),
        Entry(ANYWHERE, _EPHEMERAL),
    )
    https_out = Entry(ANYWHERE, (HTTPS, HTTPS))
    clients = tuple(Entry(cidr, (config.dicom.port, config.dicom.port)) for cidr in config.dicom.client_cidrs)
    # The balancer keeps the senders' addresses, so the tasks' answers leave for them; so do commitment results.
    to_clients = tuple(
        Entry(cidr, ports)
        for cidr in config.dicom.client_cidrs
        for ports in (_EPHEMERAL, *((port, port) for port in config.dicom.storage_commitment_ports if port < 1024))
    )
    private = AccessList(inbound=(inside, *answers), outbound=(inside, https_out))
    return {
        Tier.PUBLIC: AccessList(
            inbound=(inside, *clients, *answers), outbound=(inside, https_out, Entry(ANYWHERE, _EPHEMERAL))
        ),
        Tier.APPLICATION: AccessList(inbound=private.inbound, outbound=(*private.outbound, *to_clients)),
        Tier.ML: private,
        Tier.DATA: AccessList(inbound=(inside,), outbound=(inside,)),
        Tier.HPC: private,
    }


class TierAccessLists(Construct):
    """The network ACLs, each bound to its tier's subnets."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig, vpc: ec2.Vpc) -> None:
        super().__init__(scope, construct_id)
        for tier, rules in access_lists(config).items():
            name = tier.capitalize()
            acl = ec2.NetworkAcl(self, name, vpc=vpc, subnet_selection=ec2.SubnetSelection(subnet_group_name=tier))
            for direction, entries in (
                (ec2.TrafficDirection.INGRESS, rules.inbound),
                (ec2.TrafficDirection.EGRESS, rules.outbound),
            ):
                require(
                    len(entries) <= RULES_PER_DIRECTION,
                    "dicom.client_cidrs",
                    config.dicom.client_cidrs,
                    f"fewer, wider networks: the {tier} tier's access list has {len(entries)} rules one way, and AWS"
                    f" allows {RULES_PER_DIRECTION}",
                )
                for number, entry in enumerate(entries, start=1):
                    acl.add_entry(
                        f"{direction.name.capitalize()}{number * 100}",
                        direction=direction,
                        rule_number=number * 100,
                        cidr=ec2.AclCidr.ipv4(entry.cidr),
                        traffic=ec2.AclTraffic.all_traffic()
                        if entry.ports is None
                        else ec2.AclTraffic.tcp_port_range(*entry.ports),
                        rule_action=ec2.Action.ALLOW if entry.allow else ec2.Action.DENY,
                    )
