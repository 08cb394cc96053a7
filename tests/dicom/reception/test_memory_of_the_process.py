"""What the process really takes, as the kernel counts it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dicom.reception.fault_proxy import FaultProxy

REPOSITORY = Path(__file__).parents[3]
PROGRAM = """
import os, pathlib, resource
from dicom_scp.configuration import StorageSettings
from dicom_scp.reception import open_storage
from tests.dicom.reception.data_sets import Instance, instance
from tests.dicom.reception.sender import Sender

def resident() -> int:
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) // 1024
    raise AssertionError

storage = open_storage(StorageSettings(os.environ.get("BUCKET"), pathlib.Path(os.environ["ROOT"]), None, 64 << 20))
sender = Sender(storage.instances)
assert sender.send(instance("1.2.1")).status == 0
size = int(os.environ["SIZE"])
small = instance("1.2.2", pixels=b"")
header = small.data[:-4] + size.to_bytes(4, "little")
mebibyte = os.urandom(1 << 20)
before = resident()
result = sender.send_pieces(small, [header, *[mebibyte] * (size >> 20)])
assert result.status == 0, result
print("grew by", resident() - before)
"""


def growth(environment: dict[str, str]) -> int:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=REPOSITORY,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "grew by" in ended.stdout, ended.stderr
    return int(ended.stdout.split()[-1])


def test_given_an_object_of_600_megabytes_then_a_directory_takes_less_than_50_mebibytes(tmp_path: Path) -> None:
    assert growth({"ROOT": str(tmp_path), "SIZE": str(600 << 20)}) < 50
    (tmp_path / next(tmp_path.rglob("1.2.2.dcm"))).unlink()


def test_given_an_object_of_200_megabytes_then_a_bucket_takes_less_than_50_mebibytes(
    tmp_path: Path, bucket: str, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
    assert growth({"ROOT": str(tmp_path), "BUCKET": bucket, "SIZE": str(200 << 20)}) < 50
