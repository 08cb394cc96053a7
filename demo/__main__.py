"""``python -m demo``: deploy to the local cloud, send real DICOM, show what became of every instance."""

import json
import shutil
import subprocess
import sys
import time
import warnings
from datetime import UTC, datetime
from pathlib import Path

import boto3
import botocore.config

from demo import page
from demo.imaging import flow, frames, strays
from demo.imaging.senders import Destination, Sending, available, send
from demo.imaging.studies import Study, prepare
from demo.imaging.tracking import accounted_for, expected, follow, jobs, rejected
from demo.progress import Progress, table
from demo.report import RecordedOnly, RunReport
from local_cloud.layout import Layout

OUTCOME_TIMEOUT_SECONDS = 240


def main() -> int:
    """Run the demo; the exit code is 0 only if every acknowledged instance has an outcome."""
    warnings.filterwarnings("ignore", module="pydicom")  # the bundled files are odd on purpose
    progress = Progress(steps=5)
    started = datetime.now(UTC)
    layout = Layout.from_environment()
    folder = layout.root / "demo"

    try:
        with progress.step("Synthesise, check and deploy to the local cloud"):
            subprocess.run([sys.executable, "-m", "local_cloud", "up"], check=True)
    except subprocess.CalledProcessError as error:
        return error.returncode  # it has said what is wrong
    endpoints = json.loads(layout.endpoints.read_text(encoding="utf-8"))
    cloud = boto3.Session(
        aws_access_key_id=endpoints["account"], aws_secret_access_key="local", region_name=endpoints["region"]
    )

    with progress.step("Prepare studies: pydicom's bundled files, phantoms, damaged files"):
        studies = _prepare(folder / "studies", progress)

    with progress.step("Send"):
        since = time.time()
        scp = endpoints["dicom"]
        sendings = _send(studies, Destination(scp["host"], scp["port"], scp["ae_title"]), progress)
        s3 = cloud.client("s3", endpoint_url=endpoints["aws"])
        sendings.append(strays.drop(folder / "strays", s3, endpoints["buckets"]["dicom"]))
        progress.note("Past the SCP, straight into the bucket: an object that is not DICOM, an empty one, an odd key")

    with progress.step("Wait for the outcome of every acknowledged instance"):
        database = cloud.resource("dynamodb", endpoint_url=endpoints["aws"])
        wanted = expected(sendings)
        registry = database.Table(endpoints["tables"]["instances"])
        tracked = follow(
            registry,
            since,
            wanted,
            timeout_seconds=OUTCOME_TIMEOUT_SECONDS,
            tell=progress.note,
        )
        import_jobs = jobs(database.Table(endpoints["tables"]["import_jobs"]), since)

    with progress.step("Fetch frames from the image sets, write the page"):
        images = cloud.client(
            "medical-imaging",
            endpoint_url=endpoints["medical_imaging"],
            config=botocore.config.Config(inject_host_prefix=False),
        )
        reports = flow.study_reports(
            sendings, tracked, lambda image_sets: frames.strip(images, endpoints["datastore_id"], image_sets)
        )
        problems = flow.problems(sendings, tracked, rejected(registry, since))
        stacks, resources = _deployed(cloud, endpoints["aws"])

    report = RunReport(
        started=f"{started:%Y-%m-%d %H:%M UTC}",
        steps=progress.timings,
        studies=tuple(reports),
        problems=tuple(problems),
        phases=tuple(flow.phases(sendings, tracked, import_jobs)),
        recorded_only=_recorded_only(layout),
        resources=resources,
        stacks=stacks,
        import_jobs=len(import_jobs),
    )
    target = folder / "report.html"
    target.write_text(page.render(report), encoding="utf-8")
    _print(report)
    print(f"The page: {_shown(target)}   Endpoints: {_shown(layout.endpoints)}   Stop everything: make down")
    missing = wanted.total() - accounted_for(wanted, tracked)
    if missing:
        print(f"\n{missing} acknowledged instances have no outcome after {OUTCOME_TIMEOUT_SECONDS} s")
        return 1
    return 0


def _prepare(folder: Path, progress: Progress) -> list[Study]:
    shutil.rmtree(folder, ignore_errors=True)
    senders = available()
    studies = prepare(folder, senders)
    count, size = sum(len(study.instances) for study in studies), sum(study.size for study in studies)
    syntaxes = {instance.transfer_syntax_uid for study in studies for instance in study.instances}
    progress.note(
        f"{count} instances in {len(studies)} studies, {size / 1e6:.0f} MB, {len(syntaxes)} transfer syntaxes"
    )
    missing = {"storescu", "dcmsend"} - senders
    if missing:
        progress.note(f"{' and '.join(sorted(missing))} not found (Debian package dcmtk): pynetdicom sends instead")
    return studies


def _send(studies: list[Study], destination: Destination, progress: Progress) -> list[Sending]:
    sendings = []
    for study in studies:
        sending = send(study, destination)
        sendings.append(sending)
        stored = sum(answer.acknowledged for answer in sending.answers)
        refused = len(sending.answers) - stored
        progress.note(
            f"{study.title}: {stored} stored{f', {refused} refused' if refused else ''}"
            f" by {study.sender} in {sending.ended_at - sending.started_at:.2f} s"
        )
    return sendings


def _deployed(cloud: boto3.Session, endpoint: str) -> tuple[int, int]:
    """Stacks and resources that are deployed."""
    formation = cloud.client("cloudformation", endpoint_url=endpoint)
    stacks = [stack["StackName"] for stack in formation.describe_stacks()["Stacks"]]
    ours = [name for name in stacks if name.startswith("healthcare-")]
    resources = sum(
        len(page["StackResourceSummaries"])
        for name in ours
        for page in formation.get_paginator("list_stack_resources").paginate(StackName=name)
    )
    return len(ours), resources


def _recorded_only(layout: Layout) -> tuple[RecordedOnly, ...]:
    entries = json.loads(layout.recorded_only.read_text(encoding="utf-8"))
    return tuple(RecordedOnly(entry["type"], entry["count"]) for entry in entries)


def _print(report: RunReport) -> None:
    headings = ["study", "sender", "sent", "stored", "imported", "warning", "failed", "refused", "to image set"]
    rows = [
        [study.title[:44], study.sender, *(str(count) for count in (
            study.sent, study.stored, study.imported, study.warned, study.failed, study.refused)),
         "-" if study.import_seconds is None else f"{study.import_seconds:.1f} s"]
        for study in report.studies
    ]  # fmt: skip
    print(f"\n{table(headings, rows)}")
    if report.problems:
        print("\nRefused, not imported, or imported with a warning:")
        shown = [[problem.file[:40], problem.stage, problem.reason[:110]] for problem in report.problems]
        print(table(["file", "where", "why"], shown))
    print(
        f"\n{report.instances_sent} sent, {report.instances_stored} acknowledged, {report.instances_imported} in image"
        f" sets, {report.import_jobs} jobs, {report.instances_refused} refused, {report.instances_failed} not imported."
    )


def _shown(path: Path) -> str:
    """A path as a reader would type it here."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


if __name__ == "__main__":
    sys.exit(main())
