"""Private doors to AWS services, so that PHI never leaves the network to reach its store (164.312(e)(1))."""

from typing import Final

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.network.subnets import Tier
from healthcare_infra.exports import SecurityGroups

_Service = ec2.InterfaceVpcEndpointAwsService

# What imaging and the document pipeline call from inside the VPC; without NAT they could not run without these. The
# logs and traces of functions, and the keys behind S3 and queues, are used by the services themselves and need no door
# here; Kms is what derives pseudonyms and signs checkpoints, SecretsManager what the schema migration reads.
_CORE: Final = {
    "Logs": _Service.CLOUDWATCH_LOGS,
    "EcrApi": _Service.ECR,
    "EcrDocker": _Service.ECR_DOCKER,
    "Queues": _Service.SQS,
    "StepFunctions": _Service.STEP_FUNCTIONS,
    "HealthImaging": _Service.HEALTH_IMAGING,
    "Kms": _Service.KMS,
    "Topics": _Service.SNS,
    "SageMakerRuntime": _Service.SAGEMAKER_RUNTIME,
    "SecretsManager": _Service.SECRETS_MANAGER,
}
_COMPREHEND: Final = {"ComprehendMedical": _Service.COMPREHEND_MEDICAL}
# Readers of image sets, observation, and what later capabilities call.
_FURTHER: Final = {
    "HealthImagingRuntime": _Service.HEALTH_IMAGING_RUNTIME,
    "XRay": _Service.XRAY,
    "Metrics": _Service.CLOUDWATCH_MONITORING,
    "Events": _Service.EVENTBRIDGE,
    "Sts": _Service.STS,
}


def interface_services(config: StageConfig) -> dict[str, ec2.InterfaceVpcEndpointAwsService]:
    """The interface endpoints of a stage, by construct id."""
    core = _CORE | (_COMPREHEND if config.documents.comprehend_medical else {})
    match config.network.interface_endpoints:
        case "none":
            return {}
        case "core":
            return core
        case "all":
            return core | _FURTHER


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
