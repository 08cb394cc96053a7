# ruff: noqa: E501  (a table: one line a case)
"""What the platform may do with a patient's data, case by case: read the line, and the answer stands beside it.

Unless a line says otherwise: the patient signed on 2026-01-10, it is noon (UTC) on 2026-06-15, and the analytics team
(a third party) asks to be sent a letter of 2026-05-01 for research.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from healthcare_runtime.consent.codes import Action, ActorRole, Basis, EmergencyReason, Outcome, PurposeOfUse
from healthcare_runtime.consent.decision import decide
from healthcare_runtime.consent.record import ConsentRecord
from healthcare_runtime.consent.request import BreakGlass
from tests.unit.consent.consent_cases import (
    ANALYTICS,
    CLAIM,
    CLINIC,
    ETH,
    GLUCOSE,
    HIV,
    HIV_TEST,
    NEW_YORK,
    NORMAL,
    NOW,
    PSY,
    RESTRICTED,
    TOKYO,
    VERY_RESTRICTED,
    consent,
    request,
    rule,
)  # fmt: skip


class Case(NamedTuple):
    title: str
    consents: list[ConsentRecord]
    asked: dict[str, Any]
    answer: str
    """The outcome, and behind it what must be taken out."""


LOCAL_PURPOSE = [{"system": "urn:local:purposes", "code": "study-7"}]
PERMIT, DENY, NO_CONSENT = "permit", "deny", "no-consent"
TREATING: dict[str, Any] = {"purpose": PurposeOfUse.TREAT, "actor": CLINIC, "actor_role": ActorRole.TREATING_TEAM}
MARKETING: dict[str, Any] = {"purpose": PurposeOfUse.HMARKT}
JAPAN: dict[str, Any] = {"jurisdiction": "JP", "patient_zone": TOKYO}


def at(text: str) -> dict[str, Any]:
    return {"now": datetime.fromisoformat(text).replace(tzinfo=UTC)}


CASES = [
    # Nobody said anything
    Case("no consent at all", [], {}, NO_CONSENT),
    Case("no consent, treatment by the treating team", [], TREATING, PERMIT),
    Case("no consent, emergency treatment by the treating team", [], {**TREATING, "purpose": PurposeOfUse.ETREAT}, PERMIT),
    Case("no consent, treatment by somebody else", [], {**TREATING, "actor_role": ActorRole.WORKFORCE}, NO_CONSENT),
    Case("no consent, population health by the treating team", [], {**TREATING, "purpose": PurposeOfUse.POPHLTH}, NO_CONSENT),
    Case("no consent, payment", [], {"purpose": PurposeOfUse.HPAYMT}, NO_CONSENT),
    Case("no consent, public health", [], {"purpose": PurposeOfUse.PUBHLTH}, NO_CONSENT),
    # Whose consent
    Case("opted in", [consent()], {}, PERMIT),
    Case("opted in, another patient", [consent(patient="urn:oid:1.2.3.4|MRN-0043")], {}, NO_CONSENT),
    Case("opted in, same number of another hospital", [consent(patient="urn:oid:1.2.3.5|MRN-0042")], {}, NO_CONSENT),
    Case("opted out", [consent(policy="OPTOUT")], {}, DENY),
    Case("opted out, yet treatment", [consent(policy="OPTOUT")], TREATING, DENY),
    Case("opted in, but only spoken of in words", [consent(policy="")], {}, NO_CONSENT),
    # Status and scope
    *[
        Case(f"opted in, status {status}", [consent(status=status)], {}, NO_CONSENT)
        for status in ("draft", "proposed", "rejected", "inactive", "entered-in-error")
    ],
    Case("opted out, revoked", [consent(policy="OPTOUT", status="inactive")], {}, NO_CONSENT),
    Case("opted in to research", [consent(scope="research")], {}, PERMIT),
    Case("opted in to being treated", [consent(scope="treatment")], {}, NO_CONSENT),
    Case("advance directive", [consent(scope="adr")], {}, NO_CONSENT),
    # Purposes
    Case("opted in for research", [consent(rule("permit", purpose="HRESCH"))], {}, PERMIT),
    Case("opted in for research, marketing asked", [consent(rule("permit", purpose="HRESCH"))], MARKETING, NO_CONSENT),
    Case("research includes clinical-trial research", [consent(rule("permit", purpose="HRESCH"))], {"purpose": PurposeOfUse.CLINTRCH}, PERMIT),
    Case("clinical-trial research does not include all research", [consent(rule("permit", purpose="CLINTRCH"))], {}, NO_CONSENT),
    Case("in, except marketing; research asked", [consent(rule(None, rule("deny", purpose="HMARKT")))], {}, PERMIT),
    Case("in, except marketing; marketing asked", [consent(rule(None, rule("deny", purpose="HMARKT")))], MARKETING, DENY),
    Case("out, except research", [consent(rule(None, rule("permit", purpose="HRESCH")), policy="OPTOUT")], {}, PERMIT),
    Case("out, except research; marketing asked", [consent(rule(None, rule("permit", purpose="HRESCH")), policy="OPTOUT")], MARKETING, DENY),
    Case("one of several purposes", [consent(rule("permit", purpose="HRESCH PUBHLTH"))], {}, PERMIT),
    Case("in, for a purpose of a local code", [consent({**rule("permit"), "purpose": LOCAL_PURPOSE})], {}, NO_CONSENT),
    Case("in, except a purpose of a local code: it may be this one", [consent(rule(None, {**rule("deny"), "purpose": LOCAL_PURPOSE}))], {}, DENY),
    # Actors and actions: AND across elements, OR within one
    Case("in, for the clinic; analytics asks", [consent(rule("permit", actor=CLINIC))], {}, NO_CONSENT),
    Case("in, for analytics", [consent(rule("permit", actor=ANALYTICS))], {}, PERMIT),
    Case("in, for analytics, for marketing; research asked", [consent(rule("permit", actor=ANALYTICS, purpose="HMARKT"))], {}, NO_CONSENT),
    Case("in, except analytics", [consent(rule(None, rule("deny", actor=ANALYTICS)))], {}, DENY),
    Case("in, except a group whose members we do not know", [consent(rule(None, rule("deny", actor="Group/7")))], {}, DENY),
    Case("in, for a group whose members we do not know", [consent(rule("permit", actor="Group/7"))], {}, NO_CONSENT),
    Case("in, not to a group that we do not know, but to analytics: the exception may not apply", [consent(rule(None, rule("deny", rule("permit", actor=ANALYTICS), actor="Group/7")))], {}, DENY),
    Case("in, except what a doctor wrote: we cannot tell who wrote it", [consent(rule(None, rule("deny", actor="Practitioner/1", role="AUT")))], {}, DENY),
    Case("in, except the organisation that the asker acts for", [consent(rule(None, rule("deny", actor=CLINIC)))], {"affiliations": frozenset({CLINIC})}, DENY),
    Case("in, for collecting; disclosure asked", [consent(rule("permit", action="collect"))], {}, NO_CONSENT),
    Case("in, for use and disclosure", [consent(rule("permit", action="use disclose"))], {}, PERMIT),
    Case("in, for use and disclosure; correction asked", [consent(rule("permit", action="use disclose"))], {"action": Action.CORRECT}, NO_CONSENT),
    # Exceptions of exceptions: the deepest rule that matches
    Case("in, not for research, but for analytics' research", [consent(rule(None, rule("deny", rule("permit", actor=ANALYTICS), purpose="HRESCH")))], {}, PERMIT),
    Case("in, not for research, but for the clinic's research", [consent(rule(None, rule("deny", rule("permit", actor=CLINIC), purpose="HRESCH")))], {}, DENY),
    Case("the exception of a rule that does not match does not count", [consent(rule(None, rule("deny", rule("permit", actor=ANALYTICS), purpose="HMARKT")), policy="OPTOUT")], {}, DENY),
    Case("permit and deny at the same depth", [consent(rule(None, rule("permit", purpose="HRESCH"), rule("deny", actor=ANALYTICS)))], {}, DENY),
    Case("in for research, written as a type of the root", [consent(rule("permit", purpose="HRESCH"), policy="")], {}, PERMIT),
    Case("opted in, the root denies analytics", [consent(rule("deny", actor=ANALYTICS))], {}, DENY),
    Case("opted in, the root denies the clinic", [consent(rule("deny", actor=CLINIC))], {}, PERMIT),
    Case("opted out, the root permits analytics", [consent(rule("permit", actor=ANALYTICS), policy="OPTOUT")], {}, PERMIT),
    # Time: a date is the whole day where the patient lives; an end as a moment is the first moment outside
    Case("from tomorrow", [consent(rule(None, during="2026-06-16/"))], {}, NO_CONSENT),
    Case("until yesterday", [consent(rule(None, during="/2026-06-14"))], {}, NO_CONSENT),
    Case("until today", [consent(rule(None, during="/2026-06-15"))], at("2026-06-15T23:59:59.999"), PERMIT),
    Case("until today, at midnight", [consent(rule(None, during="/2026-06-15"))], at("2026-06-16T00:00"), NO_CONSENT),
    Case("until this month", [consent(rule(None, during="2026/2026-06"))], at("2026-06-30T23:59"), PERMIT),
    Case("opted in, the root denies the clinic, all of it until 2021", [consent(rule("deny", actor=CLINIC, during="2020/2021"))], {}, NO_CONSENT),
    Case("until noon, at noon", [consent(rule(None, during="/2026-06-15T12:00:00Z"))], {}, NO_CONSENT),
    Case("from noon, at noon", [consent(rule(None, during="2026-06-15T12:00:00Z/"))], {}, PERMIT),
    Case("from noon in Tokyo, at 03:00 UTC", [consent(rule(None, during="2026-06-15T12:00:00+09:00/"))], at("2026-06-15T03:00"), PERMIT),
    Case("from today in Tokyo, yesterday in UTC", [consent(rule(None, during="2026-06-15/"))], {**at("2026-06-14T15:00"), "patient_zone": TOKYO}, PERMIT),
    Case("from today in Tokyo, a moment earlier", [consent(rule(None, during="2026-06-15/"))], {**at("2026-06-14T14:59:59"), "patient_zone": TOKYO}, NO_CONSENT),
    Case("the day on which clocks go forward ends after 23 hours", [consent(rule(None, during="2026-03-08/2026-03-08"))], {**at("2026-03-09T03:59"), "patient_zone": NEW_YORK}, PERMIT),
    Case("the day after, clocks gone forward", [consent(rule(None, during="2026-03-08/2026-03-08"))], {**at("2026-03-09T04:00"), "patient_zone": NEW_YORK}, NO_CONSENT),
    Case("the day on which clocks go back has 25 hours", [consent(rule(None, during="2026-11-01/2026-11-01"))], {**at("2026-11-02T04:59"), "patient_zone": NEW_YORK}, PERMIT),
    Case("in, no research this summer", [consent(rule(None, rule("deny", purpose="HRESCH", during="2026-06/2026-08")))], {}, DENY),
    Case("in, no research next summer", [consent(rule(None, rule("deny", purpose="HRESCH", during="2027-06/2027-08")))], {}, PERMIT),
    # Parts of a document: what is denied is taken out
    Case("in, except HIV; nothing of it in the letter", [consent(rule(None, rule("deny", label=HIV)))], {}, PERMIT),
    Case("in, except HIV and of that no research; nothing of it in the letter", [consent(rule(None, rule("deny", rule("deny", purpose="HRESCH"), label=HIV)))], {}, PERMIT),
    Case("in, except HIV; some in the letter", [consent(rule(None, rule("deny", label=HIV)))], {"labels": frozenset({HIV, NORMAL})}, "permit REDACT_LABEL HIV"),
    Case("in, except HIV; nobody looked", [consent(rule(None, rule("deny", label=HIV)))], {"labels": None}, "permit REDACT_LABEL HIV"),
    Case("in, except HIV for research; treatment asked", [consent(rule(None, rule("deny", label=HIV, purpose="HRESCH")))], {**TREATING, "labels": frozenset({HIV})}, PERMIT),
    Case("in, except substance abuse (42 CFR part 2) and psychiatry", [consent(rule(None, rule("deny", label=ETH), rule("deny", label=PSY)))], {"labels": frozenset({ETH, PSY})}, "permit REDACT_LABEL ETH REDACT_LABEL PSY"),
    Case("in, except restricted; the letter is very restricted", [consent(rule(None, rule("deny", label=RESTRICTED)))], {"labels": frozenset({VERY_RESTRICTED})}, "permit REDACT_LABEL V"),
    Case("in, up to restricted; the letter is normal", [consent(rule("permit", label=RESTRICTED))], {"labels": frozenset({NORMAL})}, PERMIT),
    Case("in, up to restricted; the letter is very restricted", [consent(rule("permit", label=RESTRICTED))], {"labels": frozenset({VERY_RESTRICTED})}, NO_CONSENT),
    Case("in, for what is normal; there is HIV too", [consent(rule("permit", label=NORMAL))], {"labels": frozenset({NORMAL, HIV})}, NO_CONSENT),
    Case("in, for what is normal; nobody looked", [consent(rule("permit", label=NORMAL))], {"labels": None}, NO_CONSENT),
    Case("in, except HIV, but HIV to analytics", [consent(rule(None, rule("deny", rule("permit", actor=ANALYTICS), label=HIV)))], {"labels": frozenset({HIV})}, PERMIT),
    Case("treatment without a consent, but one denies HIV", [consent(rule(None, rule("deny", label=HIV)), policy="")], {**TREATING, "labels": frozenset({HIV})}, "permit REDACT_LABEL HIV"),
    Case("in, except HIV tests by code", [consent(rule(None, rule("deny", code=HIV_TEST)))], {"codes": frozenset({HIV_TEST, GLUCOSE})}, "permit REDACT_CODE 7917-8"),
    Case("in, except HIV tests; only glucose", [consent(rule(None, rule("deny", code=HIV_TEST)))], {"codes": frozenset({GLUCOSE})}, PERMIT),
    Case("in, for glucose; only glucose", [consent(rule("permit", code=GLUCOSE))], {"codes": frozenset({GLUCOSE})}, PERMIT),
    Case("in, for glucose; an HIV test too", [consent(rule("permit", code=GLUCOSE))], {"codes": frozenset({GLUCOSE, HIV_TEST})}, NO_CONSENT),
    Case("in, except one observation", [consent(rule(None, rule("deny", data="Observation/9")))], {}, "permit REDACT_RESOURCE Observation/9"),
    Case("in, only one observation", [consent(rule("permit", data="Observation/9"))], {}, NO_CONSENT),
    Case("in, except claims", [consent(rule(None, rule("deny", of_class=CLAIM)))], {}, PERMIT),
    Case("in, except claims; a claim", [consent(rule(None, rule("deny", of_class=CLAIM)))], {"data_class": CLAIM}, DENY),
    Case("in, except claims; nobody knows what it is", [consent(rule(None, rule("deny", of_class=CLAIM)))], {"data_class": None}, DENY),
    Case("in, for data of this year", [consent(rule("permit", data_during="2026/"))], {}, PERMIT),
    Case("in, for data of last year", [consent(rule("permit", data_during="2025/2025"))], {}, NO_CONSENT),
    Case("in, for data of this year; of unknown date", [consent(rule("permit", data_during="2026/"))], {"data_time": None}, NO_CONSENT),
    Case("in, except data of May", [consent(rule(None, rule("deny", data_during="2026-05/2026-05")))], {}, DENY),
    Case("in, except data of May; of unknown date", [consent(rule(None, rule("deny", data_during="2026-05/2026-05")))], {"data_time": None}, "permit REDACT_PERIOD 2026-05/2026-05"),
    # Several consents
    Case("in last year, out this year", [consent(signed="2025-01-01"), consent(policy="OPTOUT", signed="2026-01-01")], {}, DENY),
    Case("out last year, in this year", [consent(policy="OPTOUT", signed="2025-01-01"), consent(signed="2026-01-01")], {}, PERMIT),
    Case("in and out on the same day", [consent(policy="OPTOUT"), consent()], {}, DENY),
    Case("out on a day of which the hour of the later in is part", [consent(policy="OPTOUT", signed="2026-01-01"), consent(signed="2026-01-01T15:00:00Z")], {}, DENY),
    Case("out, without a date; in this year", [consent(policy="OPTOUT", signed=""), consent()], {}, DENY),
    Case("out with one hospital, in later with another", [consent(policy="OPTOUT", signed="2025", organization=CLINIC), consent(organization="Organization/b")], {}, DENY),
    Case("not to analytics last year, generally in this year", [consent(rule(None, rule("deny", actor=ANALYTICS)), signed="2025-01-01"), consent()], {}, DENY),
    Case("in for research last year, in for marketing this year", [consent(rule("permit", purpose="HRESCH"), signed="2025-01-01"), consent(rule("permit", purpose="HMARKT"))], {}, PERMIT),
    Case("out of privacy last year, in for research this year: two scopes", [consent(policy="OPTOUT", signed="2025-01-01"), consent(scope="research")], {}, DENY),
    Case("opted in, dated in the future", [consent(signed="2026-07-01")], {}, NO_CONSENT),
    Case("opted in, and again with a date in the future: the first still counts", [consent(), consent(signed="2026-07-01")], {}, PERMIT),
    Case("opted out, dated in the future: counts at once", [consent(), consent(policy="OPTOUT", signed="2026-07-01")], {}, DENY),
    Case("not HIV last year, in without exception this year", [consent(rule(None, rule("deny", label=HIV)), signed="2025-01-01"), consent()], {"labels": frozenset({HIV})}, PERMIT),
    # Japan (APPI art. 27): third parties only with the person's own prior consent
    Case("Japan: no consent, research", [], JAPAN, NO_CONSENT),
    Case("Japan: no consent, treatment by the treating team", [], {**JAPAN, **TREATING}, PERMIT),
    Case("Japan: opted in for research", [consent(rule("permit", purpose="HRESCH"))], JAPAN, PERMIT),
    Case("Japan: not opted out", [consent(rule(None, rule("permit", purpose="HRESCH")), policy="OPTOUT")], JAPAN, NO_CONSENT),
    Case("Japan, a prefecture: not opted out", [consent(rule(None, rule("permit", purpose="HRESCH")), policy="OPTOUT")], {**JAPAN, "jurisdiction": "jp-13"}, NO_CONSENT),
    Case("Japan: opted in, later an opt-out with an exception", [consent(signed="2025-01-01"), consent(rule(None, rule("permit", purpose="HRESCH")), policy="OPTOUT")], JAPAN, NO_CONSENT),
    Case("Japan: an opt-out form does not undo a denial", [consent(rule(None, rule("deny", label=HIV)), signed="2025-01-01"), consent(rule("permit"), policy="OPTOUT"), consent(scope="research")], {**JAPAN, "labels": frozenset({HIV})}, "permit REDACT_LABEL HIV"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_given_these_consents_when_asked_then_the_answer_is_the_one_beside_it(case: Case) -> None:
    numbered = [replace(record, consent_id=f"c{place}", version=1) for place, record in enumerate(case.consents)]
    decision = decide(numbered, request(**case.asked))
    taken_out = [f"{one.kind} {one.subject.rpartition('|')[2]}" for one in decision.obligations]
    assert " ".join([decision.outcome, *taken_out]) == case.answer


EMERGENCY: dict[str, Any] = {"purpose": PurposeOfUse.BTG, "actor": "Practitioner/1", "actor_role": ActorRole.WORKFORCE}


def glass(started: timedelta, lasts: timedelta) -> BreakGlass:
    return BreakGlass(EmergencyReason.LIFE_THREATENING, NOW + started, NOW + started + lasts)


def test_given_a_denial_when_somebody_answers_for_an_emergency_then_it_is_permitted_with_an_alarm_and_an_end() -> None:
    asked = request(**EMERGENCY, break_glass=glass(timedelta(minutes=-5), timedelta(minutes=30)))
    decision = decide([consent(policy="OPTOUT")], asked)
    assert (decision.outcome, decision.basis) == (Outcome.PERMIT, Basis.BREAK_GLASS)
    assert [str(one.kind) for one in decision.obligations] == ["ALERT"]
    assert decision.expires == NOW + timedelta(minutes=25)


@pytest.mark.parametrize(
    ("title", "changes"),
    [
        ("nobody answers for it", {"break_glass": None}),
        ("its time is over", {"break_glass": glass(timedelta(hours=-1), timedelta(minutes=60))}),
        ("it has not begun", {"break_glass": glass(timedelta(seconds=1), timedelta(minutes=60))}),
        ("it was to last for days", {"break_glass": glass(timedelta(hours=-4), timedelta(days=3))}),
        ("a third party claims it", {"break_glass": glass(timedelta(0), timedelta(minutes=5)), "actor_role": ActorRole.THIRD_PARTY}),
        ("the actor has no name", {"break_glass": glass(timedelta(0), timedelta(minutes=5)), "actor": ""}),
    ],
)  # fmt: skip
def test_given_an_emergency_when_it_is_not_answered_for_now_then_it_is_denied(
    title: str, changes: dict[str, Any]
) -> None:
    decision = decide([consent()], request(**{**EMERGENCY, **changes}))
    assert (decision.outcome, decision.basis) == (Outcome.DENY, Basis.BREAK_GLASS_INCOMPLETE), title


def test_given_a_decision_when_read_then_it_names_version_and_provision() -> None:
    record = replace(
        consent(rule(None, rule("deny", purpose="HMARKT"), rule("deny", purpose="HRESCH"))), consent_id="a1", version=7
    )
    decision = decide([record], request())
    assert decision.consent_versions == ("Consent/a1/_history/7",)
    assert decision.paths == ("Consent/a1/_history/7#Consent.provision.provision[1]",)


def test_given_two_versions_of_a_consent_when_asked_then_only_the_newer_counts() -> None:
    older = replace(consent(), consent_id="a1", version=1)
    newer = replace(consent(status="inactive"), consent_id="a1", version=2)
    assert decide([older, newer], request()).outcome is Outcome.NO_CONSENT


@pytest.mark.parametrize(
    ("record", "expires"),
    [
        (consent(), None),
        (consent(signed="2026-07-01"), "2026-07-01"),
        (consent(rule(None, during="2026-01-01/2026-06-20")), "2026-06-21"),
        (consent(rule(None, rule("deny", purpose="HMARKT", during="2026-06-17/"))), "2026-06-17"),
        (consent(rule(None, during="2030/"), status="inactive"), None),
    ],
)
def test_given_consents_that_begin_or_end_when_asked_then_the_answer_expires_at_the_first_such_moment(
    record: ConsentRecord, expires: str | None
) -> None:
    moment = None if expires is None else datetime.fromisoformat(expires).replace(tzinfo=UTC)
    assert decide([record], request()).expires == moment
