"""Consents in PostgreSQL: versions are appended, the newest is the head, nothing is ever changed or deleted."""

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, cast

import psycopg
from psycopg import errors

from healthcare_runtime.consent.connection import Connection, ConsentConnection
from healthcare_runtime.consent.faults import (
    ConsentConflictError,
    ConsentFaultError,
    ConsentNotFoundError,
    ConsentUnavailable,
    VersionConflictError,
)
from healthcare_runtime.consent.fhir_time import EARLIEST, EASTMOST, LATEST, WESTMOST
from healthcare_runtime.consent.patient import PatientKey
from healthcare_runtime.consent.record import ENDED, ConsentRecord, ConsentStatus
from healthcare_runtime.consent.resource import parse_consent
from healthcare_runtime.consent.resource_text import stored_form

MAXIMUM_CONSENTS: Final = 500
"""Active consents of one patient; more are not decided upon, for the decision would be incomplete."""

_SELECT: Final = """
SELECT v.consent_id, v.version, v.recorded_at, v.resource, v.sha256 FROM consent.consent_version v
"""
_INSERT: Final = """
INSERT INTO consent.consent_version
    (consent_id, version, recorded_at, status, patient_keys, document, period, resource, sha256)
VALUES (%s, %s, %s, %s, %s, %s, tstzrange(%s, %s, '[)'), %s, %s)
"""


@dataclass(frozen=True, slots=True)
class StoredConsent:
    """One version as it is in the store; ``recorded_at`` is UTC, to the millisecond."""

    record: ConsentRecord
    recorded_at: datetime


BeforeCommit = Callable[[StoredConsent], None]
"""Called with a version that is written and not yet kept, as the last act before its commit. Raising undoes it."""


class ConsentStore:
    """The consents of one database."""

    def __init__(self, connection: ConsentConnection) -> None:
        self._connection = connection

    def put(
        self, record: ConsentRecord, if_match: int | None = None, *, before_commit: BeforeCommit | None = None
    ) -> StoredConsent:
        """Record a new consent, or the next version of one.

        Parameters
        ----------
        if_match
            None: a new consent, which gets an id of its own. Else the version of ``record.consent_id`` that the
            caller has seen.
        before_commit
            Only the one writer of a version comes to it: others wait behind the row, and conflict. It may be called
            again for the same version, where the transaction had to be repeated. What it raises leaves as it is.

        Raises
        ------
        ConsentNotFoundError, VersionConflictError
            There is no such consent; it has another version by now.
        ConsentConflictError
            The version contradicts the one before, or the same signed form is in force already.
        ConsentUnavailable, StoreForbidsError
            See :class:`ConsentConnection`.
        """
        if if_match is None:
            new = replace(record, consent_id=str(uuid.uuid4()))
            return self._write(lambda connection: _append(connection, new, 1, _now(connection), before_commit))
        return self._write(lambda connection: _next_version(connection, record, if_match, before_commit))

    def revoke(
        self, consent_id: str, if_match: int | None = None, *, before_commit: BeforeCommit | None = None
    ) -> StoredConsent:
        """End a consent: its next version is ``inactive``. Revoking what has ended changes nothing.

        Parameters
        ----------
        before_commit
            As for :meth:`put`; not called where nothing changes.

        Raises
        ------
        ConsentNotFoundError, VersionConflictError, ConsentUnavailable, StoreForbidsError
            As for :meth:`put`.
        """

        def work(connection: Connection) -> StoredConsent:
            head = _head(connection, consent_id)
            _require_version(head, if_match)
            if head.record.status in ENDED:
                return head
            now = max(_now(connection), head.recorded_at)
            ended = ConsentStatus.INACTIVE
            return _append(connection, head.record, head.record.version + 1, now, before_commit, status=ended)

        return self._write(work)

    def current(self, patient: PatientKey) -> list[ConsentRecord]:
        """The newest versions of the active consents of a patient; an unknown patient has none.

        Raises
        ------
        ConsentUnavailable
            Also when there are more than can be decided upon, or one is damaged: never a part of them.
        """
        query = f"""{_SELECT} JOIN consent.consent_head h USING (consent_id, version)
            WHERE h.patient_keys @> %s AND h.status = 'active' ORDER BY v.consent_id LIMIT %s"""
        found = self._read(query, [patient], MAXIMUM_CONSENTS + 1)
        if len(found) > MAXIMUM_CONSENTS:
            raise ConsentUnavailable(f"consents: more than {MAXIMUM_CONSENTS} are active for one patient")
        return [stored.record for stored in found]

    def get(self, consent_id: str, version: int | None = None) -> StoredConsent:
        """One consent as it is now, or one of its versions.

        Raises
        ------
        ConsentNotFoundError, ConsentUnavailable
            There is no such consent or version; the database does not answer.
        """
        if version is None:
            return self._connection.read(lambda connection: _head(connection, consent_id))
        found = self._read(f"{_SELECT} WHERE v.consent_id = %s AND v.version = %s", consent_id, version)
        return _only(found)

    def history(self, consent_id: str, *, before: int | None = None, limit: int = 100) -> list[StoredConsent]:
        """The versions of a consent, newest first; those below version ``before`` when given.

        Raises
        ------
        ConsentNotFoundError, ConsentUnavailable
            As for :meth:`get`.
        """
        query = f"{_SELECT} WHERE v.consent_id = %s AND v.version < %s ORDER BY v.version DESC LIMIT %s"
        found = self._read(query, consent_id, before if before is not None else 2**31 - 1, limit)
        if not found and before is None:
            raise ConsentNotFoundError
        return found

    def search(
        self, patient: PatientKey, *, status: ConsentStatus | None = None, after: str = "", limit: int = 50
    ) -> list[StoredConsent]:
        """Consents of a patient as they are now, in the order of their ids, from behind the id ``after``.

        Raises
        ------
        ConsentUnavailable
            The database does not answer.
        """
        query = f"""{_SELECT} JOIN consent.consent_head h USING (consent_id, version)
            WHERE h.patient_keys @> %s AND h.status = ANY (%s) AND v.consent_id > %s ORDER BY v.consent_id LIMIT %s"""
        statuses = [status] if status is not None else list(ConsentStatus)
        return self._read(query, [patient], [str(status) for status in statuses], after, limit)

    def _read(self, query: str, *parameters: object) -> list[StoredConsent]:
        rows = self._connection.read(lambda connection: connection.execute(query.encode(), parameters).fetchall())
        return [_stored(row) for row in rows]

    def _write(self, work: Callable[[Connection], StoredConsent]) -> StoredConsent:
        try:
            return self._connection.write(work)
        except errors.ExclusionViolation:
            raise ConsentConflictError("the same signed form (identifier) is in force in another consent") from None
        except errors.UniqueViolation:
            raise VersionConflictError from None
        except psycopg.IntegrityError:
            raise ConsentConflictError("the version contradicts what is recorded") from None


