"""Invented numbers, dates, telephones, mail: what identifies by digits."""

import string
from datetime import date, timedelta
from random import Random
from typing import Final

from phi_detector.corpora.japanese.people import person
from phi_detector.corpora.japanese.word_lists import words

_ERAS: Final = (("令和", "R", 2019), ("平成", "H", 1989), ("昭和", "S", 1926), ("大正", "T", 1912), ("明治", "M", 1868))
_WEEKDAYS: Final = "月火水木金土日"


def any_date(rng: Random, first: int = 2016, last: int = 2026) -> str:
    """A date in one of the ways that charts write them."""
    return _written(rng, "date_forms", date(first, 1, 1) + timedelta(days=rng.randrange((last - first) * 365 + 1)))


def birth_date(rng: Random) -> str:
    """A date of birth, in full."""
    return _written(rng, "birth_date_forms", date(1924, 1, 1) + timedelta(days=rng.randrange(36500)))


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
    return f"{local}@{rng.choice(words('mail_hosts'))}"


def url(rng: Random) -> str:
    scheme = rng.choice(("https://www.", "http://", "https://", "www."))
    path = rng.choice(("", "renkei/", "patient/" + digits(rng, 5), "access.html"))
    return f"{scheme}{rng.choice(words('hosts'))}/{path}"


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
            "".join(rng.choices("千代田港東西南北大阪京協会建設全土", k=2))
            + rng.choice(("", "い", "ろ", digits(rng, 2))),
            f"{digits(rng, 2)}-{digits(rng, 2)}",
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


def any_number(rng: Random) -> str:
    """A number that nothing but its label explains, as offices, laboratories and makers write them."""
    letters = "".join(rng.choices(string.ascii_uppercase, k=rng.randint(1, 3)))
    number = digits(rng, rng.randint(4, 11))
    year = rng.choice(("R", "令", "H", "平", ""))
    return rng.choice(
        (
            number,
            letters + number,
            f"{letters}-{number}",
            f"{number[:2]}-{number[2:]}",
            f"{number[:-1]}-{number[-1]}",
            f"第{number[:6]}号",
            f"{year}{rng.randint(1, 30)}-{number[:5]}",
            f"{letters}{number[:2]}-{number[2:]}",
            f"{number[:3]}-{number[3:]}-{digits(rng, 2)}",
            f"{rng.choice('受整管検依特登指支')}{rng.choice(('', '第', '-'))}{number[:6]}{rng.choice(('', '号'))}",
            f"{number[:4]}-{letters}",
            f"{rng.randint(2016, 2026)}{rng.choice(('-', '', '/'))}{number[:5]}",
            f"{letters[0]}{number[:3]}.{number[3:]}",
        )
    )


def policy(rng: Random) -> str:
    """A number of an insurer abroad."""
    letters = "".join(rng.choices(string.ascii_uppercase, k=3))
    return rng.choice(
        (
            f"{letters}{digits(rng, 3)}{rng.choice(string.ascii_uppercase)}{digits(rng, 5)}",
            f"{letters[0]}{digits(rng, 9)}",
            f"{digits(rng, 3)}-{digits(rng, 2)}-{digits(rng, 4)}-{letters[0]}",
            f"{letters[:2]}-{digits(rng, 7)}",
        )
    )


def device_number(rng: Random) -> str:
    """A number of an aid or an instrument."""
    letters = "".join(rng.choices(string.ascii_uppercase, k=2))
    return rng.choice(
        (f"{letters}-{digits(rng, 4)}-{digits(rng, 2)}", f"{letters}{digits(rng, 4)}", f"{letters}-{digits(rng, 5)}")
    )


def plate(rng: Random) -> str:
    gap = rng.choice(("", " "))
    kana = rng.choice("あいうえかきくけこさすせそたちつてとなにぬねのはひふほま")
    number = rng.choice(
        (f"{digits(rng, 2)}-{digits(rng, 2)}", f"{digits(rng, 1)}-{digits(rng, 2)}", f"・・{digits(rng, 2)}")
    )
    return gap.join((rng.choice(words("plate_offices")), str(rng.randint(300, 599)), kana, number))


def _kanji(number: int) -> str:
    numerals = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else ("十" if tens == 1 else numerals[tens] + "十")) + (numerals[ones] if ones else "")


def _written(rng: Random, forms: str, day: date) -> str:
    era, letter, year = era_of(day)
    return (
        rng.choice(words(forms))
        .replace("_", " ")
        .format(
            era=era,
            l=letter,
            y=year,
            y1="元" if year == 1 else year,
            Y=day.year,
            s=day.year % 100,
            m=day.month,
            d=day.day,
            ky=_kanji(year),
            km=_kanji(day.month),
            kd=_kanji(day.day),
            en=day.strftime("%b"),
        )
    )
