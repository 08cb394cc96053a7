"""The store on a real PostgreSQL: versions, patients, conflicts, whatever characters a name has."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthcare_runtime.consent.faults import (
    ConsentConflictError,
    ConsentNotFoundError,
    VersionConflictError,
)
from healthcare_runtime.consent.patient import PatientKey, patient_key
from healthcare_runtime.consent.record import ConsentStatus
from healthcare_runtime.consent.resource import parse_consent
from healthcare_runtime.consent.store import ConsentStore
from tests.unit.consent.consent_cases import as_bytes, consent, resource, rule
from tests.unit.consent.store_cases import KEY, next_of


def test_given_a_consent_when_put_then_it_comes_back_as_it_came_but_for_id_and_meta(store: ConsentStore) -> None:
    text = as_bytes({**resource(form="F-1"), "extension": [{"url": "urn:x", "valueDecimal": 0}]})
    sent = text.replace(b'"valueDecimal": 0', '"valueDecimal":  7.20, "id": "山田"'.encode())
    stored = store.put(parse_consent(sent))
    found = store.get(stored.record.consent_id).record.original
    assert '"valueDecimal":  7.20, "id": "山田"' in found
    assert f'"id":"{stored.record.consent_id}","meta":{{"versionId":"1"' in found
    assert stored.record.patients == {KEY}


def test_given_an_unknown_patient_when_asked_for_then_there_is_nothing_as_for_one_without_consents(
    store: ConsentStore,
) -> None:
    assert store.current(patient_key("Patient/nobody")) == []
    assert store.search(patient_key("Patient/nobody")) == []


def test_given_a_patient_named_in_two_ways_when_asked_by_either_then_the_consent_is_found(store: ConsentStore) -> None:
    both = resource()
    both["patient"]["reference"] = "Patient/p1/_history/3"
    stored = store.put(parse_consent(as_bytes(both)))
    for key in (KEY, patient_key("Patient/p1")):
        assert [one.consent_id for one in store.current(key)] == [stored.record.consent_id]


def test_given_a_version_that_somebody_else_changed_when_put_then_it_is_refused(store: ConsentStore) -> None:
    first = store.put(consent())
    second = store.put(next_of(first, policy="OPTOUT"), if_match=1)
    assert second.record.version == 2
    with pytest.raises(VersionConflictError):
        store.put(next_of(first), if_match=1)
    assert [one.record.version for one in store.history(first.record.consent_id)] == [2, 1]
    assert store.get(first.record.consent_id, 1).record.base == "permit"


def test_given_no_such_consent_when_read_or_changed_then_it_is_not_found(store: ConsentStore) -> None:
    with pytest.raises(ConsentNotFoundError):
        store.get("none")
    with pytest.raises(ConsentNotFoundError):
        store.history("none")
    with pytest.raises(ConsentNotFoundError):
        store.revoke("none")
    with pytest.raises(ConsentNotFoundError):
        store.put(replace(consent(), consent_id="none"), if_match=1)


def test_given_a_revoked_consent_when_put_as_active_then_it_stays_ended(store: ConsentStore) -> None:
    stored = store.put(consent())
    ended = store.revoke(stored.record.consent_id)
    assert (ended.record.status, ended.record.version) == (ConsentStatus.INACTIVE, 2)
    assert '"status":"inactive"' in store.get(stored.record.consent_id).record.original
    assert store.revoke(stored.record.consent_id).record.version == 2
    with pytest.raises(ConsentConflictError):
        store.put(next_of(stored), if_match=2)


def test_given_a_consent_when_put_for_another_patient_then_it_is_refused(store: ConsentStore) -> None:
    stored = store.put(consent())
    with pytest.raises(ConsentConflictError):
        store.put(next_of(stored, patient="Patient/other"), if_match=1)


@pytest.mark.parametrize(
    ("first", "second", "allowed"),
    [
        ("2026-01-01/2026-06-30", "2026-06-01/2026-12-31", False),
        ("2026-01-01/2026-06-30", "2026-09-01/2026-12-31", True),
        ("2025/", "2030/", False),
    ],
)
def test_given_one_signed_form_when_recorded_twice_then_it_may_not_be_in_force_twice(
    store: ConsentStore, first: str, second: str, allowed: bool
) -> None:
    store.put(consent(rule(None, during=first), form="F-7"))
    store.put(consent(rule(None, during=second), form="F-8"))  # another form may overlap
    if allowed:
        store.put(consent(rule(None, during=second), form="F-7"))
    else:
        with pytest.raises(ConsentConflictError):
            store.put(consent(rule(None, during=second), form="F-7"))


METACHARACTERS = ["'; DROP TABLE consent.consent_head; --", "\\'; --", "%s %(x)s %%", '"{}"', "$$;$$", "a' OR '1'='1"]


@pytest.mark.parametrize("value", METACHARACTERS)
def test_given_sql_metacharacters_in_an_identifier_when_stored_and_asked_for_then_they_are_text(
    store: ConsentStore, value: str
) -> None:
    key = f"urn:oid:1.2.3.4|{value}"
    stored = store.put(consent(patient=key, form=value))
    assert [one.consent_id for one in store.current(patient_key(key))] == [stored.record.consent_id]
    assert store.current(KEY) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable() and bool(text.strip())))
def test_given_any_identifier_when_stored_then_the_same_key_finds_it(store: ConsentStore, value: str) -> None:
    try:
        key: PatientKey = patient_key(f"urn:oid:1.2.3.4|{value}")
    except ValueError:
        return
    record = parse_consent(as_bytes(resource(patient=f"urn:oid:1.2.3.4|{value}")))
    stored = store.put(record)
    [found] = [one for one in store.search(key, limit=500) if one.record.consent_id == stored.record.consent_id]
    content = found.record.original.encode()
    assert hashlib.sha256(content).digest() == hashlib.sha256(stored.record.original.encode()).digest()
