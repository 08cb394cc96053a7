"""Word lists of English notes: what is an ordinary word, a first name, a family name, a place.

The files are made by ``python -m phi_detector.training lexicons``; entries are single words, case folded, no accents.
"""

import unicodedata
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"


def is_ordinary(word: str) -> bool:
    """Whether a word is written in notes without naming anyone; some of these are names as well ("may", "grant")."""
    return word in words()


@cache
def tagger_words() -> frozenset[str]:
    """Words in small letters as documentation has them: what the tagger was trained with, names among them."""
    return listed("words") | listed("medical_words")


@cache
def words() -> frozenset[str]:
    """Ordinary English and medical words, without the names that documentation writes in lower case: "miguel"."""
    return tagger_words() - listed("names_among_words")


@cache
def everyday_words() -> frozenset[str]:
    """Those and what else English writes in lower case: enough to doubt the tagger, not to end a name ("Bang")."""
    return (tagger_words() | listed("everyday_words")) - listed("names_among_words")


@cache
def first_names() -> frozenset[str]:
    return listed("first_names")


@cache
def last_names() -> frozenset[str]:
    return listed("last_names")


@cache
def further_names() -> frozenset[str]:
    """Given and family names of many origins, for rules alone: the tagger learned names that no list has."""
    return listed("further_names") | listed("names_among_words")


@cache
def places() -> frozenset[str]:
    """Cities and towns, whole: "new york" is one entry."""
    return frozenset((_DATA / "places.txt").read_text("utf-8").splitlines())


@cache
def place_words() -> frozenset[str]:
    """The words that names of places are made of."""
    return frozenset(word for place in places() for word in place.split() if len(word) > 2)


def folded(word: str) -> str:
    """As the lists write it."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFD", word.casefold())
    return "".join(_LETTERS.get(c, c) for c in decomposed if not unicodedata.combining(c))


_LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ə": "e"}


@cache
def listed(name: str) -> frozenset[str]:
    """The entries of a list of ``english/data``."""
    return frozenset((_DATA / f"{name}.txt").read_text("utf-8").split())
