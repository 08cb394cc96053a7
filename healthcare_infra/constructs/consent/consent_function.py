"""The function behind the Consent API."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_sns as sns
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.function_package import FunctionPackage
from healthcare_infra.constructs.runtime_function import RuntimeFunction
from healthcare_infra.exports import DatabaseExports, KeyExports, NetworkExports

USER: Final = "consent_api"
"""Of the database: reads and appends consent versions."""


class ConsentFunction(Construct):
    """Serves every method of the API; signs in to the database as ``consent_api``, and may do nothing else.

    Who asked what is in API Gateway's access log; what was recorded is append-only in the database.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        network: NetworkExports,
        keys: KeyExports,
        alerts: sns.ITopic,
        databases: DatabaseExports,
    ) -> None:
        super().__init__(scope, construct_id)
        self.api = RuntimeFunction(
            self,
            "ConsentApi",
            config=config,
            network=network,
            keys=keys,
            environment_key=keys.documents,
            alerts=alerts,
            module="lambdas.consent.api",
            description="Records, revokes and decides consents (FHIR R4)",
            environment=databases.consent.environment(USER),
            # API Gateway gives up after 29 seconds.
            timeout=Duration.seconds(28),
            memory_mib=1024,
            reserved_concurrency=10,
            package=FunctionPackage.LIGHT_IMAGE,
        )
        databases.consent.allow_connect(self.api.permissions, USER)
