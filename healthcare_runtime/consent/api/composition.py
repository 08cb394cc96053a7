"""Wires the parts of the function; in a test, the same parts on clients that are watched."""

from healthcare_runtime.audit import AuditTrail
from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.consent.api.glass_alert import GlassAlert
from healthcare_runtime.consent.api.routes import ConsentApi
from healthcare_runtime.consent.api.settings import ApiSettings
from healthcare_runtime.consent.api.trail import ConsentTrail
from healthcare_runtime.consent.connection import ConsentConnection
from healthcare_runtime.consent.settings import ConsentDatabase
from healthcare_runtime.consent.store import ConsentStore


def compose(database: ConsentDatabase, settings: ApiSettings, clients: AwsClients) -> ConsentApi:
    """The API on a database, a trail and a topic; nothing is opened yet."""
    return ConsentApi(
        ConsentStore(ConsentConnection(database, clients)),
        trail=ConsentTrail(AuditTrail(clients.dynamodb, settings.audit.table, settings.audit.shards)),
        claims=settings.claims,
        alert=GlassAlert(clients, settings.critical_topic),
    )
