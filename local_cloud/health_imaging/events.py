"""Events on the account's default bus: an outbox in the database, emptied by one thread.

An event is committed together with the change that it tells of, so a killed process sends it after its restart: the
durable delivery that HealthImaging promises (Using EventBridge with HealthImaging). A consumer may see one twice.
"""

import json
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from healthcare_runtime.structured_log import EventLog
from local_cloud.health_imaging.database import Database
from local_cloud.health_imaging.json_types import JsonObject

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

SOURCE = "aws.medical-imaging"
_PASSING = frozenset({"InternalException", "InternalFailure", "ThrottlingException"})
_BATCH = 10  # PutEvents takes at most ten entries
_IDLE_SECONDS = 5.0
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 10.0
_KEEP_SECONDS = 24 * 3600.0

_log = EventLog("health_imaging.events")


class Outbox:
    """Where operations leave their events."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.filled = threading.Event()

    def add(self, detail_type: str, resource_arn: str, detail: JsonObject) -> None:
        """Leave an event; call it inside the transaction of the change."""
        entry = {"DetailType": detail_type, "Resources": [resource_arn], "Detail": {"imagingVersion": "1.0", **detail}}
        self._database.execute("INSERT INTO events (occurred_at, entry) VALUES (?, ?)", time.time(), json.dumps(entry))
        self.filled.set()

    def next_batch(self) -> list[tuple[int, float, str]]:
        rows = self._database.rows("SELECT sequence, occurred_at, entry FROM events ORDER BY sequence LIMIT ?", _BATCH)
        return [(int(row["sequence"]), float(row["occurred_at"]), str(row["entry"])) for row in rows]

    def forget(self, sequences: Sequence[int]) -> None:
        with self._database.transaction():
            for sequence in sequences:
                self._database.execute("DELETE FROM events WHERE sequence = ?", sequence)


class EventSender:
    """Sends what is in the outbox, in order, until told to stop; waits while the bus does not answer."""

    def __init__(self, outbox: Outbox, client: "EventBridgeClient") -> None:
        self._outbox = outbox
        self._client = client
        self._stopping = threading.Event()
        self.threads = [threading.Thread(target=self._run, name="event-sender", daemon=True)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def _run(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while not self._stopping.is_set():
            self._outbox.filled.clear()
            batch = self._outbox.next_batch()
            if not batch:
                self._outbox.filled.wait(_IDLE_SECONDS)
                continue
            sent = self._send(batch)
            self._outbox.forget(sent)
            if len(sent) == len(batch):
                pause = _FIRST_PAUSE_SECONDS
            else:
                self._stopping.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def stop(self) -> None:
        self._stopping.set()
        self._outbox.filled.set()

    def _send(self, batch: list[tuple[int, float, str]]) -> list[int]:
        """Send a batch; returns what need not be kept: what the bus took, and what is too old to matter."""
        try:
            answer = self._client.put_events(Entries=[_entry(entry, at) for _, at, entry in batch])
        except (BotoCoreError, ClientError):
            _log.failure("events_not_sent", count=len(batch))
            return [sequence for sequence, at, _ in batch if time.time() - at > _KEEP_SECONDS]
        kept = {
            sequence
            for (sequence, _, _), one in zip(batch, answer["Entries"], strict=True)
            if one.get("ErrorCode") in _PASSING
        }
        refused = {one["ErrorCode"] for one in answer["Entries"] if "ErrorCode" in one} - _PASSING
        for code in refused:  # sending it again would not help, and would hold up what comes after it
            _log.error("event_refused", reason=code)
        return [sequence for sequence, _, _ in batch if sequence not in kept]


def _entry(text: str, occurred_at: float) -> "PutEventsRequestEntryTypeDef":
    entry = json.loads(text)
    return {
        "Source": SOURCE,
        "Time": datetime.fromtimestamp(occurred_at, UTC),
        "DetailType": entry["DetailType"],
        "Resources": entry["Resources"],
        "Detail": json.dumps(entry["Detail"]),
    }
