"""Decides which S3 prefix a batch is imported from, and makes that prefix hold the batch and nothing else.

A job imports everything below one prefix. If the batch is all that lies below its own, that is imported in place;
otherwise (late instances, retries, parts of a batch, an object that is no instance) its members are copied below
``staging/{batchId}/``. Both ways, an object that was deleted or overwritten since it was announced is not imported: its
instance is settled as FAILED, and the newer version has an event, and a batch, of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from healthcare_runtime.contracts.imaging import STAGING_PREFIX, BatchState, ImportOutcome
from healthcare_runtime.imaging.instances.instance import FailureReason, Instance, Outcome
from healthcare_runtime.imaging.object_store import (
    CopySource,
    ObjectChangedError,
    ObjectGoneError,
    StoredObject,
    copy_object,
    list_objects,
    remove_prefix,
    s3_uri,
)
from healthcare_runtime.parallel import in_parallel
from healthcare_runtime.structured_log import EventLog

if TYPE_CHECKING:
    from healthcare_runtime.imaging.batches.batch import Batch
    from healthcare_runtime.imaging.import_context import ImportContext

log = EventLog("healthcare.imaging.import_source")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a batch's import will read: how many objects, and how many members cannot be imported any more."""

    files: int
    lost: int


def staging_prefix(batch_id: str) -> str:
    return f"{STAGING_PREFIX}{batch_id}/"


def staged_key(batch_id: str, instance: Instance) -> str:
    """Where a member is copied to; the end of the key is the end of its own."""
    return f"{staging_prefix(batch_id)}{instance.key.series_instance_uid}/{instance.key.sop_instance_uid}.dcm"


def discard_staged(context: ImportContext, batch: Batch) -> None:
    """Remove the copies that were made for a batch's job, if there are any."""
    remove_prefix(context.s3, context.bucket, staging_prefix(batch.batch_id))


class ImportSource:
    """Prepares the input prefix of closed batches."""

    def __init__(self, context: ImportContext) -> None:
        self._context = context
        self._s3 = context.s3
        self._bucket = context.bucket

    def prepare(self, batch: Batch) -> Prepared:
        """Make the batch's input prefix; a batch without anything left to import ends as COMPLETED."""
        context = self._context
        members = context.pending(batch)
        prefix, lost = self._place(batch, members)
        for instance, reason in lost:
            context.registry.settle(instance, Outcome(ImportOutcome.FAILED, reason), context.now())
            log.warning("instance_lost", batch_id=batch.batch_id, reason=reason)
        left = len(members) - len(lost)
        if left == 0:
            context.batches.finish(batch, BatchState.COMPLETED, now=context.now())
        else:
            context.batches.prepared(batch, input_uri=s3_uri(self._bucket, prefix))
        log.info(
            "batch_prepared",
            batch_id=batch.batch_id,
            files=left,
            source="staging" if prefix.startswith(STAGING_PREFIX) else "in-place",
        )
        return Prepared(left, len(lost))

    def _place(self, batch: Batch, members: Sequence[Instance]) -> tuple[str, list[tuple[Instance, FailureReason]]]:
        natural = _natural_prefix(members)
        current = self._alone_below(natural, members) if natural is not None else None
        if natural is not None and current is not None:
            return natural, [(each, FailureReason.OBJECT_DELETED) for each in members if str(each.key) not in current]
        return staging_prefix(batch.batch_id), self._stage(batch, members)

    def _alone_below(self, prefix: str, members: Sequence[Instance]) -> dict[str, StoredObject] | None:
        """What lies below ``prefix``, if it is current versions of members and nothing else; stops at a stranger."""
        content = {(str(each.key), each.etag) for each in members}
        found: dict[str, StoredObject] = {}
        for stored in list_objects(self._s3, self._bucket, prefix):
            if (stored.key, stored.etag) not in content:
                return None
            found[stored.key] = stored
        # Two contents of one key, of which only one can be there: copying sorts them out.
        return found if len({key for key, _ in content}) == len(content) else None

    def _stage(self, batch: Batch, members: Sequence[Instance]) -> list[tuple[Instance, FailureReason]]:
        """Copy what is still current; what is staged already, by a call that was cut off, is not copied again."""
        there = {each.key for each in list_objects(self._s3, self._bucket, staging_prefix(batch.batch_id))}

        def stage(instance: Instance) -> tuple[Instance, FailureReason] | None:
            key = staged_key(batch.batch_id, instance)
            source = CopySource(self._bucket, str(instance.key), instance.size, etag=instance.etag)
            try:
                copy_object(self._s3, source, bucket=self._bucket, key=key)
            except ObjectGoneError:
                return instance, FailureReason.OBJECT_DELETED
            except ObjectChangedError:
                return instance, FailureReason.OBJECT_SUPERSEDED
            return None

        versions = Counter(str(each.key) for each in members)
        wanted = [
            each
            for each in members
            # Which of two versions of a key was staged, only copying again can tell.
            if versions[str(each.key)] > 1 or staged_key(batch.batch_id, each) not in there
        ]
        return [lost for lost in in_parallel(stage, wanted) if lost is not None]


def _natural_prefix(members: Sequence[Instance]) -> str | None:
    """The longest prefix of the key layout that all members share: their series' or their study's."""
    for prefixes in ({each.key.series_prefix for each in members}, {each.key.prefix for each in members}):
        if len(prefixes) == 1:
            return prefixes.pop()
    return None
