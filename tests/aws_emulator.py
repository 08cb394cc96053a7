"""The local cloud's AWS emulator as a process of its own, on a free port of the loopback interface; see the fixture."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3

from local_cloud.ports import any_free_port
from tests.child_process import child_process

REGION = "us-east-1"
ACCOUNT = "000000000000"


@dataclass(frozen=True)
class AwsEmulator:
    """A running emulator. ``session`` has its region and credentials; clients need ``endpoint_url``."""

    endpoint: str

    @property
    def environment(self) -> dict[str, str]:
        """What makes boto3, in this process or another, talk to the emulator."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        }

    def session(self) -> boto3.session.Session:
        return boto3.session.Session(aws_access_key_id=ACCOUNT, aws_secret_access_key="local", region_name=REGION)


@contextmanager
def running_emulator(state_dir: Path) -> Iterator[AwsEmulator]:
    """Start the emulator; stop it and leave nothing running at the end."""
    port = any_free_port()
    options = ("--port", str(port), "--state-dir", str(state_dir / "state"), "--save-seconds", "3600")
    with child_process(
        "local_cloud.emulator", *options, log=state_dir / "emulator.log", is_ready=lambda: _is_healthy(port)
    ):
        yield AwsEmulator(f"http://127.0.0.1:{port}")


def _is_healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_ministack/health", timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False
