"""Every change of a real trail is found, and the first bad event is named.

Positions 1 to SIGNED of each shard are signed for (checkpoints of five events, and a heartbeat); TAIL more are not yet.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthcare_runtime.audit.chain import shard_of
from healthcare_runtime.audit.finding import Fault, Verification
from tests.aws_emulator import AwsEmulator
from tests.unit.audit.audit_world import AuditWorld, audit_world, event
from tests.unit.audit.tampering import Attack, Tamperer, snapshot

SHARDS = 2
CHECKPOINTS = 4
SIGNED = 16  # three checkpoints of five events, and a heartbeat's
TAIL = 3
FIRST_OF = {1: 1, 2: 6, 3: 11, 4: 16}
LEAST = settings(
    max_examples=2, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SHARD = st.sampled_from(["0000", "0001"])


@pytest.fixture(scope="module")
def signed(aws: AwsEmulator) -> Iterator[AuditWorld]:
    with audit_world(aws, shards=SHARDS) as world:
        entities = {shard_of(f"doc{number}", SHARDS): f"doc{number}" for number in range(20)}
        trail = world.trail()
        for number in range(1, 16):
            for entity in entities.values():
                trail.append(event(number, entity=entity))
        checkpointer = world.checkpointer(maximum_events=5)
        assert checkpointer.run().checkpoints == 3 * SHARDS
        assert checkpointer.run().heartbeats == SHARDS
        for number in range(16, 16 + TAIL):
            for entity in entities.values():
                trail.append(event(number, entity=entity))
        yield world


def attacked(world: AuditWorld, attack: Attack, shard: str, place: int) -> Verification:
    tamperer = Tamperer(world, shard, snapshot(world))
    attack(tamperer, place)
    try:
        return world.verify()
    finally:
        tamperer.undo()


def test_given_an_untouched_trail_when_verified_then_it_is_intact(signed: AuditWorld) -> None:
    result = signed.verify()
    assert result.findings == ()
    assert (result.events, result.checkpoints, result.shards) == (
        SHARDS * (SIGNED + TAIL),
        SHARDS * CHECKPOINTS,
        SHARDS,
    )
    assert result.unsigned == SHARDS * TAIL
    by_the_bucket = signed.verify(bucket_only=True)
    assert by_the_bucket.findings == ()
    assert by_the_bucket.events == SHARDS * SIGNED


@pytest.mark.parametrize(
    ("attack", "faults"),
    [
        (Tamperer.alter, {Fault.ALTERED}),
        (Tamperer.alter_and_hash, {Fault.ALTERED}),
        (Tamperer.rewrite, {Fault.ALTERED}),
        (Tamperer.change_hash, {Fault.UNLINKED}),
        (Tamperer.change_hashes_to_the_end, {Fault.UNLINKED}),
        (Tamperer.remove, {Fault.MISSING}),
        (Tamperer.remove_and_close_the_gap, {Fault.ALTERED}),
        (Tamperer.cut, {Fault.MISSING}),
        (Tamperer.swap, {Fault.ALTERED}),
        (Tamperer.reorder, {Fault.ALTERED}),
        (Tamperer.duplicate, {Fault.ALTERED}),
        (Tamperer.add_attribute, {Fault.ALTERED}),
    ],
)
@LEAST
@given(shard=SHARD, position=st.integers(1, SIGNED - 1))
def test_given_a_signed_event_when_the_table_is_changed_then_exactly_this_event_is_named_first(
    signed: AuditWorld, attack: Attack, faults: set[Fault], shard: str, position: int
) -> None:
    names = {int(row.position): row.record for row in signed.rows(shard)}
    result = attacked(signed, attack, shard, position)
    first = result.findings[0]
    assert (first.shard, first.position) == (shard, position), first
    assert first.fault in faults
    assert f'"event_id":"{first.event_id}"' in names[position]
    assert all(found.shard == shard for found in result.findings)


@pytest.mark.parametrize(
    "attack",
    [
        Tamperer.alter,
        Tamperer.alter_and_hash,
        Tamperer.change_hash,
        Tamperer.remove,
        Tamperer.swap,
        Tamperer.add_attribute,
    ],
)
@LEAST
@given(shard=SHARD, position=st.integers(SIGNED + 1, SIGNED + TAIL - 1))
def test_given_an_event_that_is_not_signed_yet_when_it_is_changed_then_it_or_the_next_is_named(
    signed: AuditWorld, attack: Attack, shard: str, position: int
) -> None:
    first = attacked(signed, attack, shard, position).findings[0]
    assert first.shard == shard
    assert first.position in {position, position + 1}


@pytest.mark.parametrize("attack", [Tamperer.remove, Tamperer.alter])
def test_given_the_very_last_event_when_it_goes_or_changes_then_it_is_named(signed: AuditWorld, attack: Attack) -> None:
    first = attacked(signed, attack, "0000", SIGNED + TAIL).findings[0]
    assert (first.shard, first.position) == ("0000", SIGNED + TAIL)


def test_given_a_shard_that_is_gone_when_verified_then_its_first_event_is_named(signed: AuditWorld) -> None:
    first = attacked(signed, Tamperer.remove_shard, "0001", 0).findings[0]
    assert (first.fault, first.shard, first.position) == (Fault.MISSING, "0001", 1)
    assert first.event_id.endswith("/Step1/0")


@pytest.mark.parametrize(
    ("attack", "fault"),
    [
        (Tamperer.insert_between, Fault.FOREIGN),
        (Tamperer.insert_before_all, Fault.FOREIGN),
        (Tamperer.move_head, Fault.HEAD),
        (Tamperer.remove_head, Fault.HEAD),
    ],
)
@LEAST
@given(shard=SHARD, position=st.integers(1, SIGNED + TAIL))
def test_given_a_trail_when_what_is_around_the_events_changes_then_it_is_found(
    signed: AuditWorld, attack: Attack, fault: Fault, shard: str, position: int
) -> None:
    result = attacked(signed, attack, shard, position)
    assert {(found.fault, found.shard) for found in result.findings} == {(fault, shard)}


@pytest.mark.parametrize(
    ("attack", "fault"),
    [
        (Tamperer.hide_checkpoint, Fault.CHECKPOINT_DELETED),
        (Tamperer.replace_checkpoint, Fault.CHECKPOINT_REPLACED),
        (Tamperer.forge_checkpoint, Fault.CHECKPOINT_FORGED),
        (Tamperer.copy_checkpoint, Fault.CHECKPOINT_FORGED),
        (Tamperer.hide_segment, Fault.SEGMENT_DELETED),
        (Tamperer.destroy_segment, Fault.SEGMENT_MISSING),
        (Tamperer.replace_segment, Fault.SEGMENT_REPLACED),
        (Tamperer.alter_segment, Fault.SEGMENT_ALTERED),
        (Tamperer.add_object, Fault.UNKNOWN_OBJECT),
    ],
)
@LEAST
@given(shard=SHARD, sequence=st.integers(1, CHECKPOINTS))
def test_given_a_bucket_when_something_in_it_is_changed_then_it_is_named(
    signed: AuditWorld, attack: Attack, fault: Fault, shard: str, sequence: int
) -> None:
    result = attacked(signed, attack, shard, sequence)
    found = [each for each in result.findings if each.fault is fault and each.shard == shard]
    assert found, result.findings
    if fault is not Fault.UNKNOWN_OBJECT:
        assert found[0].position == FIRST_OF[sequence]
        assert f"sequence {sequence}," in found[0].detail


@pytest.mark.parametrize("sequence", [1, 2, 3])
def test_given_a_checkpoint_that_is_gone_when_later_ones_are_there_then_it_is_missed(
    signed: AuditWorld, sequence: int
) -> None:
    result = attacked(signed, Tamperer.destroy_checkpoint, "0000", sequence)
    assert [(each.fault, each.position) for each in result.findings if each.shard == "0000"] == [
        (Fault.CHECKPOINT_MISSING, FIRST_OF[sequence])
    ]


@pytest.mark.parametrize("sequence", [2, 3])
def test_given_one_shard_rolled_back_without_a_trace_when_verified_then_the_other_shard_bears_witness(
    signed: AuditWorld, sequence: int
) -> None:
    """The last run's checkpoints have seen what the runs before made; its own are covered by their age."""
    result = attacked(signed, Tamperer.roll_back, "0000", sequence)
    rolled = [each for each in result.findings if each.fault is Fault.CHECKPOINT_ROLLED_BACK]
    assert [(each.shard, each.position) for each in rolled] == [("0000", FIRST_OF[sequence])]


