"""Consent schema: a CloudFormation custom resource that brings the database to this release's migrations.

Environment: CONSENT_DB_HOST, CONSENT_DB_PORT, CONSENT_DB_NAME, CONSENT_DB_USER (not used, the secret names its own),
CONSENT_DB_AUTHENTICATION, CONSENT_DB_CA_FILE, CONSENT_DB_ADMIN_SECRET. Grants: secretsmanager:GetSecretValue on that
secret, kms:Decrypt on its key. ``Ref`` is ``consent-schema``; attribute ``SchemaDigest``. A property that changes with
``healthcare_runtime/consent/migrations`` makes CloudFormation call again.
"""

from collections.abc import Mapping
from typing import Protocol

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.consent.schema_resource import SchemaResource
from healthcare_runtime.consent.settings import MigrationSettings
from healthcare_runtime.structured_log import configure

configure()
_resource = SchemaResource(MigrationSettings.from_environment, AwsClients.of_function())


class Context(Protocol):
    """The part of Lambda's context that matters here."""

    def get_remaining_time_in_millis(self) -> int: ...


def handler(event: Mapping[str, object], context: Context) -> dict[str, str]:
    """Migrate and answer CloudFormation; the return value is for who invokes it by hand."""
    answer = _resource.serve(event, context.get_remaining_time_in_millis() / 1000)
    return {"reason": answer.reason, "schemaDigest": answer.digest}
