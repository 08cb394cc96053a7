"""What the detector finds in our own output: surrogates that we put there, or PHI that was left."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from healthcare_runtime.masking.replacement import Action, Replacement, output_spans
from healthcare_runtime.phi_entity import KnownIdentifier, PhiEntity

_LEAST_KNOWN: Final = 4
"""Shorter values stand in every text by chance."""
# What a detector takes into its span beside a surrogate, and what identifies nobody.
_WORDS_BESIDE: Final = re.compile(
    r"(?i:dr|mr|mrs|ms|prof|md|rn|np|do|phd|jr|sr|the|and|of|at|in|on|by|to|am|pm|s|years?|yrs?|yo|old|hours?|ext|x|"
    r"tel|fax|phone|email|id|mrn|no|年|月|日|時|分|歳|才|様|さん|氏|殿|先生|医師|看護師|生まれ|生|頃|内線|号|科|病棟|病院|医院)"
)
_WORD: Final = re.compile(r"[^\W_]+")


def residual(
    text_out: str,
    entities_out: Sequence[PhiEntity],
    replacements: Sequence[Replacement],
    known: Sequence[KnownIdentifier] = (),
) -> tuple[PhiEntity, ...]:
    """Entities of the output, or parts of them, that are not our own work.

    Parameters
    ----------
    text_out, entities_out
        What ``mask_text`` returned, and what the detector found in it.
    replacements
        What ``mask_text`` was given.
    known
        Values of the patient's record: none of four characters or more may still stand in the output.
    """
    spans = list(output_spans(replacements))
    own = [(span.begin, span.end) for span in spans]
    kept = [(span.begin, span.end) for span in spans if span.replacement.action is Action.KEPT]
    left = [
        PhiEntity(begin, end, entity.type, entity.score, entity.kind)
        for entity in entities_out
        for begin, end in _telling(text_out, _uncovered(entity.begin, entity.end, own))
    ]
    left += [entity for entity in _still_there(text_out, known) if not _inside(entity, kept)]
    return tuple(sorted(set(left)))


def source_span(replacements: Sequence[Replacement], begin: int, end: int) -> tuple[int, int]:
    """The span of the source that a residual of the output came from: to mask it as well, in a second pass."""
    return _source_position(replacements, begin, after=False), _source_position(replacements, end, after=True)


def _source_position(replacements: Sequence[Replacement], position: int, *, after: bool) -> int:
    moved = 0
    for span in output_spans(replacements):
        if position < span.begin or (position == span.begin and after):
            break
        if position < span.end:
            return span.replacement.end if after else span.replacement.begin
        moved = span.end - span.replacement.end
    return position - moved


def _uncovered(begin: int, end: int, own: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    at = begin
    for first, last in own:
        if last <= at or first >= end:
            continue
        if first > at:
            yield at, first
        at = max(at, last)
    if at < end:
        yield at, end


def _telling(text: str, parts: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Parts without what identifies nobody: one character, titles, units."""
    for begin, end in parts:
        words = [
            match
            for match in _WORD.finditer(text, begin, end)
            if not _WORDS_BESIDE.fullmatch(match[0]) and (len(match[0]) > 1 or ord(match[0]) > 0x2FF)
        ]
        if words:
            yield words[0].start(), words[-1].end()


def _still_there(text: str, known: Sequence[KnownIdentifier]) -> Iterator[PhiEntity]:
    folded, positions = _folded(text)
    for one in known:
        value, _ = _folded(one.value)
        value = " ".join(value.split())
        if len(value) < _LEAST_KNOWN:
            continue
        pattern = re.escape(value).replace(r"\ ", r"\s+")
        # A number inside a longer number, a word inside a longer word, is another.
        before, behind = (r"(?<!\w)" if value[0].isascii() else ""), (r"(?!\w)" if value[-1].isascii() else "")
        for match in re.finditer(before + pattern + behind, folded):
            yield PhiEntity(positions[match.start()], positions[match.end() - 1] + 1, one.type, 1.0, one.kind)


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as it is compared, and where each of its characters stood."""
    characters: list[str] = []
    positions: list[int] = []
    for position, character in enumerate(text):
        if unicodedata.category(character) == "Cf":
            continue
        folded = unicodedata.normalize("NFKC", character).casefold()
        characters.append(folded)
        positions += [position] * len(folded)
    return "".join(characters), positions


def _inside(entity: PhiEntity, spans: Sequence[tuple[int, int]]) -> bool:
    return any(begin <= entity.begin and entity.end <= end for begin, end in spans)
