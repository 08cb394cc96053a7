"""pytest imports test modules by their names alone: two of one name end the whole run."""

from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_given_all_test_files_then_each_has_a_name_of_its_own() -> None:
    names = Counter(path.name for path in TESTS.rglob("test_*.py"))
    assert [name for name, count in names.items() if count > 1] == []
