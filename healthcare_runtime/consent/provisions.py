"""Which rule of one consent speaks of a request: the deepest that matches, deny before permit.

A document is judged in segments: the whole, and each part that some rule singles out by a security label, a code, a
resource or a time of its own. Such a deny takes its part out of a permitted document instead of forbidding all of it.

What cannot be known counts against the use: a deny matches where it *may* apply, a permit only where it does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

from healthcare_runtime.consent.codes import (
    ACT_REASON,
    CONFIDENTIALITY,
    CONFIDENTIALITY_RANK,
    CONSENT_ACTION,
    DATA_ORIGIN_ROLES,
    INCLUDED_BY,
    Action,
    ObligationKind,
)
from healthcare_runtime.consent.fhir_time import FhirPeriod
from healthcare_runtime.consent.record import Coding, Concept, ConsentRecord, Provision, ProvisionActor, ProvisionType
from healthcare_runtime.consent.request import ConsentRequest

_EVERY_PURPOSE: Final = "PurposeOfUse"  # the abstract root of the value set
_OF_UNKNOWN_MEMBERS: Final = ("Group/", "CareTeam/", "#")
_ACTIONS: Final = frozenset(Action)


class Match(IntEnum):
    NO = 0
    MAYBE = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the document; ``kind`` None is what remains without every other part."""

    kind: ObligationKind | None = None
    coding: Coding | None = None
    reference: str = ""
    period: FhirPeriod | None = None

    @property
    def subject(self) -> str:
        return str(self.coding or self.period or self.reference)


WHOLE: Final = Segment()


class Opinion(NamedTuple):
    """What one consent says about a segment."""

    type: ProvisionType
    depth: int
    path: str


class LiveRule(NamedTuple):
    """A rule that speaks of the request, apart from the data it selects; ``above`` is the place of its parent."""

    rule: Provision
    type: ProvisionType | None
    depth: int
    path: str
    match: Match
    above: int


class Reading(NamedTuple):
    """One consent, read for one request: what its policy rule says, and its live rules, parents first."""

    base: Opinion | None
    rules: Sequence[LiveRule] = ()
    selects_data: bool = False


def read_for(consent: ConsentRecord, request: ConsentRequest) -> Reading | None:
    """Leave of a consent what speaks of the request; None when its time is not now."""
    base, root = consent.base, consent.provision
    if root is None:
        return Reading(Opinion(base, 0, "Consent.policyRule")) if base is not None else None
    if not _in_period(root, request):
        return None  # R4: the root rule's period is the consent's
    against = root.type is not None and base is not None and base != root.type
    # Against the specification, yet common, also in HL7's own examples: the root is the first exception.
    floor = Opinion(base, 0, "Consent.policyRule") if against and base is not None else None
    rules = _live(root, root.type or base, 1 if against else 0, request)
    return Reading(floor, rules, any(_selects_data(live.rule) for live in rules))


def opinion(reading: Reading, request: ConsentRequest, segment: Segment) -> Opinion | None:
    """The consent's own answer for a segment, or None when it does not speak of it."""
    best = reading.base
    silent: list[int] = []
    for place, (rule, kind, depth, path, match, above) in enumerate(reading.rules):
        if above in silent or (_selects_data(rule) and not _speaks(rule, kind, request, segment)):
            silent.append(place)
        elif (kind == "deny" or (kind == "permit" and match is Match.YES)) and _outranks(kind, depth, path, best):
            best = Opinion(kind, depth, path)
    return best


def segments(reading: Reading, request: ConsentRequest) -> Iterator[Segment]:
    """The parts that denies of the consent single out, as far as the document may have them."""
    if not reading.selects_data:
        return
    for live in reading.rules:
        rule = live.rule
        if live.type == "permit":
            continue
        if rule.labels:
            yield from (Segment(ObligationKind.REDACT_LABEL, found) for found in _present(rule.labels, request.labels))
        elif rule.codes and not _in_words(rule):
            found_codes = _present(_codings(rule), request.codes)
            yield from (Segment(ObligationKind.REDACT_CODE, found) for found in found_codes)
        elif rule.data:
            yield from (Segment(ObligationKind.REDACT_RESOURCE, reference=reference) for reference in rule.data)
        elif rule.data_period is not None and request.data_time is None:
            yield Segment(ObligationKind.REDACT_PERIOD, period=rule.data_period)


