"""The facts of one run, from which the table in the terminal and the page are made."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One instance that was refused at the door or not imported, and why."""

    study: str
    file: str
    stage: str
    reason: str


@dataclass(frozen=True, slots=True)
class StudyReport:
    """What became of one association's study. Counts are instances; durations are seconds."""

    title: str
    source: str
    sender: str
    sent: int
    stored: int
    imported: int
    warned: int
    failed: int
    refused: int
    image_sets: int
    size: int
    sending_seconds: float
    import_seconds: float | None
    thumbnails: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    """One stretch of the flow, over all batches of the run: seconds at the median and at the slowest."""

    name: str
    explanation: str
    median: float
    slowest: float


@dataclass(frozen=True, slots=True)
class RecordedOnly:
    """A resource type that the local cloud accepts and remembers but does not perform."""

    resource_type: str
    count: int


@dataclass(frozen=True, slots=True)
class RunReport:
    """Everything the page shows."""

    started: str
    steps: dict[str, float]
    studies: tuple[StudyReport, ...]
    problems: tuple[Problem, ...]
    phases: tuple[Phase, ...]
    recorded_only: tuple[RecordedOnly, ...]
    resources: int
    stacks: int
    import_jobs: int

    @property
    def instances_sent(self) -> int:
        return sum(study.sent for study in self.studies)

    @property
    def instances_stored(self) -> int:
        return sum(study.stored for study in self.studies)

    @property
    def instances_imported(self) -> int:
        return sum(study.imported + study.warned for study in self.studies)

    @property
    def instances_failed(self) -> int:
        return sum(study.failed for study in self.studies)

    @property
    def instances_refused(self) -> int:
        return sum(study.refused for study in self.studies)
