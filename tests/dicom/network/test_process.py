"""``python -m dicom_scp`` as an orchestrator sees it: start, probes, signals, exit, and what it prints.

What an orchestrator sees must not depend on how many processes serve: what could, runs with one and with two.
"""

import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pynetdicom import AE

from demo.imaging.pynetdicom_repairs import keep_responses
from tests.dicom.network.raw_peer import RawPeer, store_command
from tests.dicom.running_process import ROOT, Scp, command, running

CT_SMALL = str(get_testdata_file("CT_small.dcm"))


@pytest.fixture(params=["1", "2"])
def processes(request: pytest.FixtureRequest) -> str:
    """How many processes serve."""
    return str(request.param)


def test_given_a_start_then_probes_answer_and_sigterm_exits_with_0(tmp_path: Path, processes: str) -> None:
    with running(tmp_path, SCP_PROCESSES=processes) as scp:
        assert scp.get("/live") == (200, "live\n")
        assert scp.get("/ready") == (200, "ready\n")
        assert scp.get("/other")[0] == 404
        assert "dicom_associations_open 0.0" in scp.get("/metrics")[1]
        scp.process.send_signal(signal.SIGTERM)
        assert scp.process.wait(20) == 0


def test_given_instances_then_metrics_and_log_count_them_without_a_word_about_the_patient(
    tmp_path: Path, processes: str
) -> None:
    instance = dcmread(CT_SMALL)
    instance.PatientName, instance.PatientID = "Secret^Patient", "MRN-4711"
    instance.PatientBirthDate, instance.AccessionNumber = "19610203", "ACC-99"
    with running(tmp_path, LOG_LEVEL="DEBUG", SCP_PROCESSES=processes) as scp:
        entity = AE("MODALITY")
        entity.add_requested_context(instance.SOPClassUID, instance.file_meta.TransferSyntaxUID)
        association = keep_responses(entity.associate("127.0.0.1", scp.port))
        assert association.send_c_store(instance).Status == 0
        instance.SOPInstanceUID = "1.2.3/../Secret"
        association.send_c_store(instance)
        association.release()
        ended = scp.wait_for("association_ended")
        metrics = scp.get("/metrics")[1]
        (stored,) = scp.events("instance_stored")
        text = scp.log.read_text() + metrics
    assert (ended["calling_ae_title"], ended["count"], ended["outcome"]) == ("MODALITY", 1, "released")
    assert (stored["status"], stored["peer"]) == ("0x0000", "127.0.0.1")
    assert 'dicom_instances_total{status="0x0000"} 1.0' in metrics
    assert 'dicom_instances_total{status="0x0117"} 1.0' in metrics
    for secret in ("Secret", "MRN-4711", "19610203", "ACC-99", str(instance.StudyInstanceUID), "1.2.3/.."):
        assert secret not in text


def test_given_sigterm_while_a_sender_is_busy_then_not_ready_and_everything_confirmed_is_in_the_store(
    tmp_path: Path, processes: str
) -> None:
    instance = dcmread(CT_SMALL)
    entity = AE("MODALITY")
    entity.add_requested_context(instance.SOPClassUID, instance.file_meta.TransferSyntaxUID)
    with running(tmp_path, STOP_TIMEOUT="3", SCP_PROCESSES=processes) as scp:
        association = keep_responses(entity.associate("127.0.0.1", scp.port))
        confirmed = []
        for number in range(1, 10_000):
            if number == 5:
                scp.process.send_signal(signal.SIGTERM)
                scp.wait_for("draining")
                assert scp.get("/ready") == (503, "not ready\n")
                assert scp.get("/live")[0] == 200
            instance.SOPInstanceUID = f"1.2.3.{number}"
            if not association.is_established or association.send_c_store(instance).get("Status") != 0:
                break
            confirmed.append(f"{instance.SOPInstanceUID}.dcm")
        assert scp.process.wait(20) == 0
    assert len(confirmed) >= 5
    stored = {path.name for path in (tmp_path / "store").rglob("*.dcm")}
    assert stored >= set(confirmed)


def test_given_a_second_sigterm_then_the_drain_goes_on_in_good_order(tmp_path: Path, processes: str) -> None:
    with running(tmp_path, STOP_TIMEOUT="2", SCP_PROCESSES=processes) as scp, RawPeer(scp.port) as peer:
        peer.associate()
        for _ in range(2):
            scp.process.send_signal(signal.SIGTERM)
            time.sleep(0.1)
        assert peer.pdu() == (7, b"\0\0\0\0")
        assert scp.process.wait(20) == 0


