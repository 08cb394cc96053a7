"""Numbers in English: somebody's by label, column and neighbour; nobody's by code system, form and edition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcare_runtime.phi_entity import PhiKind, PhiType
from phi_detector.english import dates, labelled_numbers, telephones
from phi_detector.english.columns import Meaning, cells, find_in_columns, meaning
from phi_detector.english.numbered import is_clock, is_range, numbered
from phi_detector.english.public_numbers import public_spans, without_public_numbers
from phi_detector.pattern_rule import PatternRule
from phi_detector.propagation import beside_people
from phi_detector.recogniser import Candidate, Source

_LABELLED = {
    "0622  run 47-8465   NICU": "47-8465",
    "narc box seal 890399 / count": "890399",
    "tray GB-34 hole in wrap": "GB-34",
    "CGM request denied (TAR 904072).": "904072",
    "NPDB DCN 5500000248448682": "5500000248448682",
    "gate code #5121, then left": "5121",
    "key safe 2200   pendant": "2200",
    "PNR JP2SEL. Gate": "JP2SEL",
    "at First National ending 8860: pens": "8860",
    "Insulin via W5563 51 211368 7 verified": "W5563 51 211368 7",
    "CERTIFIED MAIL 2077 4897 2863 9439 34": "2077 4897 2863 9439 34",
    "Blk Silverado 579 KNC. Locked": "579 KNC",
    "by air 1755 (C-FBZZ).": "C-FBZZ",
    "MEDIC 7 on scene": "MEDIC 7",
    "ofcs (#403, #463) with prisoner": "#403, #463",
    "your ref GMX/5098159/97 / our": "GMX/5098159/97",
    "ME no. 45-0475": "45-0475",
}
_UNLABELLED = (
    "trays 0730 1130 1700",
    "set 12, EPR 3",
    "order 5-10 boxes",
    "sent home with new set. 0951 mom here",
    "the week ending 2024",
    "check 97.1-99.0 twice",
    "lot 50 mg tablets",
)


def _values(rules: tuple[PatternRule, ...], text: str) -> list[str]:
    return [text[one.begin : one.end] for rule in rules for one in rule.find(text) if one.score >= 0.3]


@pytest.mark.parametrize(("text", "number"), _LABELLED.items())
def test_the_noun_before_a_number_makes_it_somebodys(text: str, number: str) -> None:
    assert any(number in value for value in _values(labelled_numbers.RULES, text))


@pytest.mark.parametrize("text", _UNLABELLED)
def test_counts_times_and_ranges_behind_such_nouns_are_nobodys(text: str) -> None:
    assert _values(labelled_numbers.RULES, text) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("My line is 6-7087. Ask", "6-7087"),
        ("RN will ring 8663 when done", "8663"),
        ("asked ext 934, transferred", "934"),
        ("House Sup (pgr 3619).", "3619"),
        ("Team secretary, x974", "x974"),
        ("CM (7-0578) called", "7-0578"),
    ],
)
def test_short_dials_are_telephones(text: str, number: str) -> None:
    assert number in _values(telephones.RULES, text)


def test_a_microscopes_power_is_no_extension() -> None:
    assert _values(telephones.RULES, "Read x1000. Report") == []


@pytest.mark.parametrize(
    "text",
    [
        "Form 61-211 (rev 12/16)",
        "FORM FDA 3500A (2/19)",
        "RM-07 rev. 06/23",
        "labs 6/6 back",
        "over 350  5 / 8 / 14",
        "SEP-1 bundle",
        "who may 12 may use it",
        "sliding 0/15/30",
    ],
)
def test_editions_and_scales_are_no_dates(text: str) -> None:
    assert _values(dates.RULES, text) == []


@pytest.mark.parametrize("text", ["seen 12/16", "auth exp 2/14", "admitted 04/03/2021", "03/2019", "May 12, 2020"])
def test_dates_beside_them_stay_dates(text: str) -> None:
    assert _values(dates.RULES, text)


@pytest.mark.parametrize(
    ("head", "means"),
    [
        ("MRN", Meaning.IDENTIFIER),
        ("Badge #", Meaning.IDENTIFIER),
        ("Serial No.", Meaning.IDENTIFIER),
        ("S/N", Meaning.IDENTIFIER),
        ("rand_no", Meaning.IDENTIFIER),
        ("CPT", Meaning.PUBLIC),
        ("Part no.", Meaning.PUBLIC),
        ("ndc_item", Meaning.PUBLIC),
        ("Ext.", Meaning.TELEPHONE),
        ("Pager", Meaning.TELEPHONE),
        ("Age/Sex", Meaning.AGE),
        ("Comments", None),
        ("pH", None),
    ],
)
def test_heads_of_columns(head: str, means: Meaning | None) -> None:
    assert meaning(head) is means


_ROSTER = "Name|Age|MRN|Ext|CPT\nAnn Lee|44|4471|2210|99213\nBo Ray|61|8820|2214|99214\n"
_ALIGNED = (
    "NAME           AGE   BADGE   CPT\n"
    "Ann Lee        44    212     99213\n"
    "Bo Ray         61    907     99214\n"
)  # fmt: skip


@pytest.mark.parametrize("delimiter", ["|", "\t", ";", ","])
def test_cells_of_delimited_tables_mean_what_their_heads_say(delimiter: str) -> None:
    text = _ROSTER.replace("|", delimiter)
    got = {(one.type, text[one.begin : one.end]) for one in find_in_columns(text)}
    assert got == {
        (PhiType.AGE, "44"),
        (PhiType.AGE, "61"),
        (PhiType.ID, "4471"),
        (PhiType.ID, "8820"),
        (PhiType.PHONE_OR_FAX, "2210"),
        (PhiType.PHONE_OR_FAX, "2214"),
    }
    assert {text[one.begin : one.end].strip() for one in cells(text) if one.meaning is Meaning.PUBLIC} == {
        "99213",
        "99214",
    }


def test_cells_below_their_heads_mean_what_these_say() -> None:
    got = {(one.type, _ALIGNED[one.begin : one.end]) for one in find_in_columns(_ALIGNED)}
    assert got == {(PhiType.AGE, "44"), (PhiType.AGE, "61"), (PhiType.ID, "212"), (PhiType.ID, "907")}


@given(st.text(alphabet='ab1 |,;\t\n#-"', max_size=300))
def test_cells_lie_within_any_text(text: str) -> None:
    for one in cells(text):
        assert 0 <= one.begin <= one.end <= len(text)
        assert "\n" not in text[one.begin : one.end]


_PUBLIC = (
    "42 CFR 493.1291(g)",
    "AR 600-8-4",
    "SOP class 1.2.840.10008.5.1.4.1.1.2",
    "field PV1-44 of ADT",
    "CVE-2024-0727 mended",
    "Form FDA 3500A",
    "form 7120-44 on the clipboard",
    "IFU 1104-EN",
    "0xC0000005 raised",
    "NDC 50242-0085-27",
    "REF 1804350-33 LOT",
    "OpenSSL 3.0.13",
)


@pytest.mark.parametrize("text", _PUBLIC)
def test_numbers_of_standards_forms_and_software_are_public(text: str) -> None:
    digits = {i for i, c in enumerate(text) if c.isdigit()}
    covered = {i for begin, end in public_spans(text) for i in range(begin, end)}
    assert digits & covered


def test_public_numbers_are_dropped_and_others_kept() -> None:
    text = "MRN 4471882, see 42 CFR 493.1291"
    found = [Candidate(4, 11, PhiType.ID, 0.9), Candidate(24, 32, PhiType.PHONE_OR_FAX, 0.9)]
    assert list(without_public_numbers(text, found)) == found[:1]


@pytest.mark.parametrize(
    "number", ["badge V5081", "NPI 1493098890", "acct V00235581079", "DEA BS5189550", "MRN 4471882"]
)
def test_identifiers_are_not_public(number: str) -> None:
    assert not list(public_spans(number))


def test_billing_codes_are_public_where_the_document_names_their_system() -> None:
    text = "CPT 99213, 99214 and 99215 were audited"
    assert any("99213" in text[begin:end] for begin, end in public_spans(text))
    assert not list(public_spans("badges 99213, 99214 and 99215 were lost"))


@given(st.integers(1, 9999), st.integers(1, 9999))
def test_a_range_rises(low: int, high: int) -> None:
    assert not is_range(f"{low}-{high}") or low < high


@pytest.mark.parametrize("value", ["0700-1900", "0900 1300 1700"])
def test_times_of_the_day(value: str) -> None:
    assert is_clock(value)


@pytest.mark.parametrize(
    ("value", "type_", "kept"),
    [
        ("47-8465", PhiType.ID, True),
        ("6-7087", PhiType.PHONE_OR_FAX, True),
        ("0700-1900", PhiType.PHONE_OR_FAX, False),
        ("500-1000", PhiType.ID, False),
        ("L858R", PhiType.ID, False),
        ("2014-2022", PhiType.PHONE_OR_FAX, False),
    ],
)
def test_what_the_model_takes_for_a_number_must_look_like_one(value: str, type_: PhiType, kept: bool) -> None:
    text = f"it is {value} here"
    one = Candidate(6, 6 + len(value), type_, 0.95, source=Source.MODEL)
    assert bool(list(numbered(text, one))) is kept


def test_a_barcode_is_no_code_of_a_system() -> None:
    text = "barcode 03117835; return"
    assert list(numbered(text, Candidate(8, 16, PhiType.ID, 0.99, source=Source.MODEL)))


def _people(text: str, *names: str) -> list[Candidate]:
    return [
        Candidate(text.index(name), text.index(name) + len(name), PhiType.NAME, 0.95, PhiKind.PERSON) for name in names
    ]


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        ("Fernanda Karalis, 65. Retained", "Fernanda Karalis", "65"),
        ("Menachem (19, lost both", "Menachem", "19"),
        ("TARIQ AL-MASRI ~65 per wallet", "TARIQ AL-MASRI", "65"),
        ("Ofc Petrauskas #3647 here", "Petrauskas", "#3647"),
        ("Zhou, Jianguo / 413961 / 11/18/50", "Zhou, Jianguo", "413961"),
    ],
)
def test_a_number_beside_somebody_is_theirs(text: str, name: str, number: str) -> None:
    got = {text[one.begin : one.end] for one in beside_people.mentions(text, _people(text, name))}
    assert number.removeprefix("#") in {value.removeprefix("#") for value in got}


def test_numbers_that_head_rows_with_names_identify() -> None:
    text = "T-129   Villanueva  4E\nT-784   Novotny  4E\nT-284   Kealoha  4W\nT-333   unknown\n"
    got = {
        text[one.begin : one.end]
        for one in beside_people.mentions(text, _people(text, "Villanueva", "Novotny", "Kealoha"))
    }
    assert got == {"T-129", "T-784", "T-284", "T-333"}


def test_times_that_head_rows_with_names_do_not() -> None:
    text = "0702   Villanueva  in\n0715   Novotny  in\n0731   Kealoha  in\n"
    assert not list(beside_people.mentions(text, _people(text, "Villanueva", "Novotny", "Kealoha")))