def test_given_checkpoints_that_stopped_when_verified_then_they_are_overdue(signed: AuditWorld) -> None:
    result = signed.verify(now=time.time() + 901)
    assert [(each.fault, each.shard) for each in result.findings] == [
        (Fault.CHECKPOINT_OVERDUE, "0000"),
        (Fault.CHECKPOINT_OVERDUE, "0001"),
    ]


def test_given_table_and_segment_changed_alike_when_verified_then_both_are_found(signed: AuditWorld) -> None:
    def both(tamperer: Tamperer, position: int) -> None:
        tamperer.alter_segment(2)
        tamperer.rewrite(position)

    result = attacked(signed, both, "0000", 7)
    assert {(each.fault, each.position) for each in result.findings} >= {
        (Fault.SEGMENT_ALTERED, 6),
        (Fault.ALTERED, 6),  # the range is known, the event is not: its record is nowhere any more
    }


def test_given_another_key_when_verified_then_no_checkpoint_is_believed(signed: AuditWorld) -> None:
    other = signed.clients.kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    impostor = AuditWorld(signed.clients, signed.table, signed.bucket, other, SHARDS)
    faults = {each.fault for each in impostor.verify().findings}
    assert faults == {Fault.CHECKPOINT_FORGED, Fault.CHECKPOINT_MISSING}


def test_given_the_locked_bucket_when_a_version_is_deleted_then_the_lock_refuses(signed: AuditWorld) -> None:
    s3 = signed.clients.s3
    version = s3.list_object_versions(Bucket=signed.bucket, Prefix="checkpoints/0000/")["Versions"][0]
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=signed.bucket, Key=version["Key"], VersionId=version["VersionId"])


def test_given_all_these_attacks_undone_when_verified_then_the_trail_is_intact_again(signed: AuditWorld) -> None:
    assert signed.verify().findings == ()