def test_given_something_that_hangs_at_the_end_then_exit_0_inside_the_stop_timeout_all_the_same(
    tmp_path: Path, processes: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as agent:  # takes connections and never answers
        agent_uri = f"http://127.0.0.1:{agent.getsockname()[1]}"
        environment = {"STOP_TIMEOUT": "2", "ECS_AGENT_URI": agent_uri, "SCP_PROCESSES": processes}
        with running(tmp_path, **environment) as scp, RawPeer(scp.port) as peer:
            peer.associate()
            agent.settimeout(5)
            asked, _ = agent.accept()
            with asked:
                scp.process.send_signal(signal.SIGTERM)
                assert scp.process.wait(20) == 0


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        ({"MAXIMUM_PDU_SIZE": "12"}, "MAXIMUM_PDU_SIZE=12: must be 0 or from 4096 to 67108864 (PS3.8 D.1)"),
        ({"STORAGE_DIR": "/proc/nowhere"}, "STORAGE_DIR=/proc/nowhere: must be "),
        ({"SCP_HOST": "192.0.2.1"}, "SCP_PORT=0: must be "),
        ({"TLS_CERT_FILE": __file__, "TLS_KEY_FILE": __file__}, f"TLS_CERT_FILE={__file__}: must be a PEM"),
    ],
)
def test_given_a_configuration_that_cannot_work_then_one_line_and_exit_2(
    tmp_path: Path, processes: str, environment: dict[str, str], line: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dicom_scp"],
        env=command(tmp_path, SCP_PROCESSES=processes, **environment),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1


def test_given_a_port_in_use_then_one_line_and_exit_2(tmp_path: Path, processes: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "dicom_scp"],
            env=command(tmp_path, SCP_PORT=port, SCP_PROCESSES=processes),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith(f"SCP_PORT={port}: must be a port that this process can listen on")


def test_given_a_thousand_bare_connects_then_quick_quiet_and_memory_stays_flat(tmp_path: Path, processes: str) -> None:
    with running(tmp_path, SCP_PROCESSES=processes) as scp:

        def resident() -> int:
            return sum(server.memory_info().rss for server in scp.servers())

        def cpu_seconds() -> float:
            return sum(server.cpu_times().user for server in scp.servers())

        def connect(times: int) -> None:
            for _ in range(times):
                socket.create_connection(("127.0.0.1", scp.port)).close()
            while scp.metric("dicom_connections_total") < times:
                time.sleep(0.01)

        connect(200)
        before, cpu = resident(), cpu_seconds()
        started = time.monotonic()
        connect(1000)
        assert time.monotonic() - started < 40  # a listener whose queue overflows takes a second for each
        assert resident() - before < 4 << 20
        assert cpu_seconds() - cpu < 3.0  # a fraction of a millisecond each; more on a busy machine
        assert scp.events() == scp.events("listening") + scp.events("health_listening")
        assert scp.get("/live")[0] == 200


def test_given_few_descriptors_then_the_server_survives_running_out_of_them(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            ["/bin/sh", "-c", "ulimit -n 40; exec " + sys.executable + " -m dicom_scp"],
            env=command(tmp_path, SCP_PROCESSES="1"),  # one that takes them all
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    scp = Scp(process, log)
    try:
        scp.port = int(str(scp.wait_for("listening")["port"]))
        crowd = [socket.create_connection(("127.0.0.1", scp.port)) for _ in range(60)]
        scp.wait_for("accept_failed")
        for peer in crowd:
            peer.close()
        with RawPeer(scp.port) as honest:
            honest.associate()
            honest.store(b"not dicom", store_command())
            assert honest.response().status == 0xC000
    finally:
        process.kill()
        process.wait(10)


def test_given_sighup_then_the_new_certificate_is_loaded(
    tmp_path: Path, processes: str, tls_environment: dict[str, str]
) -> None:
    for name, path in tls_environment.items():
        shutil.copy(path, tmp_path / name)
    copies = {name: str(tmp_path / name) for name in tls_environment}
    with running(tmp_path, SCP_PROCESSES=processes, **copies) as scp:
        scp.process.send_signal(signal.SIGHUP)
        scp.wait_for("tls_reloaded", count=int(processes))
        assert scp.get("/ready")[0] == 200


def test_given_sighup_without_tls_then_nothing_happens(tmp_path: Path, processes: str) -> None:
    with running(tmp_path, SCP_PROCESSES=processes) as scp:
        scp.process.send_signal(signal.SIGHUP)
        time.sleep(0.2)
        assert scp.get("/live")[0] == 200
