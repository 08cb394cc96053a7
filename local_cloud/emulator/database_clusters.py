"""``AWS::RDS::DBCluster`` and ``DBInstance`` on the PostgreSQL that runs beside the emulator.

Stock ministack answers with an endpoint that nothing listens on. Here the endpoint is the server of
``local_cloud.postgres``, where creating a cluster makes its master user, its database and ``rds_iam``, as Aurora has
them; a managed master password is a secret. Deleting keeps the data: a replacement is created before its predecessor
is deleted, and would share it. All clusters share the one server: their databases need different names.
"""

import json
import secrets
import uuid
from typing import Any

import psycopg
from ministack.services import rds, secretsmanager
from ministack.services.cloudformation import provisioners
from psycopg import sql

from local_cloud.emulator.patching import PatchSet
from local_cloud.emulator.resource_types import Properties, Provisioned, ResourceType, flag, mapping, register, text
from local_cloud.emulator.settings import EmulatorSettings, HostPort

PATCHES = PatchSet("database clusters")
PATCHES.require("services.rds:_clusters")
PATCHES.require("services.rds:_instances")
PATCHES.require("services.secretsmanager:create_secret_in_process", "name secret_string description")
PATCHES.require("services.secretsmanager:delete_secret_in_process", "secret_id")

_ADMINISTRATOR = "postgres"
_DEFAULT_DATABASE = "postgres"


@PATCHES.finally_do
def install(settings: EmulatorSettings) -> None:
    if settings.rds_endpoint is not None:
        register((DatabaseCluster(settings.rds_endpoint), DatabaseInstance(settings.rds_endpoint)))


class DatabaseCluster(ResourceType):
    """An Aurora PostgreSQL cluster: its record is ministack's, its database is real."""

    name = "AWS::RDS::DBCluster"
    blocking = True

    def __init__(self, server: HostPort) -> None:
        self._server = server
        self._stock = provisioners._RESOURCE_HANDLERS[self.name]

    def create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned:
        return self._provision(self._stock["create"](logical_id, properties, stack), properties)

    def update(self, physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str) -> Provisioned:
        secret = rds._clusters.get(physical_id, {}).get("MasterUserSecret")
        found = self._stock["update"](physical_id, old, new, stack, logical_id)
        if secret is not None and found[0] == physical_id:
            rds._clusters[physical_id]["MasterUserSecret"] = secret
        return self._provision(found, new)

    def delete(self, physical_id: str, properties: Properties) -> None:
        secret = rds._clusters.get(physical_id, {}).get("MasterUserSecret")
        if secret is not None:
            secretsmanager.delete_secret_in_process(secret["SecretArn"])
        self._stock["delete"](physical_id, properties)

    def _provision(self, created: tuple[str, dict[str, object]], properties: Properties) -> Provisioned:
        physical_id, attributes = created
        cluster = rds._clusters[physical_id]
        host, port = self._server
        cluster.update({"Endpoint": host, "ReaderEndpoint": host, "Port": port})
        user, database = text(properties, "MasterUsername"), text(properties, "DatabaseName")
        password = text(properties, "MasterUserPassword")
        if flag(properties, "ManageMasterUserPassword") and cluster.get("MasterUserSecret") is None:
            password = secrets.token_urlsafe(24)
            cluster["MasterUserSecret"] = self._managed_secret(physical_id, user, password, properties)
        if user:
            self._create_in_server(user, password, database)
        answers: dict[str, object] = {
            **attributes,
            "Endpoint.Address": host,
            "Endpoint.Port": str(port),
            "ReadEndpoint.Address": host,
        }
        managed = cluster.get("MasterUserSecret")
        if managed is not None:
            answers["MasterUserSecret.SecretArn"] = managed["SecretArn"]
            answers["MasterUserSecret.KmsKeyId"] = managed["KmsKeyId"]
        return Provisioned(physical_id, answers)

    @staticmethod
    def _managed_secret(cluster: str, user: str, password: str, properties: Properties) -> dict[str, Any]:
        arn = secretsmanager.create_secret_in_process(
            f"rds!cluster-{uuid.uuid4()}",
            json.dumps({"username": user, "password": password}),
            description=f"Secret managed by RDS for DB cluster {cluster}",
        )
        key = text(mapping(properties, "MasterUserSecret"), "KmsKeyId", "alias/aws/secretsmanager")
        return {"SecretArn": arn, "SecretStatus": "active", "KmsKeyId": key}

    def _create_in_server(self, user: str, password: str, database: str) -> None:
        """Master user and database, unless they are there; the password is the last one given."""
        host, port = self._server
        master = sql.Identifier(user)
        with psycopg.connect(
            host=host, port=port, user=_ADMINISTRATOR, dbname=_DEFAULT_DATABASE, autocommit=True, connect_timeout=5
        ) as connection:
            if not _exists(connection, "SELECT FROM pg_roles WHERE rolname = %s", "rds_iam"):
                connection.execute("CREATE ROLE rds_iam NOLOGIN")
            if not _exists(connection, "SELECT FROM pg_roles WHERE rolname = %s", user):
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE").format(master))
                connection.execute(sql.SQL("GRANT rds_iam TO {} WITH ADMIN OPTION, INHERIT FALSE").format(master))
            if password:
                change = sql.SQL("ALTER ROLE {} PASSWORD {}").format(master, sql.Literal(password))
                connection.execute(change)
            if database and not _exists(connection, "SELECT FROM pg_database WHERE datname = %s", database):
                made = sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), master)
                connection.execute(made)


class DatabaseInstance(ResourceType):
    """An instance of a cluster: another name of the same server."""

    name = "AWS::RDS::DBInstance"

    def __init__(self, server: HostPort) -> None:
        self._server = server
        self._stock = provisioners._RESOURCE_HANDLERS[self.name]

    def create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned:
        return self._placed(*self._stock["create"](logical_id, properties, stack))

    def update(self, physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str) -> Provisioned:
        return self._placed(*self._stock["update"](physical_id, old, new, stack, logical_id))

    def delete(self, physical_id: str, properties: Properties) -> None:
        self._stock["delete"](physical_id, properties)

    def _placed(self, physical_id: str, attributes: dict[str, object]) -> Provisioned:
        host, port = self._server
        rds._instances[physical_id]["Endpoint"].update({"Address": host, "Port": port})
        return Provisioned(physical_id, {**attributes, "Endpoint.Address": host, "Endpoint.Port": str(port)})


def _exists(connection: psycopg.Connection, query: str, name: str) -> bool:
    return connection.execute(query.encode(), (name,)).fetchone() is not None
