# ruff: noqa: E501 - a pattern is read best as one line
"""What a capitalised word is, in the Latin letters of every origin of names; and how far a name goes on."""

import re
from typing import Final

from phi_detector.english import words

UPPER: Final = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽƏƠƯǍǏǑǓȘȚẠ-ỹ"
NAME_WORD: Final = rf"[{UPPER}](?:[^\W\d_]|['-](?=[^\W\d_])){{1,24}}"
PARTICLES: Final = (
    r"(?:de[ ]la|de[ ]los|de[ ]las|van[ ]der|van[ ]den|van[ ]de|von[ ]der|de|del|della|di|da|das|do|dos|du|des|la|le|el|al|bin|ibn|bint|ben|abu|"
    r"van|von|der|den|ter|ten|zu|zur|af|av|st\.?|san|santa|mac|mc|ap|y|e|Van|Von|De|Del|La|Le|El|Al|Bin|Ibn|St\.?)(?![^\W\d_])"
)
_NAME_TOKEN = re.compile(
    rf"(?:(?P<initial>[{UPPER}](?:\.|(?![\w'-]))(?:[ ]?[{UPPER}]\.){{0,2}})|(?P<particle>{PARTICLES})|(?P<suffix>(?:Jr|Sr|JR|SR)\.?|I{{2,3}}|IV)(?![\w])|"
    rf"(?P<quoted>[\"'(]{NAME_WORD}[\"')])|(?P<word>{NAME_WORD}))"
)
_GAP = re.compile(r"[ ]{1,2}")
NOT_NAMES = words.listed("not_names")
_MOST_WORDS = 6


def name_end(text: str, begin: int, first_is_certain: bool = True) -> int | None:
    """Where the name ends that begins at an offset, or None where none does.

    Goes on over initials, particles, quoted nicknames and suffixes; stops before ordinary words that no list of names
    has. ``first_is_certain``: something before it says that a name follows, so that "Dr. Long" is one.
    """
    position, end, count = begin, None, 0
    while count < _MOST_WORDS:
        token = _NAME_TOKEN.match(text, position)
        if token is None:
            break
        kind = token.lastgroup
        if kind == "word" and not _may_be_name(token.group(), first_is_certain and end is None):
            break
        if kind == "suffix" and end is None:
            break
        if kind in {"word", "suffix", "quoted"} or (kind == "initial" and end is not None):
            end = token.end()
        count += 1
        gap = _GAP.match(text, token.end())
        if gap is None:
            break
        position = gap.end()
    return end


def _may_be_name(word: str, certain: bool) -> bool:
    plain = words.folded(word)
    if plain in NOT_NAMES:
        return False
    if certain:
        return True
    return plain not in words.words() or plain in words.last_names() or plain in words.first_names()


def is_name_like(word: str) -> bool:
    """Whether a capitalised word is no ordinary one."""
    plain = words.folded(word)
    return plain not in words.words() and plain not in NOT_NAMES
