"""Private doors to AWS services, so that PHI never leaves the network to reach its store (164.312(e)(1))."""

from typing import Final

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.network.subnets import Tier
from healthcare_infra.exports import SecurityGroups

_Service = ec2.InterfaceVpcEndpointAwsService

# What the imaging flow calls from inside the VPC; without NAT it could not run without these. The logs and traces of
# functions, and the keys behind S3 and queues, are used by the services themselves and need no door here.
_CORE: Final = {
    "Logs": _Service.CLOUDWATCH_LOGS,
    "EcrApi": _Service.ECR,
    "EcrDocker": _Service.ECR_DOCKER,
    "Queues": _Service.SQS,
    "StepFunctions": _Service.STEP_FUNCTIONS,
    "HealthImaging": _Service.HEALTH_IMAGING,
}
# What only in-process TLS calls.
_SECRETS: Final = {"SecretsManager": _Service.SECRETS_MANAGER}
# Readers of image sets, observation, and what later capabilities call.
_FURTHER: Final = {
    "HealthImagingRuntime": _Service.HEALTH_IMAGING_RUNTIME,
    "Kms": _Service.KMS,
    "XRay": _Service.XRAY,
    "Metrics": _Service.CLOUDWATCH_MONITORING,
    "Events": _Service.EVENTBRIDGE,
    "Topics": _Service.SNS,
    "Sts": _Service.STS,
}


def interface_services(config: StageConfig) -> dict[str, ec2.InterfaceVpcEndpointAwsService]:
    """The interface endpoints of a stage, by construct id."""
    match config.network.interface_endpoints:
        case "none":
            return {}
        case "core":
            return _CORE | (_SECRETS if config.dicom.mutual_tls_secret_arn else {})
        case "all":
            return _CORE | _SECRETS | _FURTHER


class PrivateEndpoints(Construct):
    """Gateway endpoints always (they are free), interface endpoints as the stage chooses (each costs by the hour)."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, vpc: ec2.Vpc, groups: SecurityGroups
    ) -> None:
        super().__init__(scope, construct_id)
        for name, gateway in (
            ("S3", ec2.GatewayVpcEndpointAwsService.S3),
            ("DynamoDb", ec2.GatewayVpcEndpointAwsService.DYNAMODB),
        ):
            vpc.add_gateway_endpoint(name, service=gateway)

        zones = config.availability_zones[: 1 if config.network.endpoint_zones == "one" else None]
        for name, service in interface_services(config).items():
            ec2.InterfaceVpcEndpoint(
                self,
                name,
                vpc=vpc,
                service=service,
                private_dns_enabled=True,
                open=False,
                security_groups=[groups.endpoints],
                subnets=ec2.SubnetSelection(subnet_group_name=Tier.APPLICATION, availability_zones=list(zones)),
            )
