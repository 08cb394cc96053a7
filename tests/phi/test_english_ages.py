"""Ages in English: the forms in which notes state them, and the numbers that look like them and are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcare_runtime.phi_entity import PhiType
from phi_detector.english import ages
from phi_detector.propagation import beside_people
from phi_detector.recogniser import Candidate


def _ages(text: str) -> list[str]:
    return sorted({text[one.begin : one.end] for rule in ages.RULES for one in rule.find(text)})


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("a seventy-nine-year-old woman", "seventy-nine"),
        ("44 yo, 7 y/o sibling", "44"),
        ("a 71-y-o retiree", "71"),
        ("3-week-old infant", "3"),
        ("Age at camp 8    Grade 5", "8"),
        ("Age (yrs): 44", "44"),
        ("Szeto, Hyun-ah     62 y     074 931", "62"),
        ("(0010,1010) AS 065Y", "65"),
        ("her 80th birthday", "80th"),
        ("18mo F with croup", "18"),
        ("seen at 2y 3m by", "2"),
        ("over 91 years", "91"),
    ],
)
def test_ages_that_say_that_they_are(text: str, age: str) -> None:
    assert age in _ages(text)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("donor (M, 58, cornea", "58"),
        ("ENTRY  F 72 SICK PERSON", "72"),
        ("68F with chest pain", "68"),
        ("menachem rosenzweig 39M hd8", "39"),
        ("Rao T 49F    DECLINED", "49"),
        ("Kuroda  87 y  male   Rm 8", "87"),
        ("Pt is 49, female, works nights", "49"),
        ("|41|M|4|flank pain", "41"),
    ],
)
def test_ages_beside_the_sex(text: str, age: str) -> None:
    assert _ages(text) == [age]


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("First drink at 14 behind the school", "14"),
        ("SMOKING 1 ppd, ages 16 to 44", "44"),
        ("she's 32 today, we clapped", "32"),
        ("She is fifty-three and right-handed", "fifty-three"),
        ("moved to Biloxi at nineteen. She", "nineteen"),
        ("raised there and, from nine on, with her aunt", "nine"),
        ("expelled from Thornbury School at 15 after a fire", "15"),
        ("turned 80 in May", "80"),
        ("she will be 90 in May", "90"),
        ("the patient, 72, fell", "72"),
        ("a woman of 55.", "55"),
        ("at 72 she is frail", "72"),
    ],
)
def test_ages_that_sentences_tell(text: str, age: str) -> None:
    assert age in _ages(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Father d. 57 heart.", ["57"]),
        ("Kids Gwilym 14, Bluma 9, both at home", ["14", "9"]),
        ("two daughters, 8 and 5 at home", ["5", "8"]),
        ("Mother Clifford, living, 79, DM", ["79"]),
        ("the twins, 5 months, and a nurse", ["5"]),
        ("her nephew, 55.", ["55"]),
        ("Mother 71, DM; Dad: 68, MI", ["68", "71"]),
        ("children ages 4, 7 and 9 at home", ["4", "7", "9"]),
        ("parents (80 and 82)", ["80", "82"]),
        ("II-2  Ngozi (mother)   living 74     breast 66; BSO", ["66", "74"]),
        ("FAMILY: Lior Katz, 51, at home", ["51"]),
    ],
)
def test_ages_of_relatives(text: str, found: list[str]) -> None:
    assert _ages(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GAIL SUTCLIFFE  F  06/01/1964 (57)   acct", ["57"]),
        ("Diallo, 07/07/1979, 39: jumped", ["39"]),
        ("dob 10/15/77, 36 yrs. the new pill", ["36"]),
        ("January 16, 1980. 44. He's on", ["44"]),
        ("seen 06/01/2014 (57)", []),
        ("seen 11/18/2019, 12, then home", []),
        ("born 02/06/1992, 99.", []),
    ],
)
def test_an_age_behind_a_birth_date_agrees_with_it(text: str, found: list[str]) -> None:
    assert _ages(text) == found


@given(st.integers(1930, 1994), st.integers(1, 99))
def test_year_and_age_add_up_to_a_year_in_which_notes_are_written(year: int, age: int) -> None:
    assert bool(_ages(f"Smith, 03/04/{year}, {age}, home")) is (1995 <= year + age <= 2035)


@pytest.mark.parametrize(
    "text",
    [
        "0115 5 M.N.  0130 2 M.N.",
        "cold under 41 F. Test",
        "hot 140 F, cold 41 F; HACCP",
        "fit test (3M 1870+, large",
        "R radial 6F Glidesheath",
        "Vitals: T 98 F, HR 80",
        "Age over 18 at screening",
        "varchar(18)|N",
        "in their 40s",
        "she is 34 weeks, GA 34+2",
        "he was 90 on room air",
        "median age 62; the men were 40 to 60",
        "DM for 12 years, HTN 10 years",
        "a. 12   b. 16   c. 18   d. 21\n",
        "the breast 66; nobody's family is named",
        "seen at 14:30, at 9 am",
        "patients, 72, were screened; a man of 5 feet; at 72 h he is well",
        "baby 20 kg, child 25 percentile",
        "dose will be 40 mg; rate will be 60 in 5 min",
        "mother 34 weeks pregnant",
    ],
)
def test_temperatures_catheters_durations_and_cohorts_are_no_ages(text: str) -> None:
    assert _ages(text) == []


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("Fernanda Karalis, 65. Retained", "Fernanda Karalis", ["65"]),
        ("Kofi is 53, Zainab is away", "Kofi", ["53"]),
        ("toddler Chiyo, 22 mo, ate", "Chiyo", ["22"]),
        ('Client "Kainoa", 68, gave leave', "Kainoa", ["68"]),
        ("Hinata Sugiura 91, CFS 7", "Hinata Sugiura", ["91"]),
        ("Seen by Okafor. (2) Iron", "Okafor", []),
        ("troponin on Al-Masri was 11. No harm", "Al-Masri", []),
        ("see Dr Patel, 6 weeks after", "Patel", []),
    ],
)
def test_ages_beside_who_is_named(text: str, name: str, found: list[str]) -> None:
    begin = text.index(name)
    known = [Candidate(begin, begin + len(name), PhiType.NAME, 0.95)]
    assert [text[one.begin : one.end] for one in beside_people.mentions(text, known)] == found
