"""DetectPhi: finds what identifies people, in every passage of a document and in the name of its object."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from healthcare_runtime.contracts.documents import DocumentState, StepVerdict
from healthcare_runtime.documents.comprehend import ComprehendMedical, union
from healthcare_runtime.documents.detection import DocumentEntities
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.passage import DocumentText, Passage, PassageRole
from healthcare_runtime.documents.steps.state import StepContext, StepState
from healthcare_runtime.documents.workspace import Workspace
from healthcare_runtime.phi_entity import KnownIdentifier, PhiEntity, PhiType

STEP: Final = DocumentState.DETECT_PHI
_NAME_TYPES: Final = frozenset({PhiType.NAME, PhiType.EMAIL})
_SURE: Final = 0.75
_LEAST_KNOWN: Final = 4
_LEAST_WHOLE: Final = 3
_LATIN_WORD: Final = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff]{2,}")
_LONGEST_ENDING: Final = 5
_SEPARATOR: Final = "\n"


class Detected(Protocol):
    """What the detector answers."""

    @property
    def entities(self) -> tuple[PhiEntity, ...]: ...
    @property
    def languages(self) -> Iterable[str]: ...
    @property
    def unknown_language_share(self) -> float: ...


class Detector(Protocol):
    """The detector, seen from the workflow: ``phi_detector.Detector``."""

    @property
    def version(self) -> str: ...
    def detect(self, text: str, known: Sequence[KnownIdentifier] = ()) -> Detected: ...


@dataclass(frozen=True, slots=True)
class Found:
    """Entities passage by passage, and what is known of the languages."""

    passages: tuple[tuple[PhiEntity, ...], ...]
    languages: tuple[str, ...]
    unknown_language_share: float


class DocumentDetector:
    """Runs the detector over a document; the same way over what came in and over what goes out."""

    def __init__(self, detector: Detector, beside: ComprehendMedical | None = None) -> None:
        self._detector = detector
        self._beside = beside

    @property
    def version(self) -> str:
        return self._detector.version

    def find(self, texts: Sequence[str], known: Sequence[KnownIdentifier]) -> Found:
        """Entities of free texts that belong together: they are read as one, so that each has its context."""
        joined = _SEPARATOR.join(texts)
        answer = self._detector.detect(joined, known)
        entities = answer.entities
        if self._beside is not None and "EN" in {str(language).upper() for language in answer.languages}:
            entities = union(entities, self._beside.entities(joined))
        return Found(
            tuple(_split(entities, texts)),
            tuple(sorted(str(language) for language in answer.languages)),
            answer.unknown_language_share,
        )

    def in_name(self, key: str, known: Sequence[KnownIdentifier], people: Sequence[str] = ()) -> int:
        """How many entities an object's name has. Dates and numbers are what names are made of: only known ones count.

        Each part is read as a sentence of its own: file endings and folders are no words that surround a person.

        Parameters
        ----------
        people
            Whom the document itself names. Its words say who is meant where the object's name has no context.
        """
        stem, dot, ending = key.rpartition(".")
        parts = [_words(part) for part in (stem if dot and len(ending) <= _LONGEST_ENDING else key).split("/")]
        text = "".join(f"Document: {part}.\n" for part in parts if part)
        named = sum(
            entity.type in _NAME_TYPES and entity.score >= _SURE for entity in self._detector.detect(text).entities
        )
        written = sum(entity.type is PhiType.EMAIL for entity in self._detector.detect(key).entities)
        folded = key.casefold()
        recorded = sum(len(one.value) >= _LEAST_KNOWN and one.value.casefold() in folded for one in known)
        return named + written + recorded + sum(_is_named(person, text.casefold()) for person in {*people})


def _is_named(person: str, text: str) -> bool:
    """Whether a person is called by two of their words, or by a whole name of a script that writes it without spaces.

    One word alone is as often an ordinary one: ``Page``, ``Ward``, ``Hall``.
    """
    words = {*_LATIN_WORD.findall(person.casefold())}
    if len(words) >= 2:
        return len(words & {*_LATIN_WORD.findall(text)}) >= 2
    whole = "".join(person.split())
    return not words and len(whole) >= _LEAST_WHOLE and whole in "".join(text.split())


def _words(part: str) -> str:
    return re.sub(r"[_.+\-\s]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", part)).strip()


class DetectPhi:
    """Entities into the work bucket; the verdict is left to the rules."""

    def __init__(self, context: StepContext, workspace: Workspace, detector: DocumentDetector) -> None:
        self._context = context
        self._workspace = workspace
        self._detector = detector

    def run(self, state: StepState) -> StepState:
        document = self._context.document(state)
        text = self._workspace.extraction(document.document_id)
        detector = self._detector
        known = known_identifiers(document, text)
        entities = entities_of_document(detector, text, known)
        people = people_of(text, entities)
        entities = replace(entities, name_entities=detector.in_name(document.object_key, known, people))
        self._workspace.put_entities(document.document_id, entities)
        return self._context.passed(
            document,
            STEP,
            verdict=StepVerdict.PASS,
            details={
                "entities": entities.total,
                "grey_entities": entities.grey,
                "languages": ",".join(entities.languages),
            },
            facts={
                "detector_version": detector.version,
                "entities": entities.total,
                "grey_entities": entities.grey,
                "languages": entities.languages,
                "unknown_language_permille": round(1000 * entities.unknown_language_share),
            },
        )


def entities_of_document(
    detector: DocumentDetector, text: DocumentText, known: Sequence[KnownIdentifier]
) -> DocumentEntities:
    """What identifies people in each passage: found in free text, told by the structure elsewhere."""
    free = [number for number, passage in enumerate(text.passages) if passage.role is PassageRole.FREE_TEXT]
    found = detector.find([text.passages[number].text for number in free], known)
    by_number = dict(zip(free, found.passages, strict=True))
    return DocumentEntities(
        detector_version=detector.version,
        passages=tuple(by_number.get(number, _structural(passage)) for number, passage in enumerate(text.passages)),
        languages=found.languages,
        unknown_language_share=found.unknown_language_share,
    )


def people_of(text: DocumentText, entities: DocumentEntities) -> tuple[str, ...]:
    """Whom a document names: in its free text and in the fields that its format calls names."""
    return tuple(
        passage.text[entity.begin : entity.end]
        for passage, found in zip(text.passages, entities.passages, strict=True)
        for entity in found
        if entity.type is PhiType.NAME and entity.score >= _SURE
    )


def known_identifiers(document: Document, text: DocumentText) -> tuple[KnownIdentifier, ...]:
    """What is known to identify this patient: from the document's structure, and the number it was sent under."""
    value = document.patient.partition("|")[2]
    return (*text.known, KnownIdentifier(value, PhiType.ID)) if len(value) >= 4 else text.known


def _structural(passage: Passage) -> tuple[PhiEntity, ...]:
    """The whole of a field that its format calls an identifier."""
    if passage.role is not PassageRole.IDENTIFIER or passage.phi_type is None or not passage.text.strip():
        return ()
    return (PhiEntity(0, len(passage.text), passage.phi_type, 1.0, passage.kind),)


def _split(entities: Sequence[PhiEntity], texts: Sequence[str]) -> Iterable[tuple[PhiEntity, ...]]:
    """Entities of the joined text, in offsets of each text; one that runs over a border is part of both sides."""
    start = 0
    for text in texts:
        end = start + len(text)
        yield tuple(
            replace(entity, begin=max(entity.begin, start) - start, end=min(entity.end, end) - start)
            for entity in entities
            if entity.begin < end and start < entity.end
        )
        start = end + len(_SEPARATOR)
