"""What somebody with write access might do to a trail, and how to undo it for the next test."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from healthcare_runtime.audit.archive import object_key
from healthcare_runtime.audit.chain import GENESIS, chained
from healthcare_runtime.audit.event import canonical_json
from healthcare_runtime.audit.table import head_key, marker_key
from tests.unit.audit.audit_world import AuditWorld

if TYPE_CHECKING:
    from healthcare_runtime.dynamodb_item import Item, MutableItem


@dataclass(frozen=True)
class Snapshot:
    """Table and bucket as they were."""

    items: Mapping[tuple[str, str], Item]
    objects: Mapping[str, bytes]
    versions: Mapping[str, tuple[str, ...]]


@dataclass
class Tamperer:
    """Changes one shard of a world, as an administrator of table and bucket could, without the signing key."""

    world: AuditWorld
    shard: str
    before: Snapshot

    # -- the table

    def alter(self, position: int) -> None:
        """Change what an event says."""
        self._put(position, record=self._changed(position))

    def alter_and_hash(self, position: int) -> None:
        """The same, with a hash that fits the change."""
        record = self._changed(position)
        self._put(position, record=record, hash=chained(self._hash(position - 1), record).hex())

    def rewrite(self, position: int) -> None:
        """The same, with the whole chain behind it, its markers and its head recomputed."""
        self._recompute(position, {position: self._changed(position)})

    def change_hash(self, position: int) -> None:
        self._put(position, hash="ab" * 32)

    def change_hashes_to_the_end(self, position: int) -> None:
        """A fork: the same records behind another history."""
        previous = bytes(31) + b"\x01"
        for each in range(position, self.last + 1):
            previous = chained(previous, self._record(each))
            self._put(each, hash=previous.hex())
        self._put_head(self.last, previous.hex())

    def remove(self, position: int) -> None:
        self._remove(position)

    def remove_and_close_the_gap(self, position: int) -> None:
        """Every event behind it moves up by one, in a recomputed chain."""
        records = {}
        for each in range(position, self.last):
            following = json.loads(self._record(each + 1))
            records[each] = canonical_json({**following, "position": each})
        last = self.last
        self._recompute(position, records, until=last - 1)
        self._remove(last)

    def cut(self, position: int) -> None:
        """Remove everything from here on, and move the head back."""
        for each in range(position, self.last + 1):
            self._remove(each)
        self._put_head(position - 1, self._hash(position - 1).hex())

    def remove_shard(self, _position: int) -> None:
        for each in range(1, self.last + 1):
            self._remove(each)
        self.world.clients.dynamodb.delete_item(TableName=self.world.table, Key=head_key(self.shard))

    def swap(self, position: int) -> None:
        """Exchange two neighbours."""
        one, other = self._item(position), self._item(position + 1)
        self._put(position, record=other["record"]["S"], hash=other["hash"]["S"])
        self._put(position + 1, record=one["record"]["S"], hash=one["hash"]["S"])

    def reorder(self, position: int) -> None:
        """Exchange two neighbours in a recomputed chain."""
        one, other = (json.loads(self._record(each)) for each in (position, position + 1))
        self._recompute(
            position,
            {
                position: canonical_json({**other, "position": position}),
                position + 1: canonical_json({**one, "position": position + 1}),
            },
        )

    def duplicate(self, position: int) -> None:
        """Replace an event by a second copy of the one before, in a recomputed chain."""
        copied = json.loads(self._record(position - 1)) if position > 1 else json.loads(self._record(2))
        self._recompute(position, {position: canonical_json({**copied, "position": position})})

    def insert_between(self, position: int) -> None:
        """An item between two events: DynamoDB sorts fractions too."""
        item = {**self._item(position), "position": {"N": f"{position}.5"}}
        self.world.clients.dynamodb.put_item(TableName=self.world.table, Item=item)

    def insert_before_all(self, _position: int) -> None:
        self.world.clients.dynamodb.put_item(
            TableName=self.world.table, Item={**self._item(1), "position": {"N": "-4"}}
        )

    def add_attribute(self, position: int) -> None:
        item = {**self._item(position), "note": {"S": "seen"}}
        self.world.clients.dynamodb.put_item(TableName=self.world.table, Item=item)

    def move_head(self, position: int) -> None:
        self._put_head(position, "cd" * 32)

    def remove_head(self, _position: int) -> None:
        self.world.clients.dynamodb.delete_item(TableName=self.world.table, Key=head_key(self.shard))

    # -- the bucket

    def hide_checkpoint(self, sequence: int) -> None:
        """S3 takes a delete without a version even of a locked object."""
        self.world.clients.s3.delete_object(
            Bucket=self.world.bucket, Key=object_key("checkpoints", self.shard, sequence)
        )

    def destroy_checkpoint(self, sequence: int) -> None:
        """Every version, as where nothing is locked."""
        self._destroy(object_key("checkpoints", self.shard, sequence))

    def replace_checkpoint(self, sequence: int) -> None:
        self._overwrite(object_key("checkpoints", self.shard, sequence), self._forged(sequence))

    def forge_checkpoint(self, sequence: int) -> None:
        """Not even a version of the right one is left."""
        forged = self._forged(sequence)
        self._destroy(object_key("checkpoints", self.shard, sequence))
        self._overwrite(object_key("checkpoints", self.shard, sequence), forged)

    def copy_checkpoint(self, sequence: int) -> None:
        """A checkpoint with a true signature, in another place."""
        source = object_key("checkpoints", self.shard, 1 if sequence > 1 else 2)
        content = self.world.clients.s3.get_object(Bucket=self.world.bucket, Key=source)["Body"].read()
        self._destroy(object_key("checkpoints", self.shard, sequence))
        self._overwrite(object_key("checkpoints", self.shard, sequence), content)

    def hide_segment(self, sequence: int) -> None:
        self.world.clients.s3.delete_object(Bucket=self.world.bucket, Key=object_key("segments", self.shard, sequence))

    def destroy_segment(self, sequence: int) -> None:
        self._destroy(object_key("segments", self.shard, sequence))

    def replace_segment(self, sequence: int) -> None:
        self._overwrite(object_key("segments", self.shard, sequence), b"{}\n")

    def alter_segment(self, sequence: int) -> None:
        key = object_key("segments", self.shard, sequence)
        content = self.world.clients.s3.get_object(Bucket=self.world.bucket, Key=key)["Body"].read()
        self._destroy(key)
        self._overwrite(key, content.replace(b'"PASS"', b'"HOLD"', 1))

    def add_object(self, _sequence: int) -> None:
        self._overwrite(f"checkpoints/{self.shard}/note.txt", b"seen")

    def roll_back(self, sequence: int) -> None:
        """The shard as it was before a checkpoint: table, head, checkpoints and segments, without a trace."""
        statement = json.loads(
            json.loads(
                self.world.clients.s3.get_object(
                    Bucket=self.world.bucket, Key=object_key("checkpoints", self.shard, sequence)
                )["Body"].read()
            )["statement"]
        )
        self.cut(statement["first"])
        following = sequence
        while object_key("checkpoints", self.shard, following) in self.before.objects:
            self._destroy(object_key("checkpoints", self.shard, following))
            self._destroy(object_key("segments", self.shard, following))
            following += 1

    # -- undo

    def undo(self) -> None:
        """Make table and bucket what they were."""
        dynamodb = self.world.clients.dynamodb
        present = _items(self.world)
        for shard, position in present.keys() - self.before.items.keys():
            dynamodb.delete_item(TableName=self.world.table, Key={"shard": {"S": shard}, "position": {"N": position}})
        for identity, item in self.before.items.items():
            if present.get(identity) != item:
                dynamodb.put_item(TableName=self.world.table, Item=item)
        now = _versions(self.world)
        for key in {*now, *self.before.versions}:
            if now.get(key) != self.before.versions.get(key):
                self._destroy(key)
                if key in self.before.objects:
                    self._overwrite(key, self.before.objects[key])

    @property
    def last(self) -> int:
        return sum(shard == self.shard for shard, _position in self.before.items)

    def _changed(self, position: int) -> str:
        return canonical_json({**json.loads(self._record(position)), "outcome": "CHANGED"})

    def _recompute(self, position: int, records: Mapping[int, str], until: int | None = None) -> None:
        until = until or self.last
        previous = self._hash(position - 1)
        for each in range(position, until + 1):
            record = records.get(each) or self._record(each)
            previous = chained(previous, record)
            self._put(each, record=record, hash=previous.hex())
            marker: MutableItem = {
                **marker_key(json.loads(record)["event_id"]),
                "eventShard": {"S": self.shard},
                "eventPosition": {"N": str(each)},
            }
            self.world.clients.dynamodb.put_item(TableName=self.world.table, Item=marker)
        self._put_head(until, previous.hex())

    def _forged(self, sequence: int) -> bytes:
        """A checkpoint that states another head, under the signature of the true one."""
        key = object_key("checkpoints", self.shard, sequence)
        signed = json.loads(self.world.clients.s3.get_object(Bucket=self.world.bucket, Key=key)["Body"].read())
        statement = canonical_json({**json.loads(signed["statement"]), "head": "ef" * 32})
        assert base64.b64decode(signed["signature"])
        return canonical_json({**signed, "statement": statement}).encode()

    def _item(self, position: int) -> Item:
        return self.world.clients.dynamodb.get_item(
            TableName=self.world.table, Key={"shard": {"S": self.shard}, "position": {"N": str(position)}}
        )["Item"]

    def _record(self, position: int) -> str:
        return self._item(position)["record"]["S"]

    def _hash(self, position: int) -> bytes:
        return bytes.fromhex(self._item(position)["hash"]["S"]) if position else GENESIS

    def _put(self, position: int, **values: str) -> None:
        item = {**self._item(position), **{name: {"S": value} for name, value in values.items()}}
        self.world.clients.dynamodb.put_item(TableName=self.world.table, Item=item)

    def _put_head(self, position: int, digest: str) -> None:
        self.world.clients.dynamodb.put_item(
            TableName=self.world.table,
            Item={**head_key(self.shard), "last": {"N": str(position)}, "hash": {"S": digest}},
        )

    def _remove(self, position: int) -> None:
        self.world.clients.dynamodb.delete_item(
            TableName=self.world.table, Key={"shard": {"S": self.shard}, "position": {"N": str(position)}}
        )

    def _overwrite(self, key: str, content: bytes) -> None:
        self.world.clients.s3.put_object(Bucket=self.world.bucket, Key=key, Body=content)

    def _destroy(self, key: str) -> None:
        listed = self.world.clients.s3.list_object_versions(Bucket=self.world.bucket, Prefix=key)
        for each in [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]:
            self.world.clients.s3.delete_object(
                Bucket=self.world.bucket,
                Key=each["Key"],
                VersionId=each["VersionId"],
                BypassGovernanceRetention=True,
            )


def snapshot(world: AuditWorld) -> Snapshot:
    versions = _versions(world)
    s3 = world.clients.s3
    objects = {key: s3.get_object(Bucket=world.bucket, Key=key)["Body"].read() for key in versions}
    return Snapshot(_items(world), objects, versions)


def _items(world: AuditWorld) -> dict[tuple[str, str], Item]:
    pages = world.clients.dynamodb.get_paginator("scan").paginate(TableName=world.table)
    return {(item["shard"]["S"], item["position"]["N"]): item for page in pages for item in page["Items"]}


def _versions(world: AuditWorld) -> dict[str, tuple[str, ...]]:
    """Version ids by key, delete markers' too."""
    listed = world.clients.s3.list_object_versions(Bucket=world.bucket)
    found: dict[str, tuple[str, ...]] = {}
    for each in [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]:
        found[each["Key"]] = (*found.get(each["Key"], ()), each["VersionId"])
    return found


Attack = Callable[[Tamperer, int], None]
