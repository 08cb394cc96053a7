"""How long the platform's own commands take: synthesis with both rule packs, local deploy, the demo."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.measure import Measure


def synthesis() -> list[Measure]:
    """``cdk synth`` of the local stage with the HIPAA and NIST packs, from nothing."""
    with tempfile.TemporaryDirectory() as folder:
        seconds = _timed(["cdk", "synth", "--quiet", "-c", "stage=local", "-o", folder])
    return [Measure("Synthesis with both rule packs", seconds, "s", "under 20", "cdk synth -c stage=local")]


def local_cloud() -> list[Measure]:
    """``local_cloud up`` into an empty folder, and the demo on a cloud that is up."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "LOCAL_DIR": folder}
        assembly = str(Path(folder) / "assembly")
        synthesised = _timed(["cdk", "synth", "--quiet", "-c", "stage=local", "-o", assembly])
        try:
            up = _timed([sys.executable, "-m", "local_cloud", "up", "--assembly", assembly], environment)
        finally:
            subprocess.run([sys.executable, "-m", "local_cloud", "down"], env=environment, check=True)
    shutil.rmtree(Path(".local") / "demo", ignore_errors=True)
    try:
        first = _timed([sys.executable, "-m", "demo"])
        second = _timed([sys.executable, "-m", "demo"])
    finally:
        subprocess.run([sys.executable, "-m", "local_cloud", "down"], check=True)
    return [
        Measure(
            "Local cloud: start, bootstrap and deploy",
            up,
            "s",
            "under 30",
            f"of an assembly; its synthesis {synthesised:.1f} s",
        ),
        Measure("The demo, after set-up", first, "s", "under 120", "python -m demo"),
        Measure("The demo again, cloud up", second, "s", "under 120"),
    ]


def _timed(command: list[str], environment: dict[str, str] | None = None) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, env=environment, capture_output=True, timeout=600)
    return time.perf_counter() - started
