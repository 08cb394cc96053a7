"""The facts of one run, from which the page is made."""

from dataclasses import dataclass

from demo.documents.report import DocumentsReport
from demo.imaging.report import ImagingReport


@dataclass(frozen=True, slots=True)
class RecordedOnly:
    """A resource type that the local cloud accepts and remembers but does not perform."""

    resource_type: str
    count: int


@dataclass(frozen=True, slots=True)
class RunReport:
    """Everything the page shows. ``seed`` decides every byte of the documents that were sent."""

    started: str
    seed: int
    steps: dict[str, float]
    imaging: ImagingReport
    documents: DocumentsReport
    recorded_only: tuple[RecordedOnly, ...]
    resources: int
    stacks: int
