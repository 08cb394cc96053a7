"""``python -m demo``: deploy to the local cloud, send real DICOM and documents, show what became of each."""

import argparse
import json
import subprocess
import sys
import warnings
from datetime import UTC, datetime
from pathlib import Path

from demo import page
from demo.cloud import Cloud
from demo.documents import run as documents_run
from demo.documents import summary as documents_summary
from demo.documents.delivery import ConsentRefusedError
from demo.documents.trail import TrailError
from demo.imaging import run as imaging_run
from demo.imaging import summary as imaging_summary
from demo.progress import Progress
from demo.report import RecordedOnly, RunReport
from local_cloud.layout import Layout


def main() -> int:
    """Run the demo; the exit code is 0 only if everything that was sent has an outcome, and none a wrong one."""
    warnings.filterwarnings("ignore", module="pydicom")  # the bundled files are odd on purpose
    started = datetime.now(UTC)
    seed = _seed(default=int(started.timestamp()))
    progress = Progress(steps=1 + imaging_run.STEPS + documents_run.STEPS)
    layout = Layout.from_environment()
    folder = layout.root / "demo"

    try:
        with progress.step("Synthesise, check and deploy to the local cloud"):
            subprocess.run([sys.executable, "-m", "local_cloud", "up"], check=True)
    except subprocess.CalledProcessError as error:
        return error.returncode  # it has said what is wrong
    cloud = Cloud.read(layout.endpoints)
    try:
        images = imaging_run.run(progress, cloud, folder)
        texts = documents_run.run(progress, cloud, seed)
    except (ConsentRefusedError, TrailError) as error:
        print(error, file=sys.stderr)
        return 1

    stacks, resources = _deployed(cloud)
    report = RunReport(
        started=f"{started:%Y-%m-%d %H:%M UTC}",
        seed=seed,
        steps=progress.timings,
        imaging=images,
        documents=texts,
        recorded_only=_recorded_only(layout),
        resources=resources,
        stacks=stacks,
    )
    target = folder / "report.html"
    target.write_text(page.render(report), encoding="utf-8")
    imaging_summary.show(images)
    documents_summary.show(texts)
    print(f"\nThe page: {_shown(target)}   Endpoints: {_shown(layout.endpoints)}   Stop everything: make down")
    if images.missing:
        print(
            f"\n{images.missing} acknowledged instances have no outcome after {imaging_run.OUTCOME_TIMEOUT_SECONDS} s"
        )
    return 0 if texts.succeeded and not images.missing else 1


def _seed(default: int) -> int:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--seed", type=int, default=default, help="sends the documents of another run again")
    return int(parser.parse_args().seed)


def _deployed(cloud: Cloud) -> tuple[int, int]:
    """Stacks and resources that are deployed."""
    stacks = [stack["StackName"] for stack in cloud.stacks.describe_stacks()["Stacks"]]
    ours = [name for name in stacks if name.startswith("healthcare-")]
    resources = sum(
        len(listed["StackResourceSummaries"])
        for name in ours
        for listed in cloud.stacks.get_paginator("list_stack_resources").paginate(StackName=name)
    )
    return len(ours), resources


def _recorded_only(layout: Layout) -> tuple[RecordedOnly, ...]:
    entries = json.loads(layout.recorded_only.read_text(encoding="utf-8"))
    return tuple(RecordedOnly(entry["type"], entry["count"]) for entry in entries)


def _shown(path: Path) -> str:
    """A path as a reader would type it here."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


if __name__ == "__main__":
    sys.exit(main())
