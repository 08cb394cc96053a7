"""``python -m healthcare_runtime.audit``: what an auditor types and reads."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from healthcare_runtime.audit.__main__ import main
from healthcare_runtime.audit.chain import shard_of
from healthcare_runtime.audit.signing import CheckpointSigner
from tests.unit.audit.audit_world import AuditWorld, event
from tests.unit.audit.tampering import Tamperer, snapshot


def asked(world: AuditWorld, *arguments: str, **variables: str) -> tuple[int, str]:
    out = io.StringIO()
    environment = {
        "AUDIT_TABLE": world.table,
        "AUDIT_BUCKET": world.bucket,
        "AUDIT_SHARDS": str(world.shards),
        "AUDIT_SIGNING_KEY_ID": world.key_id,
        **variables,
    }
    command = [*arguments, *(["--processes", "1"] if arguments[0] == "verify" else [])]
    return main(command, environment, world.clients, out), out.getvalue()


@pytest.fixture
def kept(world: AuditWorld) -> AuditWorld:
    trail = world.trail()
    for number in range(1, 5):
        trail.append(event(number))
    trail.append(event(9, entity="other", outcome="HOLD"))
    world.checkpointer().run()
    return world


def test_given_an_intact_trail_when_verified_then_it_says_how_much_and_ends_with_zero(kept: AuditWorld) -> None:
    code, text = asked(kept, "verify")
    assert code == 0
    assert "4 checkpoints, 0 events not signed for yet: intact" in text
    code, text = asked(kept, "verify", "--bucket-only", "--json")
    assert code == 0
    assert json.loads(text)["intact"] is True


def test_given_a_changed_event_when_verified_then_it_is_named_and_the_end_is_one(kept: AuditWorld) -> None:
    shard = shard_of("d0c0", 4)
    Tamperer(kept, shard, snapshot(kept)).alter(2)
    code, text = asked(kept, "verify")
    assert code == 1
    assert text.startswith(f"event altered: shard {shard}, position 2, event d0c0/Step2/0: ")
    code, text = asked(kept, "verify", "--json")
    assert code == 1
    assert json.loads(text)["findings"][0]["position"] == 2
    healthy = next(f"{index:04d}" for index in range(4) if f"{index:04d}" != shard)
    assert asked(kept, "verify", "--shard", healthy)[0] == 0
    assert asked(kept, "verify", "--shard", shard)[0] == 1


def test_given_a_public_key_in_a_file_when_verified_then_kms_is_not_asked(kept: AuditWorld, tmp_path: Path) -> None:
    pem = tmp_path / "key.pem"
    pem.write_bytes(CheckpointSigner(kept.clients.kms, kept.key_id).public_key_pem)
    assert asked(kept, "verify", "--public-key", str(pem), AUDIT_SIGNING_KEY_ID="no-such-key")[0] == 0


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"AUDIT_TABLE": ""}, "AUDIT_TABLE="),
        ({"AUDIT_TABLE": "no-such-table"}, "ResourceNotFoundException"),
        ({"AUDIT_SIGNING_KEY_ID": ""}, "--public-key"),
        ({"AUDIT_SIGNING_KEY_ID": "no-such-key"}, "NotFoundException"),
        ({"AUDIT_SHARDS": "many"}, "AUDIT_SHARDS=many"),
    ],
)
def test_given_a_question_that_cannot_be_asked_when_verified_then_the_end_is_two_and_one_line_says_why(
    kept: AuditWorld, variables: dict[str, str], said: str
) -> None:
    code, text = asked(kept, "verify", **variables)
    assert code == 2
    assert said in text
    assert text.count("\n") == 1


def test_given_a_document_when_shown_then_its_events_come_in_order_and_no_other(kept: AuditWorld) -> None:
    code, text = asked(kept, "show", "--entity", "d0c0")
    lines = text.splitlines()
    assert code == 0
    assert [line.rpartition("/")[2] for line in lines] == ["1]", "2]", "3]", "4]"]
    assert "DetectPhi: PASS (by document-workflow, purpose HRESCH" in lines[0]
    code, text = asked(kept, "show", "--entity", "other", "--fhir")
    assert [json.loads(line)["outcomeDesc"] for line in text.splitlines()] == ["HOLD"]


def test_given_a_trail_whose_shards_became_more_when_shown_then_earlier_events_are_there_too(kept: AuditWorld) -> None:
    more = kept.with_shards(9)
    assert shard_of("d0c0", 9) != shard_of("d0c0", 4)
    more.trail().append(event(5))
    code, text = asked(more, "show", "--entity", "d0c0")
    assert code == 0
    assert [line.partition(" ")[0] for line in text.splitlines()] == [event(n).recorded() for n in range(1, 6)]


def test_given_an_unknown_or_impossible_entity_when_shown_then_it_says_so(kept: AuditWorld) -> None:
    assert asked(kept, "show", "--entity", "d0c") == (1, "no event is kept under that entity\n")
    code, text = asked(kept, "show", "--entity", 'x","outcome":"')
    assert code == 2
    assert text.startswith("entity: must be")
