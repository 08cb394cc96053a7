"""Every reason is explained to the people who meet it."""

from pathlib import Path

import pytest

from healthcare_runtime.documents.reasons import ReasonCode

GUIDE = Path(__file__).parents[3] / "docs" / "documents.md"


@pytest.mark.parametrize("reason", ReasonCode)
def test_given_a_reason_then_the_guide_says_what_it_means_and_what_to_do(reason: ReasonCode) -> None:
    rows = [
        line for line in GUIDE.read_text().splitlines() if f"`{reason}`" in line.partition("|")[2].partition("|")[0]
    ]
    assert len(rows) == 1
    assert rows[0].count("|") == 4


def _first_cell(row: str) -> str:
    return row.partition("|")[2].partition("|")[0]
