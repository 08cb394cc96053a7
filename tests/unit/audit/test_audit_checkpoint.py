"""Checkpoints: complete, once, also after a crash; and none over a trail that is not what it was."""

from __future__ import annotations

import hashlib
import importlib
import json
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthcare_runtime.audit.archive import Archive, object_key
from healthcare_runtime.audit.chain import shard_of
from healthcare_runtime.audit.checkpoint import HEARTBEAT
from healthcare_runtime.audit.faults import AuditDamagedError
from healthcare_runtime.audit.merkle import MerkleTree
from healthcare_runtime.audit.statement import StatementDamagedError, read_signed, read_statement
from healthcare_runtime.audit.trusted_keys import KeyDamagedError, TrustedKeys
from healthcare_runtime.contracts.documents import DocumentMetric
from tests.unit.audit.audit_world import AuditWorld, event
from tests.unit.audit.tampering import Tamperer, snapshot

HOME = shard_of("d0c0", 4)


def appended(world: AuditWorld, *numbers: int) -> None:
    trail = world.trail()
    for number in numbers:
        trail.append(event(number))


def test_given_new_events_when_checkpointed_then_the_bucket_alone_proves_them(world: AuditWorld) -> None:
    appended(world, *range(1, 8))
    report = world.checkpointer().run()
    assert (report.events, report.heartbeats, report.checkpoints) == (7, 3, 4)

    read = Archive(world.clients.s3, world.bucket).read
    signed = read_signed(read(object_key("checkpoints", HOME, 1)) or b"")
    statement = read_statement(signed.text)
    segment = read(object_key("segments", HOME, 1)) or b""
    assert TrustedKeys([read(f"keys/{signed.key}.pem") or b""]).doubt(signed) is None
    assert (statement.first, statement.last, statement.shards) == (1, 7, 4)
    assert statement.head == world.rows(HOME)[-1].hash
    assert statement.segment == hashlib.sha256(segment).hexdigest()
    assert [json.loads(line)["event_id"] for line in segment.splitlines()] == [f"d0c0/Step{n}/0" for n in range(1, 8)]


def test_given_nothing_new_when_checkpointed_then_a_heartbeat_is_what_is_signed(world: AuditWorld) -> None:
    world.checkpointer().run()
    report = world.checkpointer().run()
    assert (report.events, report.heartbeats, report.checkpoints) == (0, 4, 4)
    assert [json.loads(row.record)["action"] for row in world.rows("0000")] == [HEARTBEAT] * 2
    assert world.verify().intact


def test_given_more_events_than_a_checkpoint_takes_when_run_once_then_all_are_covered(world: AuditWorld) -> None:
    appended(world, *range(1, 12))
    assert world.checkpointer(maximum_events=4).run().checkpoints == 3 + 3
    result = world.verify()
    assert (result.intact, result.unsigned) == (True, 0)


def test_given_a_crash_between_segment_and_checkpoint_when_run_again_then_the_segment_is_adopted(
    world: AuditWorld,
) -> None:
    appended(world, 1, 2)
    crashing = world.checkpointer()
    crashing._signer.sign = _crash  # type: ignore[method-assign, assignment]
    with pytest.raises(ConnectionError):
        crashing.run()
    appended(world, 3)
    world.checkpointer().run()
    read = Archive(world.clients.s3, world.bucket).read
    statement = read_statement(read_signed(read(object_key("checkpoints", HOME, 1)) or b"").text)
    assert (statement.first, statement.last) == (1, 2)
    world.checkpointer().run()
    result = world.verify()
    assert (result.findings, result.unsigned) == ((), 0)


