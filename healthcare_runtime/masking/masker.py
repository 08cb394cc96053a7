"""Masks a document's passages: for every entity what stands in its place, the same value always the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from healthcare_runtime.masking.ages import mask_age
from healthcare_runtime.masking.contacts import mask_email, mask_telephone, mask_url
from healthcare_runtime.masking.context import MaskingContext
from healthcare_runtime.masking.dates import DateMasking
from healthcare_runtime.masking.identifying_numbers import identifier_token
from healthcare_runtime.masking.object_name import mask_object_name
from healthcare_runtime.masking.people import NameMasking, Surnames
from healthcare_runtime.masking.places import mask_place
from healthcare_runtime.masking.replacement import Action, Replacement
from healthcare_runtime.phi_entity import PhiEntity, PhiType

_PROFESSION: Final = "[PROFESSION]"


class Masker:
    """Masks one document. Not shared between documents or threads: it learns names from what it has seen.

    Give ``learn`` all passages before the first ``replacements``: then "Dawson" in the header is the Emily Dawson of
    the last line. Without it each passage knows of those before it.
    """

    def __init__(self, context: MaskingContext) -> None:
        self._choice = context.choice()
        self._version = context.key_version
        self._names = NameMasking(context, self._choice)
        self._dates = DateMasking(context, self._choice)
        self._surnames = Surnames()

    @property
    def patient_pseudonym(self) -> str:
        """The patient's code for this recipient: 80 bits."""
        return f"P-{self._version}-{self._choice.code('patient', '')}"

    def learn(self, text: str, entities: Sequence[PhiEntity]) -> None:
        """Take in the names of a passage."""
        spans = [(one.begin, one.end) for one in merged(text, entities) if one.type is PhiType.NAME]
        self._names.learn(text, spans)

    def replacements(self, text: str, entities: Sequence[PhiEntity]) -> tuple[Replacement, ...]:
        """What stands in the place of each entity; entities that overlap are one."""
        spans = tuple(merged(text, entities))
        self._names.learn(text, [(one.begin, one.end) for one in spans if one.type is PhiType.NAME])
        return tuple(self._replacement(text, one) for one in spans)

    def mask_name(self, name: str) -> str:
        """A safe name for an object, a file, a tag: see ``mask_object_name``."""
        return mask_object_name(self._choice, name)

    def _replacement(self, text: str, one: PhiEntity) -> Replacement:
        new, action = self._masked(text, one)
        return Replacement(one.begin, one.end, new, one.type, action)

    def _masked(self, text: str, one: PhiEntity) -> tuple[str, Action]:
        value = text[one.begin : one.end]
        match one.type:
            case PhiType.NAME:
                masked = self._names.mask(text, one.begin, one.end)
            case PhiType.DATE:
                masked = self._dates.mask(text, one.begin, one.end, one.kind)
            case PhiType.AGE:
                masked = mask_age(text, one.begin, one.end)
            case PhiType.PHONE_OR_FAX:
                masked = mask_telephone(self._choice, text, one.begin, one.end), Action.SURROGATE
            case PhiType.EMAIL:
                masked = mask_email(self._choice, value), Action.SURROGATE
            case PhiType.URL:
                masked = mask_url(self._choice, value), Action.SURROGATE
            case PhiType.ID:
                masked = identifier_token(self._choice, self._version, value), Action.TOKEN
            case PhiType.ADDRESS:
                masked = mask_place(self._choice, self._surnames, value, one.kind)
            case PhiType.PROFESSION:
                masked = _PROFESSION, Action.REMOVED
        return masked


def merged(text: str, entities: Sequence[PhiEntity]) -> Iterator[PhiEntity]:
    """Entities in order, inside the text, none overlapping: of those that do, the longest says what they are."""
    whole: PhiEntity | None = None
    widest = 0
    for one in sorted(entities, key=lambda entity: (entity.begin, -entity.end, -entity.score)):
        begin, end = max(0, one.begin), min(len(text), one.end)
        if begin >= end:
            continue
        if whole is None or begin >= whole.end:
            if whole is not None:
                yield whole
            whole, widest = replace(one, begin=begin, end=end), end - begin
            continue
        if end - begin > widest:
            whole, widest = replace(one, begin=whole.begin, end=max(whole.end, end)), end - begin
        else:
            whole = replace(whole, end=max(whole.end, end))
    if whole is not None:
        yield whole
