"""The schema as a CloudFormation custom resource: created and updated by migrating, deleted by doing nothing.

The function is called directly (ServiceToken is its ARN) and answers CloudFormation itself, always, before its own
time is over: a stack that waits for an answer waits for an hour.
"""

import json
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Self

import psycopg

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.consent.connection import connect_with_password
from healthcare_runtime.consent.schema import SchemaMismatchError, migrate
from healthcare_runtime.consent.settings import MigrationSettings
from healthcare_runtime.environment import EnvironmentFaultError
from healthcare_runtime.structured_log import EventLog

PHYSICAL_ID: Final = "consent-schema"
DIGEST_ATTRIBUTE: Final = "SchemaDigest"

_ANSWER_SECONDS: Final = 10.0  # kept for the answer itself
_ATTEMPTS: Final = 3
_PAUSE_SECONDS: Final = 2.0  # between connections to a cluster that is still starting, or resumes from zero capacity
_LONGEST_REASON: Final = 400

_log = EventLog("healthcare_runtime.consent.schema")


class EventFaultError(ValueError):
    """The event is not one of CloudFormation's; nobody can be answered."""


@dataclass(frozen=True, slots=True)
class ResourceRequest:
    """A request of CloudFormation for a custom resource (Custom resource request objects)."""

    kind: str
    response_url: str
    stack_id: str
    request_id: str
    logical_id: str
    physical_id: str

    @classmethod
    def parse(cls, event: Mapping[str, object]) -> Self:
        """Read the event.

        Raises
        ------
        EventFaultError
            A member is missing.
        """

        def text(name: str) -> str:
            value = event.get(name)
            if not isinstance(value, str) or not value:
                raise EventFaultError(f"{name}: missing in the custom resource event")
            return value

        physical_id = event.get("PhysicalResourceId")
        url = text("ResponseURL")
        if not url.startswith(("https://", "http://")):  # plain http: the local cloud
            raise EventFaultError("ResponseURL: must be an http URL")
        return cls(
            kind=text("RequestType"),
            response_url=url,
            stack_id=text("StackId"),
            request_id=text("RequestId"),
            logical_id=text("LogicalResourceId"),
            physical_id=physical_id if isinstance(physical_id, str) and physical_id else PHYSICAL_ID,
        )


@dataclass(frozen=True, slots=True)
class ResourceAnswer:
    """What CloudFormation is told; ``reason`` is empty on success."""

    reason: str = ""
    digest: str = ""


class SchemaResource:
    """Serves the custom resource.

    Parameters
    ----------
    settings
        Reads the environment; called inside, so that a bad environment is an answer too.
    """

    def __init__(self, settings: Callable[[], MigrationSettings], clients: AwsClients) -> None:
        self._settings = settings
        self._clients = clients

    def serve(self, event: Mapping[str, object], seconds: float) -> ResourceAnswer:
        """Do what is asked within ``seconds`` of the function's time, and answer.

        Raises
        ------
        EventFaultError
            Nobody can be answered.
        """
        request = ResourceRequest.parse(event)
        answer = ResourceAnswer()
        if request.kind != "Delete":  # the data outlives the stack's resource
            answer = self._within(max(1.0, seconds - _ANSWER_SECONDS))
        _log.info("schema_resource", state=request.kind, status="FAILED" if answer.reason else "SUCCESS")
        _send(request, answer)
        return answer

    def _within(self, seconds: float) -> ResourceAnswer:
        """Migrate on a thread of its own; what takes too long is answered for, and ends with the function."""
        found: list[ResourceAnswer] = []
        worker = threading.Thread(target=lambda: found.append(self._migrate(seconds)), daemon=True)
        worker.start()
        worker.join(seconds)
        return found[0] if found else ResourceAnswer(f"migration: not done after {seconds:.0f} s; run it again")

    def _migrate(self, seconds: float) -> ResourceAnswer:
        deadline = time.monotonic() + seconds
        try:
            settings = self._settings()
            user, password = self._administrator(settings)
            while True:
                try:
                    with connect_with_password(settings.database, user, password) as connection:
                        limit = f"{max(1, int((deadline - time.monotonic()) * 1000))}"
                        connection.execute("SELECT set_config('statement_timeout', %s, false)", (limit,))
                        return ResourceAnswer(digest=migrate(connection))
                except psycopg.OperationalError as error:
                    if error.sqlstate is not None or time.monotonic() + _PAUSE_SECONDS > deadline:
                        raise
                    time.sleep(_PAUSE_SECONDS)
        except (SchemaMismatchError, EnvironmentFaultError) as error:
            return ResourceAnswer(str(error))  # one line of ours, with the mend
        except psycopg.Error as error:
            _log.error("migration_failed", error_type=type(error).__name__, reason=error.sqlstate)
            return ResourceAnswer(f"migration: {type(error).__name__} {error.sqlstate or 'without a connection'}")
        except Exception as error:
            _log.failure("migration_failed")
            return ResourceAnswer(f"migration: {type(error).__name__}")

    def _administrator(self, settings: MigrationSettings) -> tuple[str, str]:
        """User and password of the master secret that RDS manages."""
        text = self._clients.secretsmanager.get_secret_value(SecretId=settings.admin_secret)["SecretString"]
        secret = json.loads(text)
        return str(secret["username"]), str(secret["password"])


def _send(request: ResourceRequest, answer: ResourceAnswer) -> None:
    """Put the answer where CloudFormation waits for it (Custom resource response objects)."""
    body = {
        "Status": "FAILED" if answer.reason else "SUCCESS",
        "Reason": answer.reason[:_LONGEST_REASON] or "the schema is that of the release",
        "PhysicalResourceId": request.physical_id,
        "StackId": request.stack_id,
        "RequestId": request.request_id,
        "LogicalResourceId": request.logical_id,
        "Data": {DIGEST_ATTRIBUTE: answer.digest} if answer.digest else {},
    }
    content = json.dumps(body).encode()
    for attempt in range(_ATTEMPTS):
        put = urllib.request.Request(request.response_url, data=content, method="PUT", headers={"Content-Type": ""})  # noqa: S310
        try:
            with urllib.request.urlopen(put, timeout=_ANSWER_SECONDS / (_ATTEMPTS + 1)):  # noqa: S310  (http(s), checked)
                return
        except OSError as error:
            _log.error("answer_failed", error_type=type(error).__name__, attempt=attempt)
            time.sleep(0.2 * attempt)
