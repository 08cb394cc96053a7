"""Writes one note from templates."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from phi_detector.corpora.english.case import Case
from phi_detector.corpora.english.noise import Draft
from phi_detector.corpora.english.part import Part, lowered, raised
from phi_detector.corpora.english.slots import fill
from phi_detector.corpora.english.variation import VOCABULARY, varied
from phi_detector.corpora.english.word_lists import documents, pools, templates

_SLOT: Final = re.compile(r"\{(\w+)\}")
_HURRIED_SHARE: Final = 0.05  # of the sentences have no capitals in a note that has them
_HURRIED_MESSAGE_SHARE: Final = 0.3
_SALAD: Final = pools("salad")


class NoteWriter:
    """Writes one note about one case into ``draft``."""

    def __init__(self, case: Case) -> None:
        self._rng = case.rng
        self._case = case
        self.draft = Draft()
        self._hand: Callable[[Part], Part] = _as_is
        self._naming_share = self._rng.choice([0.15, 0.3, 0.45, 0.6])
        self._blank = self._rng.choice(["\n", "\n\n"])

    def report(self) -> None:
        rng = self._rng
        if rng.random() < 0.7:
            self._line(rng.choice(templates("titles")))
        for template in rng.sample(templates("headers"), rng.randint(1, 12)):
            self._line(template)
        self._raw(self._blank)
        for _ in range(rng.choice([2, 3, 5, 8, 12])):
            self._section(self._naming_share)
        for template in rng.sample(templates("signatures"), rng.randint(1, 3)):
            self._line(template)

    def thread(self) -> None:
        for _ in range(self._rng.randint(1, 6)):
            with self._in_a_hurry(_HURRIED_MESSAGE_SHARE):
                self._line(self._rng.choice(templates("messages")))
                if self._rng.random() < 0.5:
                    self._paragraph(self._rng.randint(1, 4), self._naming_share)
            self._raw(self._blank)

    def free_note(self) -> None:
        for _ in range(self._rng.choice([2, 4, 8])):
            if self._rng.random() < 0.6:
                self._document()
            else:
                self._section(0.0)

    def _document(self) -> None:
        """Lines of a document that names nobody, some left out, some again."""
        rng = self._rng
        for template in rng.choice(documents("nameless_documents")):
            for _ in range(rng.choice([0, 1, 1, 1, 2, 3])):
                self._line(varied(template, self._rng))
        self._raw(self._blank)

    def _section(self, naming_share: float) -> None:
        rng = self._rng
        heading = rng.choice(templates("headings"))
        style = rng.random()
        self._raw(heading.title() if style < 0.3 else heading.upper() if style < 0.5 else heading)
        self._raw(rng.choice([":\n", ": ", "\n", ":" + self._blank]))
        draw = rng.random()
        if rng.random() < 0.12:
            self._document()
        elif draw < 0.15 and naming_share:
            row = rng.choice(templates("tables"))
            for _ in range(rng.randint(2, 6)):
                self._line(row if rng.random() < 0.7 else rng.choice(templates("tables")))
        elif draw < 0.35:
            bullet = rng.choice(["- ", "* ", "• ", "", "  "])
            for number in range(rng.randint(2, 8)):
                self._raw(bullet or f"{number + 1}. ")
                self._line(self._sentence(naming_share))
        else:
            self._paragraph(rng.randint(2, 10), naming_share)
        self._raw(self._blank)

    def _paragraph(self, sentences: int, naming_share: float) -> None:
        for _ in range(sentences):
            with self._in_a_hurry(_HURRIED_SHARE):
                self._write(self._sentence(naming_share))
            self._raw(self._rng.choice([" ", " ", " ", "  "]))
        self._raw("\n")

    def _sentence(self, naming_share: float) -> str:
        """A template, some of its words replaced: a model that knows templates by heart knows little."""
        rng = self._rng
        named = rng.random() < naming_share
        if rng.random() < 0.22:
            return self._salad(named)
        if not named and rng.random() < 0.4:
            return varied(rng.choice(templates("nameless_sentences")), rng)
        return varied(rng.choice(templates("naming") if named else templates("plain")), rng)

    def _salad(self, named: bool) -> str:
        """A sentence of any words, with names where none is due: shape and lists are all that is left to go by."""
        rng = self._rng
        parts = [rng.choice(VOCABULARY) for _ in range(rng.randint(5, 18))]
        parts[0] = parts[0].capitalize()
        for _ in range(rng.randint(0, 4)):
            parts[rng.randrange(1, len(parts))] = self._anything()
        if named:
            for _ in range(rng.randint(1, 2)):
                parts.insert(rng.randrange(1, len(parts)), rng.choice(_SALAD["named"]))
        return " ".join(parts) + "."

    def _anything(self) -> str:
        rng = self._rng
        words_in_capitals = rng.choice(VOCABULARY).capitalize(), rng.choice(VOCABULARY).upper()
        return rng.choice([*_SALAD["nameless"], *words_in_capitals])

    def _line(self, template: str) -> None:
        with self._in_a_hurry(_HURRIED_SHARE):
            self._write(template)
        self._raw("\n")

    @contextmanager
    def _in_a_hurry(self, share: float) -> Iterator[None]:
        """Now and then a writer of capitals leaves them away for a sentence, or presses the key for good."""
        before = self._hand
        draw = self._rng.random()
        self._hand = lowered if draw < share else raised if draw < 1.3 * share else before
        yield
        self._hand = before

    def _raw(self, text: str) -> None:
        self.draft.add(self._hand(text))

    def _write(self, template: str) -> None:
        """Write a template, its slots filled."""
        position = 0
        template = template.replace("\\n", "\n").replace("\\t", "\t")
        for slot in _SLOT.finditer(template):
            self._raw(template[position : slot.start()])
            self.draft.add(self._hand(fill(slot.group(1), self._case)))
            position = slot.end()
        self._raw(template[position:])


def _as_is(part: Part) -> Part:
    return part
