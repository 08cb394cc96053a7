"""The SageMaker endpoint that scores how unusual an arrival is (seed 004, step 5)."""

from typing import Final

from aws_cdk import Aws
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from healthcare_infra.compliance.acknowledgement import acknowledge
from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.access.grants import THIS_ACCOUNT
from healthcare_infra.constructs.access.least_privilege_role import LeastPrivilegeRole
from healthcare_infra.exports import KeyExports, NetworkExports
from healthcare_infra.repository import image_build

VARIANT: Final = "current"
# What serves, and nothing that makes the model.
_IMAGE_CONTENT: Final = (
    "!ml/__init__.py",
    "!ml/fraud_risk",
    *(f"ml/fraud_risk/{module}.py" for module in ("report", "synthetic", "train")),
    *(f"!healthcare_runtime/{module}.py" for module in ("__init__", "structured_log")),
)


class FraudEndpoint(Construct):
    """The model is part of its image: what serves is what was reviewed, and nothing is fetched at start.

    Serverless where little arrives; instances in our subnets, isolated from every network, where much does. Nothing
    that is sent is captured.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, network: NetworkExports, keys: KeyExports
    ) -> None:
        super().__init__(scope, construct_id)
        image = ecr_assets.DockerImageAsset(self, "Image", **image_build("ml/fraud_risk/Dockerfile", *_IMAGE_CONTENT))
        model = self._make_model(config, network, image)
        configuration = self._make_configuration(config, keys, model)
        # An explicit name: the configuration behind it changes without a change of what callers are told.
        self.name = config.stack_name("fraud-risk")
        self.endpoint = sagemaker.CfnEndpoint(
            self,
            "Endpoint",
            endpoint_name=self.name,
            endpoint_config_name=configuration.attr_endpoint_config_name,
        )

    @property
    def arn(self) -> str:
        return self.endpoint.ref

    def _make_model(
        self, config: StageConfig, network: NetworkExports, image: ecr_assets.DockerImageAsset
    ) -> sagemaker.CfnModel:
        identity = LeastPrivilegeRole(
            self,
            "Identity",
            service="sagemaker.amazonaws.com",
            description="The fraud model: pulls its image, writes its log and metrics",
            conditions=THIS_ACCOUNT,
        )
        image.repository.grant_pull(identity.permissions)
        identity.allow(
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
            on=[f"arn:{Aws.PARTITION}:logs:{config.region}:{Aws.ACCOUNT_ID}:log-group:/aws/sagemaker/Endpoints/*"],
        )
        identity.allow("cloudwatch:PutMetricData", on=["*"])  # knows no resource-level permission
        serverless = config.documents.fraud_serving == "serverless"
        if not serverless:
            identity.allow(*_INTERFACES, on=["*"])  # know no resource-level permission
        model = sagemaker.CfnModel(
            self,
            "Model",
            execution_role_arn=identity.arn,
            primary_container=sagemaker.CfnModel.ContainerDefinitionProperty(image=image.image_uri),
            # Serverless endpoints know neither (SageMaker developer guide, Serverless Inference, exclusions).
            enable_network_isolation=None if serverless else True,
            vpc_config=None
            if serverless
            else sagemaker.CfnModel.VpcConfigProperty(
                security_group_ids=[network.security_groups.ml.security_group_id],
                subnets=network.vpc.select_subnets(subnet_group_name=network.ml.subnet_group_name).subnet_ids,
            ),
        )
        model.node.add_dependency(identity)
        return model

    def _make_configuration(
        self, config: StageConfig, keys: KeyExports, model: sagemaker.CfnModel
    ) -> sagemaker.CfnEndpointConfig:
        documents = config.documents
        if documents.fraud_serving == "serverless":
            configuration = sagemaker.CfnEndpointConfig(
                self,
                "Configuration",
                production_variants=[
                    sagemaker.CfnEndpointConfig.ProductionVariantProperty(
                        model_name=model.attr_model_name,
                        variant_name=VARIANT,
                        initial_variant_weight=1,
                        serverless_config=sagemaker.CfnEndpointConfig.ServerlessConfigProperty(
                            max_concurrency=5, memory_size_in_mb=2048
                        ),
                    )
                ],
            )
            acknowledge(
                configuration,
                "SageMakerEndpointConfigurationKMSKeyConfigured",
                "A serverless endpoint has no volume of ours to encrypt; requests are counts and amounts without names,"
                " and nothing of them is kept.",
            )
            return configuration
        return sagemaker.CfnEndpointConfig(
            self,
            "Configuration",
            kms_key_id=keys.documents.key_arn,
            production_variants=[
                sagemaker.CfnEndpointConfig.ProductionVariantProperty(
                    model_name=model.attr_model_name,
                    variant_name=VARIANT,
                    initial_variant_weight=1,
                    initial_instance_count=documents.fraud_instances,
                    instance_type=documents.fraud_instance_type,
                )
            ],
        )


# SageMaker developer guide, "Give SageMaker AI Hosted Endpoints Access to Resources in Your Amazon VPC".
_INTERFACES: Final = (
    "ec2:CreateNetworkInterface",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
)
