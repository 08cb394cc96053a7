"""The document table remembers the trail's newest events: whoever cuts a tail with its head contradicts it."""

from __future__ import annotations

import io
import time

import pytest

from healthcare_runtime.audit.__main__ import main
from healthcare_runtime.audit.chain import content_of, shard_of
from healthcare_runtime.audit.checkpoint import Checkpointer
from healthcare_runtime.audit.settings import CheckpointSettings
from healthcare_runtime.audit.table import rows
from healthcare_runtime.audit.witness import Witness
from healthcare_runtime.contracts.documents import DocumentState
from healthcare_runtime.documents.registry import DocumentTable
from healthcare_runtime.documents.witnesses import witnesses
from tests.unit.audit.audit_world import AuditWorld, event
from tests.unit.audit.tampering import Tamperer, snapshot
from tests.unit.documents.document_world import DocumentWorld


@pytest.fixture
def sealed(world: DocumentWorld) -> AuditWorld:
    """The world's trail with bucket and signing key, and a first checkpoint of what is there: nothing."""
    s3, kms = world.clients.s3, world.clients.kms
    s3.create_bucket(Bucket=world.bucket("audit"), ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    s3.put_object_lock_configuration(
        Bucket=world.bucket("audit"),
        ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule},  # type: ignore[typeddict-item]
    )
    key = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    audit = world.settings.audit
    Checkpointer.compose(CheckpointSettings(audit, world.bucket("audit"), key), world.clients).run()
    return AuditWorld(world.clients, audit.table, world.bucket("audit"), key, audit.shards)


def verified(world: DocumentWorld, trail: AuditWorld, *options: str, **variables: str) -> tuple[int, list[str]]:
    environment = {
        "AUDIT_TABLE": trail.table,
        "AUDIT_BUCKET": trail.bucket,
        "AUDIT_SHARDS": str(trail.shards),
        "AUDIT_SIGNING_KEY_ID": trail.key_id,
        "DOCUMENT_TABLE": world.settings.document_table,
        **variables,
    }
    out = io.StringIO()
    code = main(["verify", "--processes", "1", *options], environment, trail.clients, out)
    return code, out.getvalue().splitlines()


def last_event(world: DocumentWorld, document_id: str) -> Witness:
    found = Witness.parse(world.document(document_id).last_event)
    assert found is not None
    return found


def test_given_a_document_in_any_state_then_it_remembers_its_last_event(world: DocumentWorld) -> None:
    world.permit()
    sent = world.send()
    seen = [("Intake", last_event(world, sent).event_id.split("/")[1])]

    def remembering(state: DocumentState, given: object) -> object:
        answer = world.step(state)(given)  # type: ignore[arg-type]
        seen.append((str(state), last_event(world, sent).event_id.split("/")[1]))
        return answer

    world.process(sent, run=remembering)  # type: ignore[arg-type]
    assert len(seen) == 7
    assert all(step == remembered for step, remembered in seen)
    held = world.process(world.send(key="incoming/../x"))
    assert last_event(world, held.document_id).event_id.split("/")[1] == "ManualReview"


def test_given_what_is_remembered_then_it_is_what_the_trail_has(world: DocumentWorld) -> None:
    world.permit()
    document = world.process(world.send())
    witness = last_event(world, document.document_id)
    kept = {row.position: row for row in rows(world.clients.dynamodb, world.settings.audit.table, witness.shard)}
    row = kept[str(witness.position)]
    assert (row.hash, content_of(row.record)["event_id"]) == (witness.hash, witness.event_id)
    assert Witness.parse(str(witness)) == witness


def test_given_an_untouched_trail_then_the_documents_agree(world: DocumentWorld, sealed: AuditWorld) -> None:
    for number in range(3):
        world.process(world.send(f"note {number}"))
    code, lines = verified(world, sealed)
    assert code == 0, lines
    assert lines[-1] == "3 events compared with what documents remember"


@pytest.mark.parametrize("cut", [1, 4], ids=["the last event", "four events"])
def test_given_a_tail_cut_with_its_head_before_anybody_signed_it_then_the_missing_event_is_named(
    world: DocumentWorld, sealed: AuditWorld, cut: int
) -> None:
    document = world.process(world.send())
    witness = last_event(world, document.document_id)
    tamperer = Tamperer(sealed, witness.shard, snapshot(sealed))
    tamperer.cut(tamperer.last + 1 - cut)

    code, lines = verified(world, sealed)
    assert code == 1
    place = f"shard {witness.shard}, position {witness.position}, event {witness.event_id}"
    assert lines[0] == f"event missing: {place}: it was kept: nothing is there"

    assert verified(world, sealed, DOCUMENT_TABLE="")[0] == 0  # nobody else would know


def test_given_a_tail_that_is_cut_and_grows_again_then_the_missing_event_is_named(
    world: DocumentWorld, sealed: AuditWorld
) -> None:
    document = world.process(world.send())
    witness = last_event(world, document.document_id)
    tamperer = Tamperer(sealed, witness.shard, snapshot(sealed))
    tamperer.cut(witness.position)
    names = (f"other{number}" for number in range(99))
    entity = next(name for name in names if shard_of(name, sealed.shards) == witness.shard)
    for number in range(3):
        sealed.trail().append(event(number, entity=entity))

    code, lines = verified(world, sealed)
    assert code == 1
    assert lines[0].endswith(f"event {witness.event_id}: it was kept: another event is there")


def test_given_documents_that_moved_long_ago_then_they_are_not_read(world: DocumentWorld) -> None:
    world.process(world.send())
    documents = DocumentTable(world.clients.dynamodb, world.settings.document_table)
    assert len(witnesses(documents, since=time.time() - 60)) == 1
    assert witnesses(documents, since=time.time() + 60) == ()


@pytest.mark.parametrize("text", ["", "0001", "0001/x/h/e", "1/1/h/e", "0001/1/h", "head#0001/1/h/e"])
def test_given_a_memory_that_is_none_then_it_bears_no_witness(text: str) -> None:
    assert Witness.parse(text) is None
