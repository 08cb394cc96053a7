"""Wards, rooms, corners and short names of places, as insiders write them; and what only looks like one."""

import pytest

from healthcare_runtime.phi_entity import PhiType
from phi_detector.english.place_spans import joined, widened, with_kind
from phi_detector.english.wards import find_wards
from phi_detector.recogniser import Candidate, Source

WARDS = {
    "moved to CVICU-14 at noon": "CVICU-14",
    "back to 5S tonight": "5S",
    "4W 12 next, then lunch": "4W 12",
    "in L&D 6 -> theatre": "L&D 6",
    "lies in NICU 14, stable": "NICU 14",
    "bed: ICU bed 9 please": "ICU bed 9",
    "to Pod C tonight": "Pod C",
    "hall H4 again": "hall H4",
    "he sleeps in cell 2-17 there": "cell 2-17",
    "she is in room eleven now": "in room eleven",
    "up on 4 West, nights": "4 West",
    "goes to 8-Tower after": "8-Tower",
    "called 6 Peds for a bed": "6 Peds",
    "HOSP=GLHQ UNIT=NSICU 9 now": "GLHQ",
    "accident on Rt 9, two cars": "Rt 9",
    "walked along 82nd and Tuckahoe today": "82nd and Tuckahoe",
    "tonight at the Annex with him": "the Annex",
    "drove to the old Grange again": "the old Grange",
    "seen at the VA by him": "the VA",
    "left @ the Annex now": "the Annex",
    "moved -> 4W today": "4W",
    "moved @ 5S-12 today": "5S",
    "level B2 parking": "level B2",
}
NO_WARDS = [
    "OR 3.2 (95% CI 1.1-4)",
    "stays in ICU 24 h",
    "CT 64 slices",
    "ED 20 minutes",
    "MRI 3 T",
    "gas bay: level 1-3",
    "Medicare to the VA benefits office",
    "Adderall XR 20 and metformin MR 500",
    "4 Westerners",
    "ratio 4S/2",
    "3 North Street",
    "UNIT: MG",
    "ward-> 4W today",
    "mail@ the Annex",
    "Triage: A = red",
]


@pytest.mark.parametrize(("text", "ward"), WARDS.items())
def test_given_a_ward_in_short_hand_when_read_then_found(text: str, ward: str) -> None:
    assert ward in {text[one.begin : one.end] for one in find_wards(text)}


@pytest.mark.parametrize("text", NO_WARDS)
def test_given_what_only_looks_like_a_ward_when_read_then_left(text: str) -> None:
    assert [text[one.begin : one.end] for one in find_wards(text)] == []


def _seen(text: str, *pieces: tuple[str, float]) -> list[Candidate]:
    return [
        Candidate(text.index(piece), text.index(piece) + len(piece), PhiType.ADDRESS, score, source=Source.MODEL)
        for piece, score in pieces
    ]


@pytest.mark.parametrize(
    ("text", "pieces", "whole"),
    [
        ("up on 4 West, nights", [("4", 0.9), ("West", 0.9)], "4 West"),
        ("from Pod C bed 9", [("Pod", 0.99), ("C bed 9", 0.94)], "Pod C bed 9"),
        ("at Little Sisters of Yorrick", [("Little Sisters", 0.9), ("Yorrick", 0.3)], "Little Sisters of Yorrick"),
        ("goes to 8-Tower after", [("8", 0.2), ("-Tower", 0.9)], "8-Tower"),
    ],
)
def test_given_pieces_of_a_place_when_joined_then_one(text: str, pieces: list[tuple[str, float]], whole: str) -> None:
    (one,) = joined(text, _seen(text, *pieces))
    assert text[one.begin : one.end] == whole


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Mercy, Lindley", [("Mercy", 0.9), ("Lindley", 0.9)]),
        ("Mercy\nLindley", [("Mercy", 0.9), ("Lindley", 0.9)]),
        ("from Mercy and home", [("Mercy", 0.9), ("home", 0.9)]),
        ("faint here", [("faint", 0.2), ("here", 0.2)]),
    ],
)
def test_given_two_places_when_joined_then_still_two(text: str, pieces: list[tuple[str, float]]) -> None:
    assert len(list(joined(text, _seen(text, *pieces)))) == 2


@pytest.mark.parametrize(
    ("text", "piece", "whole"),
    [
        ("sent to Holy Name infusion", "Holy", "Holy Name"),
        ("at Fort Tamsin VA, then", "Tamsin", "Fort Tamsin VA"),
        ("from Harborview Dialysis 7.", "Harborview", "Harborview Dialysis 7"),
        ("at Clinic in the Pines.", "Clinic", "Clinic in the Pines"),
        ("at Mercy. Then home", "Mercy", "Mercy"),
        ("at Mercy, Dr. Roe", "Mercy", "Mercy"),
        ("at Mercy  Roe", "Mercy", "Mercy"),
        ("MERCY ROE DENIES PAIN", "MERCY", "MERCY"),
    ],
)
def test_given_half_a_place_when_widened_then_whole(text: str, piece: str, whole: str) -> None:
    begin = text.index(piece)
    first, last = widened(text, begin, begin + len(piece))
    assert text[first:last] == whole


def test_given_a_name_before_the_kind_of_a_place_when_read_then_it_names_the_place() -> None:
    assert with_kind("Tamarack Mental takes all", 0, 8) == 15
    assert with_kind("Tamarack takes all", 0, 8) == 8
