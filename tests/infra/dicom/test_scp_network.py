"""The way to the DICOM service and back: only as open as its stage says."""

import json
import re

import pytest

from healthcare_infra.assembly import Synthesis
from healthcare_infra.config import ConfigError, DicomConfig
from tests.infra.dicom.ingest_templates import CERTIFICATE, attributes, environment, security_group
from tests.infra.templates import Resources, only, stack_resources


class TestBalancer:
    def test_readiness_is_asked_over_http_on_its_own_port(self, production: Resources) -> None:
        group = only(production, "AWS::ElasticLoadBalancingV2::TargetGroup")
        assert (group["Protocol"], group["Port"]) == ("TCP", 11112)
        assert group["HealthCheckProtocol"] == "HTTP"
        assert group["HealthCheckPath"] == "/ready"
        assert group["HealthCheckPort"] == environment(production)["HEALTH_PORT"]
        assert group["Matcher"] == {"HttpCode": "200"}

    def test_the_log_sees_the_senders_address(self, production: Resources) -> None:
        group = only(production, "AWS::ElasticLoadBalancingV2::TargetGroup")
        assert attributes(group, "TargetGroupAttributes")["preserve_client_ip.enabled"] == "true"

    def test_it_balances_over_zones_keeps_logs_and_is_protected_where_data_is_real(self, production: Resources) -> None:
        balancer = only(production, "AWS::ElasticLoadBalancingV2::LoadBalancer")
        assert balancer["Type"] == "network"
        assert balancer["Scheme"] == "internal"
        values = attributes(balancer, "LoadBalancerAttributes")
        assert values["load_balancing.cross_zone.enabled"] == "true"
        assert values["access_logs.s3.enabled"] == "true"
        assert values["deletion_protection.enabled"] == "true"
        assert len(balancer["Subnets"]) == 3
        assert all("publicSubnet" in json.dumps(subnet) for subnet in balancer["Subnets"])

    def test_without_a_certificate_it_speaks_tcp(self, production: Resources) -> None:
        listener = only(production, "AWS::ElasticLoadBalancingV2::Listener")
        assert (listener["Port"], listener["Protocol"]) == (11112, "TCP")

    def test_with_a_certificate_it_ends_tls_with_a_strict_policy(self, balancer_tls: Resources) -> None:
        listener = only(balancer_tls, "AWS::ElasticLoadBalancingV2::Listener")
        assert (listener["Port"], listener["Protocol"]) == (11112, "TLS")
        assert listener["Certificates"] == [{"CertificateArn": CERTIFICATE}]
        assert listener["SslPolicy"].startswith("ELBSecurityPolicy-TLS13")
        assert only(balancer_tls, "AWS::ElasticLoadBalancingV2::LoadBalancer")["Scheme"] == "internet-facing"

    def test_the_internet_is_refused_without_tls(self) -> None:
        with pytest.raises(ConfigError, match=re.escape("dicom.internet_facing=True: must be False without TLS")):
            DicomConfig(internet_facing=True)

    @pytest.mark.parametrize("stage", ["dev", "staging", "production", "local"])
    def test_senders_come_from_the_vpc_unless_the_stage_names_others(self, synthesis: Synthesis, stage: str) -> None:
        balancer = security_group(stack_resources(synthesis, stage, "network"), "DicomBalancer")
        assert [(rule["CidrIp"], rule["FromPort"]) for rule in balancer["SecurityGroupIngress"]] == [
            ("10.0.0.0/16", 11112)
        ]

    def test_named_networks_are_admitted_and_no_other(self, variants: Synthesis) -> None:
        balancer = security_group(stack_resources(variants, "production", "network"), "DicomBalancer")
        admitted = {rule["CidrIp"] for rule in balancer["SecurityGroupIngress"]}
        assert admitted == {"10.0.0.0/16", "203.0.113.0/24"}


class TestWayBack:
    """With the senders' addresses preserved, answers leave the application tier for the senders' networks."""

    def outbound(self, variants: Synthesis) -> set[tuple[str, int, int]]:
        return {
            (
                each["Properties"]["CidrBlock"],
                each["Properties"]["PortRange"]["From"],
                each["Properties"]["PortRange"]["To"],
            )
            for logical_id, each in stack_resources(variants, "staging", "network").items()
            if each["Type"] == "AWS::EC2::NetworkAclEntry"
            and "AccessListsApplication" in logical_id
            and each["Properties"]["Egress"]
            and "PortRange" in each["Properties"]
        }

    def test_the_access_list_lets_answers_through(self, variants: Synthesis) -> None:
        assert ("10.20.0.0/16", 1024, 65535) in self.outbound(variants)

    def test_storage_commitment_results_reach_peers_on_low_ports_too(self, variants: Synthesis) -> None:
        assert ("10.20.0.0/16", 104, 104) in self.outbound(variants)
        service = security_group(stack_resources(variants, "staging", "network"), "DicomService")
        egress = {(rule["CidrIp"], rule["FromPort"]) for rule in service["SecurityGroupEgress"]}
        assert {("10.20.0.0/16", 104), ("10.20.0.0/16", 11113)} <= egress

    @pytest.mark.parametrize("peer", ["PACS", "PACS=host", "PACS=host:0", "=host:104", "PACS=host:70000", "A\\B=h:104"])
    def test_a_peer_that_cannot_be_reached_is_refused_by_name(self, peer: str) -> None:
        with pytest.raises(ConfigError, match=re.escape("dicom.storage_commitment_peers")):
            DicomConfig(storage_commitment_peers=(peer,))
