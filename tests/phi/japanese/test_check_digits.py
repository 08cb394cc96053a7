"""Check digits: known numbers hold, every wrong last digit fails, and a labelled number is masked either way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phi_detector.japanese.check_digits import individual_number_holds, insurance_number_holds
from tests.phi.japanese.conftest import Finder

DIGITS = "0123456789"


def test_given_published_examples_when_checked_then_they_hold() -> None:
    assert individual_number_holds("983205673214")
    assert insurance_number_holds("33120015")


@given(st.text(alphabet=DIGITS, min_size=11, max_size=11))
def test_given_any_eleven_digits_when_completed_then_one_last_digit_holds(head: str) -> None:
    assert sum(individual_number_holds(head + last) for last in DIGITS) == 1


@given(st.sampled_from([5, 6, 7]), st.data())
def test_given_any_insurance_number_when_completed_then_one_last_digit_holds(size: int, data: st.DataObject) -> None:
    head = data.draw(st.text(alphabet=DIGITS, min_size=size, max_size=size))

    assert sum(insurance_number_holds(head + last) for last in DIGITS) == 1


@given(st.text(max_size=14))
def test_given_any_text_when_checked_then_it_answers(text: str) -> None:
    if not (text.isascii() and text.isdigit()):
        assert not individual_number_holds(text)
        assert not insurance_number_holds(text)


@pytest.mark.parametrize("number", ["983205673214", "983205673210", "9832 0567 3214", "9832-0567-3211"])
def test_given_a_labelled_number_when_its_check_digit_fails_then_it_is_masked_all_the_same(
    find: Finder, number: str
) -> None:
    assert (number, "ID") in find(f"個人番号:{number}")
