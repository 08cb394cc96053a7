"""What the record target of a C-CDA document says of the patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from healthcare_runtime.masking.patient_facts import PatientFacts, Sex
from healthcare_runtime.phi_entity import KnownIdentifier, PhiKind, PhiType

_SEXES: Final = {"F": Sex.FEMALE, "M": Sex.MALE}  # HL7 AdministrativeGender
_LEAST_KNOWN: Final = 2


class CdaPatient:
    """Collects while a document is read; nothing outside of ``recordTarget`` counts."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._known: list[KnownIdentifier] = []
        self._names: list[dict[str, list[str]]] = []
        self._birth: date | None = None
        self._sex = Sex.UNKNOWN
        self.language = ""
        self.count = 0

    def begin(self, path: Sequence[str], attributes: Mapping[str, str]) -> None:
        """An element opens."""
        if len(path) == 2 and path[-1] == "languageCode":
            self.language = attributes.get("code", "")
        if "recordTarget" not in path:
            return
        match path[-2:]:
            case [_, "recordTarget"]:
                self.count += 1
            case ["patientRole", "id"]:
                extension, root = attributes.get("extension", ""), attributes.get("root", "")
                if extension:
                    self._ids.append(f"urn:oid:{root}|{extension}" if root else f"|{extension}")
                    self._known.append(KnownIdentifier(extension, PhiType.ID))
            case ["patientRole", "telecom"]:
                scheme, _, number = attributes.get("value", "").rpartition(":")
                self._known.append(
                    KnownIdentifier(number, PhiType.EMAIL if scheme == "mailto" else PhiType.PHONE_OR_FAX)
                )
            case ["patient", "name"]:
                self._names.append({})
            case ["patient", "birthTime"]:
                self._birth = _date(attributes.get("value", ""))
            case ["patient", "administrativeGenderCode"]:
                self._sex = _SEXES.get(attributes.get("code", ""), Sex.UNKNOWN)

    def text(self, path: Sequence[str], text: str) -> None:
        """A text inside an element."""
        if "recordTarget" not in path:
            return
        if list(path[-3:-1]) == ["patient", "name"] and path[-1] in ("family", "given") and self._names:
            self._names[-1].setdefault(path[-1], []).append(text)
            self._known.append(KnownIdentifier(text, PhiType.NAME, PhiKind.PERSON))
        elif list(path[-3:]) == ["patientRole", "addr", "streetAddressLine"]:
            self._known.append(KnownIdentifier(text, PhiType.ADDRESS, PhiKind.STREET))

    @property
    def reference(self) -> str | None:
        """``system|value`` of the first identifier of the one patient."""
        return self._ids[0] if self._ids and self.count == 1 else None

    @property
    def identifiers(self) -> tuple[str, ...]:
        """Every identifier of the one patient."""
        return tuple(dict.fromkeys(self._ids)) if self.count == 1 else ()

    def known(self) -> tuple[KnownIdentifier, ...]:
        return tuple(one for one in self._known if len(one.value) >= _LEAST_KNOWN)

    def facts(self) -> PatientFacts:
        names = []
        for name in self._names:
            family, given = " ".join(name.get("family", [])), " ".join(name.get("given", []))
            if family and given:
                names.append(f"{family}, {given}" if family.isascii() else f"{family} {given}")
        return PatientFacts(birth_date=self._birth, sex=self._sex, known_names=tuple(names))


def _date(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None
