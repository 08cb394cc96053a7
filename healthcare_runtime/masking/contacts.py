"""Masks telephone numbers, e-mail addresses and URLs by ones that can reach nobody."""

from __future__ import annotations

import re
from typing import Final

from healthcare_runtime.masking.keyed_choice import KeyedChoice, canonical, canonical_number
from healthcare_runtime.masking.numerals import fold_width, widen

_JAPANESE: Final = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
_MOBILE: Final = re.compile(r"0[5789]0")
_DIGITS: Final = re.compile(r"\d")
_CONTEXT: Final = 40


def mask_telephone(choice: KeyedChoice, text: str, begin: int, end: int) -> str:
    """A number of the same form that is given to nobody.

    North America: area code ``N9X``, which is kept back for the day when ten digits are not enough, and ``555-01XX``,
    which is for fiction (NANPA). Japan: a local number that begins with 0 (``03-0XXX-XXXX``, ``090-0XXX-XXXX``), since
    those begin with 2 to 9, or 1 to 9 for mobiles (電気通信番号計画). Short ones are extensions of some exchange.
    """
    value = text[begin:end]
    folded = fold_width(value)
    digits = "".join(_DIGITS.findall(folded))
    same = canonical_number(folded)
    if len(digits) < 6:
        return _extension(choice, value, digits, same)
    around = text[max(0, begin - _CONTEXT) : end + _CONTEXT]
    national = "0" + digits[2:] if "+81" in folded else digits
    if (national.startswith("0") and ("+81" in folded or len(national) in (10, 11))) or _JAPANESE.search(around):
        mobile = bool(_MOBILE.match(national)) and len(national) == 11
        new = ("0900" if mobile else "030") + choice.digits("telephone", same, 7)
        if "+81" in folded:
            return _laid_out("81" + new[1:], value, digits, ("81", new[1:2], new[2:6], new[6:]), "+")
        groups = (new[:3], new[3:7], new[7:]) if mobile else (new[:2], new[2:6], new[6:])
        return _laid_out(new, value, digits, groups)
    number = choice.number("telephone", same, 8 * 10 * 100)
    area, line = f"{2 + number // 1000}9{number // 100 % 10}", f"01{number % 100:02d}"
    if len(digits) == 7:
        return _laid_out("555" + line, value, digits, ("555", line))
    if len(digits) == 11 and digits.startswith("1"):
        return _laid_out(f"1{area}555{line}", value, digits, ("1", area, "555", line))
    return _laid_out(f"{area}555{line}", value, digits, (area, "555", line))


def mask_email(choice: KeyedChoice, value: str) -> str:
    """An address of a domain that is for documentation (RFC 2606)."""
    return f"user-{choice.code('email', canonical(value)).lower()}@example.org"


def mask_url(choice: KeyedChoice, value: str) -> str:
    """A page of a domain that is for documentation (RFC 2606)."""
    bare = fold_width(value).strip()
    scheme = next((scheme for scheme in ("https://", "http://", "ftp://") if bare.lower().startswith(scheme)), "")
    return f"{scheme}example.org/{choice.code('url', canonical(bare)).lower()}"


def _extension(choice: KeyedChoice, value: str, digits: str, same: str) -> str:
    if not digits:
        return "[TELEPHONE]"
    new = choice.digits("extension", same, len(digits))
    if new == digits:
        new = f"{(int(new) + 1) % 10 ** len(digits):0{len(digits)}d}"
    return _in_place(new, value)


def _laid_out(new: str, value: str, digits: str, groups: tuple[str, ...], mark: str = "") -> str:
    """The new digits in the places of the old ones; where there are more or fewer, by the custom of the country."""
    if len(new) == len(digits) and not any(character.isalpha() for character in value):
        return _in_place(new, value)
    return mark + "-".join(groups)


def _in_place(new: str, value: str) -> str:
    following = iter(new)
    return "".join(
        (widen(next(following)) if character != fold_width(character) else next(following))
        if fold_width(character).isdigit() and fold_width(character).isascii()
        else character
        for character in value
    )
