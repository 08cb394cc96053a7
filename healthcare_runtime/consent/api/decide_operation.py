"""``POST /Consent/$decide``: FHIR Parameters in, a decision as Parameters out.

In: ``patient`` (string, Reference or Identifier), ``actor`` (string), ``actorRole``, ``action``, ``purpose``,
``jurisdiction`` (code), ``zone`` (string, IANA), ``dataClass`` (Coding), ``dataTime`` (dateTime with a time),
``label`` and ``code`` (Coding, any number), ``labelsKnown`` and ``codesKnown`` (boolean: none is as good as given),
``breakGlass`` with the parts ``reason`` (code), ``startedAt`` and ``endsAt`` (dateTime).
"""

import json
import zoneinfo
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from healthcare_runtime.consent.codes import Action, ActorRole, EmergencyReason, PurposeOfUse
from healthcare_runtime.consent.faults import ConsentFaultError
from healthcare_runtime.consent.patient import PatientKey, PatientReferenceError, identifier_key, patient_key
from healthcare_runtime.consent.reader import Element, Members
from healthcare_runtime.consent.record import Coding
from healthcare_runtime.consent.request import BreakGlass, ConsentDecision, ConsentRequest
from healthcare_runtime.consent.store import fhir_instant
from healthcare_runtime.consent.strict_json import read_object

T = TypeVar("T")
S = TypeVar("S", bound=StrEnum)

_UTC: Final = ZoneInfo("UTC")
_VALUES: Final = {
    "patient": ("valueString", "valueReference", "valueIdentifier"),
    "actor": ("valueString",),
    "affiliation": ("valueString",),
    "actorRole": ("valueCode",),
    "action": ("valueCode",),
    "purpose": ("valueCode",),
    "jurisdiction": ("valueCode",),
    "zone": ("valueString",),
    "dataClass": ("valueCoding",),
    "dataTime": ("valueDateTime",),
    "label": ("valueCoding",),
    "code": ("valueCoding",),
    "labelsKnown": ("valueBoolean",),
    "codesKnown": ("valueBoolean",),
    "breakGlass": (),
}
_REPEATED: Final = frozenset({"label", "code", "affiliation"})
_LONGEST: Final = 512


class _Parameter(NamedTuple):
    """One parameter: what it holds, and under which of the value names."""

    element: Element
    kind: str


def read_request(body: bytes, now: datetime) -> ConsentRequest:
    """Read the Parameters of a question; ``now`` is ours and never the caller's.

    Raises
    ------
    ConsentFaultError
        The path and the rule of what is wrong.
    """
    _text, value = read_object(body)
    if value.get("resourceType") != "Parameters":
        raise ConsentFaultError("Parameters.resourceType", "must be Parameters")
    members = Element(value, "Parameters").members("resourceType", "meta", "parameter")
    given = _Given(members.required("parameter", lambda found: tuple(found.items())))
    labels, codes = given.codings("label"), given.codings("code")
    return ConsentRequest(
        patient=given.required("patient", _patient),
        actor=given.required("actor", _short_text),
        affiliations=frozenset(given.each("affiliation", _short_text)),
        actor_role=given.choice("actorRole", ActorRole, ActorRole.THIRD_PARTY),
        action=given.choice("action", Action, Action.DISCLOSE),
        purpose=given.required("purpose", lambda found: _one_of(found.element, PurposeOfUse)),
        now=now,
        data_class=given.optional("dataClass", lambda found: found.element.required_coding()),
        labels=labels if labels or given.flag("labelsKnown") else None,
        codes=codes if codes or given.flag("codesKnown") else None,
        data_time=given.optional("dataTime", lambda found: _moment(found.element)),
        jurisdiction=given.optional("jurisdiction", _jurisdiction) or "",
        break_glass=given.optional("breakGlass", _break_glass),
        patient_zone=given.optional("zone", _zone) or _UTC,
    )


