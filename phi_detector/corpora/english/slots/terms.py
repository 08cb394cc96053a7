"""Terms that look like names and numbers of people and are none: drugs, abbreviations, values, codes."""

import random
from collections.abc import Callable, Mapping
from string import ascii_uppercase
from typing import Final

from phi_detector.corpora.english.case import Case
from phi_detector.corpora.english.names import ORIGINS, person
from phi_detector.corpora.english.numerals import capitals
from phi_detector.corpora.english.part import Part
from phi_detector.corpora.english.places import town
from phi_detector.corpora.english.word_lists import pools

_TERMS: Final = pools("terms")


def _abbreviation(rng: random.Random) -> str:
    letters = capitals(rng, rng.choice([2, 2, 3, 3, 3, 4, 4, 5]))
    draw = rng.random()
    if draw < 0.1:
        return letters[0].lower() + letters[1:]
    if draw < 0.2:
        return letters + str(rng.randint(1, 20))
    if draw < 0.28:
        return letters + rng.choice(["s", "-1", "/" + letters[:2], "-" + letters[:2], "&" + letters[0]])
    return letters


def _generic_drug(rng: random.Random) -> str:
    return person(rng, "invented").first[:6].lower().replace("'", "") + rng.choice(_TERMS["generic_endings"])


def _brand(rng: random.Random) -> str:
    name = person(rng, "invented").first[:6].capitalize() + rng.choice(_TERMS["brand_endings"])
    return name + rng.choice(_TERMS["brand_suffixes"])


def _surname(rng: random.Random) -> str:
    return person(rng, rng.choice(ORIGINS)).last.split("-")[0].split()[-1]


def _eponym(rng: random.Random) -> str:
    name = _surname(rng)
    if rng.random() < 0.25:
        name += f"-{_surname(rng)}"
    draw = rng.random()
    if draw < 0.6:
        return f"{name}{rng.choice(['', '', chr(39) + 's'])} {rng.choice(_TERMS['eponym_nouns'])}"
    return rng.choice(
        [
            f"no {name}",
            f"{name} negative",
            f"{name} positive",
            f"{name} score {rng.randint(0, 20)}",
            f"{name} {rng.randint(1, 5)}",
            f"{name} grade {rng.randint(1, 4)}",
            f"modified {name}",
            f"({name} type {rng.choice(['I', 'II', 'III'])})",
        ]
    )


def _place_score(rng: random.Random) -> str:
    return f"{town(rng).name} {rng.choice(_TERMS['place_nouns'])}"


def _value(rng: random.Random) -> str:
    return rng.choice(
        [
            f"{rng.uniform(0, 20):.1f}",
            f"{rng.uniform(0, 2):.2f}",
            str(rng.randint(1, 400)),
            f"{rng.randint(1, 60) * 1000}",
            f"<{rng.uniform(0, 1):.2f}",
            f">{rng.randint(60, 900)}",
            f"{rng.randint(1, 99)}%",
            f"{rng.randint(1, 300)},{rng.randint(100, 999)}",
            f"1:{rng.choice([40, 80, 160, 320])}",
            f"{rng.randint(1, 9)}.{rng.randint(1, 9)} x 10^{rng.randint(3, 9)}",
            f"{rng.randint(1, 10)}/10",
            f"{rng.randint(0, 5)}/5",
            f"{rng.randint(80, 190)}/{rng.randint(40, 110)}",
            f"{rng.randint(1, 30)}/30",
            f"{rng.randint(1, 12)}+{rng.randint(1, 6)}",
        ]
    )


def _interval(rng: random.Random) -> str:
    low, high = sorted((rng.randint(1, 200), rng.randint(1, 200)))
    return rng.choice(
        [
            f"{low}-{high}",
            f"{low / 10:.1f}-{high / 10:.1f}",
            f"{low} to {high}",
            f"(95% CI {low / 100:.2f}-{high / 100:.2f})",
            f"[{low / 10:.1f}, {high / 10:.1f}]",
            f"p = 0.{rng.randint(1, 99):02}",
            f"n = {rng.randint(10, 9000)}",
            f"{low}-{high} mg",
            f"q{rng.randint(2, 6)}-{rng.randint(7, 12)}h",
            f"{low}-{high} mg/dL",
            f"HR {low / 100:.2f}",
            f"(n={high})",
            f"{rng.randint(1, 12)}-{rng.randint(13, 24)} months",
            f"{rng.randint(1, 6)}-{rng.randint(7, 12)} weeks",
            f"ages {rng.randint(1, 5)}0-{rng.randint(6, 9)}0",
        ]
    )


def _code(rng: random.Random) -> str:
    return rng.choice(
        [
            f"{rng.choice(ascii_uppercase)}{rng.randint(10, 99)}.{rng.randint(0, 9)}",
            f"{rng.choice(ascii_uppercase)}{rng.randint(10, 99)}.{rng.randint(10, 999)}",
            f"CPT {rng.randint(10000, 99999)}",
            f"{rng.randint(1000, 99999)}-{rng.randint(0, 9)}",
            f"{rng.randint(100, 999)}.{rng.randint(0, 99)}",
            f"DRG {rng.randint(1, 999)}",
            f"HCPCS {rng.choice('GJQAE')}{rng.randint(1000, 9999)}",
            f"T{rng.randint(1, 4)}N{rng.randint(0, 3)}M{rng.randint(0, 1)}",
            f"C{rng.randint(1, 7)}-T{rng.randint(1, 12)}",
            f"L{rng.randint(1, 5)}/S1",
            f"V{rng.randint(1, 6)}",
            f"G{rng.randint(1, 6)}P{rng.randint(0, 5)}",
            f"CD{rng.randint(2, 138)}",
            f"HLA-B{rng.randint(1, 60)}",
            f"p.{rng.choice('RGVLH')}{rng.randint(10, 900)}{rng.choice('QHCX')}",
            f"rs{rng.randint(10000, 9999999)}",
            f"RxNorm {rng.randint(1000, 999999)}",
            f"SNOMED {rng.randint(1000000, 99999999)}",
            f"NDC {rng.randint(1000, 99999)}-{rng.randint(100, 9999)}-{rng.randint(10, 99)}",
            f"21 CFR {rng.randint(10, 900)}.{rng.randint(10, 90)}",
            f"section {rng.randint(1, 20)}.{rng.randint(1, 9)}.{rng.randint(1, 9)}",
            f"doi:10.{rng.randint(1000, 9999)}/x.{rng.randint(100, 999)}",
            f"v{rng.randint(1, 9)}.{rng.randint(0, 9)}.{rng.randint(0, 9)}",
        ]
    )


def _drawn(term: Callable[[random.Random], str]) -> Callable[[Case], Part]:
    return lambda case: term(case.rng)


SLOTS: Final[Mapping[str, Callable[[Case], Part]]] = {
    "abbr": _drawn(_abbreviation),
    "generic": _drawn(_generic_drug),
    "brand": _drawn(_brand),
    "eponym": _drawn(_eponym),
    "place_score": _drawn(_place_score),
    "value": _drawn(_value),
    "interval": _drawn(_interval),
    "anycode": _drawn(_code),
}
