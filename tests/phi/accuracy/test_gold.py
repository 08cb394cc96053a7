"""The gold is right: what the notes hold of their cast is marked, wherever it stands, after wrapping too."""

from __future__ import annotations

import re

import pytest

from healthcare_runtime.phi_entity import PhiType
from phi_accuracy.corpus import Corpus, Document, Part, build
from phi_accuracy.sources.lists import name_groups, places
from tests.phi.accuracy.notes import notes

SMALL_WORLD = {"states", "street_types"}
"""Lists of which there are not two."""
PARTS = [(corpus, part) for corpus in Corpus for part in (Part.TEST, Part.DEVELOPMENT)]


def _rounds(part: Part, held_out: int) -> int:
    """The open notes are many: each is filled once."""
    return 1 if part.is_open else held_out


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize(("corpus", "part"), PARTS)
def test_spans_are_sorted_apart_and_do_not_begin_or_end_with_space(corpus: Corpus, part: Part) -> None:
    for document in notes(corpus, part, _rounds(part, 4)):
        end = 0
        for span in document.note.gold:
            value = document.note.text[span.begin : span.end]
            assert span.begin >= end, document.name
            assert value, document.name
            assert value == value.strip(), document.name
            assert "{" not in value
            end = span.end


@pytest.mark.parametrize(("corpus", "part"), PARTS)
def test_no_name_mail_number_or_telephone_stands_in_a_note_unmarked(corpus: Corpus, part: Part) -> None:
    unmarked = [found for document in notes(corpus, part, _rounds(part, 4)) for found in _unmarked(document)]
    assert unmarked == []


def _unmarked(document: Document) -> list[str]:
    """Values of the gold that occur again outside of it, as whole words. Short Japanese names are words too."""
    text = document.note.text
    held = {index for span in document.note.gold for index in range(span.begin, span.end)}
    found = []
    for span in document.note.gold:
        value = text[span.begin : span.end]
        japanese = ord(value[0]) > 0x2E80
        short = len(value) < (4 if japanese else 5)
        if short or span.type in (PhiType.AGE, PhiType.DATE, PhiType.ADDRESS):
            continue
        pattern = re.escape(value) if japanese else rf"(?<!\w){re.escape(value)}(?!\w)"
        found += [
            f"{document.template}: {text[max(0, match.start() - 20) : match.end() + 10]}"
            for match in re.finditer(pattern, text)
            if match.start() not in held
        ]
    return found


@pytest.mark.parametrize("corpus", list(Corpus))
def test_the_notes_that_have_no_phi_have_no_gold(corpus: Corpus) -> None:
    for part in (Part.TEST_FREE, Part.DEVELOPMENT_FREE):
        documents = notes(corpus, part, 1)
        assert documents
        assert all(not document.note.gold for document in documents)


@pytest.mark.parametrize("corpus", [Corpus.ENGLISH, Corpus.JAPANESE])
def test_the_parts_share_no_template_and_no_name(corpus: Corpus) -> None:
    seen, held_out = (notes(corpus, part, _rounds(part, 4)) for part in (Part.DEVELOPMENT, Part.TEST))
    assert not {document.template for document in seen} & {document.template for document in held_out}

    def given_and_family(documents: list[Document]) -> set[str]:
        spans = ((document.note.text, span) for document in documents for span in document.note.gold)
        return {_flat(text[span.begin : span.end]) for text, span in spans if span.type is PhiType.NAME and span.origin}

    shared = given_and_family(list(seen)) & given_and_family(list(held_out))
    assert {name for name in shared if " " in name or len(name) > 6} == set()


@pytest.mark.parametrize("language", ["english", "japanese"])
def test_the_parts_share_no_entry_of_the_lists(language: str) -> None:
    def entries(*, development: bool) -> set[str]:
        groups = name_groups(language, development=development)
        names = {name for group in groups for name in (*group.women, *group.men, *group.families)}
        listed = places(language, development=development)
        return names | {entry for kind in listed.keys() - SMALL_WORLD for entry in listed[kind]} - {"-"}

    assert entries(development=True) & entries(development=False) == set()


@pytest.mark.parametrize("corpus", [Corpus.ENGLISH, Corpus.JAPANESE])
def test_the_test_part_is_whole_notes_of_many_kinds_and_origins(corpus: Corpus) -> None:
    documents = notes(corpus, Part.TEST, 4)
    sizes = [len(document.note.text.encode()) for document in documents]
    origins = {span.origin for document in documents for span in document.note.gold if span.origin}
    assert len({document.template for document in documents}) >= 24
    assert len(origins) >= (16 if corpus is Corpus.ENGLISH else 9)
    assert min(sizes) > 500
    assert max(sizes) > 6000
    assert {span.type for document in documents for span in document.note.gold} == set(PhiType) - {PhiType.PROFESSION}


def test_the_same_seed_gives_the_same_notes_and_another_seed_others() -> None:
    first, again, other = (build(Corpus.JAPANESE, Part.TEST, rounds=1, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert all(one.note.text != another.note.text for one, another in zip(first, other, strict=True))


@pytest.mark.parametrize("corpus", list(Corpus))
def test_the_record_of_the_patient_speaks_of_the_patient_of_the_note(corpus: Corpus) -> None:
    for document in notes(corpus, Part.TEST, 1):
        names = {word for one in document.record if one.type is PhiType.NAME for word in re.split("[ ・]", one.value)}
        marked = {document.note.text[span.begin : span.end].casefold() for span in document.note.gold}
        assert len(document.record) >= 2, document.name
        assert any(name.casefold() in value for name in names for value in marked) or corpus is not Corpus.ENGLISH
