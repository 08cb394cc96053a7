"""Brings a run to the platform: its consents over the Consent API, its documents into the raw bucket."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import boto3
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from demo.documents.document import DemoDocument
from demo.documents.patients import ConsentState, DemoPatient, Json
from healthcare_runtime.documents.object_version import ObjectVersion

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SENDERS: Final = 8
"""Threads that put documents, as wards and machines send side by side."""
_CALLERS: Final = 4
_FHIR_JSON: Final = "application/fhir+json"
_TIMEOUT: Final = urllib3.Timeout(connect=5, read=60)  # the first call starts the function


class ConsentRefusedError(Exception):
    """The Consent API did not take a consent. The text holds status and diagnostics, which name no patient."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A document that is in the raw bucket. ``sent_at``: epoch seconds, before the first byte went."""

    document: DemoDocument
    document_id: str
    sent_at: float


@dataclass(frozen=True, slots=True)
class Consents:
    """How many consents were loaded, and how many of them their patients then took back."""

    loaded: int
    revoked: int


class ConsentApi:
    """The deployed Consent API, called as any client with IAM permissions calls it."""

    def __init__(self, session: boto3.Session, address: str) -> None:
        self._credentials = session.get_credentials()
        self._address = address
        self._region = session.region_name
        self._http = urllib3.PoolManager(maxsize=_CALLERS, timeout=_TIMEOUT, retries=False)

    def create(self, consent: dict[str, Json]) -> str:
        """Record a consent; the id that the API gave it."""
        return str(self._post("Consent", json.dumps(consent).encode())["id"])

    def revoke(self, consent_id: str) -> None:
        """Take a consent back: it counts no more from now on."""
        self._post(f"Consent/{consent_id}/$revoke", b"")

    def _post(self, path: str, body: bytes) -> dict[str, Json]:
        headers = {"Content-Type": _FHIR_JSON, "Accept": _FHIR_JSON}
        request = AWSRequest("POST", f"{self._address}/{path}", data=body, headers=headers)
        assert self._credentials is not None  # the session was made with keys
        SigV4Auth(self._credentials, "execute-api", self._region).add_auth(request)
        answer = self._http.request("POST", str(request.url), body=body, headers=dict(request.headers.items()))
        read: dict[str, Json] = json.loads(answer.data or b"{}")
        if answer.status not in (200, 201):
            raise ConsentRefusedError(f"consent API: {answer.status} {_diagnostics(read)}")
        return read


def load_consents(api: ConsentApi, everybody: Sequence[DemoPatient]) -> Consents:
    """Record what the patients permit; who has revoked, permits first and revokes then, as people do.

    Raises
    ------
    ConsentRefusedError
        The API answered something else than that it is recorded.
    """

    def load(patient: DemoPatient) -> tuple[int, int]:
        revokes = patient.consent_state is ConsentState.REVOKED
        consents = patient.consents()
        for consent in consents:
            consent_id = api.create({**consent, "status": "active"})
            if revokes:
                api.revoke(consent_id)
        return len(consents), len(consents) if revokes else 0

    with ThreadPoolExecutor(_CALLERS) as pool:
        done = list(pool.map(load, everybody))
    return Consents(sum(loaded for loaded, _ in done), sum(revoked for _, revoked in done))


def deliver(s3: S3Client, bucket: str, prefix: str, documents: Iterable[DemoDocument]) -> list[Delivery]:
    """Put every document below ``prefix``, several at a time, with its metadata; in the order that was given.

    Parameters
    ----------
    prefix
        Of this run alone, without a slash at its end; identifies nobody.
    """

    def put(document: DemoDocument) -> Delivery:
        key = f"{prefix}/{document.name}"
        sent_at = time.time()
        answer = s3.put_object(Bucket=bucket, Key=key, Body=document.body, Metadata=document.metadata)
        version = ObjectVersion(bucket, key, answer["VersionId"], len(document.body), answer["ETag"].strip('"'))
        return Delivery(document, version.document_id, sent_at)

    with ThreadPoolExecutor(SENDERS) as pool:
        return list(pool.map(put, documents))


def _diagnostics(answer: dict[str, Json]) -> str:
    """What an OperationOutcome says, or API Gateway's own message."""
    issues = answer.get("issue")
    if isinstance(issues, list) and issues and isinstance(issues[0], dict):
        return str(issues[0].get("diagnostics", ""))
    return str(answer.get("message", ""))
