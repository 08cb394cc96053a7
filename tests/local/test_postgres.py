"""The local cloud's PostgreSQL: whoever runs it, however it ends, nothing is lost and nothing stays behind."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import psutil
import psycopg
import pytest

from local_cloud.ports import any_free_port
from tests.local.emulators import REPOSITORY, eventually
from tests.postgres import Postgres

T = TypeVar("T")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="is about root")


@contextmanager
def started(directory: Path, port: int, prefix: Sequence[str] = ()) -> Iterator["subprocess.Popen[bytes]"]:
    """``python -m local_cloud.postgres`` on a data directory, ready; behind ``prefix``."""
    process = launched(directory, port, prefix)
    try:
        assert eventually(lambda: answers(port) or process.poll() is not None, seconds=20)
        assert process.poll() is None, (directory / "log").read_text()
        yield process
    finally:
        process.terminate()
        process.wait(20)


def launched(directory: Path, port: int, prefix: Sequence[str] = ()) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "local_cloud.postgres", "--port", str(port), "--data-dir", str(directory / "data")]
    with (directory / "log").open("ab") as log:
        return subprocess.Popen(
            [*prefix, *command, "--volatile"],
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def answers(port: int) -> bool:
    try:
        Postgres(port).connect().close()
    except psycopg.OperationalError:
        return False
    return True


def servers_of(directory: Path) -> list[psutil.Process]:
    """Server processes that have the data directory open."""
    found = []
    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"] == "postgres" and Path(process.cwd()) == (directory / "data").resolve():
                found.append(process)
        except psutil.Error:
            continue
    return found


def told_by_servers(directory: Path, ask: Callable[[psutil.Process], T]) -> list[T]:
    """The answer of each server process; those that it starts for a moment may be gone when asked."""
    answers = []
    for server in servers_of(directory):
        with contextlib.suppress(psutil.NoSuchProcess):
            answers.append(ask(server))
    return answers


def owners_of(directory: Path) -> set[int]:
    """The users that the server's processes run as."""
    return set(told_by_servers(directory, lambda server: server.uids().effective))


def test_given_a_new_directory_when_started_then_it_listens_on_the_loopback_interface_only_and_stops_fast(
    tmp_path: Path,
) -> None:
    port = any_free_port()
    with started(tmp_path, port) as process:
        with Postgres(port).connect() as connection:
            assert connection.execute("SHOW server_version_num").fetchone() == (
                connection.info.server_version.__str__(),
            )
            assert connection.execute("SHOW log_statement").fetchone() == ("none",)
        addresses = {
            one.laddr
            for connections in told_by_servers(tmp_path, lambda server: server.net_connections("all"))
            for one in connections
            if one.status == "LISTEN"
        }
        assert {address.ip for address in addresses} == {"127.0.0.1"}
        assert (tmp_path / "data").stat().st_mode & 0o077 == 0
        with Postgres(port).connect():  # a session that is open does not keep it
            process.terminate()
            assert process.wait(20) == 0
    assert servers_of(tmp_path) == []


def test_given_data_when_started_again_then_it_is_still_there(tmp_path: Path) -> None:
    port = any_free_port()
    with started(tmp_path, port), Postgres(port).connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    with started(tmp_path, port), Postgres(port).connect() as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_given_a_launcher_that_is_killed_when_started_again_then_nothing_committed_is_lost(tmp_path: Path) -> None:
    port = any_free_port()
    with started(tmp_path, port) as process:
        with Postgres(port).connect() as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        process.kill()
        process.wait(10)
        assert eventually(lambda: servers_of(tmp_path) == [], seconds=10)  # the kernel ended the server with us
    with started(tmp_path, port), Postgres(port).connect() as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_given_a_server_on_the_directory_when_another_is_started_then_the_first_is_ended_before(tmp_path: Path) -> None:
    port = any_free_port()
    with started(tmp_path, port) as first:
        with Postgres(port).connect() as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        other = any_free_port()
        with started(tmp_path, other), Postgres(other).connect() as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
            assert first.wait(10) == 1
            assert not answers(port)


def test_given_a_crash_of_everything_when_started_again_then_it_recovers(tmp_path: Path) -> None:
    port = any_free_port()
    with started(tmp_path, port) as process:
        with Postgres(port).connect() as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        for one in servers_of(tmp_path):
            with contextlib.suppress(psutil.NoSuchProcess):  # a server's children end with it
                one.kill()
        assert process.wait(10) == 1
    with started(tmp_path, port), Postgres(port).connect() as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_given_a_lock_of_a_server_that_is_dead_but_not_reaped_when_started_again_then_it_is_in_nobodys_way(
    tmp_path: Path,
) -> None:
    with started(tmp_path, any_free_port()):
        pass
    user = "nobody" if os.geteuid() == 0 else None  # as the server itself: only then may it ask whether it lives
    dead = subprocess.Popen(["true"], user=user)
    assert eventually(lambda: psutil.Process(dead.pid).status() == psutil.STATUS_ZOMBIE, seconds=10)
    (tmp_path / "data" / "postmaster.pid").write_text(f"{dead.pid}\n")
    port = any_free_port()
    with started(tmp_path, port), Postgres(port).connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    dead.wait()


def test_given_a_first_start_that_was_killed_when_started_again_then_half_a_directory_does_no_harm(
    tmp_path: Path,
) -> None:
    process = launched(tmp_path, any_free_port())
    assert eventually(lambda: (tmp_path / "data.new").exists() or (tmp_path / "data").exists(), seconds=10)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)
    assert eventually(lambda: servers_of(tmp_path) == [], seconds=10)
    with started(tmp_path, any_free_port()):
        assert (tmp_path / "data" / "PG_VERSION").exists()


def test_given_a_taken_port_when_started_then_it_ends_with_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = launched(tmp_path, taken.getsockname()[1])
        assert process.wait(20) == 2
    assert "local cloud: PostgreSQL ended with 1 at its start" in (tmp_path / "log").read_text()


@pytest.mark.parametrize("option", [["--port", "0"], ["--port", "x"], []])
def test_given_a_wrong_command_line_when_started_then_it_ends_with_its_usage(option: list[str]) -> None:
    command = [sys.executable, "-m", "local_cloud.postgres", "--data-dir", "unused", *option]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@as_root
def test_given_root_when_started_then_the_server_is_somebody_elses_and_no_user_is_made(tmp_path: Path) -> None:
    users = Path("/etc/passwd").read_bytes()
    with started(tmp_path, any_free_port()):
        owners = owners_of(tmp_path)
    assert owners == {pwd.getpwnam("nobody").pw_uid}
    assert Path("/etc/passwd").read_bytes() == users


@as_root
def test_given_an_ordinary_user_when_started_then_it_runs_as_that_user() -> None:
    nobody = pwd.getpwnam("nobody")
    directory = Path(tempfile.mkdtemp(dir="/tmp"))
    # The capability is for this interpreter, which may lie in a home directory that only root may enter.
    become = ["setpriv", "--reuid", str(nobody.pw_uid), "--regid", str(nobody.pw_gid), "--clear-groups"]
    passage = ["--inh-caps", "+dac_override", "--ambient-caps", "+dac_override"]
    try:
        os.chown(directory, nobody.pw_uid, nobody.pw_gid)
        port = any_free_port()
        with started(directory, port, [*become, *passage]) as process:
            assert psutil.Process(process.pid).uids().effective == nobody.pw_uid
            assert owners_of(directory) == {nobody.pw_uid}
            with Postgres(port).connect() as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        shutil.rmtree(directory)
