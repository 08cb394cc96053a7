"""Events of the raw bucket: read without trust, the same document for every delivery."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcare_runtime.documents.object_version import EventDamagedError, parse_event

BUCKET = "raw-bucket"


def event(**changes: object) -> str:
    described: dict[str, object] = {"key": "in/note.txt", "size": 7, "etag": "0123abcd", "version-id": "v1"} | changes
    kept = {name: value for name, value in described.items() if value is not None}
    return json.dumps({"source": "aws.s3", "detail": {"bucket": {"name": BUCKET}, "object": kept}})


def test_given_the_same_event_twice_then_it_is_one_document() -> None:
    assert parse_event(event(), bucket=BUCKET).document_id == parse_event(event(), bucket=BUCKET).document_id


@pytest.mark.parametrize("change", [{"key": "in/other.txt"}, {"version-id": "v2"}])
def test_given_another_key_or_version_then_it_is_another_document(change: dict[str, object]) -> None:
    assert parse_event(event(), bucket=BUCKET).document_id != parse_event(event(**change), bucket=BUCKET).document_id


def test_given_a_key_with_a_name_then_the_id_does_not_show_it() -> None:
    assert "smith" not in parse_event(event(key="smith.txt"), bucket=BUCKET).document_id


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"key": ""}, "key"),
        ({"key": "k" * 1025}, "key"),
        ({"key": 7}, "key"),
        ({"size": -1}, "size"),
        ({"size": "7"}, "size"),
        ({"version-id": None}, "version-id"),
        ({"version-id": "a b"}, "version-id"),
        ({"etag": "<>"}, "etag"),
    ],
)
def test_given_a_damaged_field_then_the_error_names_it_and_not_its_value(change: dict[str, object], field: str) -> None:
    with pytest.raises(EventDamagedError, match=field) as raised:
        parse_event(event(**change), bucket=BUCKET)
    assert str(change[field]) not in str(raised.value) or change[field] in ("", -1, 7)


def test_given_another_bucket_then_it_is_refused() -> None:
    with pytest.raises(EventDamagedError, match=r"bucket\.name"):
        parse_event(event(), bucket="another")


@given(st.text(max_size=300))
def test_given_any_text_then_it_is_an_object_or_a_damaged_event(body: str) -> None:
    with pytest.raises(EventDamagedError):
        parse_event(body, bucket=BUCKET)


def test_given_deep_nesting_then_it_is_a_damaged_event() -> None:
    with pytest.raises(EventDamagedError):
        parse_event("[" * 100_000, bucket=BUCKET)
