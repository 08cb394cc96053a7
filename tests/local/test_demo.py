"""``make demo`` on a cloud that is up: every acknowledged instance gets an outcome, everything else its reason."""

import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from tests.local.emulators import REPOSITORY, DeployedCloud

DEMO_SECONDS = 300
REFUSED = {
    "no-series-uid.dcm": "0xA900",
    "instance-uid-disagrees.dcm": "0xA900",
    "truncated.dcm": "0xC000",
    "random-bytes.dcm": "0xC000",
}
NOT_IMPORTED = {"empty.dcm": "EmptyObject", "not-dicom.dcm": "ValidationException", "(odd key)": "NotAnInstanceKey"}


def run_demo(local_dir: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "demo"],
        cwd=REPOSITORY, env=os.environ | {"LOCAL_DIR": str(local_dir)},
        capture_output=True, text=True, timeout=DEMO_SECONDS, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def told(deployed: DeployedCloud) -> str:
    """What the demo said in the terminal; it ended well, so every acknowledged instance has an outcome."""
    ended = run_demo(deployed.layout.root)
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
    return ended.stdout


def test_given_the_corpus_when_sent_then_the_table_accounts_for_every_instance(told: str) -> None:
    [totals] = re.findall(
        r"(\d+) sent, (\d+) acknowledged, (\d+) in image sets, \d+ jobs, (\d+) refused, (\d+) not", told
    )
    sent, acknowledged, imported, refused, failed = map(int, totals)
    assert sent == acknowledged + refused
    assert imported > 200
    assert failed == 2  # the strays under a key of an instance
    assert refused >= len(REFUSED)


@pytest.mark.parametrize(("file", "reason"), [*REFUSED.items(), *NOT_IMPORTED.items()])
def test_given_what_was_refused_or_not_imported_then_terminal_and_page_say_why(
    deployed: DeployedCloud, told: str, file: str, reason: str
) -> None:
    assert [line for line in told.splitlines() if line.startswith(file) and reason in line]
    page = unescape((deployed.layout.root / "demo" / "report.html").read_text())
    [row] = [row for row in page.split("<tr>") if f"<code>{file}</code>" in row]
    assert reason in row


def test_given_the_page_then_it_has_pictures_timings_and_what_is_only_recorded(
    deployed: DeployedCloud, told: str
) -> None:
    page = (deployed.layout.root / "demo" / "report.html").read_text()
    assert page.count("data:image/png;base64,") > 50
    for fact in ("C-STORE to durable", "Import job", "AWS::ApplicationAutoScaling::ScalableTarget"):
        assert fact in page
    assert not re.search(r"(src|href)=\"(?!data:|#)", page)
    assert "[5/5]" in told


def test_given_a_cloud_that_does_not_come_up_then_the_demo_ends_with_its_reason(deployed: DeployedCloud) -> None:
    with deployed.cloud._only_one():
        ended = run_demo(deployed.layout.root)
    assert ended.returncode == 1
    assert "local cloud: another `make up`" in ended.stderr
    assert "Traceback" not in ended.stderr
