"""Follows the instances of a run through the platform's own registry until each has an outcome."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from boto3.dynamodb.conditions import Attr
from mypy_boto3_dynamodb.service_resource import Table

from demo.imaging.senders import Sending
from healthcare_runtime.contracts.imaging import REJECTED_PREFIX, InstanceAttribute, JobAttribute
from healthcare_runtime.object_key import InstanceKey, InvalidKeyError

POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Tracked:
    """One registered object version. Times in epoch seconds; None: not yet."""

    key: InstanceKey
    outcome: str | None
    reason: str
    image_set_id: str | None
    job_id: str | None
    registered_at: float
    settled_at: float | None


@dataclass(frozen=True, slots=True)
class Job:
    """One import job of the run."""

    job_id: str
    submitted_at: float
    ended_at: float | None


def expected(sendings: list[Sending]) -> Counter[str]:
    """How many object versions each acknowledged SOP Instance UID must have: one per different content."""
    contents = {
        (answer.instance.sop_instance_uid, answer.instance.digest)
        for sending in sendings
        for answer in sending.answers
        if answer.acknowledged
    }
    return Counter(uid for uid, _ in contents)


def follow(
    registry: Table, since: float, wanted: Counter[str], *, timeout_seconds: float, tell: Callable[[str], None]
) -> list[Tracked]:
    """Wait until every wanted instance is settled, or until the time is over; return all that was found.

    Parameters
    ----------
    registry
        The instance registry.
    since
        Only associations accepted at or after this epoch second count.
    wanted
        SOP Instance UID -> object versions that must be there.
    tell
        Gets one line whenever the numbers have changed.
    """
    deadline = time.monotonic() + timeout_seconds
    said = ""
    while True:
        found = list(registered(registry, since))
        done = accounted_for(wanted, found)
        line = f"{done} of {wanted.total()} acknowledged instances have an outcome ({len(found)} registered)"
        if line != said:
            tell(line)
            said = line
        if done >= wanted.total() or time.monotonic() > deadline:
            return found
        time.sleep(POLL_SECONDS)


def accounted_for(wanted: Counter[str], found: list[Tracked]) -> int:
    """How many of the wanted object versions have an outcome; those of other senders do not count."""
    settled = Counter(item.key.sop_instance_uid for item in found if item.outcome is not None)
    return (settled & wanted).total()


def registered(registry: Table, since: float) -> Iterator[Tracked]:
    """The instances of associations accepted since then."""
    for item in _scan(registry):
        key_text = f"{item[InstanceAttribute.PREFIX]}{str(item[InstanceAttribute.OBJECT]).split('#')[0]}"
        try:
            key = InstanceKey.parse(key_text)
        except InvalidKeyError:
            continue
        if key.timestamp < int(since):
            continue
        settled = item.get(InstanceAttribute.SETTLED_AT)
        yield Tracked(
            key=key,
            outcome=_text(item.get(InstanceAttribute.OUTCOME)),
            reason=" ".join(
                str(item[name]) for name in (InstanceAttribute.REASON, InstanceAttribute.DETAIL) if item.get(name)
            ),
            image_set_id=_text(item.get(InstanceAttribute.IMAGE_SET_ID)),
            job_id=_text(item.get(InstanceAttribute.JOB_ID)),
            registered_at=_epoch(item[InstanceAttribute.REGISTERED_AT]),
            settled_at=None if settled is None else _epoch(settled),
        )


def rejected(registry: Table, since: float) -> list[str]:
    """Why objects whose key names no instance were rejected since then; the registry keeps a digest, not the key."""
    return [
        str(item[InstanceAttribute.REASON])
        for item in _scan(registry)
        if item[InstanceAttribute.PREFIX] == REJECTED_PREFIX and _epoch(item[InstanceAttribute.REGISTERED_AT]) >= since
    ]


def jobs(table: Table, since: float) -> list[Job]:
    """The import jobs submitted since then."""
    found = []
    for item in _scan(table):
        submitted = _epoch(item[JobAttribute.SUBMITTED_AT])
        ended = item.get(JobAttribute.ENDED_AT)
        if submitted >= since:
            found.append(Job(str(item[JobAttribute.JOB_ID]), submitted, None if ended is None else _epoch(ended)))
    return found


def _scan(table: Table) -> Iterator[Mapping[str, object]]:
    arguments = {"ConsistentRead": True, "FilterExpression": Attr(table.key_schema[0]["AttributeName"]).exists()}
    while True:
        page = table.scan(**arguments)  # type: ignore[arg-type]
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _epoch(value: object) -> float:
    """Seconds since the epoch, from a number or from ISO 8601."""
    text = str(value)
    try:
        return float(text)
    except ValueError:
        return datetime.fromisoformat(text).timestamp()
