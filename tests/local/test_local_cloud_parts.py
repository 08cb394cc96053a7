"""Ports, fingerprints and messages of the local cloud."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local_cloud import assembly as assemblies
from local_cloud.errors import LocalCloudError
from local_cloud.layout import Layout
from local_cloud.operator_environment import exports, operator_environment
from local_cloud.ports import Ports
from tests.local.emulators import REPOSITORY


@pytest.fixture
def taken() -> "socket.socket":
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


def test_given_a_preferred_port_that_is_taken_when_chosen_then_another_is_kept(
    tmp_path: Path, taken: "socket.socket"
) -> None:
    busy = int(taken.getsockname()[1])
    ports = Ports(tmp_path / "ports.json")
    chosen = ports.get("Scp-11112", preferred=busy)
    assert chosen != busy
    assert Ports(tmp_path / "ports.json").get("Scp-11112", preferred=1) == chosen
    taken.close()


def test_given_a_kept_port_that_is_taken_now_when_needed_then_the_error_names_it_and_the_mend(
    tmp_path: Path, taken: "socket.socket"
) -> None:
    busy = int(taken.getsockname()[1])
    (tmp_path / "ports.json").write_text(json.dumps({"emulator": busy}))
    with pytest.raises(LocalCloudError, match=rf"port {busy} \(emulator\).*make clean"):
        Ports(tmp_path / "ports.json").require_free("emulator")
    taken.close()


def test_given_two_purposes_when_ports_are_chosen_then_they_differ(tmp_path: Path) -> None:
    ports = Ports(tmp_path / "ports.json")
    chosen = [ports.get(f"purpose-{number}") for number in range(20)]
    assert len(set(chosen)) == 20


@pytest.mark.parametrize("value", ["http", "0", "65536", "-1", "4566\n"])
def test_given_a_port_that_is_none_when_asked_for_then_the_start_ends_in_one_line_with_the_mend(
    tmp_path: Path, value: str
) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "local_cloud", "up", "--assembly", str(tmp_path)],
        cwd=REPOSITORY, env=os.environ | {"LOCAL_DIR": str(tmp_path), "LOCAL_HEALTH_IMAGING_PORT": value},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].endswith("must be a whole number from 1 to 65535")
    assert "LOCAL_HEALTH_IMAGING_PORT=" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_given_no_cdk_when_synthesising_then_the_error_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assemblies, "cdk_environment", lambda _layout: {"PATH": ""})
    monkeypatch.setenv("PATH", "")
    with pytest.raises(LocalCloudError, match="make setup"):
        assemblies.synthesise(Layout(tmp_path))


def test_given_an_assembly_when_a_template_changes_then_its_fingerprint_does(tmp_path: Path) -> None:
    (tmp_path / "assembly-Local").mkdir()
    (tmp_path / "manifest.json").write_text("{}")
    template = tmp_path / "assembly-Local" / "Network.template.json"
    template.write_text("{}")
    before = assemblies.fingerprint(tmp_path)
    assert assemblies.fingerprint(tmp_path) == before
    template.write_text('{"Resources": {}}')
    assert assemblies.fingerprint(tmp_path) != before


def test_given_a_directory_without_an_assembly_when_deployed_then_the_error_says_how_to_make_one(
    tmp_path: Path,
) -> None:
    with pytest.raises(LocalCloudError, match="cdk synth"):
        assemblies.fingerprint(tmp_path)


def test_given_the_users_own_aws_settings_when_a_process_starts_then_it_sees_none_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CONFIG_FILE", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "real")
    environment = Layout(tmp_path).environment("http://127.0.0.1:1")
    assert "real" not in environment.values()
    assert environment["AWS_ACCESS_KEY_ID"] == "000000000000"
    assert environment["HOME"].startswith(str(tmp_path))


def test_given_nothing_runs_when_down_and_status_are_asked_for_then_they_say_so(tmp_path: Path) -> None:
    def run(command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "local_cloud", command],
            cwd=REPOSITORY, env=os.environ | {"LOCAL_DIR": str(tmp_path)}, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip

    assert run("down").returncode == 0
    assert run("status").returncode == 3


def test_given_a_cloud_that_is_not_up_when_its_environment_is_asked_for_then_the_mend_is_told(tmp_path: Path) -> None:
    with pytest.raises(LocalCloudError, match="make up"):
        operator_environment(Layout(tmp_path))


def test_given_values_of_any_kind_when_exported_then_a_shell_reads_them_back() -> None:
    values = {"DOCUMENT_TABLE": "documents", "ODD": "a b'c\"$(id)\\"}
    script = exports(values) + 'printf "%s\\n%s" "$DOCUMENT_TABLE" "$ODD"'
    read = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert read.split("\n") == [*values.values()]
