"""What holds for every decision, whatever the consents: found out by hypothesis, not by examples."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from healthcare_runtime.consent.codes import (
    ACT_CODE,
    ACT_REASON,
    CONSENT_ACTION,
    CONSENT_SCOPE,
    Action,
    ActorRole,
    Basis,
    EmergencyReason,
    Outcome,
    PurposeOfUse,
)
from healthcare_runtime.consent.decision import decide
from healthcare_runtime.consent.fhir_time import FhirPeriod, FhirTime
from healthcare_runtime.consent.patient import patient_key
from healthcare_runtime.consent.record import (
    Coding,
    Concept,
    ConsentRecord,
    ConsentStatus,
    Provision,
    ProvisionActor,
)
from healthcare_runtime.consent.request import BreakGlass, ConsentRequest
from tests.unit.consent.consent_cases import (
    ANALYTICS,
    CLAIM,
    CLINIC,
    GLUCOSE,
    HIV,
    HIV_TEST,
    LETTER,
    NORMAL,
    NOW,
    PATIENT,
    PSY,
    RESTRICTED,
    VERY_RESTRICTED,
)

KEY, OTHER = patient_key(PATIENT), patient_key("Patient/other")
TIMES = [
    FhirTime(text)
    for text in (
        "2024", "2025-06", "2026-06-14", "2026-06-15", "2026-06-16", "2026-06-15T12:00:00Z",
        "2026-06-15T12:00:01+09:00", "2026-06-15T11:59:59.999-05:00", "2027", "0001", "9999", "9999-12-31",
        "2026-03-08", "2026-11-01",
    )
]  # fmt: skip
ZONES = [ZoneInfo(name) for name in ("UTC", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati", "Africa/Cairo")]
LABELS = [HIV, PSY, NORMAL, RESTRICTED, VERY_RESTRICTED, Coding("", "HIV")]
CODES = [HIV_TEST, GLUCOSE]
PURPOSES = [Coding(ACT_REASON, code) for code in ("TREAT", "HRESCH", "HMARKT", "PurposeOfUse", "XX")] + [
    Coding("urn:local", "research")
]

times = st.sampled_from(TIMES)
periods = st.builds(FhirPeriod, st.none() | times, st.none() | times)
actors = st.builds(
    ProvisionActor,
    st.sampled_from([Concept((Coding("", "IRCP"),)), Concept((Coding("", "AUT"),)), Concept(())]),
    st.sampled_from([ANALYTICS, CLINIC, "Group/1"]),
)
actions = st.sampled_from(
    [Concept((Coding(CONSENT_ACTION, name),)) for name in Action] + [Concept(()), Concept((Coding("urn:local", "x"),))]
)


def few(of: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(of, max_size=2).map(tuple)


def rules(kinds: Sequence[str | None], nested: st.SearchStrategy[tuple[object, ...]]) -> st.SearchStrategy[Provision]:
    return st.builds(
        Provision,
        type=st.sampled_from(kinds),
        period=st.none() | periods,
        actors=few(actors),
        actions=few(actions),
        labels=few(st.sampled_from(LABELS)),
        purposes=few(st.sampled_from(PURPOSES)),
        classes=few(st.sampled_from([LETTER, CLAIM])),
        codes=few(st.sampled_from([Concept((code,)) for code in CODES] + [Concept(())])),
        data_period=st.none() | periods,
        data=few(st.sampled_from(["Observation/1"])),
        provisions=nested,
    )


inner = st.recursive(
    rules(["permit", "deny"], st.just(())),
    lambda deeper: rules(["permit", "deny"], few(deeper)),
    max_leaves=4,
)
roots = rules([None, "permit", "deny"], few(inner))
consents = st.builds(
    ConsentRecord,
    consent_id=st.sampled_from(["", "a", "b", "c", "d"]),
    version=st.integers(1, 3),
    status=st.sampled_from([ConsentStatus.ACTIVE] * 5 + list(ConsentStatus)),
    scopes=st.sampled_from(["patient-privacy", "patient-privacy", "research", "adr"]).map(
        lambda code: frozenset({Coding(CONSENT_SCOPE, code)})
    ),
    patients=st.sampled_from([frozenset({KEY})] * 4 + [frozenset({OTHER}), frozenset({KEY, OTHER})]),
    date_time=st.none() | times,
    organizations=st.sampled_from([frozenset[str](), frozenset({CLINIC})]),
    policy_rule=st.sampled_from(["OPTIN", "OPTOUT", "OPTINR", "OPTOUTE", "other"]).map(
        lambda code: frozenset({Coding(ACT_CODE, code)})
    ),
    provision=st.none() | roots,
)
moments = st.datetimes(datetime(2023, 1, 1), datetime(2028, 1, 1), timezones=st.sampled_from([UTC])) | st.just(NOW)
glasses = st.builds(BreakGlass, st.sampled_from(EmergencyReason), moments, moments)
requests = st.builds(
    ConsentRequest,
    patient=st.just(KEY),
    actor=st.sampled_from([ANALYTICS, CLINIC, ""]),
    actor_role=st.sampled_from(ActorRole),
    action=st.sampled_from(Action),
    purpose=st.sampled_from(PurposeOfUse),
    now=moments,
    data_class=st.none() | st.sampled_from([LETTER, CLAIM]),
    codes=st.none() | st.frozensets(st.sampled_from(CODES)),
    labels=st.none() | st.frozensets(st.sampled_from(LABELS)),
    data_time=st.none() | moments,
    jurisdiction=st.sampled_from(["", "US", "JP"]),
    break_glass=st.none() | glasses,
    patient_zone=st.sampled_from(ZONES),
    affiliations=st.frozensets(st.sampled_from([CLINIC])),
)
several = st.lists(consents, max_size=5)
many = settings(max_examples=120, deadline=None)


@many
@given(several, requests)
def test_given_anything_when_asked_then_there_is_an_answer_that_explains_itself(
    found: list[ConsentRecord], request: ConsentRequest
) -> None:
    decision = decide(found, request)
    assert decision.outcome is not Outcome.PERMIT or decision.basis in (
        Basis.CONSENT, Basis.TREATMENT_DEFAULT, Basis.BREAK_GLASS,
    )  # fmt: skip
    if decision.basis is Basis.CONSENT:
        assert decision.consent_versions
        assert len(decision.paths) >= len(decision.consent_versions)
    if decision.obligations:
        assert decision.is_permit


@many
@given(several, requests, st.randoms())
def test_given_any_order_of_consents_when_asked_then_the_answer_is_the_same(
    found: list[ConsentRecord], request: ConsentRequest, shuffle: random.Random
) -> None:
    other = list(found)
    shuffle.shuffle(other)
    assert decide(other, request) == decide(found, request)


@many
@given(several, requests, st.none() | times)
def test_given_a_denial_of_everything_when_added_then_nothing_is_permitted_that_was_not(
    found: list[ConsentRecord], request: ConsentRequest, signed: FhirTime | None
) -> None:
    scope, opt_out = frozenset({Coding(CONSENT_SCOPE, "patient-privacy")}), frozenset({Coding(ACT_CODE, "OPTOUT")})
    denial = ConsentRecord(
        "new", 1, ConsentStatus.ACTIVE, scope, frozenset({KEY}), date_time=signed, policy_rule=opt_out
    )
    before, after = decide(found, request), decide([*found, denial], request)
    assert before.is_permit or not after.is_permit
    if before.basis is not Basis.BREAK_GLASS and signed is None:
        assert after.outcome is Outcome.DENY  # nothing is newer than a denial without a date
    if after.is_permit:
        assert set(before.obligations) <= set(after.obligations)


@many
@given(several, requests, inner)
def test_given_a_nested_denial_when_added_to_a_consent_then_nothing_is_permitted_that_was_not(
    found: list[ConsentRecord], request: ConsentRequest, rule: Provision
) -> None:
    assume(found)
    denial = replace(rule, type="deny", provisions=())
    first = found[0]
    root = first.provision or Provision()
    changed = replace(first, provision=replace(root, provisions=(*root.provisions, denial)))
    assume(changed.recipients == first.recipients)  # else it is about other parties
    before, after = decide(found, request), decide([changed, *found[1:]], request)
    assert before.is_permit or not after.is_permit


@many
@given(several, requests)
def test_given_consents_of_others_when_added_or_taken_away_then_nothing_changes(
    found: list[ConsentRecord], request: ConsentRequest
) -> None:
    # An old version of a consent that is not the patient's any more would show it: the store forbids that change.
    separate = [replace(one, consent_id=f"c{place}") for place, one in enumerate(found)]
    own = [one for one in separate if KEY in one.patients]
    assert decide(own, request) == decide(separate, request)


@many
@given(several, requests)
def test_given_revoked_consents_when_taken_away_then_nothing_changes(
    found: list[ConsentRecord], request: ConsentRequest
) -> None:
    separate = [replace(one, consent_id=f"c{place}") for place, one in enumerate(found)]
    active = [one for one in separate if one.status is ConsentStatus.ACTIVE]
    assert decide(active, request) == decide(separate, request)


@many
@given(several, requests, st.floats(0, 1, exclude_max=True))
def test_given_a_decision_that_expires_when_asked_again_before_then_it_is_the_same(
    found: list[ConsentRecord], request: ConsentRequest, share: float
) -> None:
    decision = decide(found, request)
    end = decision.expires or request.now + timedelta(days=400)
    assert end > request.now
    later = replace(request, now=request.now + (end - request.now) * share)
    assume(later.now < end)
    assert replace(decide(found, later), expires=None) == replace(decision, expires=None)


@many
@given(several, requests)
def test_given_what_nobody_looked_for_when_looked_for_then_no_more_must_be_taken_out_than_feared(
    found: list[ConsentRecord], request: ConsentRequest
) -> None:
    unknown = replace(request, labels=None, codes=None)
    clean = replace(request, labels=frozenset(), codes=frozenset())
    feared, known = decide(found, unknown), decide(found, clean)
    if feared.is_permit:
        assert known.is_permit
        assert set(known.obligations) <= set(feared.obligations)


@many
@given(several, requests)
def test_given_japanese_data_when_used_for_anything_but_treatment_then_no_opt_out_permits(
    found: list[ConsentRecord], request: ConsentRequest
) -> None:
    japanese = replace(request, jurisdiction="JP-27", purpose=PurposeOfUse.HRESCH)
    opted_in = [one for one in found if not one.is_opt_out]
    decision = decide(found, japanese)
    if decision.is_permit:
        assert decide([replace(one, consent_id="") for one in opted_in], japanese).outcome is not Outcome.NO_CONSENT


@many
@given(several, requests)
def test_given_no_treatment_and_no_emergency_when_permitted_then_a_consent_says_so(
    found: list[ConsentRecord], request: ConsentRequest
) -> None:
    decision = decide(found, replace(request, purpose=PurposeOfUse.HMARKT))
    assert decision.is_permit == (decision.is_permit and decision.basis is Basis.CONSENT)
    if not any(one.status is ConsentStatus.ACTIVE and KEY in one.patients for one in found):
        assert decision.outcome is Outcome.NO_CONSENT
