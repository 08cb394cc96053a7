"""Finds objects that no event announced: compares the bucket with the registry, a bounded piece at a time.

A run looks at the studies of today and yesterday, where most objects arrive, and then goes on through the whole bucket
from where the last run ended: a prior study that is sent today is stored under its own, old date.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from healthcare_runtime.contracts.imaging import DEAD_LETTER_PREFIX, STAGING_PREFIX
from healthcare_runtime.imaging.batches.registration import as_instance
from healthcare_runtime.imaging.instances.object_event import ObjectCreated, version_identity
from healthcare_runtime.imaging.sweeps.cursor import Position, SweepCursor
from healthcare_runtime.structured_log import EventLog

if TYPE_CHECKING:
    from healthcare_runtime.imaging.batches.dispatch import ImportQueue
    from healthcare_runtime.imaging.import_context import ImportContext

PAGES_PER_RUN: Final = 20
"""Pages of 1,000 object versions that one run lists at most, of each of today, yesterday and the whole bucket."""

log = EventLog("healthcare.imaging.bucket_sweep")


@dataclass(frozen=True, slots=True)
class Unannounced:
    """What a run found and announced. ``oldest`` is the age in seconds of the oldest; 0 if there is none."""

    count: int
    oldest: int


@dataclass(frozen=True, slots=True)
class _Listed:
    announced: ObjectCreated
    modified: float


class BucketSweep:
    """Announces object versions that the registry does not know."""

    def __init__(
        self,
        context: ImportContext,
        queue: ImportQueue,
        cursor: SweepCursor,
        *,
        minimum_age: int,
        pages_per_run: int = PAGES_PER_RUN,
    ) -> None:
        self._context = context
        self._s3 = context.s3
        self._bucket = context.bucket
        self._registry = context.registry
        self._queue = queue
        self._cursor = cursor
        self._minimum_age = minimum_age
        self._pages_per_run = pages_per_run

    def run(self) -> Unannounced:
        """Do one piece of the sweep and remember where it ended."""
        today = datetime.fromtimestamp(self._context.clock(), UTC).date()
        found: dict[ObjectCreated, float] = {}
        for day in (today, today - timedelta(days=1)):
            for listed, _ in self._walk(f"{day:%Y/%m/%d}/", Position()):
                found |= self._announce_unknown(listed)
        for listed, position in self._walk("", self._cursor.read()):
            found |= self._announce_unknown(listed)
            # After the announcement: what a run that is cut off had found is found again.
            self._cursor.write(position)
        if not found:
            return Unannounced(0, 0)
        log.warning("objects_unannounced", count=len(found))
        return Unannounced(len(found), int(self._context.clock() - min(found.values())))

    def _walk(self, prefix: str, position: Position) -> Iterator[tuple[list[_Listed], Position]]:
        """Pages of object versions and the position after each: the beginning again, after the last."""
        for _ in range(self._pages_per_run):
            if position.version_id:
                answer = self._s3.list_object_versions(
                    Bucket=self._bucket, Prefix=prefix, KeyMarker=position.key, VersionIdMarker=position.version_id
                )
            else:
                answer = self._s3.list_object_versions(Bucket=self._bucket, Prefix=prefix, KeyMarker=position.key)
            listed = []
            for version in answer.get("Versions", []):
                etag = version["ETag"].strip('"')
                identity = version_identity(version.get("VersionId"), etag)
                announced = ObjectCreated(version["Key"], identity, version["Size"], etag)
                listed.append(_Listed(announced, version["LastModified"].timestamp()))
            if not answer.get("IsTruncated"):
                yield listed, Position()
                return
            position = _past_own_copies(answer["NextKeyMarker"], answer.get("NextVersionIdMarker", ""))
            yield listed, position

    def _announce_unknown(self, listed: Sequence[_Listed]) -> dict[ObjectCreated, float]:
        """Announce what should have been registered by now and is not, with the time it was stored."""
        latest = self._context.clock() - self._minimum_age
        stored = {
            each.announced: each.modified
            for each in listed
            if each.modified <= latest and not each.announced.key.startswith(_OWN_COPIES)
        }
        instances = {instance: announced for announced in stored if (instance := as_instance(announced)) is not None}
        strangers = set(stored) - set(instances.values())
        unknown = [instances[each] for each in self._registry.unknown(list(instances))]
        unknown += strangers - self._registry.known_rejections(list(strangers))
        self._queue.announce(self._bucket, unknown)
        return {announced: stored[announced] for announced in unknown}


_OWN_COPIES: Final = (STAGING_PREFIX, DEAD_LETTER_PREFIX)


def _past_own_copies(key: str, version_id: str) -> Position:
    """Go on after all of ``staging/`` or ``dead-letter/`` when a page ended inside: nothing there is announced."""
    for prefix in _OWN_COPIES:
        if key.startswith(prefix):
            return Position(prefix[:-1] + chr(ord("/") + 1))
    return Position(key, version_id)
