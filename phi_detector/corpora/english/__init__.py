"""Synthetic English notes: whole documents of 1 to 15 KB, with names of every origin and lines that break entities."""

import random
import re
from collections.abc import Iterator

from phi_detector.corpora.english.case import Case
from phi_detector.corpora.english.nameless import DOCUMENTS, SENTENCES, SLOTS
from phi_detector.corpora.english.names import ORIGINS
from phi_detector.corpora.english.noise import Draft, disturb
from phi_detector.corpora.english.phrases import (
    FILLERS,
    HEADERS,
    HEADINGS,
    MESSAGES,
    NAMING,
    PLAIN,
    SIGNATURES,
    TABLES,
    TITLES,
)
from phi_detector.corpora.note import Note
from phi_detector.english.words import words

_SLOT = re.compile(r"\{(\w+)\}")
_FREE_SHARE = 0.27  # of the notes name nobody
_STRANGE_SHARE = 0.08  # of the words of a template: another word stands there
_LOWER_WORD = re.compile(r"(?<![\w{'])[a-z]{4,}(?![\w}'])")
_VOCABULARY = sorted(word for word in words() if 3 < len(word) < 13)
_NAMED_ANYWHERE = (
    "pt_full",
    "pt_last",
    "dr_full",
    "dr_last",
    "rel_first",
    "rel_full",
    "dr_first",
    "city",
    "facility",
    "street",
    "city_state",
    "date",
    "number",
    "phone",
    "bare_facility",
    "bare_facility",
    "employer",
    "rel_first",
    "pt_first",
)


def notes(seed: int, count: int) -> Iterator[Note]:
    """``count`` notes, the same for the same seed; notes of different seeds share no case."""
    for number in range(count):
        yield note(random.Random(f"{seed}:{number}"))  # noqa: S311 - synthetic text, not a secret


def note(rng: random.Random) -> Note:
    """One note."""
    origin = rng.choice(ORIGINS)
    writer = _Writer(rng, Case(rng, ORIGINS, origin))
    if rng.random() < _FREE_SHARE:
        writer.free_note()
        genre = "free"
    elif rng.random() < 0.12:
        writer.thread()
        genre = "messages"
    else:
        writer.report()
        genre = "report"
    disturb(writer.draft, rng)
    return Note(writer.draft.text(), writer.draft.gold(), genre, origin)


class _Writer:
    """Writes one note about one case."""

    def __init__(self, rng: random.Random, case: Case) -> None:
        self._rng = rng
        self._case = case
        self.draft = Draft()
        self._naming_share = rng.choice([0.15, 0.3, 0.45, 0.6])
        self._blank = rng.choice(["\n", "\n\n"])

    def report(self) -> None:
        rng = self._rng
        if rng.random() < 0.7:
            self._line(rng.choice(TITLES))
        for template in rng.sample(HEADERS, rng.randint(1, 12)):
            self._line(template)
        self._raw(self._blank)
        for _ in range(rng.choice([2, 3, 5, 8, 12])):
            self._section(self._naming_share)
        for template in rng.sample(SIGNATURES, rng.randint(1, 3)):
            self._line(template)

    def thread(self) -> None:
        for _ in range(self._rng.randint(1, 6)):
            self._line(self._rng.choice(MESSAGES))
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
        for template in rng.choice(DOCUMENTS):
            for _ in range(rng.choice([0, 1, 1, 1, 2, 3])):
                self._line(self._varied(template))
        self._raw(self._blank)

    def _section(self, naming_share: float) -> None:
        rng = self._rng
        heading = rng.choice(HEADINGS)
        style = rng.random()
        self._raw(heading.title() if style < 0.3 else heading.upper() if style < 0.5 else heading)
        self._raw(rng.choice([":\n", ": ", "\n", ":" + self._blank]))
        draw = rng.random()
        if rng.random() < 0.12:
            self._document()
        elif draw < 0.15 and naming_share:
            row = rng.choice(TABLES)
            for _ in range(rng.randint(2, 6)):
                self._line(row if rng.random() < 0.7 else rng.choice(TABLES))
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
            return self._varied(rng.choice(SENTENCES))
        return self._varied(rng.choice(NAMING if named else PLAIN))

    def _varied(self, template: str) -> str:
        rng = self._rng
        return _LOWER_WORD.sub(
            lambda word: rng.choice(_VOCABULARY) if rng.random() < _STRANGE_SHARE else word.group(), template
        )

    def _salad(self, named: bool) -> str:
        """A sentence of any words, with names where none is due: shape and lists are all that is left to go by."""
        rng = self._rng
        parts = [rng.choice(_VOCABULARY) for _ in range(rng.randint(5, 18))]
        parts[0] = parts[0].capitalize()
        for _ in range(rng.randint(0, 4)):
            parts[rng.randrange(1, len(parts))] = rng.choice(
                [
                    "{drug}",
                    "{dx}",
                    "{device}",
                    "{brand}",
                    "{generic}",
                    "{abbr}",
                    "{abbr}",
                    "{value}",
                    "{eponym}",
                    "{place_score}",
                    "{interval}",
                    "{anycode}",
                    "the",
                    "of",
                    "and",
                    "with",
                    "to",
                    "for",
                    "in",
                    "{n}",
                    rng.choice(_VOCABULARY).capitalize(),
                    rng.choice(_VOCABULARY).upper(),
                ]
            )
        if named:
            for _ in range(rng.randint(1, 2)):
                parts.insert(rng.randrange(1, len(parts)), f"{{{rng.choice(_NAMED_ANYWHERE)}}}")
        return " ".join(parts) + "."

    def _line(self, template: str) -> None:
        self._write(template)
        self._raw("\n")

    def _raw(self, text: str) -> None:
        self.draft.add(text)

    def _write(self, template: str) -> None:
        """Write a template, its slots filled."""
        position = 0
        template = template.replace("\\n", "\n").replace("\\t", "\t")
        for slot in _SLOT.finditer(template):
            self._raw(template[position : slot.start()])
            self._fill(slot.group(1))
            position = slot.end()
        self._raw(template[position:])

    def _fill(self, slot: str) -> None:
        female = self._case.patient.female
        words = {
            "He": "She" if female else "He",
            "His": "Her" if female else "His",
            "him": "her" if female else "him",
            "sexword": self._rng.choice(["woman", "female", "lady"] if female else ["man", "male", "gentleman"]),
            "sexletter": "F" if female else "M",
        }
        if slot in words:
            self._raw(words[slot])
        elif slot in SLOTS:
            self._raw(SLOTS[slot](self._rng))
        elif slot in FILLERS:
            self._raw(self._rng.choice(FILLERS[slot]))
        else:
            self.draft.add(self._case.part(slot))
