"""The secret's texts become files that only the SCP's user can read; a wrong secret is one line without its value."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from dicom_scp.tls_material import TLS_FILES, main

PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"


def secret(**changes: str) -> dict[str, str]:
    return {variable: f"{PEM}\n# {variable}" for variable in TLS_FILES} | changes


def test_given_a_whole_secret_then_each_file_is_readable_for_this_user_alone(tmp_path: Path) -> None:
    assert main([str(tmp_path)], secret()) == 0
    assert {path.name for path in tmp_path.iterdir()} == {*TLS_FILES.values()}
    for variable, name in TLS_FILES.items():
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
        assert (tmp_path / name).read_text() == secret()[variable] + "\n"


def test_given_files_of_an_earlier_try_then_they_are_replaced(tmp_path: Path) -> None:
    outside = tmp_path / "outside.pem"
    outside.write_text("untouched")
    directory = tmp_path / "tls"
    directory.mkdir()
    (directory / "certificate.pem").symlink_to(outside)
    assert main([str(directory)], secret()) == 0
    assert outside.read_text() == "untouched"
    assert (directory / "certificate.pem").read_text().startswith("-----BEGIN")


@pytest.mark.parametrize("variable", TLS_FILES)
@pytest.mark.parametrize("value", ["", "hunter2 is no PEM text"])
def test_given_a_field_that_is_no_pem_then_it_is_named_and_its_value_is_not(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], variable: str, value: str
) -> None:
    assert main([str(tmp_path)], secret(**{variable: value})) == 2
    shown = capfd.readouterr().err
    assert shown.count("\n") == 1
    assert shown.startswith(f"{variable}: must be PEM text")
    assert "hunter2" not in shown


def test_it_runs_as_the_task_runs_it(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "dicom_scp.tls_material", str(tmp_path)],
        env={**os.environ, **secret()},
        timeout=30,
        check=False,
    )
    assert ran.returncode == 0
    assert (tmp_path / "private-key.pem").exists()
