"""One audit event: references, codes and counts. Whatever could be free text is refused where the event is made."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, TypeAlias

from healthcare_runtime.audit.faults import AuditEventError

Detail: TypeAlias = str | int

ALLOWED_DETAILS: Final = frozenset(
    {
        # why: codes of the platform
        "reason", "reasons", "findings", "fault", "basis", "path", "obligations", "decision", "severity", "status",
        "verdict", "method", "operation", "scope", "jurisdiction", "break_glass",
        # what: kinds, versions, digests
        "format", "document_type", "language", "languages", "profile", "recipient", "key_version", "model_version",
        "content_digest", "processed_digest", "manifest_digest", "request_id", "execution", "version", "shard",
        # how many
        "bytes", "count", "entities", "entities_masked", "grey_entities", "spans", "residual", "text_length", "round",
        "attempt", "sequence", "fraud_permille", "fraud_reasons", "unknown_language_permille",
    }
)  # fmt: skip
"""Names of details. Another one is a line here, after the question whether its values can name a person."""

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/,+=#@-]{0,1023}")
_LARGEST: Final = 2**53 - 1  # what every JSON reader keeps exactly (RFC 8259, 6)
_FORMS: Final = {
    "event_id": (re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+=#@$-]{0,255}"), "1 to 256 letters, digits and ._:/+=#@$-"),
    "action": (re.compile(r"[A-Za-z$][A-Za-z0-9._$-]{0,63}"), "the name of a step or an API action"),
    "outcome": (re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"), "a code"),
    "entity": (re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/#-]{0,127}"), "a reference: 1 to 128 letters, digits and ._:/#-"),
    "agent": (re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+=,-]{0,255}"), "who acted: letters, digits and ._:/@+=,-"),
    "purpose_of_use": (re.compile(r"[A-Z]{0,20}"), "an HL7 v3 PurposeOfUse code, or empty"),
    "consent_version": (re.compile(r"[A-Za-z0-9._:/,#-]{0,1024}"), "versions of consents, separated by commas"),
    "detector_version": (re.compile(r"[A-Za-z0-9._:/+-]{0,128}"), "a version"),
    "policy_version": (re.compile(r"[A-Za-z0-9._:/+-]{0,128}"), "a version"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """What happened. Making one raises :class:`.AuditEventError` where a value is not of its field's form.

    The alphabets keep sentences out, not names: ``entity`` and ``agent`` must be references by the caller's promise.
    """

    event_id: str
    """The same for the same event, however often it is appended: ``documentId/step/round``."""
    recorded_at: datetime
    """When it was first said, with its zone. Not part of what must be the same when the event is said again."""
    action: str
    outcome: str
    entity: str
    """Document id or consent id, never a patient."""
    agent: str
    purpose_of_use: str = ""
    consent_version: str = ""
    detector_version: str = ""
    policy_version: str = ""
    details: Mapping[str, Detail] = field(default_factory=dict)
    """Codes, counts and digests under the names of ``ALLOWED_DETAILS``."""

    def __post_init__(self) -> None:
        for name in _FORMS:
            _check_form(name, getattr(self, name))
        if self.recorded_at.tzinfo is None:
            raise AuditEventError("recorded_at: must have a zone")
        for name, value in self.details.items():
            _check_detail(name, value)
        object.__setattr__(self, "details", MappingProxyType(dict(self.details)))

    def content(self) -> dict[str, object]:
        """Everything but the time, as JSON values: what two events of one id must agree in."""
        return {
            **{name: getattr(self, name) for name in _FORMS},
            "details": dict(self.details),
        }

    def recorded(self) -> str:
        """``recorded_at`` in UTC to the millisecond (FHIR ``instant``)."""
        return self.recorded_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def canonical_json(value: Mapping[str, object]) -> str:
    """The one text of a value: sorted names, no white space, ASCII.

    For the texts and whole numbers that occur here this is RFC 8785's form.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def check_entity(entity: str) -> None:
    """Raise :class:`.AuditEventError` where no event can have ``entity``."""
    _check_form("entity", entity)


def _check_form(name: str, value: object) -> None:
    form, shown = _FORMS[name]
    if not isinstance(value, str) or form.fullmatch(value) is None:
        raise AuditEventError(f"{name}: must be {shown}")


def _check_detail(name: str, value: Detail) -> None:
    if name not in ALLOWED_DETAILS:
        shown = name if re.fullmatch(r"[a-z_]{1,40}", name) else "a name"
        raise AuditEventError(f"details: {shown} is not one of healthcare_runtime.audit.event.ALLOWED_DETAILS")
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise AuditEventError(f"details.{name}: must be a code or a whole number")
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise AuditEventError(f"details.{name}: must be within 2^53")
    if isinstance(value, str) and _CODE.fullmatch(value) is None:
        raise AuditEventError(f"details.{name}: must be a code: 1 to 1024 letters, digits and ._:/,+=#@-")
