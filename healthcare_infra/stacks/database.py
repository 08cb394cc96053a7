"""Database: consent records in Aurora PostgreSQL, documents and the audit trail in DynamoDB (seed 004)."""

from typing import Unpack

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from healthcare_infra.constructs.audit.table import AuditTable
from healthcare_infra.constructs.database.alarms import DatabaseAlarms
from healthcare_infra.constructs.database.consent_database import ConsentDatabase
from healthcare_infra.constructs.database.schema_migration import SchemaMigration
from healthcare_infra.constructs.documents.table import DocumentTable
from healthcare_infra.exports import DatabaseExports, Foundation
from healthcare_infra.stacks.options import StackOptions
from healthcare_runtime.contracts.stack_outputs import StackOutput


class DatabaseStack(Stack):
    """Makes the databases and the consent schema. Exports them."""

    def __init__(
        self, scope: Construct, construct_id: str, *, foundation: Foundation, **options: Unpack[StackOptions]
    ) -> None:
        super().__init__(scope, construct_id, **options)
        config, keys, alerts = foundation.config, foundation.keys, foundation.alerts
        consent = ConsentDatabase(self, "Consent", config=config, network=foundation.network, keys=keys)
        SchemaMigration(self, "Migration", foundation=foundation, database=consent)
        DatabaseAlarms(self, "Alarms", database=consent, alerts=alerts.topic)
        documents = DocumentTable(self, "Documents", config=config, key=keys.documents)
        audit = AuditTable(self, "Audit", config=config, key=keys.audit)
        self.databases = DatabaseExports(consent=consent, documents=documents.table, audit=audit.table)

        for name, value in {
            StackOutput.CONSENT_DB_HOST: consent.host,
            StackOutput.CONSENT_DB_PORT: consent.port,
            StackOutput.DOCUMENT_TABLE_NAME: documents.table.table_name,
            StackOutput.AUDIT_TABLE_NAME: audit.table.table_name,
        }.items():
            CfnOutput(self, name, value=value)
