"""A masked table computes nothing in a spreadsheet, and no number of it changes."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from healthcare_runtime.documents.formats import render
from healthcare_runtime.documents.formats.csv_formulas import is_formula
from healthcare_runtime.masking.replacement import Action, Replacement
from healthcare_runtime.phi_entity import PhiType
from tests.unit.formats.format_samples import unchanged, understood

HARMLESS = [
    "", "-1.5", "+2", "-1,234.50", "+1e-3", "- 3", "-", "--", "+++", "+/-", "-ve", "+ve", "-20 %", "- none",
    "-1.5 mmol/L", "12", "note = fine", "a-b", "x@example.org", "(-1)", "'=1",
    "\uff0d\uff11", "\u2212\uff11.5", "\uff0b\uff0b",
]  # fmt: skip
FORMULAS = [
    "=1+1", "@SUM(A1:A9)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "-1+cmd|' /C calc'!A0", "+SUM(A1)", "-2+3+[x.xls]A!1",
    '+HYPERLINK("http://example.org")', " =1+1", "\u3000=1", "\ufeff=1", "\uff1d1+1", "\uff20SUM\uff081\uff09",
    "\uff0bSUM\uff08A1\uff09", "-@A1", "\n=1",
]  # fmt: skip


@pytest.mark.parametrize("text", HARMLESS)
def test_given_what_a_clinician_writes_then_it_is_no_formula(text: str) -> None:
    assert not is_formula(text)


@pytest.mark.parametrize("text", FORMULAS)
def test_given_what_a_spreadsheet_runs_then_it_is_a_formula(text: str) -> None:
    assert is_formula(text)


NUMBERS = st.one_of(
    st.integers().map(str),
    st.integers().map(lambda number: f"{number:+,}"),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.tuples(st.sampled_from("+-"), st.integers(0), st.sampled_from((" mg", " mmol/L", "%", " \u2103"))).map(
        lambda parts: f"{parts[0]}{parts[1]}{parts[2]}"
    ),
)


@given(NUMBERS)
def test_given_any_number_then_it_never_changes(number: str) -> None:
    table = f'value\tnote\n{number}\t"{number}"\n'
    text = understood(table)
    assert unchanged(text, drop=True) == table


CELLS = st.text(st.sampled_from("=+-@;,\t|!('\"\r\n 1aA\u3000\uff1d\uff0d\u60a3"), max_size=8)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
@example([("=1", "+1(")])
def test_given_any_table_then_no_cell_of_what_leaves_is_a_formula_and_the_others_are_as_they_were(
    rows: list[tuple[str, str]],
) -> None:
    written = io.StringIO()
    csv.writer(written).writerows([("first", "second"), *rows])
    source = written.getvalue()
    out = unchanged(understood(source), drop=True)
    before, after = (list(csv.reader(io.StringIO(text, newline=""))) for text in (source, out))
    assert len(before) == len(after)
    for row_before, row_after in zip(before, after, strict=True):
        assert len(row_before) == len(row_after)
        for cell_before, cell_after in zip(row_before, row_after, strict=True):
            assert not is_formula(cell_after)
            if not is_formula(cell_before) and ";" not in cell_before and "\t" not in cell_before:
                assert cell_after == cell_before


def test_given_a_cell_without_quotes_that_other_locales_cut_then_its_second_half_computes_nothing() -> None:
    text = understood("note,value\nfine;=1+1;-2,3\nalso fine,4\n")
    assert render(text, [()] * len(text.passages)) == "note,value\nfine;'=1+1;-2,3\nalso fine,4\n"


def test_given_a_cell_whose_formula_is_masked_away_then_nothing_is_added() -> None:
    text = understood("note,value\n=Dawson,3\nfine,4\n")
    own = Replacement(0, 7, "Okoro", PhiType.NAME, Action.SURROGATE)
    replacements = [(own,) if passage.text == "=Dawson" else () for passage in text.passages]
    assert render(text, replacements) == "note,value\nOkoro,3\nfine,4\n"
