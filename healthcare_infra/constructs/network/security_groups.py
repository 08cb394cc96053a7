"""One security group per role, and the only table of who may speak to whom.

A flow is written once; both ends are opened from it. Nothing is open by default, outbound included.
"""

from dataclasses import dataclass
from typing import Final

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from healthcare_infra.compliance.acknowledgement import acknowledge
from healthcare_infra.config import StageConfig
from healthcare_infra.exports import SecurityGroups

HTTPS: Final = 443
POSTGRESQL: Final = 5432

_ROLES: Final = {
    "dicom_balancer": "Network load balancer of the DICOM Store SCP",
    "dicom_service": "Tasks of the DICOM Store SCP",
    "functions": "Lambda functions",
    "endpoints": "Interface endpoints",
    "ml": "Training and inference",
    "data": "Databases",
    "hpc": "HPC head and compute nodes",
}


@dataclass(frozen=True, slots=True)
class Flow:
    """Connections that ``source`` may open to ``target`` on a TCP port."""

    source: str
    target: str
    port: int
    why: str


def flows(config: StageConfig) -> tuple[Flow, ...]:
    """Every permitted flow between two roles."""
    callers = ("dicom_service", "functions", "ml", "hpc")
    return (
        Flow("dicom_balancer", "dicom_service", config.dicom.port, "associations"),
        Flow("dicom_balancer", "dicom_service", config.dicom.health_port, "readiness"),
        *(Flow(caller, "endpoints", HTTPS, "AWS services") for caller in callers),
        *(Flow(caller, "data", POSTGRESQL, "SQL") for caller in ("functions", "ml")),
    )


class RoleSecurityGroups(Construct):
    """The groups and the rules between them."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig, vpc: ec2.IVpc) -> None:
        super().__init__(scope, construct_id)
        groups = {
            role: ec2.SecurityGroup(
                self,
                "".join(word.capitalize() for word in role.split("_")),
                vpc=vpc,
                description=description,
                allow_all_outbound=False,
            )
            for role, description in _ROLES.items()
        }
        for flow in flows(config):
            groups[flow.source].connections.allow_to(groups[flow.target], ec2.Port.tcp(flow.port), flow.why)
        self._open_to_clients(config, groups["dicom_balancer"])
        self._open_to_commitment_peers(config, groups["dicom_service"])
        self._open_to_aws(groups)
        self._open_within(groups["hpc"])
        self._close_the_rest(groups["dicom_balancer"])
        self.groups = SecurityGroups(**groups)

    @staticmethod
    def _open_to_clients(config: StageConfig, balancer: ec2.SecurityGroup) -> None:
        """Modalities inside the VPC and in the networks that the stage names."""
        for cidr in (config.network.vpc_cidr, *config.dicom.client_cidrs):
            balancer.add_ingress_rule(ec2.Peer.ipv4(cidr), ec2.Port.tcp(config.dicom.port), "DICOM senders")

    @staticmethod
    def _open_to_commitment_peers(config: StageConfig, service: ec2.SecurityGroup) -> None:
        """Storage commitment is answered on an association of our own where the sender has left (PS3.4 J.3.3)."""
        for port in config.dicom.storage_commitment_ports:
            for cidr in (config.network.vpc_cidr, *config.dicom.client_cidrs):
                service.add_egress_rule(ec2.Peer.ipv4(cidr), ec2.Port.tcp(port), "storage commitment results")

    @staticmethod
    def _open_to_aws(groups: dict[str, ec2.SecurityGroup]) -> None:
        """HTTPS out of the private tiers: the gateway endpoints of S3 and DynamoDB answer at public addresses.

        Where a stage has no NAT the route table ends there, so nothing else can be reached.
        """
        for role in ("dicom_service", "functions", "ml", "hpc"):
            groups[role].add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(HTTPS), "S3 and DynamoDB endpoints")

    def _open_within(self, cluster: ec2.SecurityGroup) -> None:
        """Every protocol between the nodes of one cluster, in both directions: EFA works no other way."""
        group = cluster.security_group_id
        why = "nodes of one cluster"
        inward = ec2.CfnSecurityGroupIngress(
            self, "HpcInward", group_id=group, source_security_group_id=group, ip_protocol="-1", description=why
        )
        ec2.CfnSecurityGroupEgress(
            self, "HpcOutward", group_id=group, destination_security_group_id=group, ip_protocol="-1", description=why
        )
        acknowledge(
            inward,
            "EC2RestrictedCommonPorts",
            "The source is the group itself: nothing but the nodes of the cluster can connect.",
        )

    @staticmethod
    def _close_the_rest(group: ec2.SecurityGroup) -> None:
        """Give a group whose outbound rules all name other groups one rule in the group itself, to nowhere.

        AWS opens everything outbound in a group that is created without an outbound rule, and a rule between two groups
        can only be added after both exist.
        """
        resource = group.node.default_child
        assert isinstance(resource, ec2.CfnSecurityGroup)
        resource.add_property_override(
            "SecurityGroupEgress",
            [
                {
                    "CidrIp": "255.255.255.255/32",
                    "Description": "Disallow all traffic",
                    "IpProtocol": "icmp",
                    "FromPort": 252,
                    "ToPort": 86,
                }
            ],
        )
