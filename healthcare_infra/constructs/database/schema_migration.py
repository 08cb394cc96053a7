"""The schema of the consent database, brought up to date by every deployment that changes it."""

import hashlib
from typing import Final

from aws_cdk import CustomResource, Duration
from constructs import Construct

from healthcare_infra.constructs.database.consent_database import MASTER_USER, ConsentDatabase
from healthcare_infra.constructs.functions.function_package import FunctionPackage
from healthcare_infra.constructs.functions.function_plan import FunctionPlan
from healthcare_infra.constructs.functions.runtime_function import RuntimeFunction
from healthcare_infra.exports import Foundation
from healthcare_infra.repository import REPOSITORY
from healthcare_runtime.contracts.consent import ConsentVariable

RESOURCE_TYPE: Final = "Custom::ConsentSchema"
_MIGRATIONS: Final = REPOSITORY / "healthcare_runtime" / "consent" / "migrations"
PLAN: Final = FunctionPlan(
    module="lambdas.consent.migrate",
    does="Applies the migrations of the consent schema that the database does not have yet",
    package=FunctionPackage.LIGHT_IMAGE,
    seconds=600,  # a paused cluster needs seconds to resume, a new one's first instance minutes
    concurrency=1,
)


class SchemaMigration(Construct):
    """A custom resource whose provider is the migration itself: CloudFormation waits for it, and fails with it.

    The digest of the migration files is its property, so a deployment runs it when a file was added, and only then.
    Deleting the resource changes nothing in the database.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, foundation: Foundation, database: ConsentDatabase
    ) -> None:
        super().__init__(scope, construct_id)
        self.migrate = RuntimeFunction(
            self,
            "MigrateSchema",
            foundation=foundation,
            plan=PLAN,
            environment_key=foundation.keys.documents,
            environment={
                **database.environment(MASTER_USER),
                ConsentVariable.CONSENT_DB_ADMIN_SECRET: database.admin_secret_arn,
            },
        )
        self.migrate.allow("secretsmanager:GetSecretValue", on=[database.admin_secret_arn])
        foundation.keys.secrets.grant_decrypt(self.migrate.permissions)
        resource = CustomResource(
            self,
            "Schema",
            service_token=self.migrate.function.function_arn,
            resource_type=RESOURCE_TYPE,
            properties={"MigrationsDigest": migrations_digest()},
            service_timeout=Duration.minutes(30),
        )
        resource.node.add_dependency(*database.instances, self.migrate)


def migrations_digest() -> str:
    """SHA-256 over names and contents of the migration files, in their order."""
    digest = hashlib.sha256()
    for file in sorted(_MIGRATIONS.glob("*.sql")):
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
