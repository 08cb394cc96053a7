"""The function behind the Consent API."""

from typing import Final

from constructs import Construct

from healthcare_infra.constructs.audit.permissions import allow_append
from healthcare_infra.constructs.functions.function_package import FunctionPackage
from healthcare_infra.constructs.functions.function_plan import FunctionPlan
from healthcare_infra.constructs.functions.runtime_function import RuntimeFunction
from healthcare_infra.exports import DatabaseExports, Foundation
from healthcare_runtime.contracts.audit import AuditVariable
from healthcare_runtime.contracts.consent import ConsentVariable
from healthcare_runtime.contracts.documents import DocumentVariable

USER: Final = "consent_api"
"""Of the database: reads and appends consent versions."""
PLAN: Final = FunctionPlan(
    module="lambdas.consent.api",
    does="Records, revokes and decides consents (FHIR R4)",
    package=FunctionPackage.LIGHT_IMAGE,
    seconds=28,  # API Gateway gives up after 29
    memory_mib=1024,
    concurrency=10,
)


class ConsentFunction(Construct):
    """Serves every method of the API: signs in to the database as ``consent_api``, appends to the audit trail before
    it answers, tells the CRITICAL topic of a broken glass, and may do nothing else.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, foundation: Foundation, databases: DatabaseExports
    ) -> None:
        super().__init__(scope, construct_id)
        config, keys, alerts = foundation.config, foundation.keys, foundation.alerts
        self.api = RuntimeFunction(
            self,
            "ConsentApi",
            foundation=foundation,
            plan=PLAN,
            environment_key=keys.documents,
            environment={
                **databases.consent.environment(USER),
                AuditVariable.AUDIT_TABLE: databases.audit.table_name,
                AuditVariable.AUDIT_SHARDS: str(config.audit.shards),
                DocumentVariable.CRITICAL_TOPIC_ARN: alerts.critical.topic_arn,
                ConsentVariable.CONSENT_CARE_ROLES: ",".join(config.consent.care_roles),
                ConsentVariable.CONSENT_EMERGENCY_ROLES: ",".join(config.consent.emergency_roles),
            },
        )
        databases.consent.allow_connect(self.api.permissions, USER)
        allow_append(self.api.permissions, table=databases.audit, key=keys.audit)
        self.api.allow("sns:Publish", on=[alerts.critical.topic_arn])
