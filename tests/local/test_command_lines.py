"""A value on a command line of the local cloud that cannot work ends the start in one line, before anything runs."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.local.emulators import REPOSITORY

HEALTH_IMAGING = ("local_cloud.health_imaging", "--data-dir", "{}", "--aws-endpoint", "http://127.0.0.1:1")
EMULATOR = ("local_cloud.emulator", "--state-dir", "{}")


@pytest.mark.parametrize(
    ("module", "option", "value", "mend"),
    [
        (HEALTH_IMAGING, "--port", "65536", "a whole number of at least 0 and at most 65535"),
        (HEALTH_IMAGING, "--workers", "0", "a whole number of at least 1"),
        (HEALTH_IMAGING, "--files-per-job", "-5", "a whole number of at least 1"),
        (HEALTH_IMAGING, "--start-rate", "nan", "a number of at least 0"),
        (HEALTH_IMAGING, "--start-rate", "-1", "a number of at least 0"),
        (HEALTH_IMAGING, "--file-timeout-seconds", "soon", "a number of at least 0.001"),
        (EMULATOR, "--lambda-slots", "0", "a whole number of at least 1"),
        (EMULATOR, "--service", "medical-imaging", "SIGNING-NAME=URL"),
    ],
)
def test_given_a_value_that_cannot_work_then_the_last_line_names_the_option_and_the_mend(
    module: tuple[str, ...], option: str, value: str, mend: str, tmp_path: Path
) -> None:
    fixed = [part.format(tmp_path / "state") for part in module]
    ended = subprocess.run(
        [sys.executable, "-m", *fixed, "--port", "1", f"{option}={value}"],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].endswith(f"argument {option}: {value!r} must be {mend}")
    assert not (tmp_path / "state").exists()
