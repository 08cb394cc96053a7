"""What an import needs of an AWS account, and what arrives there: tables, events, messages."""

import json
import uuid
from datetime import date

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.object_key import InstanceKey
from tests.aws_emulator import ACCOUNT, REGION
from tests.aws_tables import create_table


def instance_key(study: int = 1, series: int = 1, number: int = 1, *, timestamp: int = 1_799_999_990) -> InstanceKey:
    """A key as the SCP writes it."""
    root = "1.2.826.0.1.3680043.8.498"
    return InstanceKey(
        date(2027, 1, 15), timestamp, f"{root}.{study}", f"{root}.{study}.{series}", f"{root}.{study}.{series}.{number}"
    )


def object_event(bucket: str, key: str, size: object, etag: str, version_id: str | None) -> str:
    """An EventBridge event as the S3 user guide shows it."""
    described = {"key": key, "size": size, "etag": etag, "version-id": version_id, "sequencer": "617f08299329d189"}
    return json.dumps(
        {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Object Created",
            "source": "aws.s3",
            "account": ACCOUNT,
            "time": "2027-01-15T08:00:00Z",
            "region": REGION,
            "resources": [f"arn:aws:s3:::{bucket}"],
            "detail": {
                "version": "0",
                "bucket": {"name": bucket},
                "object": {name: value for name, value in described.items() if value is not None},
                "reason": "PutObject",
            },
        }
    )


def close_message(batch_id: str) -> str:
    return json.dumps({"kind": "close-batch", "batchId": batch_id})


def start_message(batch_id: str) -> str:
    return json.dumps({"kind": "start-batch", "batchId": batch_id})


def create_tables(clients: AwsClients, name: str) -> None:
    """The three tables with the keys and indexes of the contracts."""
    dynamodb = clients.dynamodb
    create_table(dynamodb, f"{name}-jobs", {"jobId": "S"})
    create_table(dynamodb, f"{name}-batches", {"batchId": "S"}, indexes={"byState": {"batchState": "S", "dueAt": "N"}})
    create_table(
        dynamodb,
        f"{name}-instances",
        {"prefix": "S", "object": "S"},
        indexes={"bySopInstance": {"sopInstanceUID": "S"}},
        projection="ALL",
    )
