"""What the audit trail relies on in the local cloud, and its commands as an operator runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from healthcare_runtime.shield import error_code
from tests.aws_emulator import AwsEmulator
from tests.local.emulators import REPOSITORY, Emulator
from tests.unit.audit.audit_world import audit_world, event

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def table(emulator: Emulator) -> str:
    name = f"audit-{uuid.uuid4().hex[:8]}"
    emulator.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    return name


def test_given_a_condition_that_fails_last_when_a_transaction_is_tried_then_nothing_is_written(
    emulator: Emulator, table: str
) -> None:
    dynamodb: DynamoDBClient = emulator.client("dynamodb")
    dynamodb.put_item(TableName=table, Item={"id": {"S": "kept"}, "n": {"N": "1"}})
    writes: list[Any] = [{"Put": {"TableName": table, "Item": {"id": {"S": f"new{n}"}}}} for n in range(3)]
    writes.append(
        {
            "Put": {
                "TableName": table,
                "Item": {"id": {"S": "kept"}},
                "ConditionExpression": "attribute_not_exists(id)",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }
    )
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as caught:
        dynamodb.transact_write_items(TransactItems=writes)
    reasons = caught.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "None", "None", "ConditionalCheckFailed"]
    assert reasons[3]["Item"] == {"id": {"S": "kept"}, "n": {"N": "1"}}
    assert [item["id"]["S"] for item in dynamodb.scan(TableName=table)["Items"]] == ["kept"]


def test_given_many_threads_when_each_moves_a_counter_by_transaction_then_none_is_lost_and_readers_see_both_or_none(
    emulator: Emulator, table: str
) -> None:
    """Two items move together; readers that fetch both in one transaction never see one of them ahead."""
    dynamodb: DynamoDBClient = emulator.client("dynamodb")
    torn: list[tuple[str, str]] = []
    done = threading.Event()
    won: list[int] = []

    def write() -> None:
        client: DynamoDBClient = emulator.client("dynamodb")
        for _ in range(25):
            present = client.get_item(TableName=table, Key={"id": {"S": "a"}}, ConsistentRead=True).get("Item")
            seen = present["n"]["N"] if present else "0"
            moves: list[Any] = [
                {
                    "Update": {
                        "TableName": table,
                        "Key": {"id": {"S": name}},
                        "UpdateExpression": "SET n = :next",
                        "ConditionExpression": "n = :seen" if seen != "0" else "attribute_not_exists(n)",
                        "ExpressionAttributeValues": {
                            ":next": {"N": str(int(seen) + 1)},
                            **({":seen": {"N": seen}} if seen != "0" else {}),
                        },
                    }
                }
                for name in ("a", "b")
            ]
            try:
                client.transact_write_items(TransactItems=moves)
            except client.exceptions.TransactionCanceledException:
                continue
            won.append(int(seen) + 1)

    def read() -> None:
        client: DynamoDBClient = emulator.client("dynamodb")
        while not done.is_set():
            both = client.transact_get_items(
                TransactItems=[{"Get": {"TableName": table, "Key": {"id": {"S": name}}}} for name in ("a", "b")]
            )["Responses"]
            one, other = (each.get("Item", {}).get("n", {}).get("N", "0") for each in both)
            if one != other:
                torn.append((one, other))

    threads = [threading.Thread(target=write) for _ in range(8)]
    reader = threading.Thread(target=read)
    reader.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    done.set()
    reader.join(10)
    assert torn == []
    assert sorted(won) == list(range(1, len(won) + 1))
    kept = dynamodb.get_item(TableName=table, Key={"id": {"S": "b"}})["Item"]["n"]["N"]
    assert int(kept) == len(won)


@pytest.mark.parametrize(
    ("condition", "names", "values", "code"),
    [
        ("#n = :one", {"#n": "n"}, {":one": {"N": "1"}}, ""),
        (" #n=:one ", {"#n": "n"}, {":one": {"N": "1.0"}}, ""),
        ("#n = :two", {"#n": "n"}, {":two": {"N": "2"}}, "ConditionalCheckFailedException"),
        ("#n = :one", {"#n": "absent"}, {":one": {"N": "1"}}, "ConditionalCheckFailedException"),
        ("#n = :one", {"#n": "n"}, {":one": {"S": "1"}}, "ConditionalCheckFailedException"),
        ("#n = :one", {"#x": "n"}, {":one": {"N": "1"}}, "ValidationException"),
        ("#n = :one", {"#n": "n"}, {":other": {"N": "1"}}, "ValidationException"),
        ("#n = = :one", {"#n": "n"}, {":one": {"N": "1"}}, "ValidationException"),
    ],
)
def test_given_conditions_that_are_parsed_once_when_evaluated_then_they_decide_as_dynamodb_does(
    emulator: Emulator,
    table: str,
    condition: str,
    names: dict[str, str],
    values: dict[str, Any],
    code: str,
) -> None:
    dynamodb: DynamoDBClient = emulator.client("dynamodb")
    dynamodb.put_item(TableName=table, Item={"id": {"S": "kept"}, "n": {"N": "1"}})
    answered = ""
    try:
        dynamodb.put_item(
            TableName=table,
            Item={"id": {"S": "kept"}},
            ConditionExpression=condition,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
        )
    except ClientError as error:
        answered = error_code(error)
    assert answered == code


def test_given_a_trail_in_the_local_cloud_when_the_commands_run_then_they_answer_and_their_exit_codes_tell(
    emulator: Emulator, tmp_path: Path
) -> None:
    with audit_world(AwsEmulator(emulator.endpoint)) as world:
        for number in range(1, 4):
            world.trail().append(event(number))
        world.checkpointer().run()
        variables = {
            **os.environ,
            "AUDIT_TABLE": world.table,
            "AUDIT_BUCKET": world.bucket,
            "AUDIT_SHARDS": str(world.shards),
            "AUDIT_SIGNING_KEY_ID": world.key_id,
        }

        def command(*arguments: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [sys.executable, "-m", "healthcare_runtime.audit", *arguments],
                cwd=REPOSITORY,
                env=variables,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )

        verified = command("verify", "--json")
        assert verified.returncode == 0, verified.stderr
        assert json.loads(verified.stdout)["events"] == 3 + 3
        assert command("show", "--entity", "d0c0").stdout.count("\n") == 3

        world.clients.dynamodb.delete_item(
            TableName=world.table, Key={"shard": {"S": world.trail().append(event(2)).shard}, "position": {"N": "2"}}
        )
        damaged = command("verify")
        assert damaged.returncode == 1
        assert "position 2, event d0c0/Step2/0" in damaged.stdout
