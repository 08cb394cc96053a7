"""A lean S3 client for many small objects: botocore decides where and how to sign, urllib3 sends.

boto3 spends three times the CPU per object that this does, nearly all of it on serialising, parsing and hashing again
what is known here. Kept from botocore are the parts that are hard to get right: credentials and their refresh, endpoint
resolution (region, addressing style, ``AWS_ENDPOINT_URL``, ``AWS_ENDPOINT_URL_S3``), signatures (SigV4), the CA bundle.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import quote

import boto3
import urllib3
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.exceptions import BotoCoreError
from botocore.httpsession import get_cert_path
from botocore.session import Session
from botocore.session import get_session as new_session
from urllib3.exceptions import HTTPError

from dicom_scp.reception.object_store import StoreFaultError
from healthcare_runtime.structured_log import EventLog

LOG: Final = EventLog("dicom_scp.s3")

Piece = bytes | memoryview
Method = Literal["PUT", "POST", "GET", "HEAD", "DELETE"]

MAXIMUM_ATTEMPTS: Final = 8
_CONNECT_TIMEOUT: Final = 3.0
_ATTEMPT_TIMEOUT: Final = 10.0  # seconds without progress; most stalls are one bad connection, so another is tried
_FIRST_BACKOFF: Final = 0.05
_LONGEST_BACKOFF: Final = 2.0
_LONGEST_ANSWER: Final = 64 << 10
_KEPT_CONNECTIONS: Final = 256
# Not faults of the request: throttles, S3's own errors, a body damaged on its way, a racing conditional write.
_TRANSIENT_STATUSES: Final = frozenset((408, 409, 425, 429, 500, 502, 503, 504))
_TRANSIENT_CODES: Final = tuple(
    b"<Code>" + code + b"<"
    for code in (b"BadDigest", b"MalformedXML", b"RequestTimeout", b"RequestTimeTooSkewed", b"ExpiredToken")
)


@dataclass(frozen=True, slots=True)
class S3Answer:
    """What S3 answered, at most 64 KiB of it. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class S3Request:
    """One request for an object. The query is encoded already."""

    method: Method
    key: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Sequence[Piece] = ()


class TransientAnswerError(Exception):
    """Raised by a caller's check: the answer is not good, but another try may be. The text is a fixed phrase."""


