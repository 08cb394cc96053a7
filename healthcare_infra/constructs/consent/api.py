"""The REST API of consents: who calls is decided by IAM, what was asked is in no log."""

import json
from typing import Final

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from healthcare_infra.compliance.acknowledgement import acknowledge
from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.consent.gateway_faults import speak_fhir
from healthcare_infra.constructs.observability.encrypted_log_group import EncryptedLogGroup
from healthcare_infra.exports import KeyExports

API_STAGE: Final = "v1"
# FHIR R4 interactions and operations: path -> methods.
METHODS: Final = {
    "Consent": ("GET", "POST"),
    "Consent/$decide": ("POST",),
    "Consent/{id}": ("GET", "PUT"),
    "Consent/{id}/_history": ("GET",),
    "Consent/{id}/$revoke": ("POST",),
    "metadata": ("GET",),
}
# The resource's pattern instead of the path, and no query: ids and patients stay out of the log.
_ACCESS_LOG: Final = {
    "requestId": "$context.requestId",
    # The one that no caller can set; audit events carry it (details.request_id).
    "extendedRequestId": "$context.extendedRequestId",
    "requestTime": "$context.requestTimeEpoch",
    "method": "$context.httpMethod",
    "resource": "$context.resourcePath",
    "status": "$context.status",
    "caller": "$context.identity.caller",
    "sourceIp": "$context.identity.sourceIp",
    "responseLength": "$context.responseLength",
    "responseLatency": "$context.responseLatency",
    "integrationError": "$context.integrationErrorMessage",
}


class ConsentApi(Construct):
    """IAM authorisation on every method, throttled, traced, answered by one function."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        keys: KeyExports,
        function: lambda_.IFunction,
    ) -> None:
        super().__init__(scope, construct_id)
        access_logs = EncryptedLogGroup(self, "AccessLogs", config=config, key=keys.logs)
        self.api = apigateway.RestApi(
            self,
            "Api",
            rest_api_name=config.stack_name("consent"),
            description="Consents of patients (FHIR R4 Consent)",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=False,
            default_method_options=apigateway.MethodOptions(authorization_type=apigateway.AuthorizationType.IAM),
            deploy_options=apigateway.StageOptions(
                stage_name=API_STAGE,
                tracing_enabled=True,
                throttling_rate_limit=config.consent.requests_per_second,
                throttling_burst_limit=config.consent.burst,
                logging_level=apigateway.MethodLoggingLevel.ERROR,
                data_trace_enabled=False,  # it would log bodies
                metrics_enabled=True,
                access_log_destination=apigateway.LogGroupLogDestination(access_logs),
                access_log_format=apigateway.AccessLogFormat.custom(json.dumps(_ACCESS_LOG)),
            ),
        )
        self.api.node.try_remove_child("Endpoint")  # an output of CDK's own; the stack has one with a name of ours
        self._add_methods(function)
        speak_fhir(self.api)
        stage = self.api.deployment_stage
        stage.node.add_dependency(self._account(), self._execution_logs(config, keys))
        self._acknowledge(stage)

    def _add_methods(self, function: lambda_.IFunction) -> None:
        integration = apigateway.LambdaIntegration(function, allow_test_invoke=False)
        for path, methods in METHODS.items():
            resource = self.api.root.resource_for_path(path)
            for method in methods:
                resource.add_method(method, integration)

    def _account(self) -> apigateway.CfnAccount:
        """The one setting that lets API Gateway of this account and region write logs; every stage sets the same."""
        role = iam.Role(
            self,
            "LogWriter",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            description="API Gateway: writes its logs",
            managed_policies=[
                # API Gateway refuses a role whose policy names fewer actions or resources than this one.
                iam.ManagedPolicy.from_aws_managed_policy_name("service-role/AmazonAPIGatewayPushToCloudWatchLogs")
            ],
        )
        return apigateway.CfnAccount(self, "Account", cloud_watch_role_arn=role.role_arn)

    def _execution_logs(self, config: StageConfig, keys: KeyExports) -> EncryptedLogGroup:
        """API Gateway would make this group itself: without a key, and for ever."""
        return EncryptedLogGroup(
            self,
            "ExecutionLogs",
            config=config,
            key=keys.logs,
            log_group_name=f"API-Gateway-Execution-Logs_{self.api.rest_api_id}/{API_STAGE}",
        )

    def _acknowledge(self, stage: apigateway.Stage) -> None:
        acknowledge(
            stage,
            "APIGWCacheEnabledAndEncrypted",
            "Nothing is cached: a decision from before a revocation would be wrong (164.508(b)(5)).",
        )
        acknowledge(
            stage,
            "APIGWSSLEnabled",
            "The only integration is a Lambda function, called through the Lambda API over TLS and signed; a client"
            " certificate would reach HTTP back ends alone.",
        )
