"""What a sender says about a document in the object's user metadata: whose it is, and what it may be used for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from healthcare_runtime.consent.codes import PurposeOfUse
from healthcare_runtime.consent.patient import PatientReferenceError, patient_key

PURPOSES: Final = frozenset(PurposeOfUse) - {PurposeOfUse.BTG}
"""What a document may be sent for. Nobody breaks glass by naming it in an upload."""

_FORMS: Final[dict[str, tuple[re.Pattern[str], str]]] = {
    "purpose-of-use": (re.compile("|".join(sorted(PURPOSES))), "an HL7 v3 PurposeOfUse code, such as HRESCH"),
    "submitter": (re.compile(r"[A-Za-z0-9._:/@+-]{1,128}"), "1 to 128 letters, digits and ._:/@+-"),
    "document-type": (re.compile(r"[0-9]{1,7}-[0-9]"), "a LOINC code, such as 18842-5"),
    "jurisdiction": (re.compile("[A-Z]{2}"), "an ISO 3166 country code, such as JP"),
}


class MetadataDamagedError(ValueError):
    """A value cannot be what it says. The text names the entry and the form, never the value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentMetadata:
    """User metadata of the object version. Empty where the sender said nothing."""

    patient: str = ""
    purpose: str = ""
    submitter: str = ""
    document_type: str = ""
    jurisdiction: str = ""


def read_metadata(metadata: Mapping[str, str]) -> DocumentMetadata:
    """Read the entries that we know; others are ignored.

    Raises
    ------
    MetadataDamagedError
        Names the entry and its form.
    """
    values = {"patient-id": _patient(metadata.get("patient-id", ""))}
    for name, (form, shown) in _FORMS.items():
        value = metadata.get(name, "").strip()
        if value and form.fullmatch(value) is None:
            raise MetadataDamagedError(f"x-amz-meta-{name}: must be {shown}")
        values[name] = value
    return DocumentMetadata(
        patient=values["patient-id"],
        purpose=values["purpose-of-use"],
        submitter=values["submitter"],
        document_type=values["document-type"],
        jurisdiction=values["jurisdiction"],
    )


def _patient(reference: str) -> str:
    """The canonical spelling, under which consents are kept."""
    if not reference.strip():
        return ""
    try:
        return patient_key(reference.strip())
    except PatientReferenceError as error:
        raise MetadataDamagedError(f"x-amz-meta-patient-id: {error}") from None
