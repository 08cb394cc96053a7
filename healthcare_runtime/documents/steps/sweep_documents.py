"""SweepDocuments: finds what no event announced and what no execution carries on; nothing waits for ever unseen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypedDict

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import DOCUMENTS_NAMESPACE, DocumentMetric, DocumentStatus
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.object_version import ObjectVersion, object_version
from healthcare_runtime.documents.settings import Launch, StepSettings
from healthcare_runtime.documents.steps.intake import Intake, Starter
from healthcare_runtime.documents.steps.state import StepContext
from healthcare_runtime.metrics import emit
from healthcare_runtime.structured_log import EventLog

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

STEP: Final = "SweepDocuments"
BUDGET_SECONDS: Final = 240.0
REVIEW_BUDGET_SECONDS: Final = 60.0  # of it, for the reviews that wait: one call each
PAGE_VERSIONS: Final = 1_000
log = EventLog("healthcare.documents.sweep_documents")


class _Place(TypedDict, total=False):
    """Where the walk through the bucket goes on; kept as long as the function's environment lives."""

    KeyMarker: str
    VersionIdMarker: str


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did."""

    announced: int
    restarted: int
    oldest_seconds: int


class SweepDocuments:
    """Walks the raw bucket and the documents without outcome."""

    def __init__(
        self,
        context: StepContext,
        s3: S3Client,
        intake: Intake,
        starter: Starter,
        *,
        raw_bucket: str,
        minimum_age: int,
        budget: Callable[[], float] = time.monotonic,
    ) -> None:
        self._context = context
        self._s3 = s3
        self._intake = intake
        self._starter = starter
        self._raw_bucket = raw_bucket
        self._minimum_age = minimum_age
        self._budget = budget
        self._place: _Place = {}

    def run(self) -> Swept:
        """Announce, restart, and publish how long the oldest document has been waiting."""
        deadline = self._budget() + BUDGET_SECONDS
        restarted, oldest = self._restart(deadline)
        reopened, waiting = self._reopen(self._budget() + REVIEW_BUDGET_SECONDS)
        restarted += reopened
        announced = sum(self._intake.take(version) for version in self._unannounced(deadline))
        emit(
            DOCUMENTS_NAMESPACE,
            {DocumentMetric.OLDEST_UNSETTLED_SECONDS: oldest, DocumentMetric.REVIEWS_WAITING: waiting},
        )
        swept = Swept(announced, restarted, oldest)
        log.info("swept", count=announced, attempts=restarted, age_seconds=oldest)
        return swept

    def _restart(self, deadline: float) -> tuple[int, int]:
        """Start the next attempt of every document whose execution ended without an outcome."""
        documents = self._context.documents
        now = documents.now()
        restarted = oldest = 0
        for document in documents.with_status(DocumentStatus.RECEIVED):
            if document.status is not DocumentStatus.RECEIVED:
                continue  # the index was behind
            oldest = max(oldest, (now - document.received_at) // 1000)
            if now - document.updated_at < self._minimum_age * 1000 or self._budget() > deadline:
                continue
            restarted += self._start_again(document)
        return restarted, oldest

    def _reopen(self, deadline: float) -> tuple[int, int]:
        """Open the review of every held document for which no execution waits; how many, and how many are held.

        Its review expired, or its execution died on the way there or on the way back.
        """
        documents = self._context.documents
        now = documents.now()
        reopened = held = 0
        for document in documents.with_status(DocumentStatus.QUARANTINED):
            if document.status is not DocumentStatus.QUARANTINED:
                continue  # the index was behind
            held += 1
            if now - document.updated_at >= self._minimum_age * 1000 and self._budget() <= deadline:
                reopened += self._start_again(document)
        return reopened, held

    def _start_again(self, document: Document) -> bool:
        """Start the next attempt, unless the present one is under way or somebody else was faster."""
        if self._starter.is_running(document) or not self._context.documents.next_attempt(document):
            return False
        return self._starter.start(document.document_id, document.attempt + 1)

    def _unannounced(self, deadline: float) -> Iterator[ObjectVersion]:
        """Versions that are old enough to have been announced and are not registered.

        A bucket that is too large for one sweep is gone through in several: the next begins where this one ends.
        """
        now = self._context.clock()
        while True:
            page = self._s3.list_object_versions(Bucket=self._raw_bucket, MaxKeys=PAGE_VERSIONS, **self._place)
            versions = [
                object_version(self._raw_bucket, listed["Key"], listed["VersionId"], listed["Size"], listed["ETag"])
                for listed in page.get("Versions", [])
                if _age(listed["LastModified"], now) >= self._minimum_age
            ]
            registered = self._context.documents.registered([version.document_id for version in versions])
            yield from (version for version in versions if version.document_id not in registered)
            self._place = {}
            if not page["IsTruncated"]:
                return
            self._place = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}
            if self._budget() > deadline:
                log.warning("sweep_cut_short", reason="time")
                return


def _age(modified: datetime, now: float) -> float:
    return now - modified.timestamp()


def compose(step: StepSettings, launch: Launch, minimum_age: int, clients: AwsClients) -> SweepDocuments:
    """Wire the function's parts."""
    context = StepContext.compose(step, clients)
    starter = Starter(clients.stepfunctions, launch.state_machine_arn)
    return SweepDocuments(
        context,
        clients.s3,
        Intake(context, starter, launch.raw_bucket),
        starter,
        raw_bucket=launch.raw_bucket,
        minimum_age=minimum_age,
    )
