"""An operator's question, what happened to this, has an answer at every moment."""

import io

from healthcare_runtime.imaging.__main__ import main
from tests.unit.imaging_import.import_account import instance_key
from tests.unit.imaging_import.import_world import ImportWorld


def ask(world: ImportWorld, *arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    variables = {"BATCH_TABLE": world.ledger.batch_table, "INSTANCE_TABLE": world.ledger.instance_table}
    return main(["status", *arguments], variables, world.clients, out), out.getvalue()


def test_given_a_study_on_its_way_then_each_instance_says_where_it_is_and_at_the_end_what_it_became(
    world: ImportWorld,
) -> None:
    good, bad = instance_key(number=1), instance_key(number=2)
    assert ask(world, "--prefix", good.prefix)[0] == 1
    assert world.deliver(world.store(good), world.store(bad, b"no")) == []
    status, text = ask(world, "--prefix", good.prefix.rstrip("/"))
    assert status == 0
    assert text.count("waiting in a batch that is OPEN") == 2
    assert "next step due 2027-01-15T" in text

    world.close_due()
    world.run_imports()
    assert "IMPORTED, image set" in ask(world, "--sop", good.sop_instance_uid)[1]
    answer = ask(world, "--sop", bad.sop_instance_uid)[1]
    assert "FAILED, reason ValidationException, detail not a DICOM P10 file" in answer
    assert f"job {'0' * 32}" in answer


def test_given_no_tables_in_the_environment_then_the_question_ends_with_the_mend(world: ImportWorld) -> None:
    out = io.StringIO()
    assert main(["status", "--sop", "1.2"], {}, world.clients, out) == 2
    assert out.getvalue() == "BATCH_TABLE=: must be a DynamoDB table name\n"
