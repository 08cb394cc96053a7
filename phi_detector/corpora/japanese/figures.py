"""Invented numbers, dates, telephones, mail: what identifies by digits."""

import string
from datetime import date, timedelta
from random import Random
from typing import Final

from phi_detector.corpora.japanese.people import person

_ERAS: Final = (("令和", "R", 2019), ("平成", "H", 1989), ("昭和", "S", 1926), ("大正", "T", 1912), ("明治", "M", 1868))
_WEEKDAYS: Final = "月火水木金土日"


def any_date(rng: Random, first: int = 2016, last: int = 2026) -> str:
    """A date in one of the ways that charts write them."""
    day = date(first, 1, 1) + timedelta(days=rng.randrange((last - first) * 365 + 1))
    era, letter, year = era_of(day)
    written_year = "元" if year == 1 and rng.random() < 0.8 else str(year)
    return rng.choice((
        f"{era}{written_year}年{day.month}月{day.day}日", f"{era}{written_year}年{day.month}月{day.day}日", f"{letter}{year}.{day.month}.{day.day}", f"{letter}{year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日", f"{day.year}年{day.month}月{day.day}日", f"{day.year}/{day.month}/{day.day}", f"{day.year}/{day.month:02}/{day.day:02}",
        f"{day.year}-{day.month:02}-{day.day:02}", f"{day.year}.{day.month}.{day.day}", f"{day.month}月{day.day}日", f"{day.year}年{day.month}月",
        f"{era}{year}年{day.month}月", f"{day.year % 100:02}/{day.month}/{day.day}", f"{_kanji(day.month)}月{_kanji(day.day)}日", f"{era}{_kanji(year)}年{_kanji(day.month)}月{_kanji(day.day)}日",
        f"{day.year}{day.month:02}{day.day:02}", f"{letter}{year}年{day.month}月{day.day}日", f"{day.month}月{rng.choice(('上旬', '中旬', '下旬', '末'))}", f"{era} {year}年 {day.month}月 {day.day}日",
        f"{day.month}/{day.day}", f"{day.month}/{day.day}",
    ))  # fmt: skip


def birth_date(rng: Random) -> str:
    """A date of birth, in full."""
    day = date(1924, 1, 1) + timedelta(days=rng.randrange(36500))
    era, letter, year = era_of(day)
    return rng.choice((
        f"{era}{year}年{day.month}月{day.day}日", f"{letter}{year}.{day.month}.{day.day}", f"{letter}{year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month:02}/{day.day:02}", f"{day.year}-{day.month:02}-{day.day:02}", f"{day.year}{day.month:02}{day.day:02}", f"{era}{year}.{day.month}.{day.day}",
    ))  # fmt: skip


def short_date(rng: Random) -> str:
    month, day = rng.randint(1, 12), rng.randint(1, 28)
    return rng.choice((f"{month}/{day}", f"{month}/{day}", f"{month}月{day}日"))


def era_of(day: date) -> tuple[str, str, int]:
    """Era, its letter, the year in it; the eras begin inside their first years."""
    for era, letter, first in _ERAS:
        begins = {"令和": date(2019, 5, 1), "平成": date(1989, 1, 8), "昭和": date(1926, 12, 25)}.get(
            era, date(first, 7, 30)
        )
        if day >= begins:
            return era, letter, day.year - first + 1
    return "明治", "M", day.year - 1867


def weekday(rng: Random) -> str:
    return rng.choice(_WEEKDAYS)


def digits(rng: Random, count: int) -> str:
    return "".join(rng.choices(string.digits, k=count))


def telephone(rng: Random) -> str:
    area = rng.choice(
        ("03", "06", "011", "022", "045", "052", "075", "092", "0263", "0467", "0742", "0982", "09802", "04992")
    )
    middle = 10 - len(area) - 4
    parts = (area, digits(rng, middle), digits(rng, 4))
    return (
        rng.choice(
            (
                "{}-{}-{}",
                "{}-{}-{}",
                "{}-{}-{}",
                "({}){}-{}",
                "{}({}){}",
                "{}{}{}",
                "{} {} {}",
                "{}ー{}ー{}",
                "{}‐{}‐{}",
                "+81-{}-{}-{}",
            )
        ).format(*parts)
        if rng.random() < 0.6
        else mobile(rng)
    )


def mobile(rng: Random) -> str:
    parts = (rng.choice(("090", "080", "070")), digits(rng, 4), digits(rng, 4))
    return rng.choice(("{}-{}-{}", "{}-{}-{}", "{}{}{}", "{} {} {}", "{}−{}−{}")).format(*parts)


def postal_code(rng: Random) -> str:
    return f"{digits(rng, 3)}-{digits(rng, 4)}"


def mail(rng: Random) -> str:
    someone = person(rng, "japanese").romaji
    local = rng.choice(
        (
            f"{someone[1]}.{someone[0]}",
            f"{someone[0]}_{someone[1][0]}",
            f"{someone[0]}{rng.randint(1, 999)}",
            f"{someone[1][0]}-{someone[0]}",
        )
    ).lower()
    return f"{local}@{rng.choice(('example.jp', 'example.co.jp', 'mail.example.ne.jp', 'hosp.example.or.jp', 'med.example.ac.jp'))}"


def url(rng: Random) -> str:
    return f"{rng.choice(('https://www.', 'http://', 'https://', 'www.'))}{rng.choice(('example.or.jp', 'clinic.example.jp', 'hosp.example.ac.jp'))}/{rng.choice(('', 'renkei/', 'patient/' + digits(rng, 5), 'access.html'))}"


def record_number(rng: Random) -> str:
    return rng.choice(
        (
            digits(rng, 7),
            digits(rng, 8),
            digits(rng, 6),
            digits(rng, 10),
            f"{digits(rng, 3)}-{digits(rng, 4)}-{digits(rng, 2)}",
            f"{rng.choice('ABKP')}{digits(rng, 6)}",
            f"{digits(rng, 2)}-{digits(rng, 5)}",
            f"00{digits(rng, 5)}",
        )
    )


def insured(rng: Random) -> str:
    symbol = rng.choice(
        (
            digits(rng, 8),
            digits(rng, 4),
            digits(rng, 2),
            "".join(rng.choices("千代田港東西南北大阪京協会建設全土", k=2)) + rng.choice(("", "い", "ろ")),
        )
    )
    return (
        symbol
        + rng.choice(("・", " ", "-", " ・ "))
        + digits(rng, rng.randint(1, 7))
        + rng.choice(("", "", f"(枝番){digits(rng, 2)}", f" {digits(rng, 2)}"))
    )


def serial(rng: Random) -> str:
    return rng.choice(
        (
            f"{''.join(rng.choices(string.ascii_uppercase, k=3))}{digits(rng, 6)}",
            f"SN{digits(rng, 8)}",
            f"{digits(rng, 4)}-{digits(rng, 6)}",
        )
    )


def plate(rng: Random) -> str:
    return f"{rng.choice(('品川', '練馬', '札幌', 'なにわ', '名古屋', '福岡', '沖縄', 'つくば'))}{rng.choice(('', ' '))}{rng.randint(300, 599)}{rng.choice(('', ' '))}{rng.choice('あいうえかきくけこさすせそたちつてとなにぬねのはひふほま')}{rng.choice(('', ' '))}{digits(rng, 2)}-{digits(rng, 2)}"


def _kanji(number: int) -> str:
    numerals = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else ("十" if tens == 1 else numerals[tens] + "十")) + (numerals[ones] if ones else "")
