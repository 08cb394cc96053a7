"""One command is the README's, the developer's and CI's; what it runs is lint, strict types and every test."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
_PACKAGE_FILES = ("package.json", "package-lock.json")


def test_ci_runs_the_readmes_test_command() -> None:
    *_, last = (REPOSITORY / ".ci/run").read_text().strip().splitlines()
    assert last == "make test"
    assert re.search(r"^make test\b", (REPOSITORY / "README.md").read_text(), re.MULTILINE)


@pytest.mark.parametrize("program", ["ruff check .", "ruff format --check .", "mypy", "python -m pytest"])
def test_the_test_command_includes(program: str) -> None:
    planned = subprocess.run(
        ["make", "--dry-run", "test"], cwd=REPOSITORY, capture_output=True, text=True, timeout=30, check=True
    )
    assert any(line == program or line.startswith(f"{program} -n") for line in planned.stdout.splitlines())


def test_types_are_strict_everywhere() -> None:
    mypy = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["mypy"]
    assert mypy["strict"] is True
    code = {path.parent.name for path in REPOSITORY.glob("*/__init__.py")} | {"tests"}
    assert code <= set(mypy["packages"])


def test_given_a_python_that_is_too_old_then_setup_ends_in_one_line_with_the_mend_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt", "constraints.txt", *_PACKAGE_FILES):
        shutil.copy(REPOSITORY / name, tmp_path)
    old = tmp_path / "python3.9"  # this interpreter, under another version
    old.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "import sys; sys.version_info = (3, 9, 2)\n$2"\n')
    old.chmod(0o755)
    before = {path.name for path in tmp_path.iterdir()}
    ended = subprocess.run(
        ["make", "setup", f"PYTHON={old}"], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.returncode != 0
    assert f"PYTHON={old}: must be 3.11 or newer" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert {path.name for path in tmp_path.iterdir()} == before
