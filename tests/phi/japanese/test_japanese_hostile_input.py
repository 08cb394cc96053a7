"""Hostile input costs linear time, and no input is an error."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phi_detector.japanese import recognisers
from phi_detector.normalisation import normalise
from phi_detector.recogniser import Recogniser
from tests.phi.found import detector
from tests.phi.growth import grows_with_length_alone


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return recognisers()[0]


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "一",
        " ",
        "・",
        "ア",
        "あ",
        "ー",
        "(",
        "\n",
        "1-",
        "市",
        "区1-",
        "山田",
        "a ",
        "令和",
        "〒",
        "番号",
        "記号・番号 ",
        "氏名:",
        "TEL",
        "様",
        "病院",
        "の病院",
        "Aa ",
        "|",
        "03(",
        "4/1 ",
    ],
)
def test_given_one_thing_over_and_over_when_read_then_time_grows_with_length_alone(
    recogniser: Recogniser, unit: str
) -> None:
    assert grows_with_length_alone(lambda text: list(recogniser.find(normalise(text))), unit)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=120))
def test_given_any_text_when_read_then_every_entity_lies_inside_it(text: str) -> None:
    entities = detector().detect("患者 " + text).entities

    assert all(0 <= one.begin < one.end <= len(text) + 3 for one in entities)
    assert all(one.end <= two.begin for one, two in pairwise(entities))
