"""What the columns of a table hold, by their headings in English and Japanese: ``csv_headings.toml``."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from enum import Enum
from importlib.resources import files
from typing import Final

from healthcare_runtime.documents.passage import PassageRole
from healthcare_runtime.phi_entity import PhiKind, PhiType


class Column(Enum):
    """What the fraud score reads from a table of claims."""

    CLAIM = "claim"
    PATIENT = "patient"
    PROVIDER = "provider"
    DATE = "date"
    PROCEDURE = "procedure"
    DIAGNOSIS = "diagnosis"
    UNITS = "units"
    AMOUNT = "amount"
    SEX = "sex"
    BIRTH = "birth"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Heading:
    """What a column holds."""

    role: PassageRole = PassageRole.FREE_TEXT
    phi_type: PhiType | None = None
    kind: PhiKind = PhiKind.UNKNOWN
    column: Column | None = None
    is_known: bool = True


UNKNOWN: Final = Heading(is_known=False)


def _read_headings() -> tuple[tuple[re.Pattern[str], Heading], ...]:
    rows = tomllib.loads((files(__package__) / "csv_headings.toml").read_text("utf-8"))["heading"]
    return tuple((re.compile(row["pattern"]), _heading(row)) for row in rows)


def _heading(row: dict[str, str]) -> Heading:
    column = Column(row["column"]) if "column" in row else None
    if "type" not in row:
        return Heading(PassageRole.COPY if row["role"] == "copy" else PassageRole.FREE_TEXT, column=column)
    return Heading(PassageRole.IDENTIFIER, PhiType(row["type"]), PhiKind(row.get("kind", "")), column)


_HEADINGS: Final = _read_headings()


def heading_of(title: str) -> Heading:
    """What a column of this heading holds; ``UNKNOWN`` is read as free text."""
    folded = " ".join(re.sub(r"[_\-./#:]+", " ", _words(unicodedata.normalize("NFKC", title))).casefold().split())
    return next((heading for pattern, heading in _HEADINGS if pattern.fullmatch(folded)), UNKNOWN)


def _words(title: str) -> str:
    """``patientName`` in two words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", title.strip().strip('"'))
