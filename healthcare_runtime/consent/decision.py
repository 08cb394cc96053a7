"""The consent decision: pure, total, deterministic.

1. In force are the consents of this patient that are ``active``, speak of disclosure (scope patient-privacy or
   research) and whose period contains now. Half-open; a date is a whole day in the patient's zone.
2. Within one consent the deepest rule that matches decides; at the same depth deny overrides (``provisions``).
3. Among consents, a newer ``dateTime`` replaces an older one of the same scope and the same parties; apart from that
   deny overrides.
4. Where no consent speaks: treatment by the treating team is permitted (45 CFR 164.506(c)), all else is not.
   Under Japanese law (APPI art. 27) anything but treatment needs the person's own prior consent: what follows from an
   opt-out rule never permits.
5. A deny of parts (labels, codes, resources, times) becomes an obligation to take them out.
6. Break-glass overrides for a limited time, with a reason, and obliges to raise the alarm.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from healthcare_runtime.consent.codes import (
    CONSENT_SCOPE,
    DISCLOSURE_SCOPES,
    INCLUDED_BY,
    ActorRole,
    Basis,
    ObligationKind,
    Outcome,
    PurposeOfUse,
)
from healthcare_runtime.consent.fhir_time import EARLIEST, LATEST
from healthcare_runtime.consent.provisions import WHOLE, Opinion, Reading, Segment, opinion, read_for, segments
from healthcare_runtime.consent.record import ConsentRecord, ConsentStatus
from healthcare_runtime.consent.request import ConsentDecision, ConsentRequest, Obligation

_TREATMENT_BY_DEFAULT: Final = frozenset(
    {PurposeOfUse.TREAT, PurposeOfUse.ETREAT, PurposeOfUse.ERTREAT, PurposeOfUse.COC}
)


def decide(consents: Sequence[ConsentRecord], request: ConsentRequest) -> ConsentDecision:
    """Answer a request from the consents at hand; consents of other patients, and old versions, do not count.

    Returns
    -------
    ConsentDecision
        PERMIT with obligations, DENY (somebody said no) or NO_CONSENT (nobody said yes). Never raises.
    """
    known = _of_patient(consents, request)
    changes = _changes(known, request)
    if request.purpose is PurposeOfUse.BTG:
        return _break_glass(request, changes)
    readings = [(consent, reading) for consent in known if (reading := read_for(consent, request)) is not None]
    whole = _voices(readings, request, WHOLE)
    parts = {segment for _consent, reading in readings for segment in segments(reading, request)}
    denied = [(segment, _denying(_voices(readings, request, segment))) for segment in parts]
    denied = [(segment, voices) for segment, voices in denied if voices]
    expires = min(changes, default=None)

    no, yes = _denying(whole), [voice for voice in whole if voice.opinion.type == "permit"]
    if no:
        return _answer(Outcome.DENY, Basis.CONSENT, no, (), expires)
    obligations = {Obligation(segment.kind, segment.subject) for segment, _voices in denied if segment.kind is not None}
    involved = [voice for _segment, voices in denied for voice in voices]
    if yes:
        return _answer(Outcome.PERMIT, Basis.CONSENT, yes + involved, obligations, expires)
    if request.purpose in _TREATMENT_BY_DEFAULT and request.actor_role is ActorRole.TREATING_TEAM:
        return _answer(Outcome.PERMIT, Basis.TREATMENT_DEFAULT, involved, obligations, expires)
    basis = Basis.JP_THIRD_PARTY if _needs_opt_in(request) else Basis.NO_OPINION
    return _answer(Outcome.NO_CONSENT, basis, [], (), expires)


class _Voice(NamedTuple):
    """A consent with its opinion of one segment."""

    consent: ConsentRecord
    opinion: Opinion


def _of_patient(consents: Sequence[ConsentRecord], request: ConsentRequest) -> list[ConsentRecord]:
    """The newest version of each consent of the patient, where it is active and about disclosure."""
    newest: dict[str, int] = {}
    for consent in consents:
        if consent.consent_id:
            newest[consent.consent_id] = max(consent.version, newest.get(consent.consent_id, 0))
    return [
        consent
        for consent in consents
        if consent.status is ConsentStatus.ACTIVE
        and request.patient in consent.patients
        and (not consent.consent_id or consent.version == newest[consent.consent_id])
        and any(scope.code in DISCLOSURE_SCOPES and scope.system in ("", CONSENT_SCOPE) for scope in consent.scopes)
    ]


def _voices(
    readings: Sequence[tuple[ConsentRecord, Reading]], request: ConsentRequest, segment: Segment
) -> list[_Voice]:
    """The opinions of a segment that count: in force, and not replaced by a newer one of the same parties."""
    groups: dict[tuple[object, ...], list[_Voice]] = {}
    for consent, reading in readings:
        found = opinion(reading, request, segment)
        if found is not None:
            parties = (consent.scopes, consent.organizations, consent.recipients)
            groups.setdefault(parties, []).append(_Voice(consent, found))
    return [voice for group in groups.values() for voice in _unreplaced(group, request)]


def _unreplaced(group: list[_Voice], request: ConsentRequest) -> list[_Voice]:
    """Leave out what is older than another of the group, and permits that do not count.

    Of an unknown or an overlapping date nothing is older. A consent dated in the future permits nothing yet and
    replaces nothing; its denial counts at once. A permit that follows from an opt-out, where the law wants an opt-in,
    ends older permits all the same, but no denial.
    """
    zone, own_only = request.patient_zone, _needs_opt_in(request)
    latest = {"permit": EARLIEST, "deny": EARLIEST}  # the newest of what ends an opinion of that type
    counting: list[_Voice] = []
    for voice in group:
        date, denies = voice.consent.date_time, voice.opinion.type == "deny"
        start = EARLIEST if date is None else date.earliest(zone)
        counts = denies or (start <= request.now and not (own_only and voice.consent.is_opt_out))
        if counts:
            counting.append(voice)
        if latest["permit"] < start <= request.now:
            latest["permit"] = start
        if counts and latest["deny"] < start <= request.now:
            latest["deny"] = start
    if len(group) == 1:
        return counting
    kept: list[_Voice] = []
    for voice in counting:
        date, newest = voice.consent.date_time, latest[voice.opinion.type]
        if date is None or date.earliest(zone) >= newest or date.latest(zone) > newest:
            kept.append(voice)
    return kept


def _needs_opt_in(request: ConsentRequest) -> bool:
    return request.is_japanese and PurposeOfUse.TREAT not in INCLUDED_BY[request.purpose]


def _denying(voices: Iterable[_Voice]) -> list[_Voice]:
    return [voice for voice in voices if voice.opinion.type == "deny"]


def _changes(consents: Iterable[ConsentRecord], request: ConsentRequest) -> list[datetime]:
    """The instants after now at which a period or a date of the consents begins or ends."""
    zone, found = request.patient_zone, []
    for consent in consents:
        if consent.date_time is not None:
            found.append(consent.date_time.earliest(zone))
        for period in consent.periods:
            found.extend(period.bounds(zone))
    return [moment for moment in found if request.now < moment < LATEST]


def _break_glass(request: ConsentRequest, changes: list[datetime]) -> ConsentDecision:
    glass = request.break_glass
    answered_for = glass is not None and request.actor_role is not ActorRole.THIRD_PARTY and bool(request.actor)
    if glass is None or not answered_for or not glass.is_in_force(request.now):
        starts = [glass.started_at] if glass is not None and answered_for and glass.started_at > request.now else []
        return ConsentDecision(
            Outcome.DENY, Basis.BREAK_GLASS_INCOMPLETE, expires=min([*starts, *changes], default=None)
        )
    alarm = (Obligation(ObligationKind.ALERT, glass.reason),)
    return ConsentDecision(Outcome.PERMIT, Basis.BREAK_GLASS, obligations=alarm, expires=glass.last_moment)


def _answer(
    outcome: Outcome,
    basis: Basis,
    voices: Iterable[_Voice],
    obligations: Iterable[Obligation],
    expires: datetime | None,
) -> ConsentDecision:
    listed = [(voice.consent.reference, voice.opinion.path) for voice in voices]
    return ConsentDecision(
        outcome,
        basis,
        consent_versions=tuple(sorted({reference for reference, _path in listed})),
        paths=tuple(sorted({f"{reference}#{path}" for reference, path in listed})),
        obligations=tuple(sorted(obligations)),
        expires=expires,
    )
