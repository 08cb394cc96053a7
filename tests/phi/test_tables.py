"""Tables, however they were typed: what is one row, what is one cell, and which head stands above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from phi_detector.propagation import columns
from phi_detector.tables import below_heads, even_tables

ANY_TEXT = st.text(alphabet='ab1 |,;\t\n#-"\u3000', max_size=300)


def _says(cells: Sequence[str]) -> Mapping[int, str] | None:
    """Capitals are heads."""
    heads = {at: cell for at, cell in enumerate(cells) if cell.isupper()}
    return heads if len(heads) >= 3 else None


def _below(text: str) -> list[tuple[str, str]]:
    return [(cell.meaning, text[cell.begin : cell.end]) for cell in below_heads(text, _says)]


def test_given_a_comma_within_quotes_then_it_parts_no_cells() -> None:
    assert _below('NAME,AGE,WARD\n"lee, ann",44,b2') == [("NAME", "lee, ann"), ("AGE", "44"), ("WARD", "b2")]


def test_given_columns_of_blanks_when_a_cell_is_missing_then_the_others_stand_below_their_own_heads() -> None:
    text = "NAME      AGE   WARD\nann lee         b2\nbo ray    61    b3"
    assert _below(text) == [("NAME", "ann lee"), ("WARD", "b2"), ("NAME", "bo ray"), ("AGE", "61"), ("WARD", "b3")]


def test_given_prose_behind_a_table_then_it_ends_it() -> None:
    table, row = "NAME|AGE|WARD\nann|44|b2\n", "bo|61|b3"
    assert ("AGE", "61") in _below(f"{table}one line of prose\n{row}")
    assert ("AGE", "61") not in _below(table + "lines of prose\n" * 8 + row)


def test_given_lines_of_another_width_then_they_end_an_even_table_and_rules_do_not() -> None:
    text = "a1|b1|c1\n---+---+---\na2|b2|c2\n\na3|b3|c3\nx|y|z|w"
    tables = [[[cell.text for cell in row] for row in table] for table in even_tables(text, most_rows=9)]
    assert tables == [[["a1", "b1", "c1"], ["a2", "b2", "c2"], ["a3", "b3", "c3"]], [["x", "y", "z", "w"]]]


def test_given_more_rows_than_are_read_at_once_then_the_rest_is_another_table() -> None:
    assert [len(table) for table in even_tables("a|b|c\n" * 5, most_rows=2)] == [2, 2, 1]


@given(ANY_TEXT)
def test_cells_are_what_stands_at_their_offsets(text: str) -> None:
    cells = [cell for table in even_tables(text, most_rows=9) for row in table for cell in row]
    assert all(text[cell.begin : cell.end] == cell.text for cell in [*cells, *below_heads(text, _says)])
    assert all("\n" not in cell.text for cell in cells)


@given(ANY_TEXT)
def test_rows_of_an_even_table_are_equally_long(text: str) -> None:
    assert all(len({len(row) for row in table}) == 1 for table in even_tables(text, most_rows=9))


def test_given_a_table_with_rows_in_two_languages_then_its_head_speaks_for_all_of_them() -> None:
    head = "seat | name         | age | where now\n"
    text = head + "34C | GILL, IMTIAZ | 46  | isolation\n33C | 齋藤榮子     | 24  | 自宅 待機\n"
    assert [text[one.begin : one.end] for one in columns.mentions(text)][:2] == ["46", "24"]


def test_given_a_table_in_one_language_then_its_own_reader_has_read_it() -> None:
    assert list(columns.mentions("name | age | room\nann | 46 | 3\nbo | 24 | 4\n")) == []
