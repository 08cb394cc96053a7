"""What the SCP does beside dcmtk's, tuned: rates, CPU per instance, memory. Each pair is measured in one run."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from operator import truediv
from pathlib import Path
from statistics import median

from bench.blast import Blast, Load, blast
from bench.measure import Measure, best
from bench.phantom_files import ct_files
from bench.receivers import Receiver, dcmtk, platform
from demo.imaging.senders import dcmtk as find_dcmtk
from local_cloud.ports import any_free_port

ROUNDS = 5
# Loads that a receiver gets in one round, so that its CPU time, which the kernel tells in hundredths of a second, is
# long enough to be compared.
REPEATS = 3


def local_directory() -> list[Measure]:
    """400 CT instances of 0.5 MB to a local directory over 4 and 8 associations; 200 associations of one instance."""
    measures = []
    for title, load in (
        ("400 CT, 4 associations", Load(4, 400)),
        ("400 CT, 8 associations", Load(8, 400)),
        ("200 associations of one CT", Load(4, 200, rounds=50)),
    ):
        ours, our_cpu, theirs, their_cpu, alone, alone_cpu = [], [], [], [], [], []
        for _ in range(ROUNDS):
            with platform(SCP_PROCESSES="1") as receiver:
                result, cpu = _loaded_in_warm_memory(receiver, load)
                alone.append(result.rate)
                alone_cpu.append(cpu)
            with platform() as receiver:
                result, cpu = _loaded_in_warm_memory(receiver, load)
                ours.append(result.rate)
                our_cpu.append(cpu)
            with dcmtk() as receiver:
                result, cpu = _loaded_in_warm_memory(receiver, load)
                theirs.append(result.rate)
                their_cpu.append(cpu)
        goal = "at least 2" if load.rounds > 1 else "at least 1"
        measures.append(
            Measure(f"{title}: rate against dcmtk", best(ours) / best(theirs), "x", goal,
                    f"{best(ours):.0f}/s against {best(theirs):.0f}/s, best of {ROUNDS}")
        )  # fmt: skip
        measures.append(
            Measure(f"{title}: rate of all processes against one", best(ours) / best(alone), "x", "at least 1",
                    f"{best(ours):.0f}/s against {best(alone):.0f}/s; CPU {1000 * median(our_cpu):.2f} ms against "
                    f"{1000 * median(alone_cpu):.2f} ms")
        )  # fmt: skip
        if load.rounds == 1:
            measures.append(
                Measure(f"{title}: CPU per instance against dcmtk", median(map(truediv, our_cpu, their_cpu)), "x",
                        "at most 1.5", f"{1000 * median(our_cpu):.2f} ms against {1000 * median(their_cpu):.2f} ms, "
                        f"median of {ROUNDS} rounds")
            )  # fmt: skip
    return measures


def classic_senders() -> list[Measure]:
    """Unmodified storescu and dcmsend, which send with Nagle's algorithm on."""
    measures = []
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        files = [str(path) for path in ct_files(Path(folder), 400)]
        for tool in ("storescu", "dcmsend"):
            seconds = []
            for _ in range(ROUNDS):
                with platform() as receiver:
                    started = time.perf_counter()
                    command = [str(find_dcmtk(tool)), "-aec", "STORESCP", "127.0.0.1", str(receiver.port), *files]
                    subprocess.run(command, check=True, capture_output=True, timeout=60)
                    seconds.append(time.perf_counter() - started)
            spread = ", ".join(f"{value:.2f}" for value in seconds)
            measures.append(Measure(f"{tool}, 400 CT, as shipped", min(seconds), "s", "under 1", f"of {spread} s"))
    return measures


def slow_store() -> list[Measure]:
    """Every PUT takes 30 ms: what one association reaches, how it scales, what an instance costs."""
    port = any_free_port()
    s3 = subprocess.Popen([sys.executable, "-m", "bench.slow_s3", str(port), "30"])
    measures = []
    try:
        rates: dict[int, float] = {}
        cpu = 0.0
        for associations in (1, 4, 16):
            environment = {
                "DICOM_BUCKET": "bench", "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench",
            }  # fmt: skip
            with platform(**environment) as receiver:
                result, cpu = _loaded(receiver, Load(associations, associations * 60))
                rates[associations] = result.rate
        measures.append(Measure("S3 at 30 ms: rate of one association", rates[1], "/s", "at least 25"))
        measures.append(
            Measure("S3 at 30 ms: 16 associations against one", rates[16] / rates[1], "x", "near 16",
                    ", ".join(f"{number}: {rate:.0f}/s" for number, rate in rates.items()))
        )  # fmt: skip
        measures.append(Measure("S3 at 30 ms: CPU per instance", 1000 * cpu, "ms", "at most 1.5", "16 associations"))
    finally:
        s3.terminate()
        s3.wait()
    return measures


def memory() -> list[Measure]:
    """A 600 MB object; 1,000 connections that say nothing, as a health check makes them."""
    measures = []
    with platform() as receiver:
        blast(receiver.port, Load(8, 32))  # every process has served
        before = receiver.resident_bytes()
        peak = _peak_while(receiver, Load(1, 1, pixel_bytes=600_000_000))
        measures.append(Measure("A 600 MB object: growth of memory", (peak - before) / 1e6, "MB", "under 200"))
    with platform() as receiver:
        _connects(receiver.port, 100)
        before = receiver.resident_bytes()
        started = time.perf_counter()
        _connects(receiver.port, 1000)
        seconds = time.perf_counter() - started
        time.sleep(0.5)
        growth = (receiver.resident_bytes() - before) / 1e6
        measures.append(Measure("1,000 bare connects", seconds, "s", "under 5", f"memory grew by {growth:.1f} MB"))
    return measures


def _loaded_in_warm_memory(receiver: Receiver, load: Load) -> tuple[Blast, float]:
    """Run a load `REPEATS` times, after as much memory as its files take has been used and freed.

    A virtual machine gives memory that lies free for some seconds back to its host, and whoever uses it next pays for
    it; of two receivers, the one that takes longer to start would pay more.
    """
    used, block = receiver.folder / "used-before", bytes(1 << 20)
    with used.open("wb", buffering=0) as file:
        for _ in range(REPEATS * load.instances * load.pixel_bytes // len(block)):
            file.write(block)
    used.unlink()
    return _loaded(receiver, load, REPEATS)


def _loaded(receiver: Receiver, load: Load, repeats: int = 1) -> tuple[Blast, float]:
    """Run a load, and return the fastest of its repeats with the receiver's CPU seconds per instance over all."""
    before = receiver.cpu_seconds()
    results = [blast(receiver.port, load) for _ in range(repeats)]
    for result in results:
        if result.stored != load.instances:
            raise RuntimeError(f"{receiver.name} stored {result.stored} of {load.instances} instances")
    time.sleep(0.2)  # children of dcmtk's --fork are waited for
    cpu = (receiver.cpu_seconds() - before) / (repeats * load.instances)
    return min(results, key=lambda result: result.seconds), cpu


def _peak_while(receiver: Receiver, load: Load) -> int:
    """The highest resident memory while a load runs."""
    result = blast(receiver.port, load)
    if result.stored != load.instances:
        raise RuntimeError(f"{receiver.name} refused the object")
    return receiver.peak_bytes()


def _connects(port: int, count: int) -> None:
    for _ in range(count):
        socket.create_connection(("127.0.0.1", port), timeout=5).close()


def _memory() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def have_dcmtk() -> bool:
    """Whether the machine has dcmtk (Debian package ``dcmtk``)."""
    return all(find_dcmtk(tool) for tool in ("storescp", "storescu", "dcmsend"))
