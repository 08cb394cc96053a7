"""An event takes references, codes and counts, and nothing else; its FHIR form is complete."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcare_runtime.audit import AuditEvent, AuditEventError
from healthcare_runtime.audit.chain import content_of, record_of, shard_of
from healthcare_runtime.audit.event import ALLOWED_DETAILS, canonical_json
from healthcare_runtime.audit.fhir import as_fhir
from tests.unit.audit.audit_world import event

SENTENCE = "Seen by Dr Sato today"


@pytest.mark.parametrize(
    "field",
    [
        "event_id",
        "action",
        "outcome",
        "entity",
        "agent",
        "purpose_of_use",
        "consent_version",
        "detector_version",
        "policy_version",
    ],
)
@pytest.mark.parametrize("value", [SENTENCE, "佐藤", "a\nb", '"', "x" * 2_000])
def test_given_free_text_in_a_field_when_the_event_is_made_then_it_is_refused_without_quoting_it(
    field: str, value: str
) -> None:
    with pytest.raises(AuditEventError) as caught:
        replace(event(), **{field: value})  # type: ignore[arg-type]
    assert field in str(caught.value)
    assert value not in str(caught.value)


@pytest.mark.parametrize(
    "details",
    [
        {"reason": SENTENCE},
        {"reason": "佐藤"},
        {"reason": ""},
        {"reason": "x" * 1025},
        {"patient": "1234"},
        {"Taro Sato": "1234"},
        {"count": True},
        {"count": 1.5},
        {"count": None},
        {"count": 2**53},
        {"reasons": ["A"]},
    ],
)
def test_given_a_detail_that_is_no_code_or_count_when_the_event_is_made_then_it_is_refused(
    details: Mapping[str, str | int],
) -> None:
    with pytest.raises(AuditEventError) as caught:
        replace(event(), details=details)
    assert SENTENCE not in str(caught.value)
    assert "Sato" not in str(caught.value)


def test_given_a_time_without_zone_when_the_event_is_made_then_it_is_refused() -> None:
    with pytest.raises(AuditEventError, match="recorded_at"):
        replace(event(), recorded_at=datetime(2027, 1, 1))


def test_given_an_event_when_its_caller_changes_the_details_later_then_the_event_does_not() -> None:
    details: dict[str, str | int] = {"count": 1}
    made = replace(event(), details=details)
    details["count"] = 2
    assert made.details == {"count": 1}
    with pytest.raises(TypeError):
        made.details["count"] = 3  # type: ignore[index]


CODES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:/,+=#@-]{0,40}", fullmatch=True)
EVENTS = st.builds(
    AuditEvent,
    event_id=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:/#-]{0,80}", fullmatch=True),
    recorded_at=st.datetimes(timezones=st.just(timezone(timedelta(hours=9)))),
    action=st.sampled_from(["DetectPhi", "ReadConsent", "$decide"]),
    outcome=st.sampled_from(["PASS", "DENY", "FAILED"]),
    entity=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:/#-]{0,60}", fullmatch=True),
    agent=st.just("document-workflow"),
    purpose_of_use=st.sampled_from(["", "TREAT"]),
    consent_version=st.sampled_from(["", "c/1,d/2"]),
    details=st.dictionaries(
        st.sampled_from(sorted(ALLOWED_DETAILS)), st.one_of(CODES, st.integers(-(2**53) + 1, 2**53 - 1)), max_size=6
    ),
)


@given(EVENTS, st.integers(1, 10**9))
def test_given_any_event_when_recorded_then_its_text_is_canonical_and_says_the_same_back(
    made: AuditEvent, position: int
) -> None:
    record = record_of(made, shard_of(made.entity, 8), position)
    read = json.loads(record)
    assert canonical_json(read) == record
    assert record.isascii()
    assert "\n" not in record
    assert content_of(record) == made.content()
    # ``show`` looks for this text: it must occur once, as the member.
    assert record.count(f'"entity":"{made.entity}"') == 1


@given(EVENTS)
def test_given_any_event_when_rendered_as_fhir_then_what_r4_requires_is_there_and_nothing_is_empty(
    made: AuditEvent,
) -> None:
    resource = json.loads(json.dumps(as_fhir(made)))
    assert resource["resourceType"] == "AuditEvent"
    assert {"type", "recorded", "agent", "source"} <= resource.keys()  # cardinality 1 in R4
    assert resource["agent"][0]["requestor"] is True
    assert resource["action"] in set("CRUDE")
    assert resource["outcome"] == {"PASS": "0", "DENY": "4", "FAILED": "8"}[made.outcome]
    assert resource["recorded"].endswith("Z")
    details = {each["type"]: each["valueString"] for each in resource["entity"][0]["detail"]}
    assert details["event_id"] == made.event_id
    assert all(details.values())
    assert ("purposeOfEvent" in resource) == bool(made.purpose_of_use)
