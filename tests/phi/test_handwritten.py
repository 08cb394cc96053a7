"""Notes written by hand, never by the generator, with gold in ``[[text|TYPE]]``; ``?`` marks what may go either way."""

import re
from pathlib import Path

from tests.phi.found import detector

NOTES = sorted((Path(__file__).parent / "handwritten").glob("*.txt"))
MARK = re.compile(r"\[\[([^|\]]*)\|([A-Z_?]*)\]\]")


def test_given_notes_by_hand_then_nine_tenths_of_the_identifiers_are_masked_whole() -> None:
    whole, every = 0, 0
    for path in NOTES:
        text, gold = _read(path)
        masked = _masked(text)
        whole += sum(all(i in masked or text[i].isspace() for i in span) for span in gold)
        every += len(gold)
    assert every > 100
    assert whole / every >= 0.9


def test_given_a_note_that_names_nobody_then_little_of_it_is_masked() -> None:
    text, gold = _read(Path(__file__).parent / "handwritten" / "phi_free.txt")
    assert gold == []
    assert len(_masked(text)) / len(text) <= 0.02


def _masked(text: str) -> set[int]:
    return {i for one in detector().detect(text).entities for i in range(one.begin, one.end)}


def _read(path: Path) -> tuple[str, list[range]]:
    raw, text, gold, position = path.read_text("utf-8"), "", [], 0
    for mark in MARK.finditer(raw):
        text += raw[position : mark.start()]
        if mark.group(2).isalpha() or "_" in mark.group(2):
            gold.append(range(len(text), len(text) + len(mark.group(1))))
        text += mark.group(1)
        position = mark.end()
    return text + raw[position:], gold
