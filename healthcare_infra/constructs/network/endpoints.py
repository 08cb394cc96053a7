"""Private doors to AWS services, so that PHI never leaves the network to reach its store (164.312(e)(1))."""

from typing import Final

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.network.subnets import Tier
from healthcare_infra.exports import SecurityGroups

_Service = ec2.InterfaceVpcEndpointAwsService

# What the imaging flow calls; without NAT it could not run without these.
_CORE: Final = {
    "Logs": _Service.CLOUDWATCH_LOGS,
    "Kms": _Service.KMS,
    "EcrApi": _Service.ECR,
    "EcrDocker": _Service.ECR_DOCKER,
    "Queues": _Service.SQS,
    "StepFunctions": _Service.STEP_FUNCTIONS,
    "MedicalImaging": _Service("medical-imaging"),
    "SecretsManager": _Service.SECRETS_MANAGER,
}
# Convenience and observation: traces, metrics, task metadata, events, topics.
_FURTHER: Final = {
    "XRay": _Service.XRAY,
    "Metrics": _Service.CLOUDWATCH_MONITORING,
    "Ecs": _Service.ECS,
    "EcsAgent": _Service.ECS_AGENT,
    "EcsTelemetry": _Service.ECS_TELEMETRY,
    "Events": _Service.EVENTBRIDGE,
    "Topics": _Service.SNS,
    "Sts": _Service.STS,
}


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

        chosen = {
            "none": {},
            "core": _CORE,
            "all": _CORE | _FURTHER,
        }[config.network.interface_endpoints]
        for name, service in chosen.items():
            ec2.InterfaceVpcEndpoint(
                self,
                name,
                vpc=vpc,
                service=service,
                private_dns_enabled=True,
                open=False,
                security_groups=[groups.endpoints],
                subnets=ec2.SubnetSelection(subnet_group_name=Tier.APPLICATION),
            )
