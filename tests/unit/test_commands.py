"""One command is the README's, the developer's and CI's; what it runs is lint, strict types and every test."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def test_ci_runs_the_readmes_test_command() -> None:
    *_, last = (REPOSITORY / ".ci/run").read_text().strip().splitlines()
    assert last == "make test"
    assert re.search(r"^make test\b", (REPOSITORY / "README.md").read_text(), re.MULTILINE)


@pytest.mark.parametrize("program", ["ruff check .", "ruff format --check .", "mypy", "python -m pytest"])
def test_the_test_command_includes(program: str) -> None:
    planned = subprocess.run(
        ["make", "--dry-run", "test"], cwd=REPOSITORY, capture_output=True, text=True, timeout=30, check=True
    )
    assert program in planned.stdout.splitlines()


def test_types_are_strict_everywhere() -> None:
    mypy = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["mypy"]
    assert mypy["strict"] is True
    code = {path.parent.name for path in REPOSITORY.glob("*/__init__.py")} | {"tests"}
    assert code <= set(mypy["packages"])
