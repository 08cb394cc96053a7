"""No input makes a rule slow: twice the text takes about twice the time, whatever it repeats."""

import time

import pytest

from healthcare_runtime.phi_entity import KnownIdentifier, PhiType
from phi_detector.english import EnglishRules
from phi_detector.neutral import NeutralRules
from phi_detector.normalisation import normalise
from phi_detector.propagation import propagate
from phi_detector.readings import repaired_parts
from phi_detector.routing import segments
from phi_detector.sweep import sweep

UNITS = (
    " ", "7", "7 ", "(", "() ", "A", "Aa ", "Aab", "A. ", "-", "1-", "1/", "a@", "a.", "\n", " \n", "Name: ", "Dr. ",
    "Smith, ", "cc: A, ", "12 Aaa ", "id: ", ":", "f:", "1.", "+1 ", "x1", "Aaa and ", "mrn ", "Aa of ", "one hundred ",
    "jan ", "1,", "www.", "http://", "son, ", "0O1l", "\u200b", "Ａ", "Ж",
)  # fmt: skip
SHORT, LONG = 1_500, 6_000


@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_given_four_times_the_text_then_the_time_is_not_squared(unit: str) -> None:
    short, long = _seconds(unit, SHORT), _seconds(unit, LONG)
    # linear is 4, squared is 16; measured in processor time, the better of two, above the noise of a clock
    assert long < 9 * short + 0.02


def _seconds(unit: str, length: int) -> float:
    return min(_once((unit * (length // len(unit) + 1))[:length]) for _ in range(2))


def _once(raw: str) -> float:
    started = time.process_time()
    text = normalise(raw)
    list(segments(text))
    found = [one for reader in (NeutralRules(), EnglishRules()) for one in reader.find(text)]
    list(repaired_parts(text))
    list(sweep(text.text, [KnownIdentifier("Aaaaaaa 7777777", PhiType.NAME)]))
    list(propagate(text.text, found, lambda _: False))
    return time.process_time() - started
