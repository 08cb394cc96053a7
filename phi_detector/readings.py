"""Other readings of a text: what it says when case is restored or OCR's confusions are undone.

A reading has the length of the text, so that its candidates need no way back.
"""

import re
from collections.abc import Iterator

from phi_detector.normalised_text import NormalisedText

_LETTER = re.compile(r"[A-Za-z]")
_UPPER = re.compile(r"[A-Z]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_INITIAL_WORD = re.compile(r"[^\W\d_]+")
_CAPITALS_SHARE = 0.7  # of the letters of a line: shouted
_LEAST_CAPITALS_SHARE = 0.012  # of the letters of a text: below, nobody pressed the shift key
_FEWEST_LETTERS = 12
_POSSESSIVE = re.compile(r"(?<=[a-z])'S(?![^\W\d_])")
_STATE = re.compile(r"(?<=, )[A-Z][a-z](?=,? {1,3}\d{5}(?!\d))")
_SMALL = frozenset({"of", "the", "and", "at", "for", "in", "on", "to", "by", "with", "from", "or", "an", "is", "was"})

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_MOSTLY_DIGITS = re.compile(r"(?<![A-Za-z0-9])[0-9OolISBZ|][0-9OolISBZ|/.() -]{4,40}(?![A-Za-z0-9])")
_BAR = re.compile(r"\|")
_SIGHT = 120  # characters on each side that tell a row of a table
_DIGIT_OF = str.maketrans("OolISBZ|", "00115821")
_MOSTLY_LETTERS = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z]*[015][A-Za-z015]*(?![A-Za-z0-9]))[A-Za-z015]{4,30}")
_LETTER_OF = str.maketrans("015", "ols")
_CAPITAL_OF = str.maketrans("015", "OIS")
_L_AT_END = re.compile(r"[A-Za-z]{3,}[aeiol]1")  # "Hospita1"; "Phase2" and "B12" stay what they are
_DAY_OR_AGE = re.compile(
    r"(?<![A-Za-z0-9/])(?:[0-3OolISB][0-9OolISB]?/[0-9OolISB]{1,2}(?:/[0-9OolISB]{2,4})?(?![A-Za-z0-9/])|"
    r"[1-9lISB][0-9OolISB](?=[ -]?(?:years?|yrs?|y/?o)(?![A-Za-z])))"
)


def case_restored(text: NormalisedText) -> NormalisedText:
    """Capitalise the words of shouted lines, and all words of a text without capitals; else the text itself."""
    raw = text.text
    letters = len(_LETTER.findall(raw))
    if letters < _FEWEST_LETTERS:
        return text
    capitals = len(_UPPER.findall(raw))
    if capitals <= letters * _LEAST_CAPITALS_SHARE:
        return text.reading(_finished(_INITIAL_WORD.sub(lambda word: _titled(word.group()), raw)))
    if capitals < _FEWEST_LETTERS:
        return text
    return text.reading(_finished(_LINE.sub(lambda line: _shouted_restored(line.group()), raw)))


def repaired_parts(text: NormalisedText) -> Iterator[tuple[int, NormalisedText]]:
    """Where OCR took letters for digits or digits for letters: the lines around, repaired, and their offset."""
    begin = end = -1
    figures = _DAY_OR_AGE.sub(_as_day_or_age, _MOSTLY_DIGITS.sub(_as_digits, text.text))
    repaired = _MOSTLY_LETTERS.sub(_as_letters, figures)
    if repaired == text.text:
        return
    reading = text.reading(repaired)
    lines = list(_LINE.finditer(repaired))
    for position, line in enumerate(lines):
        if text.text[line.start() : line.end()] == line.group():
            continue
        first, last = lines[max(0, position - 1)].start(), lines[min(len(lines) - 1, position + 1)].end()
        if begin >= 0 and first <= end:
            end = last
            continue
        if begin >= 0:
            yield begin, reading.part(begin, end)
        begin, end = first, last
    yield begin, reading.part(begin, end)


def _shouted_restored(line: str) -> str:
    letters = len(_LETTER.findall(line))
    if letters < 4 or len(_UPPER.findall(line)) < letters * _CAPITALS_SHARE:
        return line
    return _WORD.sub(lambda word: _titled(word.group()), line)


def _finished(text: str) -> str:
    """What a word alone does not tell: "Cuthbert's", and the state before a ZIP code."""
    return _STATE.sub(lambda code: code.group().upper(), _POSSESSIVE.sub("'s", text))


def _titled(word: str) -> str:
    if word.lower() in _SMALL:
        return word.lower()  # "Little Sisters Hospital of Yorrick"
    titled = word[:1].upper() + word[1:].lower()
    return titled if len(titled) == len(word) else word


def _as_digits(run: re.Match[str]) -> str:
    found = run.group()
    if "|" in found and _in_table(run):
        return found
    digits = sum(c.isdigit() for c in found)
    confused = sum(c in "OolISBZ|" for c in found)
    return found.translate(_DIGIT_OF) if confused and digits >= 3 and digits > confused else found


def _as_day_or_age(run: re.Match[str]) -> str:
    found = run.group()
    if found.isdigit() or not any(c.isdigit() for c in found):
        return found
    numbers = found.translate(_DIGIT_OF)
    month, _, day = numbers.partition("/")
    return numbers if not day or (0 < int(month) <= 31 and 0 < int(day.partition("/")[0]) <= 31) else found


def _in_table(run: re.Match[str]) -> bool:
    """Whether bars of the same line are the borders of cells, not ones that a scanner misread."""
    before = run.string[max(0, run.start() - _SIGHT) : run.start()].rpartition("\n")[2]
    behind = run.string[run.end() : run.end() + _SIGHT].partition("\n")[0]
    return len(_BAR.findall(before + run.group() + behind)) >= 2


def _as_letters(run: re.Match[str]) -> str:
    found = run.group()
    letters = sum(c.isalpha() for c in found)
    digits = len(found) - letters
    if not digits or letters < 3 or letters < 2 * digits or (found[-1].isdigit() and not _L_AT_END.fullmatch(found)):
        return found
    if found.upper() == found:
        return found.translate(_CAPITAL_OF)
    return found[0].translate(_CAPITAL_OF) + found[1:].translate(_LETTER_OF)
