"""The network load balancer on the DICOM port (seed 002, network layer)."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_s3 as s3
from constructs import Construct

from healthcare_infra.compliance.acknowledgement import acknowledge
from healthcare_infra.config import StageConfig
from healthcare_infra.exports import NetworkExports

# As long as a task may take to stop: an association that is open when its task leaves can end in peace.
DEREGISTRATION_DELAY: Final = Duration.seconds(120)


class DicomBalancer(Construct):
    """TCP, or TLS that ends here, on the DICOM port, over all zones.

    The health check is an HTTP request for ``/ready`` on the health port: it costs the SCP nothing, is no aborted
    association in its log, and says no while the store cannot be reached or the task drains.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        network: NetworkExports,
        access_logs: s3.IBucket,
    ) -> None:
        super().__init__(scope, construct_id)
        dicom = config.dicom
        self.balancer = elbv2.NetworkLoadBalancer(
            self,
            "Balancer",
            vpc=network.vpc,
            # The public tier whichever the scheme: its access list is the one that lets senders in.
            vpc_subnets=network.public,
            internet_facing=dicom.internet_facing,
            security_groups=[network.security_groups.dicom_balancer],
            cross_zone_enabled=True,
            deletion_protection=not config.retention.destroy_with_stack,
        )
        self.balancer.log_access_logs(access_logs, "nlb/dicom")
        if config.retention.destroy_with_stack:
            acknowledge(
                self.balancer,
                "ELBDeletionProtectionEnabled",
                "This stage holds synthetic data only and is deleted as easily as it is deployed; staging and"
                " production, where data is real, protect the balancer.",
            )
        self.targets = elbv2.NetworkTargetGroup(
            self,
            "Tasks",
            vpc=network.vpc,
            target_type=elbv2.TargetType.IP,
            protocol=elbv2.Protocol.TCP,
            port=dicom.port,
            preserve_client_ip=True,  # 164.312(b): the log names the sender's address, not the balancer's
            deregistration_delay=DEREGISTRATION_DELAY,
            health_check=elbv2.HealthCheck(
                protocol=elbv2.Protocol.HTTP,
                port=str(dicom.health_port),
                path="/ready",
                healthy_http_codes="200",
                interval=Duration.seconds(10),
                timeout=Duration.seconds(5),
                healthy_threshold_count=2,
                unhealthy_threshold_count=2,
            ),
        )
        self._listen(dicom.port, dicom.tls_certificate_arn)

    def _listen(self, port: int, certificate_arn: str | None) -> None:
        if certificate_arn is not None:
            self.balancer.add_listener(
                "Dicom",
                port=port,
                protocol=elbv2.Protocol.TLS,
                certificates=[elbv2.ListenerCertificate.from_arn(certificate_arn)],
                ssl_policy=elbv2.SslPolicy.TLS13_RES,
                default_target_groups=[self.targets],
            )
            return
        listener = self.balancer.add_listener(
            "Dicom", port=port, protocol=elbv2.Protocol.TCP, default_target_groups=[self.targets]
        )
        acknowledge(
            listener,
            "ELBv2ACMCertificateRequired",
            "Either the SCP itself ends mutual TLS behind this TCP listener (dicom.mutual_tls_secret_arn), or senders"
            " without TLS reach it from the VPC and the private networks that the stage names, never from the"
            " internet: configuration refuses internet_facing without TLS (164.312(e)(1)).",
        )

    @property
    def endpoint(self) -> str:
        """The name under which modalities reach the SCP."""
        return self.balancer.load_balancer_dns_name
