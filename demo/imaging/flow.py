"""From answers, registry items and jobs to the facts of the report."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from demo.imaging.report import Problem, StudyReport
from demo.imaging.senders import Sending
from demo.imaging.tracking import Job, Tracked
from demo.phase import Phase
from healthcare_runtime.contracts.imaging import ImportOutcome

STATUS_MEANING = {
    0x0117: "invalid SOP Instance UID",
    0x0122: "SOP class not supported",
    0x0124: "not authorised",
    0xA700: "out of resources",
    0xA900: "data set does not match its command, or lacks a study or series UID",
    0xC000: "cannot understand: truncated, empty or not DICOM",
}


@dataclass(slots=True)
class _Found:
    """The registry items of one study."""

    items: list[Tracked] = field(default_factory=list)

    def count(self, outcome: ImportOutcome) -> int:
        return sum(item.outcome == outcome for item in self.items)

    @property
    def image_sets(self) -> list[str]:
        return sorted({item.image_set_id for item in self.items if item.image_set_id})

    @property
    def last_settled(self) -> float | None:
        times = [item.settled_at for item in self.items if item.settled_at is not None]
        return max(times, default=None)


def study_reports(
    sendings: Iterable[Sending], tracked: list[Tracked], strip: Callable[[list[str]], tuple[str, ...]]
) -> list[StudyReport]:
    """One report per association, in the order of sending; ``strip`` makes thumbnails of image sets."""
    owners = _owners(sendings, tracked)
    reports = []
    for sending in sendings:
        found = owners[id(sending)]
        stored = sum(answer.acknowledged for answer in sending.answers)
        settled = found.last_settled
        reports.append(
            StudyReport(
                title=sending.study.title,
                source=sending.study.source,
                sender=sending.study.sender,
                sent=len(sending.answers),
                stored=stored,
                imported=found.count(ImportOutcome.IMPORTED),
                warned=found.count(ImportOutcome.WARNING),
                failed=found.count(ImportOutcome.FAILED),
                refused=len(sending.answers) - stored,
                image_sets=len(found.image_sets),
                size=sending.study.size,
                sending_seconds=sending.ended_at - sending.started_at,
                import_seconds=None if settled is None else settled - sending.started_at,
                thumbnails=strip(found.image_sets),
            )
        )
    return reports


def _owners(sendings: Iterable[Sending], tracked: list[Tracked]) -> dict[int, _Found]:
    """Items belong to the sendings that had their SOP Instance UID acknowledged, in the order of their associations.

    A timestamp alone does not tell: two sendings may begin within one second, and a later one gets the next second.
    """
    by_instance: dict[str, list[Sending]] = defaultdict(list)
    for sending in sorted(sendings, key=lambda sending: sending.started_at):
        for uid in {answer.instance.sop_instance_uid for answer in sending.answers if answer.acknowledged}:
            by_instance[uid].append(sending)
    associations: dict[str, set[int]] = defaultdict(set)
    for item in tracked:
        associations[item.key.sop_instance_uid].add(item.key.timestamp)
    owners: dict[int, _Found] = defaultdict(_Found)
    for item in tracked:
        if candidates := by_instance.get(item.key.sop_instance_uid):
            number = sorted(associations[item.key.sop_instance_uid]).index(item.key.timestamp)
            owners[id(candidates[min(number, len(candidates) - 1)])].items.append(item)
    return owners


def problems(sendings: Iterable[Sending], tracked: list[Tracked], rejections: Iterable[str]) -> list[Problem]:
    """Every instance that was refused or not imported, each with its reason; and objects that are no instances."""
    listed = [Problem("Not sent by DICOM", "(odd key)", "rejected by the importer", reason) for reason in rejections]
    files: dict[str, tuple[str, str]] = {}
    for sending in sendings:
        for answer in sending.answers:
            name = answer.instance.path.name
            files[answer.instance.sop_instance_uid] = (sending.study.title, name)
            if not answer.acknowledged:
                listed.append(
                    Problem(sending.study.title, name, "refused by the SCP", _why(answer.status, answer.comment))
                )
    for item in tracked:
        if item.outcome in {ImportOutcome.FAILED, ImportOutcome.WARNING}:
            title, name = files.get(
                item.key.sop_instance_uid, ("Not sent by DICOM", f"{item.key.sop_instance_uid}.dcm")
            )
            stage = "imported with a warning" if item.outcome == ImportOutcome.WARNING else "not imported"
            listed.append(Problem(title, name, stage, item.reason or "no reason recorded"))
    return listed


def _why(status: int | None, comment: str) -> str:
    if status is None:
        return comment or "no answer: the sender gave up"
    meaning = STATUS_MEANING.get(status, "")
    return " - ".join(part for part in (f"0x{status:04X}", comment or meaning) if part)


def phases(sendings: list[Sending], tracked: list[Tracked], jobs: list[Job]) -> list[Phase]:
    """Where the time goes between the first byte and the outcome."""
    by_job: dict[str, list[Tracked]] = defaultdict(list)
    for item in tracked:
        if item.job_id:
            by_job[item.job_id].append(item)
    ended = [job for job in jobs if job.ended_at is not None and by_job[job.job_id]]
    rows = (
        ("C-STORE to durable", "per instance, over the whole association",
         [(sending.ended_at - sending.started_at) / len(sending.answers) for sending in sendings if sending.answers]),
        ("Association to registry", "from accepting the association to the instance's registration",
         [item.registered_at - item.key.timestamp for item in tracked]),
        ("Registry to import job", "quiet period, closing, start of the execution and of the job",
         [job.submitted_at - max(item.registered_at for item in by_job[job.job_id]) for job in ended]),
        ("Import job", "HealthImaging reads, checks, transcodes to HTJ2K",
         [(job.ended_at or 0) - job.submitted_at for job in ended]),
        ("Job to outcome", "poll, manifest, one outcome per instance",
         [item.settled_at - (job.ended_at or 0) for job in ended for item in by_job[job.job_id]
          if item.settled_at is not None]),
    )  # fmt: skip
    return [Phase.of(name, explanation, values) for name, explanation, values in rows if values]