def _present(selected: tuple[Coding, ...], found: frozenset[Coding] | None) -> Iterator[Coding]:
    if found is None:
        yield from selected
    else:
        yield from (coding for coding in found if any(_denies(chosen, coding) for chosen in selected))


def _live(root: Provision, root_type: ProvisionType | None, root_depth: int, request: ConsentRequest) -> list[LiveRule]:
    found: list[LiveRule] = []
    waiting = [(root, root_type, root_depth, "Consent.provision", -1, Match.YES, -1)]
    while waiting:
        rule, kind, depth, above_path, number, above_match, above = waiting.pop()
        match = _matches(rule, request)
        if match is Match.NO:
            continue
        match = above_match if above_match is Match.MAYBE else match
        path = f"{above_path}.provision[{number}]" if number >= 0 else above_path
        for child_number, child in enumerate(rule.provisions):
            waiting.append((child, child.type, depth + 1, path, child_number, match, len(found)))
        found.append(LiveRule(rule, kind, depth, path, match, above))
    return found


def _outranks(kind: ProvisionType, depth: int, path: str, best: Opinion | None) -> bool:
    if best is None or depth != best.depth:
        return best is None or depth > best.depth
    if kind != best.type:
        return kind == "deny"
    return path < best.path


def _matches(rule: Provision, request: ConsentRequest) -> Match:
    """AND over the elements of the rule but those that select data; the weakest of them."""
    if not _in_period(rule, request):
        return Match.NO
    result = Match.YES
    if rule.purposes:
        result = max([_purpose(coding, request) for coding in rule.purposes])
    if rule.actions and result is not Match.NO:
        result = min(result, max([_action(concept, request) for concept in rule.actions]))
    if rule.actors and result is not Match.NO:
        result = min(result, max([_actor(actor, request) for actor in rule.actors]))
    if rule.classes and result is not Match.NO:
        known = request.data_class
        result = min(result, Match.MAYBE if known is None else Match.YES if known in rule.classes else Match.NO)
    return result


def _in_period(rule: Provision, request: ConsentRequest) -> bool:
    return rule.period is None or rule.period.contains(request.now, request.patient_zone)


def _selects_data(rule: Provision) -> bool:
    return bool(rule.labels or rule.codes or rule.data or rule.data_period)


def _speaks(rule: Provision, kind: ProvisionType | None, request: ConsentRequest, segment: Segment) -> bool:
    """Whether the data that the rule selects is in the segment. A root without a type frames like a deny."""
    return (_permits_data if kind == "permit" else _denies_data)(rule, request, segment)


def _purpose(coding: Coding, request: ConsentRequest) -> Match:
    if coding.system in ("", ACT_REASON):
        included = coding.code in INCLUDED_BY[request.purpose] or coding.code == _EVERY_PURPOSE
        return Match.YES if included else Match.NO
    return Match.MAYBE  # a local code may mean this purpose


def _action(concept: Concept, request: ConsentRequest) -> Match:
    known = [coding.code for coding in concept.codings if coding.system in ("", CONSENT_ACTION)]
    if request.action in known:
        return Match.YES
    return Match.NO if any(code in _ACTIONS for code in known) else Match.MAYBE


def _actor(actor: ProvisionActor, request: ConsentRequest) -> Match:
    if any(coding.code in DATA_ORIGIN_ROLES for coding in actor.role.codings):
        return Match.MAYBE  # about who wrote the data, which a request does not say
    if actor.reference == request.actor or actor.reference in request.affiliations:
        return Match.YES
    return Match.MAYBE if actor.reference.startswith(_OF_UNKNOWN_MEMBERS) else Match.NO


