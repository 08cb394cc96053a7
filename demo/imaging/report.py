"""The facts of the imaging flow, from which the table in the terminal and the page are made."""

from dataclasses import dataclass

from demo.phase import Phase


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
class ImagingReport:
    """Everything that is shown of the imaging flow."""

    studies: tuple[StudyReport, ...]
    problems: tuple[Problem, ...]
    phases: tuple[Phase, ...]
    import_jobs: int
    missing: int
    """Acknowledged instances without an outcome."""

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
