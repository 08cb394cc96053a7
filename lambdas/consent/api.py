"""Consent API: Lambda proxy events of API Gateway REST, which has authorised the caller by IAM.

Environment: CONSENT_DB_HOST, CONSENT_DB_PORT, CONSENT_DB_NAME, CONSENT_DB_USER (consent_api),
CONSENT_DB_AUTHENTICATION, CONSENT_DB_CA_FILE, AUDIT_TABLE, AUDIT_SHARDS, CRITICAL_TOPIC_ARN, CONSENT_CARE_ROLES,
CONSENT_EMERGENCY_ROLES. Grants: rds-db:connect as consent_api, appending to the audit trail, sns:Publish to the topic.
Access logs and traces of the API must not hold the query string: a search names its patient there.
"""

from collections.abc import Mapping

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.consent.api.composition import compose
from healthcare_runtime.consent.api.proxy import ProxyAnswer
from healthcare_runtime.consent.api.settings import ApiSettings
from healthcare_runtime.consent.settings import ConsentDatabase
from healthcare_runtime.structured_log import configure

configure()
_api = compose(ConsentDatabase.from_environment(), ApiSettings.from_environment(), AwsClients.of_function())


def handler(event: Mapping[str, object], context: object) -> ProxyAnswer:
    """Answer one request; never raises."""
    return _api.answer(event)