def test_given_two_runs_at_a_time_when_they_end_then_each_sequence_has_one_checkpoint(world: AuditWorld) -> None:
    appended(world, *range(1, 6))
    runs = [world.checkpointer() for _ in range(3)]
    failures: list[BaseException] = []

    def run(index: int) -> None:
        try:
            runs[index].run()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(runs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert world.verify().findings == ()


def test_given_writers_and_checkpoints_at_work_when_verified_meanwhile_then_nothing_is_found_that_is_not_there(
    world: AuditWorld,
) -> None:
    """What is read a moment later may be ahead of what was read before; it must not look like damage."""
    appended(world, 1)
    world.checkpointer().run()
    done = threading.Event()
    failures: list[BaseException] = []

    def work() -> None:
        number = 1
        try:
            while not done.is_set():
                number += 1
                world.trail().append(event(number, entity=f"doc{number % 5}"))
                if number % 5 == 0:
                    world.checkpointer().run()
        except BaseException as failure:
            failures.append(failure)

    worker = threading.Thread(target=work)
    worker.start()
    results = [world.verify() for _ in range(8)]
    done.set()
    worker.join(60)
    assert failures == []
    assert [result.findings for result in results] == [()] * 8
    assert results[-1].events > results[0].events


@pytest.mark.parametrize(
    "attack",
    [
        Tamperer.cut,
        Tamperer.rewrite,
        Tamperer.change_hashes_to_the_end,
        lambda tamperer, _position: tamperer.hide_checkpoint(2),
        lambda tamperer, _position: tamperer.hide_checkpoint(1),
        lambda tamperer, _position: tamperer.destroy_checkpoint(1),
        lambda tamperer, _position: tamperer.forge_checkpoint(2),
    ],
)
def test_given_a_trail_that_was_changed_when_checkpointed_then_this_shard_is_not_signed_and_the_others_are(
    world: AuditWorld, attack: object
) -> None:
    appended(world, 1, 2, 3)
    world.checkpointer().run()
    appended(world, 4)
    world.checkpointer().run()
    assert callable(attack)
    attack(Tamperer(world, HOME, snapshot(world)), 3)
    with pytest.raises(AuditDamagedError, match=HOME):
        world.checkpointer().run()
    archive = Archive(world.clients.s3, world.bucket)
    assert not archive.exists(object_key("checkpoints", HOME, 3))
    assert all(
        archive.exists(object_key("checkpoints", f"{index:04d}", 3)) for index in range(4) if f"{index:04d}" != HOME
    )


def test_given_unsigned_events_that_were_changed_when_checkpointed_then_they_are_not_signed(world: AuditWorld) -> None:
    appended(world, 1, 2)
    world.checkpointer().run()
    appended(world, 3, 4)
    Tamperer(world, HOME, snapshot(world)).alter(3)
    with pytest.raises(AuditDamagedError, match=f"shard {HOME}: position 3"):
        world.checkpointer().run()


def test_given_a_planted_segment_when_checkpointed_then_it_is_not_signed(world: AuditWorld) -> None:
    appended(world, 1)
    world.clients.s3.put_object(Bucket=world.bucket, Key=object_key("segments", HOME, 1), Body=b'{"a":1}\n')
    with pytest.raises(AuditDamagedError, match=f"segment {HOME}/1"):
        world.checkpointer().run()


def test_given_many_checkpoints_when_a_cold_start_looks_for_the_last_then_few_requests_do(world: AuditWorld) -> None:
    archive = Archive(world.clients.s3, world.bucket)
    asked: list[str] = []
    present = 1_234_567
    archive.exists = lambda key: asked.append(key) or int(key[-17:-5]) <= present  # type: ignore[method-assign, func-returns-value]
    assert archive.last_sequence("0000", 0) == present
    assert len(asked) <= 44
    asked.clear()
    assert archive.last_sequence("0000", present) == present
    assert len(asked) == 1


def test_given_the_function_when_invoked_twice_then_events_and_age_are_published(
    world: AuditWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    appended(world, 1)
    for name, value in {
        "AUDIT_TABLE": world.table,
        "AUDIT_BUCKET": world.bucket,
        "AUDIT_SHARDS": "4",
        "AUDIT_SIGNING_KEY_ID": world.key_id,
    }.items():
        monkeypatch.setenv(name, value)
    module = importlib.import_module("lambdas.audit.checkpoint")
    importlib.reload(module)
    assert module.handler({}, None) == {"checkpoints": 4, "events": 1, "heartbeats": 3}
    assert module.handler({}, None) == {"checkpoints": 4, "events": 0, "heartbeats": 4}
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    metrics = [line for line in lines if "_aws" in line]
    assert [line[DocumentMetric.AUDIT_EVENTS] for line in metrics] == [1, 0]
    assert all(0 <= line[DocumentMetric.AUDIT_CHECKPOINT_AGE_SECONDS] < 60 for line in metrics)
    assert "d0c0" not in json.dumps(lines)


# RFC 6962, 2.1.1 and the test data of its reference implementation (leaves: "", 00, 10, 2021, 3031, 40414243, ...).
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_given_the_published_leaves_when_a_tree_grows_then_every_root_is_the_published_one() -> None:
    tree = MerkleTree()
    assert tree.root() == hashlib.sha256(b"").digest()
    for leaf, root in zip(LEAVES, ROOTS, strict=True):
        tree.add(bytes.fromhex(leaf))
        assert tree.root().hex() == root


MEMBERS = st.sampled_from(["statement", "signature", "key", "shard", "head", "root", "first", "last", "peers"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=6),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=300), VALUES.map(lambda value: json.dumps(value).encode())), VALUES)
def test_given_any_bytes_when_read_as_checkpoint_then_a_typed_error_is_all_that_comes(
    content: bytes, statement: object
) -> None:
    with pytest.raises(StatementDamagedError):
        read_statement(read_signed(content).text)
    with pytest.raises(StatementDamagedError):
        read_statement(json.dumps(statement))


def test_given_no_key_when_trusted_then_it_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", b"\x30\x03\x02\x01\x00"):
        with pytest.raises(KeyDamagedError):
            TrustedKeys([content])


def _crash(_text: str) -> None:
    raise ConnectionError
