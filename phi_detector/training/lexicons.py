"""Makes the word lists of ``phi_detector/english/data`` from packages of the development environment.

Ordinary words are those that documentation writes in lower case (botocore's service descriptions, docstrings, the
concept names of pydicom); names are Faker's (MIT), places those that phonenumbers (Apache-2.0) names for area codes.
Everyday words are those of symspellpy's dictionary (MIT; of SCOWL and Google Books Ngrams, CC BY 3.0) that no list of
names has and that have a relative there: "gifts" beside "gift". Some of the names that it holds have none.
"""

import ast
import gzip
import importlib
import importlib.resources
import json
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import botocore
import faker.providers.person
from phonenumbers.geodata import GEOCODE_DATA

from phi_detector.english.words import folded

_DATA = Path(__file__).parents[1] / "english" / "data"
_LOWER_WORD = re.compile(r"(?<![A-Za-z'_./\\@-])[a-z]{2,18}(?![A-Za-z'_/\\@(=]|-[a-z]|\.[a-z])")
_MARKUP = re.compile(r"<code>.*?</code>|<[^>]+>")
_DOCUMENTED = ("scipy", "sklearn", "networkx", "numpy", "sympy", "pydicom", "hypothesis", "pydantic", "jinja2", "rich")
_PLACE = re.compile(r"[a-z][a-z .'-]{3,}")
_MOST_FREQUENT, _FREQUENT = 32_000, 4_000  # by rank; the frequent need no relative
_ENDINGS = (
    "s es ed d ing er ly ies ied ness ment ion al ity able ful less ic ous ive ist ism ation or ors y".split()  # noqa: SIM905
)
_BEGINNINGS = ("un", "re", "in", "non", "over", "under", "dis", "mis", "im", "pre", "out")
_COARSE = re.compile(
    r"porn|xxx|fuck|shit|slut|bitch|nigg|cunt|whore|dildo|bondage|milf|gangbang|cumshot|blowjob|hentai|bukkake|hardcore|"
    r"boob|erotic|naked|nude|cock|pussy|shemale|tranny|fag"
)
_ENGLISH_SPEAKING = ("1", "44", "353", "61", "64", "91", "27", "65", "92", "234", "254", "63")


def make() -> None:
    """Write the five lists."""
    ordinary = _ordinary_words()
    first, last = _names()
    _write("words", ordinary)
    _write("first_names", first)
    _write("last_names", last)
    _write("places", _places() - ordinary)
    _write("everyday_words", _everyday_words() - first - last - _places())


def _ordinary_words() -> set[str]:
    services: Counter[str] = Counter()
    for path in (Path(botocore.__file__).parent / "data").glob("*/*/service-2.json.gz"):
        for text in _documentation(json.loads(gzip.decompress(path.read_bytes()))):
            services.update(_LOWER_WORD.findall(_MARKUP.sub(" ", text)))
    docstrings: Counter[str] = Counter()
    packages = Path(botocore.__file__).parents[1]
    for package in _DOCUMENTED:
        for path in (packages / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8", "replace"))):
                if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
                    docstrings.update(_LOWER_WORD.findall(ast.get_docstring(node) or ""))
    seen = {word for word, count in services.items() if count >= 3} | {w for w, n in docstrings.items() if n >= 8}
    concepts = importlib.import_module("pydicom.sr._concepts_dict").concepts
    meanings = (meaning for scheme in ("SCT", "DCM") for kw in concepts[scheme].values() for meaning, _ in kw.values())
    medical = Counter(word for meaning in meanings for word in re.findall(r"[a-z]{3,}", meaning.lower()))
    return seen | set(medical)


def _everyday_words() -> set[str]:
    dictionary = importlib.resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"
    entries = (line.split() for line in dictionary.read_text("utf-8-sig").splitlines())
    counts = {word: int(count) for word, count in entries}
    ranked = sorted(counts, key=lambda word: -counts[word])[:_MOST_FREQUENT]
    return {
        word
        for rank, word in enumerate(ranked)
        if word.isalpha() and word.isascii() and len(word) > 2 and not _COARSE.search(word)
        if rank < _FREQUENT or not counts.keys().isdisjoint(_relatives(word))
    }


def _relatives(word: str) -> set[str]:
    """What the word's relatives may look like: "gifts" and "gifted" of "gift", "cannery" of "canneries"."""
    stems = {word, word.removesuffix("e"), word.removesuffix("y")}
    found = {stem + ending for stem in stems for ending in _ENDINGS}
    for ending in _ENDINGS:
        base = word.removesuffix(ending)
        if base != word and len(base) > 2:
            found |= {base, base + "e", base + "y", base[:-1] + "y" if base[-1] == "i" else base}
            found.add(base[:-1] if len(base) > 3 and base[-1] == base[-2] else base)
    found |= {word.removeprefix(b) for b in _BEGINNINGS if word.startswith(b) and len(word) > len(b) + 3}
    return found - {word}


def _documentation(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "documentation" and isinstance(value, str):
                yield value
            else:
                yield from _documentation(value)


def _names() -> tuple[set[str], set[str]]:
    first: set[str] = set()
    last: set[str] = set()
    for locale in pkgutil.iter_modules(faker.providers.person.__path__):
        provider = importlib.import_module(f"faker.providers.person.{locale.name}").Provider
        for attribute in dir(provider):
            names = getattr(provider, attribute)
            if isinstance(names, tuple | list | dict) and ("first" in attribute or "last" in attribute):
                words = {folded(word) for name in names if isinstance(name, str) for word in re.split(r"[ -]", name)}
                plain = {word for word in words if len(word) > 1 and word.replace("'", "").isalpha() and word.isascii()}
                (last if "last" in attribute else first).update(plain)
    return first, last


def _places() -> set[str]:
    found = set()
    for prefix, names in GEOCODE_DATA.items():
        if "en" in names and prefix.startswith(_ENGLISH_SPEAKING):
            for place in re.split(r"[/&]", names["en"].split(",")[0]):
                plain = folded(place.strip())
                if _PLACE.fullmatch(plain):
                    found.add(plain)
    return found


def _write(name: str, entries: set[str]) -> None:
    (_DATA / f"{name}.txt").write_text("\n".join(sorted(entries)) + "\n", "utf-8")
