"""How notes write a day, in English and in Japanese."""

from __future__ import annotations

from datetime import date
from typing import Final

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_ERAS: Final = (
    (date(2019, 5, 1), "令和", "R"),
    (date(1989, 1, 8), "平成", "H"),
    (date(1926, 12, 25), "昭和", "S"),
    (date(1912, 7, 30), "大正", "T"),
    (date(1868, 10, 23), "明治", "M"),
)
_KANJI: Final = "〇一二三四五六七八九"
_FULL_WIDTH: Final = str.maketrans("0123456789/-. ", "０１２３４５６７８９／－．　")


def english_date(day: date, form: str) -> str:
    """Render a day; KeyError names an unknown form."""
    name = _MONTHS[day.month - 1]
    forms = {
        "slash": f"{day.month:02}/{day.day:02}/{day.year}",
        "short": f"{day.month}/{day.day}/{day.year % 100:02}",
        "md": f"{day.month}/{day.day}",
        "long": f"{name} {day.day}, {day.year}",
        "mon": f"{name[:3]} {day.day}, {day.year}",
        "mond": f"{name} {day.day}",
        "dmy": f"{day.day} {name} {day.year}",
        "abbr": f"{day.day:02}-{name[:3].upper()}-{day.year}",
        "abbr2": f"{day.day}-{name[:3]}-{day.year % 100:02}",
        "iso": day.isoformat(),
        "my": f"{name} {day.year}",
        "mmyy": f"{day.month}/{day.year}",
        "ord": f"{day.day}{_ordinal(day.day)} of {name}",
        "mord": f"{name} {day.day}{_ordinal(day.day)}",
        "mordy": f"{name[:3]} {day.day}{_ordinal(day.day)}, {day.year}",
        "dot": f"{day.day:02}.{day.month:02}.{day.year}",
        "hyphen": f"{day.month}-{day.day}-{day.year}",
        "compact": f"{day.year}{day.month:02}{day.day:02}",
        "slashymd": f"{day.year}/{day.month:02}/{day.day:02}",
        "upper": f"{name[:3].upper()} {day.day:02} {day.year}",
        "amonth": name,
    }
    return forms[form]


def japanese_date(day: date, form: str) -> str:
    """Render a day, 和暦 and 西暦; KeyError names an unknown form."""
    era, letter, year = _era(day)
    gannen, kanji_year = ("元", "元") if year == 1 else (str(year), kanji_number(year))
    forms = {
        "wa": f"{era}{gannen}年{day.month}月{day.day}日",
        "wafw": f"{era}{gannen}年{day.month}月{day.day}日".translate(_FULL_WIDTH),
        "wasp": f"{era}{gannen:>2}年{day.month:>2}月{day.day:>2}日",
        "wak": f"{era}{kanji_year}年{kanji_number(day.month)}月{kanji_number(day.day)}日",
        "wadot": f"{letter}{year}.{day.month}.{day.day}",
        "waslash": f"{letter}{year}/{day.month}/{day.day}",
        "wadotz": f"{letter}{year:02}.{day.month:02}.{day.day:02}",
        "waym": f"{era}{gannen}年{day.month}月",
        "wakdot": f"{era}{year}.{day.month}.{day.day}",
        "sei": f"{day.year}年{day.month}月{day.day}日",
        "seiz": f"{day.year}年{day.month:02}月{day.day:02}日",
        "seifw": f"{day.year}年{day.month}月{day.day}日".translate(_FULL_WIDTH),
        "slash": f"{day.year}/{day.month:02}/{day.day:02}",
        "slash1": f"{day.year}/{day.month}/{day.day}",
        "iso": day.isoformat(),
        "dot": f"{day.year}.{day.month}.{day.day}",
        "both": f"{day.year}({era}{gannen})年{day.month}月{day.day}日",
        "seiym": f"{day.year}年{day.month}月",
        "md": f"{day.month}月{day.day}日",
        "mdfw": f"{day.month}月{day.day}日".translate(_FULL_WIDTH),
        "ms": f"{day.month}/{day.day}",
        "compact": f"{day.year}{day.month:02}{day.day:02}",
        "dom": f"{day.day}日",
    }
    return forms[form]


def kanji_number(number: int) -> str:
    """1 to 99 as 漢数字 are written in dates: 十四, 二十一."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else ("" if tens == 1 else _KANJI[tens]) + "十") + (_KANJI[ones] if ones else "")


def _era(day: date) -> tuple[str, str, int]:
    for start, era, letter in _ERAS:
        if day >= start:
            return era, letter, day.year - start.year + 1
    raise ValueError("before Meiji")


def _ordinal(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