def _permits_data(rule: Provision, request: ConsentRequest, segment: Segment) -> bool:
    """Whether a permit certainly covers the segment: all of it, where the rule selects data."""
    if rule.labels and not _all_permitted(rule.labels, segment, ObligationKind.REDACT_LABEL, request.labels):
        return False
    if rule.codes and not _all_permitted(_codings(rule), segment, ObligationKind.REDACT_CODE, request.codes):
        return False
    if rule.data and segment.reference not in rule.data:
        return False
    if rule.data_period is None:
        return True
    if request.data_time is None:
        return segment.period == rule.data_period
    return rule.data_period.contains(request.data_time, request.patient_zone)


def _all_permitted(
    selected: tuple[Coding, ...], segment: Segment, kind: ObligationKind, found: frozenset[Coding] | None
) -> bool:
    if segment.kind is kind and segment.coding is not None:
        return any(_permits(chosen, segment.coding) for chosen in selected)
    return bool(found) and all(any(_permits(chosen, coding) for chosen in selected) for coding in found or ())


def _denies_data(rule: Provision, request: ConsentRequest, segment: Segment) -> bool:
    """Whether a deny speaks of the segment; one that selects parts never speaks of the whole."""
    coded = bool(rule.codes) and not _in_words(rule)
    if segment.kind is None and (rule.labels or rule.data or coded):
        return False
    if rule.labels and not _any_denied(rule.labels, segment, ObligationKind.REDACT_LABEL, request.labels):
        return False
    if coded and not _any_denied(_codings(rule), segment, ObligationKind.REDACT_CODE, request.codes):
        return False
    if segment.kind is ObligationKind.REDACT_RESOURCE and rule.data and segment.reference not in rule.data:
        return False
    return rule.data_period is None or _in_denied_period(rule.data_period, request, segment)


def _in_denied_period(period: FhirPeriod, request: ConsentRequest, segment: Segment) -> bool:
    """Of data of unknown time, the period is a part of its own."""
    if request.data_time is not None:
        return period.contains(request.data_time, request.patient_zone)
    return segment.kind is not None and segment.period in (None, period)


def _any_denied(
    selected: tuple[Coding, ...], segment: Segment, kind: ObligationKind, found: frozenset[Coding] | None
) -> bool:
    if segment.kind is kind and segment.coding is not None:
        return any(_denies(chosen, segment.coding) for chosen in selected)
    return found is None or any(_denies(chosen, coding) for chosen in selected for coding in found)


def _codings(rule: Provision) -> tuple[Coding, ...]:
    return tuple(coding for concept in rule.codes for coding in concept.codings)


def _in_words(rule: Provision) -> bool:
    """Whether a code is given in words only: it may mean anything, so a deny of it is not limited to a part."""
    return any(not concept.codings for concept in rule.codes)


def _permits(chosen: Coding, coding: Coding) -> bool:
    """The code itself; a confidentiality permits everything up to it (R4, provision.securityLabel)."""
    if chosen.system == coding.system == CONFIDENTIALITY:
        ceiling, rank = CONFIDENTIALITY_RANK.get(chosen.code), CONFIDENTIALITY_RANK.get(coding.code)
        return chosen == coding or (ceiling is not None and rank is not None and rank <= ceiling)
    return chosen == coding


def _denies(chosen: Coding, coding: Coding) -> bool:
    """The code itself, also where one side names no system; a confidentiality denies everything from it upwards.

    R4 reads a confidentiality as "up to it" in a deny too, which would let ``V`` through where ``R`` is denied.
    """
    if chosen.system == coding.system == CONFIDENTIALITY:
        floor, rank = CONFIDENTIALITY_RANK.get(chosen.code), CONFIDENTIALITY_RANK.get(coding.code)
        return chosen == coding or (floor is not None and rank is not None and rank >= floor)
    return chosen.code == coding.code and (chosen.system == coding.system or not chosen.system or not coding.system)