class S3Client:
    """Requests for the objects of one bucket. Used by every thread.

    Raises
    ------
    BotoCoreError, ValueError
        The AWS configuration of this process cannot work: no such profile, an endpoint that is no URL.
    """

    def __init__(self, bucket: str, session: Session | None = None) -> None:
        self.retries = 0
        self._session = session or new_session()
        self._base_url, self._region = _resolve_endpoint(self._session, bucket)
        configured = self._session.get_config_variable("ca_bundle")
        ca_bundle = configured if isinstance(configured, str) else get_cert_path(verify=True)
        self._pool = urllib3.PoolManager(maxsize=_KEPT_CONNECTIONS, ca_certs=ca_bundle)
        self._context = {"client_config": Config(s3={"payload_signing_enabled": False})}
        self._retries_lock = threading.Lock()
        self._credentials: Credentials | None = None

    def request(
        self, request: S3Request, deadline: float, check: Callable[[S3Answer], None] = lambda _: None
    ) -> S3Answer:
        """Send a request until it is answered for good, at most `MAXIMUM_ATTEMPTS` times and until ``deadline``.

        ``check`` may refuse an answer with `TransientAnswerError`. Answers below 500 that no retry would change are
        returned, errors too.

        Raises
        ------
        StoreFaultError
            No such answer came in time.
        """
        reason, attempt = "The object store did not answer in time", 0
        while attempt < MAXIMUM_ATTEMPTS and time.monotonic() < deadline:
            attempt += 1
            try:
                answer = self._attempt(request, deadline, attempt)
                if not _is_transient(answer):
                    check(answer)
                    return answer
                reason = f"The object store answered {answer.status}"
            except TransientAnswerError as error:
                reason = str(error)
            except HTTPError as error:
                reason = "The object store cannot be reached"
                LOG.warning("s3_connection_failed", error_type=type(error).__name__, attempt=attempt)
            except BotoCoreError as error:  # no credentials at the moment
                reason = "No credentials for the object store"
                LOG.warning("s3_credentials_failed", error_type=type(error).__name__, attempt=attempt)
            if attempt < MAXIMUM_ATTEMPTS:
                self._wait(attempt, deadline)
        raise StoreFaultError(reason, attempt)

    def close(self) -> None:
        self._pool.clear()

    def _attempt(self, request: S3Request, deadline: float, attempt: int) -> S3Answer:
        url = f"{self._base_url}/{request.key}"
        if request.query:
            url = f"{url}?{request.query}"
        timeout = max(0.05, min(_ATTEMPT_TIMEOUT, deadline - time.monotonic()))
        with_body = request.method in {"PUT", "POST"}
        response = self._pool.urlopen(
            request.method,
            url,
            headers=self._signed_headers(request, url),
            body=_until(deadline, request.pieces) if with_body else None,
            timeout=urllib3.Timeout(connect=min(_CONNECT_TIMEOUT, timeout), read=timeout),
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
        try:
            body = response.read(_LONGEST_ANSWER)
            if response.read(1):
                response.close()  # more than anything asked for here: do not use this connection again
        finally:
            response.release_conn()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return S3Answer(response.status, headers, body, attempt)

    def _signed_headers(self, request: S3Request, url: str) -> dict[str, str]:
        """Headers with a SigV4 signature over everything but the body.

        The body is covered by its CRC32, which is signed, and by TLS; hashing it with SHA-256 as well would double the
        CPU of a small object.
        """
        headers = dict(request.headers)
        if request.method in {"PUT", "POST"}:
            headers["Content-Length"] = str(sum(len(piece) for piece in request.pieces))
        prepared = AWSRequest(method=request.method, url=url, headers=headers)
        prepared.context.update(self._context)
        S3SigV4Auth(self._current_credentials(), "s3", self._region).add_auth(prepared)
        return dict(prepared.headers.items())

    def _current_credentials(self) -> ReadOnlyCredentials:
        """Refreshed by botocore before they expire."""
        if self._credentials is None:
            found = self._session.get_credentials()
            if found is None:
                raise NoCredentialsFoundError
            self._credentials = found
        return self._credentials.get_frozen_credentials()

    def _wait(self, attempt: int, deadline: float) -> None:
        """Back off with full jitter, so that many associations do not come back at once."""
        with self._retries_lock:
            self.retries += 1
        longest = min(_LONGEST_BACKOFF, _FIRST_BACKOFF * 2**attempt, max(0.0, deadline - time.monotonic()))
        time.sleep(random.uniform(0, longest))  # noqa: S311 - jitter, not a secret


class NoCredentialsFoundError(BotoCoreError):
    """botocore found no credentials anywhere."""

    fmt = "Unable to locate credentials"


def _is_transient(answer: S3Answer) -> bool:
    if answer.status in _TRANSIENT_STATUSES:
        return True
    return answer.status in {400, 403} and any(code in answer.body for code in _TRANSIENT_CODES)


def _until(deadline: float, pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces, as long as there is time: a store that reads slowly must not outlast the deadline."""
    for piece in pieces:
        if time.monotonic() > deadline:
            raise urllib3.exceptions.TimeoutError
        if len(piece):
            yield piece


class _EndpointProbe(Exception):  # noqa: N818 - a messenger
    """Carries the URL that botocore would have sent a request to."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


def _resolve_endpoint(session: Session, bucket: str) -> tuple[str, str]:
    """The URL of the bucket's objects, without a slash at its end, and the region to sign for.

    botocore is asked to send a request, and stopped just before it does.
    """
    # The probe is never sent, and real credentials may not be there yet when the process starts.
    client = boto3.Session(botocore_session=session).client(
        "s3",
        aws_access_key_id="probe",
        aws_secret_access_key="probe",  # noqa: S106 - no secret
        config=Config(retries={"total_max_attempts": 1}),
    )

    def stop(request: AWSPreparedRequest, **_: object) -> None:
        raise _EndpointProbe(request.url)

    client.meta.events.register("before-send.s3.HeadObject", stop)
    try:
        client.head_object(Bucket=bucket, Key="0")
    except _EndpointProbe as probe:
        return probe.url.removesuffix("/0"), client.meta.region_name
    finally:
        client.close()
    raise AssertionError("botocore did not send the probe")


def query_value(text: str) -> str:
    """Encode a value of a query, as SigV4 wants it."""
    return quote(text, safe="-_.~")
