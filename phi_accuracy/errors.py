"""What the detector left and what it took too much, in the part that its authors may see."""

from __future__ import annotations

from collections.abc import Iterator

from phi_accuracy.annotated_text import tells
from phi_accuracy.corpus import Corpus, Part, build
from phi_accuracy.measurement import Find


def development_errors(find: Find, corpus: Corpus, *, rounds: int = 2) -> Iterator[str]:
    """One line an error of the development part, its notes without PHI included.

    The test part has no such door, on purpose.
    """
    for document in (*build(corpus, Part.DEVELOPMENT, rounds=rounds), *build(corpus, Part.DEVELOPMENT_FREE, rounds=1)):
        text = document.note.text
        found = find(text, ())
        covered = {index for entity in found for index in range(entity.begin, entity.end)}
        allowed = {index for begin, end in document.note.neutral for index in range(begin, end)}
        allowed |= {index for span in document.note.gold for index in range(span.begin, span.end)}
        for span in document.note.gold:
            if any(tells(text[index]) and index not in covered for index in range(span.begin, span.end)):
                yield f"left {span.type:<13} {_shown(text, span.begin, span.end)}  ({document.template})"
        for entity in found:
            if any(tells(text[index]) and index not in allowed for index in range(entity.begin, entity.end)):
                yield f"took {entity.type:<13} {_shown(text, entity.begin, entity.end)}  ({document.template})"


def _shown(text: str, begin: int, end: int) -> str:
    line = f"{text[max(0, begin - 20) : begin]}[{text[begin:end]}]{text[end : end + 12]}"
    return line.replace("\n", "\\n")
