"""Walks over one shard's events and holds them against each other and against what was signed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from healthcare_runtime.audit.chain import GENESIS, Link, chained
from healthcare_runtime.audit.event import canonical_json
from healthcare_runtime.audit.finding import Fault, Finding
from healthcare_runtime.audit.merkle import MerkleTree

if TYPE_CHECKING:
    from healthcare_runtime.audit.evidence import Evidence
    from healthcare_runtime.audit.statement import Statement
    from healthcare_runtime.audit.table import Row
    from healthcare_runtime.audit.witness import Witness

EVENT_ATTRIBUTES: Final = 4
MAXIMUM_FINDINGS: Final = 100
"""Of one shard: the first ones matter."""

_HASH: Final = re.compile(r"[0-9a-f]{64}")
_EVENT_ID: Final = '"event_id":"'


class Inspection:
    """One pass over the rows of a shard, in the order of their positions.

    Parameters
    ----------
    evidence
        What the bucket proves.
    signed_records
        The records of a statement's segment, or None where the segment is not the one that was signed for.
    witnesses
        What others remember of this shard.
    """

    def __init__(
        self,
        evidence: Evidence,
        signed_records: Callable[[Statement], list[str] | None],
        witnesses: Iterable[Witness] = (),
    ) -> None:
        self.findings: list[Finding] = []
        self.events = 0
        self._evidence = evidence
        self._signed_records = signed_records
        self._witnesses = sorted(witnesses, key=lambda witness: witness.position)
        self._remembered: dict[int, str | None] = {witness.position: None for witness in self._witnesses}
        self._statements = iter(evidence.statements)
        self._range: Statement | None = None
        self._range_rows: dict[int, Row] = {}
        self._tree = MerkleTree()
        self._segment = hashlib.sha256()
        self._seen: set[bytes] = set()
        self._last = 0
        self._follows: tuple[bytes, ...] = (GENESIS,)
        """Hashes that the next event may follow: where stored and computed one differ, either."""

    def run(self, rows: Iterable[Row], head: Link | None) -> None:
        """Inspect everything.

        Parameters
        ----------
        head
            The chain's end as writers see it, read before ``rows``; None: not to be looked at.
        """
        self._next_range()
        head_hash: str | None = None
        for row in rows:
            position = self._place(row)
            if position is None:
                continue
            self._inspect(position, row)
            if position in self._remembered:
                self._remembered[position] = row.hash
            if head is not None and position == head.position:
                head_hash = row.hash
        while self._range is not None and self._last >= self._range.last:
            self._close_range()
        self._check_end(head, head_hash)
        self._ask_witnesses()

    def _place(self, row: Row) -> int | None:
        """The row's position, when it is one behind the last; gaps are found here."""
        self.events += 1
        if not row.position.isdecimal() or row.position != str(int(row.position)) or int(row.position) < 1:
            self._note(Finding(Fault.FOREIGN, self._evidence.shard, 0, "", "its position is no event's"))
            return None
        position = int(row.position)
        while self._range is not None and position > self._range.last:
            self._close_range()
        if position != self._last + 1:
            detail = f"positions {self._last + 1} to {position - 1} are gone"
            self._note(Finding(Fault.MISSING, self._evidence.shard, self._last + 1, "", detail))
            self._follows = ()
        self._last = position
        return position

    def _inspect(self, position: int, row: Row) -> None:
        stored = bytes.fromhex(row.hash) if _HASH.fullmatch(row.hash) else b""
        computed = b""
        for previous in self._follows:
            computed = chained(previous, row.record)
            if computed == stored:
                break
        if stored and computed == stored:
            self._follows = (stored,)
        else:
            if self._follows or not stored:
                self._note(
                    self._finding(Fault.UNLINKED, position, row, "from the one before: one of the two was changed")
                )
            self._follows = tuple(each for each in (stored, computed) if each)
        event_id = _event_id(row.record)
        identity = hashlib.blake2b(event_id.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if identity in self._seen:
            self._note(self._finding(Fault.DUPLICATE, position, row, "an earlier event has this id"))
        self._seen.add(identity)
        if row.attributes != EVENT_ATTRIBUTES:
            self._note(self._finding(Fault.ALTERED, position, row, f"{row.attributes} attributes"))
        if self._range is not None and position >= self._range.first:
            self._tree.add(stored)
            self._segment.update(row.record.encode("utf-8", "surrogatepass") + b"\n")
            self._range_rows[position] = row
            if position == self._range.last:
                self._close_range()
        else:
            self._check_form(position, row)

    def _close_range(self) -> None:
        """Hold the rows of the present statement against it; on a difference its segment tells where."""
        statement = self._range
        assert statement is not None
        end = self._range_rows.get(statement.last)
        if (
            end is None
            or end.hash != statement.head
            or self._segment.hexdigest() != statement.segment
            or self._tree.root().hex() != statement.root
        ):
            self._locate(statement)
        self._next_range()

    def _next_range(self) -> None:
        self._range = next(self._statements, None)
        self._range_rows = {}
        self._tree = MerkleTree()
        self._segment = hashlib.sha256()

    def _locate(self, statement: Statement) -> None:
        """Find the first event of a range that is not what was signed for."""
        records = self._signed_records(statement)
        if records is None:
            if not any(statement.first <= found.position <= statement.last for found in self.findings):
                detail = f"one of the events to {statement.last}: they are not what was signed for"
                self._note(Finding(Fault.ALTERED, statement.shard, statement.first, "", detail))
            return
        for position, record in enumerate(records, statement.first):
            row = self._range_rows.get(position)
            if row is not None and row.record == record:
                continue
            fault, detail = (
                (Fault.MISSING, "it was signed for") if row is None else (Fault.ALTERED, "it said something else")
            )
            self._note(Finding(fault, statement.shard, position, _event_id(record), detail), first=True)
            return
        if not any(statement.first <= found.position <= statement.last for found in self.findings):
            position = self._first_wrong_hash(statement, records)
            detail = "its hash is not the one that was signed for"
            event_id = _event_id(records[position - statement.first])
            self._note(Finding(Fault.ALTERED, statement.shard, position, event_id, detail))

    def _first_wrong_hash(self, statement: Statement, records: list[str]) -> int:
        """The records are right, the hashes are not: where the first one is wrong, seen from the range's end."""
        return next(
            (
                position
                for position in range(statement.first + 1, statement.last + 1)
                if chained(
                    bytes.fromhex(self._range_rows[position - 1].hash), records[position - statement.first]
                ).hex()
                != self._range_rows[position].hash
            ),
            statement.first,
        )

    def _check_form(self, position: int, row: Row) -> None:
        """An event that nobody has signed yet is at least one of this place, in the form in which they are written."""
        try:
            read = json.loads(row.record)
        except (ValueError, RecursionError):
            read = None
        if (
            not isinstance(read, dict)
            or (read.get("shard"), read.get("position")) != (self._evidence.shard, position)
            or canonical_json(read) != row.record
        ):
            self._note(self._finding(Fault.ALTERED, position, row, "it is no record of this place"))

    def _check_end(self, head: Link | None, head_hash: str | None) -> None:
        """The events reach as far as was signed, and as far as writers say."""
        shard = self._evidence.shard
        signed = self._evidence.last
        if self._last < signed:
            detail = f"the events to {signed} were signed for and are gone"
            self._note(Finding(Fault.MISSING, shard, self._last + 1, self._signed_id(self._last + 1), detail))
        if head is None:
            return
        if head.position > self._last >= signed:
            detail = f"the events to {head.position} are gone; they were not signed for yet"
            self._note(Finding(Fault.MISSING, shard, self._last + 1, "", detail))
        elif self._last >= max(1, signed) and (head.position < signed or head_hash != head.hash.hex()):
            # A head that lags behind by appends since it was read is fine: the event at its own position has to fit.
            self._note(Finding(Fault.HEAD, shard, head.position, "", "it is not the end of the chain"))

    def _ask_witnesses(self) -> None:
        """Every event that somebody remembers is where it was, with the hash that it had."""
        for witness in self._witnesses:
            found = self._remembered[witness.position]
            if found == witness.hash:
                continue
            same = next((each for each in self.findings if each.position == witness.position), None)
            detail = "it was kept: " + ("nothing is there" if found is None else "another event is there")
            missing = Finding(Fault.MISSING, witness.shard, witness.position, witness.event_id, detail)
            # What is known already stays, unless it does not know which event it was.
            self._note(missing, first=same is not None and not same.event_id)

    def _signed_id(self, position: int) -> str:
        """The id of an event by the signed segments."""
        for statement in self._evidence.statements:
            if statement.first <= position <= statement.last:
                records = self._signed_records(statement) or []
                return _event_id(records[position - statement.first]) if records else ""
        return ""

    def _finding(self, fault: Fault, position: int, row: Row, detail: str) -> Finding:
        return Finding(fault, self._evidence.shard, position, _event_id(row.record), detail)

    def _note(self, finding: Finding, *, first: bool = False) -> None:
        """Keep a finding; of one position the one that the segments prove, else the first."""
        same = next((each for each in self.findings if finding.position and each.position == finding.position), None)
        if same is not None:
            if not first:
                return
            self.findings.remove(same)
        if len(self.findings) < MAXIMUM_FINDINGS:
            self.findings.append(finding)


def _event_id(record: str) -> str:
    """The id in a record's text, printable; canonical records hold it once, without escapes."""
    begin = record.find(_EVENT_ID)
    if begin < 0:
        return ""
    begin += len(_EVENT_ID)
    return "".join(c if c.isprintable() else "?" for c in record[begin : record.find('"', begin)][:256])