def render(decision: ConsentDecision) -> str:
    """A decision as Parameters."""
    listed: list[dict[str, object]] = [
        {"name": "outcome", "valueCode": decision.outcome},
        {"name": "basis", "valueCode": decision.basis},
    ]
    listed.extend({"name": "consent", "valueReference": {"reference": one}} for one in decision.consent_versions)
    listed.extend({"name": "path", "valueString": path} for path in decision.paths)
    for obligation in decision.obligations:
        kind = {"name": "kind", "valueCode": obligation.kind}
        listed.append({"name": "obligation", "part": [kind, {"name": "subject", "valueString": obligation.subject}]})
    if decision.expires is not None:
        listed.append({"name": "expires", "valueInstant": fhir_instant(decision.expires)})
    return json.dumps({"resourceType": "Parameters", "parameter": listed})


class _Given:
    """The parameters of a question by name."""

    def __init__(self, items: tuple[Element, ...]) -> None:
        self._found: dict[str, list[_Parameter]] = {}
        for item in items:
            members = item.members("name", "part", *{kind for kinds in _VALUES.values() for kind in kinds})
            name = members.required("name", lambda found: found.one_of(tuple(_VALUES)))
            if name in self._found and name not in _REPEATED:
                item.refuse("must come once")
            self._found.setdefault(name, []).append(_parameter(members, _VALUES[name] or ("part",)))

    def required(self, name: str, read: Callable[[_Parameter], T]) -> T:
        found = self.optional(name, read)
        if found is None:
            raise ConsentFaultError("Parameters.parameter", f"{name} is required")
        return found

    def optional(self, name: str, read: Callable[[_Parameter], T]) -> T | None:
        found = self._found.get(name)
        return read(found[0]) if found else None

    def each(self, name: str, read: Callable[[_Parameter], T]) -> list[T]:
        return [read(found) for found in self._found.get(name, [])]

    def codings(self, name: str) -> frozenset[Coding]:
        return frozenset(self.each(name, lambda found: found.element.required_coding()))

    def flag(self, name: str) -> bool:
        return bool(self.optional(name, lambda found: found.element.boolean()))

    def choice(self, name: str, kind: type[S], default: S) -> S:
        return self.optional(name, lambda found: _one_of(found.element, kind)) or default


def _parameter(members: Members, kinds: tuple[str, ...]) -> _Parameter:
    for kind in kinds:
        if kind in members:
            return _Parameter(Element(members.values[kind], f"{members.path}.{kind}"), kind)
    raise ConsentFaultError(members.path, f"must have {' or '.join(kinds)}")


def _patient(parameter: _Parameter) -> PatientKey:
    element = parameter.element
    try:
        if parameter.kind == "valueIdentifier":
            return identifier_key(*element.identifier())
        return patient_key(element.reference() if parameter.kind == "valueReference" else element.string())
    except PatientReferenceError as error:
        raise ConsentFaultError(element.path, str(error)) from None


def _short_text(parameter: _Parameter) -> str:
    text = parameter.element.string()
    if len(text) > _LONGEST:
        parameter.element.refuse(f"must have at most {_LONGEST} characters")
    return text


def _jurisdiction(parameter: _Parameter) -> str:
    text = parameter.element.code()
    if not (text.isascii() and text.replace("-", "").isalnum() and 2 <= len(text) <= 6):
        parameter.element.refuse("must be an ISO 3166 code such as JP or US-CA")
    return text


def _zone(parameter: _Parameter) -> ZoneInfo:
    text = parameter.element.string()
    if text not in _zones():  # a zone is a file name to the library
        parameter.element.refuse("must be the name of a time zone, such as Asia/Tokyo")
    return ZoneInfo(text)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _break_glass(parameter: _Parameter) -> BreakGlass:
    element = parameter.element
    found: dict[str, Element] = {}
    for item in element.items():
        members = item.members("name", "valueCode", "valueDateTime")
        name = members.required("name", lambda one: one.one_of(("reason", "startedAt", "endsAt")))
        kind = "valueCode" if name == "reason" else "valueDateTime"
        found[name] = _parameter(members, (kind,)).element
    for name in ("reason", "startedAt", "endsAt"):
        if name not in found:
            element.refuse(f"{name} is required")
    reason = _one_of(found["reason"], EmergencyReason)
    return BreakGlass(reason, _moment(found["startedAt"]), _moment(found["endsAt"]))


def _moment(element: Element) -> datetime:
    time = element.date_time()
    if not time.is_moment:
        element.refuse("must have a time and a zone")
    return time.earliest(_UTC).astimezone(UTC)


def _one_of(element: Element, kind: type[S]) -> S:
    return kind(element.one_of(tuple(kind)))
