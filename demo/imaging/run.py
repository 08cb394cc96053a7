"""The imaging flow of a run: studies sent, their instances followed, frames fetched from the image sets."""

import shutil
import time
from pathlib import Path
from typing import Final

from demo.cloud import Cloud
from demo.imaging import flow, frames, strays
from demo.imaging.report import ImagingReport
from demo.imaging.senders import Destination, Sending, available, send
from demo.imaging.studies import Study, prepare
from demo.imaging.tracking import accounted_for, expected, follow, jobs, rejected
from demo.progress import Progress

STEPS: Final = 4
OUTCOME_TIMEOUT_SECONDS: Final = 240


def run(progress: Progress, cloud: Cloud, folder: Path) -> ImagingReport:
    """Send every study and follow its instances; everything that there is to report."""
    with progress.step("Prepare studies: pydicom's bundled files, phantoms, damaged files"):
        studies = _prepare(folder / "studies", progress)

    with progress.step("Send studies"):
        since = time.time()
        sendings = _send(studies, cloud.scp, progress)
        sendings.append(strays.drop(folder / "strays", cloud.s3, cloud.buckets["dicom"]))
        progress.note("Past the SCP, straight into the bucket: an object that is not DICOM, an empty one, an odd key")

    with progress.step("Wait for the outcome of every acknowledged instance"):
        wanted = expected(sendings)
        registry = cloud.dynamodb_tables.Table(cloud.tables["instances"])
        tracked = follow(registry, since, wanted, timeout_seconds=OUTCOME_TIMEOUT_SECONDS, tell=progress.note)
        import_jobs = jobs(cloud.dynamodb_tables.Table(cloud.tables["import_jobs"]), since)

    with progress.step("Fetch frames from the image sets"):
        return ImagingReport(
            studies=tuple(
                flow.study_reports(
                    sendings,
                    tracked,
                    lambda image_sets: frames.strip(cloud.images, cloud.datastore_id, image_sets),
                )
            ),
            problems=tuple(flow.problems(sendings, tracked, rejected(registry, since))),
            phases=tuple(flow.phases(sendings, tracked, import_jobs)),
            import_jobs=len(import_jobs),
            missing=wanted.total() - accounted_for(wanted, tracked),
        )


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
