"""No input makes a rule slow: more text takes as much more time, whatever it repeats."""

import re

import pytest

from healthcare_runtime.phi_entity import KnownIdentifier, PhiType
from phi_detector.english import EnglishRules
from phi_detector.neutral import NeutralRules
from phi_detector.normalisation import normalise
from phi_detector.propagation import propagate
from phi_detector.readings import repaired_parts
from phi_detector.routing import segments
from phi_detector.sweep import sweep
from tests.phi.growth import grows_with_length_alone

UNITS = (
    " ", "7", "7 ", "(", "() ", "A", "Aa ", "Aab", "A. ", "-", "1-", "1/", "a@", "a.", "\n", " \n", "Name: ", "Dr. ",
    "Smith, ", "cc: A, ", "12 Aaa ", "id: ", ":", "f:", "1.", "+1 ", "x1", "Aaa and ", "mrn ", "Aa of ", "one hundred ",
    "jan ", "1,", "www.", "http://", "son, ", "0O1l", "\u200b", "Ａ", "Ж",
)  # fmt: skip


@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_given_more_of_the_same_then_the_time_is_not_squared(unit: str) -> None:
    assert grows_with_length_alone(_read, unit)


def test_given_a_pattern_that_reads_what_it_read_again_then_the_measurement_says_so() -> None:
    unbounded = re.compile(r"7+-")  # from every digit to the last one, for want of a hyphen

    assert not grows_with_length_alone(unbounded.search, "7", length=300)


def _read(raw: str) -> None:
    text = normalise(raw)
    list(segments(text))
    found = [one for reader in (NeutralRules(), EnglishRules()) for one in reader.find(text)]
    list(repaired_parts(text))
    list(sweep(text.text, [KnownIdentifier("Aaaaaaa 7777777", PhiType.NAME)]))
    list(propagate(text.text, found, lambda _: False))
