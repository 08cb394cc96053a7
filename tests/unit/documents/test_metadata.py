"""What senders say in user metadata."""

import pytest

from healthcare_runtime.documents.metadata import MetadataDamagedError, read_metadata


def test_given_all_entries_then_they_are_read() -> None:
    metadata = read_metadata(
        {
            "patient-id": "urn:oid:1.2.3|MRN-1",
            "purpose-of-use": "HRESCH",
            "submitter": "ward-7/printer",
            "document-type": "18842-5",
            "jurisdiction": "JP",
            "something-else": "ignored",
        }
    )
    assert (metadata.patient, metadata.purpose, metadata.jurisdiction) == ("urn:oid:1.2.3|MRN-1", "HRESCH", "JP")


def test_given_nothing_then_nothing_is_assumed() -> None:
    assert read_metadata({}).patient == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("patient-id", "no separator"),
        ("patient-id", "urn:oid:1.2.3|"),
        ("patient-id", "hospital|12345"),  # a number without a system is not unique
        ("purpose-of-use", "CURIOSITY"),
        ("purpose-of-use", "BTG"),  # nobody breaks glass for analytics by naming it
        ("submitter", "two words"),
        ("document-type", "discharge"),
        ("jurisdiction", "Japan"),
    ],
)
def test_given_a_value_of_another_form_then_the_error_names_the_entry_and_not_the_value(name: str, value: str) -> None:
    with pytest.raises(MetadataDamagedError, match=name) as raised:
        read_metadata({name: value})
    assert value not in str(raised.value)
