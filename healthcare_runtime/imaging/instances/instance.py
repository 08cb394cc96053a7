"""One object version that holds a DICOM instance, what became of it, and how the registry's items say so."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from healthcare_runtime.contracts.imaging import ImportOutcome, InstanceAttribute
from healthcare_runtime.dynamodb_item import number, read_number, read_optional_text, read_text, text
from healthcare_runtime.object_key import InstanceKey

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from healthcare_runtime.dynamodb_item import Item, MutableItem
    from healthcare_runtime.imaging.instances.object_event import ObjectCreated


class FailureReason(StrEnum):
    """Reasons that this platform finds itself; others come from the manifest of the import job."""

    NOT_AN_INSTANCE_KEY = "NotAnInstanceKey"
    EMPTY_OBJECT = "EmptyObject"
    OBJECT_TOO_LARGE = "ObjectTooLarge"
    OBJECT_DELETED = "ObjectDeleted"
    OBJECT_SUPERSEDED = "ObjectSuperseded"
    JOB_FAILED = "JobFailed"
    NOT_SCANNED = "NotScanned"
    MANIFEST_MISSING = "ManifestMissing"
    WORKFLOW_FAILED = "WorkflowFailed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an instance. ``detail`` may quote the data set: it stays in the registry."""

    result: ImportOutcome
    reason: str | None = None
    detail: str | None = None
    image_set_id: str | None = None
    job_id: str | None = None


@dataclass(frozen=True, slots=True)
class Instance:
    """One object version that holds a DICOM instance. ``size`` in bytes."""

    key: InstanceKey
    version: str
    size: int
    etag: str
    batch_id: str = ""
    outcome: Outcome | None = None

    @property
    def sort_key(self) -> str:
        return f"{self.key.series_instance_uid}/{self.key.sop_instance_uid}.dcm#{self.version}"

    @property
    def version_id(self) -> str | None:
        """The version to ask S3 for; None in a bucket without versions."""
        return None if self.version.startswith("etag-") else self.version


@dataclass(frozen=True, slots=True)
class Membership:
    """Which instances a batch holds: those of its prefix that carry ``batch_id``, within ``span`` if it is a part."""

    prefix: str
    batch_id: str
    span: tuple[str, str] | None = None


def identity_item(instance: Instance) -> MutableItem:
    """The keys of an instance's item and of its index."""
    return {
        InstanceAttribute.PREFIX: text(instance.key.prefix),
        InstanceAttribute.OBJECT: text(instance.sort_key),
        InstanceAttribute.SOP_INSTANCE_UID: text(instance.key.sop_instance_uid),
    }


def description_item(instance: Instance, now: int) -> MutableItem:
    """What is known of an instance when it is registered."""
    return {
        InstanceAttribute.SIZE: number(instance.size),
        InstanceAttribute.ETAG: text(instance.etag),
        InstanceAttribute.REGISTERED_AT: number(now),
    }


def outcome_item(outcome: Outcome, now: int) -> dict[str, AttributeValueTypeDef]:
    """The attributes of an outcome; what is unknown is left out."""
    known = {
        InstanceAttribute.REASON: outcome.reason,
        InstanceAttribute.DETAIL: outcome.detail,
        InstanceAttribute.IMAGE_SET_ID: outcome.image_set_id,
        InstanceAttribute.JOB_ID: outcome.job_id,
    }
    item: MutableItem = {str(name): text(value) for name, value in known.items() if value}
    item[InstanceAttribute.OUTCOME] = text(outcome.result)
    item[InstanceAttribute.SETTLED_AT] = number(now)
    return {str(name): value for name, value in item.items()}


def read_instance(item: Item) -> Instance:
    """Read an instance from its item."""
    sort_key = read_text(item, InstanceAttribute.OBJECT)
    path, _, version = sort_key.partition("#")
    result = read_optional_text(item, InstanceAttribute.OUTCOME)
    return Instance(
        key=InstanceKey.parse(read_text(item, InstanceAttribute.PREFIX) + path),
        version=version,
        size=read_number(item, InstanceAttribute.SIZE),
        etag=read_text(item, InstanceAttribute.ETAG),
        batch_id=read_optional_text(item, InstanceAttribute.BATCH_ID) or "",
        outcome=None
        if result is None
        else Outcome(
            ImportOutcome(result),
            read_optional_text(item, InstanceAttribute.REASON),
            read_optional_text(item, InstanceAttribute.DETAIL),
            read_optional_text(item, InstanceAttribute.IMAGE_SET_ID),
            read_optional_text(item, InstanceAttribute.JOB_ID),
        ),
    )


def rejection_sort_key(announced: ObjectCreated) -> str:
    """The sort key of an object whose key is not an instance's."""
    # A key may be as long as a sort key may: its digest stands for it, and its text is an attribute.
    digest = hashlib.sha256(announced.key.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{digest}#{announced.version}"
