"""Japanese text as its recognisers read it: wrapped lines joined, variant characters folded, offsets kept.

A chart that was printed at 30 to 40 columns breaks inside names and addresses, and Japanese has no space to show for
it. A full line goes on in the next one; a short line ends where its writer ended it, unless a word goes on behind it.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from phi_detector.japanese.characters import HAN, KANA, VARIANTS

_WIDE: Final = re.compile(rf"[{HAN}{KANA}、。・「」【】々]")
_ENDS_A_LINE: Final = frozenset("。.:!?】』＞>」;")
_STARTS_A_LINE: Final = frozenset("・■□●○◆◇▲△▼*#【<[→※-=＊|│「")
_JOINS: Final = re.compile(rf"[{HAN}{KANA}\dA-Za-z・\-/(),、@._:]")
_LONG_VOWEL_DASH: Final = re.compile(r"(?<=\d)[ー一](?=\d)")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")  # half a character, from broken JSON: Sudachi cannot encode it
_SLACK: Final = 5  # columns: 禁則 moves up to two characters, and half a wide one does not fit
_LEAST_WIDTH: Final = 24  # columns
_BEGINS_AN_ENTRY: Final = re.compile(r" *(?:\d{1,4}[/:年月]\d|\d{1,2}[/:年月]|\d{1,2}[.)] )")  # 4/1, 10:02
_TIME: Final = re.compile(r" *\d{1,2}:\d\d(?!\d)")
_ENDS_WITH_TIME: Final = re.compile(r"(?<!\d)\d{1,2}:\d\d$")
_INSIDE_A_DATE: Final = re.compile(r"(?:[年月和成正治/.\-]|[MTSHR]\.?) ?\d{0,2}$")
_WORD_END: Final = re.compile(rf"[{HAN}{KANA}]{{1,8}}$")
_WORD_BEGIN: Final = re.compile(rf"[{HAN}{KANA}]{{1,8}}")

GoesOn: TypeAlias = Callable[[str, str], bool]
"""Whether a word goes on from the end of the first text to the beginning of the second."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What to read, and ``origin[i]``: where its character ``i`` stands in the text that it was made from."""

    text: str
    origin: Sequence[int]

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """The span in the text that this reading was made from; ``begin < end``."""
        return self.origin[begin], self.origin[end - 1] + 1


def joined(text: str, goes_on: GoesOn | None = None) -> Reading:
    """Join wrapped lines of ``text``, and lines that ``goes_on`` says break a word; fold variants of one character."""
    folded = _LONG_VOWEL_DASH.sub("-", _SURROGATE.sub("\ufffd", text).translate(VARIANTS))
    lines = folded.split("\n")
    if len(lines) == 1:
        return Reading(folded, range(len(folded)))
    widths = [_columns(line) for line in lines]
    full = _full_width(widths)
    out: list[str] = []
    origin: list[int] = []
    position = 0
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip(" ")) if number and out and out[-1] != "\n" else 0
        out.append(line[indent:])
        origin.extend(range(position + indent, position + len(line)))
        position += len(line) + 1
        if number + 1 == len(lines):
            break
        following = lines[number + 1]
        if not (
            (widths[number] >= full and _goes_on(line, following))
            or (goes_on is not None and _breaks_a_word(line, following, goes_on))
        ):
            out.append("\n")
            origin.append(position - 1)
        elif line and not out[-1]:
            out.append("")
    return Reading("".join(out), origin)


def _full_width(widths: Sequence[int]) -> int:
    """The width from which a line counts as full: near the width that the longer lines share."""
    long = sorted(width for width in widths if width >= _LEAST_WIDTH)
    if len(long) < 2:
        return 1 << 30
    return long[min(len(long) - 1, len(long) * 9 // 10)] - _SLACK


def _goes_on(line: str, following: str) -> bool:
    end, start = line.rstrip(" ")[-1:], following.lstrip(" ")[:1]
    if not end or not start or end in _ENDS_A_LINE or start in _STARTS_A_LINE:
        return False
    if start.isdigit() and _ENDS_WITH_TIME.search(line, max(0, len(line) - 6)):
        return False
    if _TIME.match(following) or (
        _BEGINS_AN_ENTRY.match(following) and not _INSIDE_A_DATE.search(line, max(0, len(line) - 6))
    ):
        return False
    if not (_WIDE.match(end) or _WIDE.match(start) or (_JOINS.match(end) and _WIDE.search(line))):
        return False
    return not (end.isascii() and start.isascii() and end.isalpha() and start.isalpha())


def _breaks_a_word(line: str, following: str, goes_on: GoesOn) -> bool:
    tail, head = _WORD_END.search(line), _WORD_BEGIN.match(following)
    return tail is not None and head is not None and goes_on(tail.group(), head.group())


def _columns(line: str) -> int:
    if line.isascii():
        return len(line)
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in line)
