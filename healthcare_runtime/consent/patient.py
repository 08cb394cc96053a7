"""The one spelling of a patient reference, under which consents are kept and asked for."""

import re
import unicodedata
from typing import Final, NewType

PatientKey = NewType("PatientKey", str)
"""``Patient/{id}``, or ``{system}|{value}`` of a business identifier."""

MAXIMUM_LENGTH: Final = 512
_REFERENCE: Final = re.compile(r"Patient/([A-Za-z0-9.-]{1,64})(/_history/[A-Za-z0-9.-]{1,64})?")
_SYSTEM: Final = re.compile(r"(https?://|urn:)[!-{}~]{1,300}")  # printable ASCII without "|"


class PatientReferenceError(ValueError):
    """The text names no patient; the message does not quote it."""

    def __init__(self) -> None:
        super().__init__("must be Patient/{id}, or {system}|{value} with a system that is a URL or a URN")


def patient_key(text: str) -> PatientKey:
    """Canonicalise ``Patient/{id}`` (a version is dropped) or ``{system}|{value}``.

    The value is normalised as people and scanners differ: full-width digits of Japanese forms are ASCII digits
    (NFKC), spaces around it do not count. Its case does: FHIR calls identifiers case-sensitive, and treating two
    patients as one would apply the consent of one to the other.

    Raises
    ------
    PatientReferenceError
        It is neither.
    """
    if len(text) > MAXIMUM_LENGTH:
        raise PatientReferenceError
    reference = _REFERENCE.fullmatch(text)
    if reference is not None:
        return PatientKey(f"Patient/{reference[1]}")
    system, bar, value = text.partition("|")
    if not bar:
        raise PatientReferenceError
    return identifier_key(system, value)


def identifier_key(system: str, value: str) -> PatientKey:
    """Canonicalise a business identifier.

    Raises
    ------
    PatientReferenceError
        The system is no URL or URN (a number without one is not unique), or the value is empty or unprintable.
    """
    canonical = " ".join(unicodedata.normalize("NFKC", value).split())
    key = f"{system.strip()}|{canonical}"
    if _SYSTEM.fullmatch(system.strip()) is None or not canonical or len(key) > MAXIMUM_LENGTH:
        raise PatientReferenceError
    if not canonical.isprintable():
        raise PatientReferenceError
    return PatientKey(key)
