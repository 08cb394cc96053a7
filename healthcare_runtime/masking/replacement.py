"""What masking changes in a text, and where."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from healthcare_runtime.phi_entity import PhiType

if TYPE_CHECKING:
    from healthcare_runtime.masking.context import MaskingContext

MANIFEST_VERSION: Final = 1


class Action(StrEnum):
    """How a value was masked."""

    SURROGATE = "SURROGATE"  # something of the same kind that belongs to nobody
    TOKEN = "TOKEN"  # noqa: S105  # a code, the same wherever the value stands
    SHIFTED = "SHIFTED"  # by the patient's number of weeks
    GENERALISED = "GENERALISED"  # less precise: year, 90+, three digits of a ZIP code
    REMOVED = "REMOVED"  # a placeholder says of what type it was
    KEPT = "KEPT"  # the profile lets it stand: an age below 90, a year


@dataclass(frozen=True, slots=True, order=True)
class Replacement:
    """One span of the source and what stands there instead. Holds nothing of the original, unless it is KEPT."""

    begin: int
    end: int
    text: str
    type: PhiType
    action: Action


@dataclass(frozen=True, slots=True)
class OutputSpan:
    """Where a replacement came to stand in the output."""

    begin: int
    end: int
    replacement: Replacement


@dataclass(frozen=True, slots=True)
class MaskedPassage:
    """A passage's place in its document, and what was changed in it."""

    path: str
    replacements: tuple[Replacement, ...]
    number: int = 0
    """Its place among the document's passages: several may have one path."""


def mask_text(text: str, replacements: Sequence[Replacement]) -> str:
    """The text with every replacement in its place.

    Raises
    ------
    ValueError
        Replacements are out of order, overlap, or lie outside of the text.
    """
    parts: list[str] = []
    at = 0
    for one in replacements:
        if not at <= one.begin < one.end <= len(text):
            raise ValueError("replacements: must be in order, not overlap, and lie inside the text")
        parts += (text[at : one.begin], one.text)
        at = one.end
    return "".join((*parts, text[at:]))


def output_spans(replacements: Sequence[Replacement]) -> Iterator[OutputSpan]:
    """Where each replacement stands in what ``mask_text`` returns."""
    moved = 0
    for one in replacements:
        begin = one.begin + moved
        yield OutputSpan(begin, begin + len(one.text), one)
        moved += len(one.text) - (one.end - one.begin)


def manifest(
    context: MaskingContext,
    passages: Sequence[MaskedPassage],
    *,
    detector_version: str = "",
    formulas: Sequence[int] = (),
) -> str:
    """JSON that says what was changed, where and how, and nothing of what stood there.

    Parameters
    ----------
    formulas
        Numbers of the passages in which an apostrophe, which no output span counts, keeps a spreadsheet from computing.
    """
    return json.dumps(
        {
            "manifestVersion": MANIFEST_VERSION,
            "profile": context.profile,
            "recipient": context.recipient,
            "keyVersion": context.key_version,
            "detectorVersion": detector_version,
            "passages": [
                {
                    "passage": passage.number,
                    "path": passage.path,
                    "changes": [
                        {
                            "type": span.replacement.type,
                            "action": span.replacement.action,
                            "source": [span.replacement.begin, span.replacement.end],
                            "output": [span.begin, span.end],
                        }
                        for span in output_spans(passage.replacements)
                    ],
                }
                for passage in passages
            ],
            "formulas": list(formulas),
        },
        ensure_ascii=True,
    )