def _next_version(
    connection: Connection, record: ConsentRecord, if_match: int, before_commit: BeforeCommit | None
) -> StoredConsent:
    head = _head(connection, record.consent_id)
    _require_version(head, if_match)
    if record.patients != head.record.patients:
        raise ConsentConflictError("a consent stays with its patient: record another Consent")
    if head.record.status in ENDED and record.status not in ENDED:
        raise ConsentConflictError("a consent that has ended stays ended: record another Consent")
    return _append(connection, record, if_match + 1, max(_now(connection), head.recorded_at), before_commit)


def _append(
    connection: Connection,
    record: ConsentRecord,
    version: int,
    moment: datetime,
    before_commit: BeforeCommit | None,
    *,
    status: ConsentStatus | None = None,
) -> StoredConsent:
    resource = stored_form(
        record.original,
        consent_id=record.consent_id,
        version=version,
        last_updated=fhir_instant(moment),
        status=status,
    )
    record = replace(record, version=version, original=resource, status=status or record.status)
    start, end = _widest_period(record)
    sha256 = hashlib.sha256(resource.encode()).digest()
    keys = sorted(record.patients)
    connection.execute(
        _INSERT.encode(),
        (record.consent_id, version, moment, record.status, keys, record.document, start, end, resource, sha256),
    )
    stored = StoredConsent(record, moment)
    if before_commit is not None:
        before_commit(stored)
    return stored


def _head(connection: Connection, consent_id: str) -> StoredConsent:
    query = f"{_SELECT} JOIN consent.consent_head h USING (consent_id, version) WHERE h.consent_id = %s"
    return _only([_stored(row) for row in connection.execute(query.encode(), (consent_id,)).fetchall()])


def _only(found: Sequence[StoredConsent]) -> StoredConsent:
    if not found:
        raise ConsentNotFoundError
    return found[0]


def _require_version(head: StoredConsent, if_match: int | None) -> None:
    if if_match is not None and if_match != head.record.version:
        raise VersionConflictError


def _stored(row: tuple[object, ...]) -> StoredConsent:
    """Read a row back; the digest says whether it is what was written."""
    consent_id, version, recorded_at, resource, sha256 = cast("tuple[str, int, datetime, str, bytes]", row)
    content = resource.encode()
    if hashlib.sha256(content).digest() != bytes(sha256):
        raise ConsentUnavailable("consents: a stored version is damaged (its digest differs)")
    try:
        record = parse_consent(content)
    except ConsentFaultError:
        raise ConsentUnavailable("consents: a stored version cannot be read by this release") from None
    return StoredConsent(replace(record, consent_id=consent_id, version=version), recorded_at.astimezone(UTC))


def _now(connection: Connection) -> datetime:
    """The database's clock, to the millisecond that a FHIR instant shows."""
    row = connection.execute("SELECT date_trunc('milliseconds', clock_timestamp())").fetchone()
    return cast("tuple[datetime]", row)[0].astimezone(UTC)


def _widest_period(record: ConsentRecord) -> tuple[datetime | None, datetime | None]:
    period = None if record.provision is None else record.provision.period
    if period is None:
        return None, None
    start = None if period.start is None else period.start.earliest(EASTMOST)
    end = None if period.end is None else period.end.latest(WESTMOST)
    return None if start == EARLIEST else start, None if end == LATEST else end


def fhir_instant(moment: datetime) -> str:
    """``2026-01-31T10:00:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
