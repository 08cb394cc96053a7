"""The audit trail of a run: sealed by the deployed checkpoint function, verified from outside, read for its times."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from healthcare_runtime.audit.chain import shard_name
from healthcare_runtime.audit.table import rows
from healthcare_runtime.contracts.audit import AuditVariable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.type_defs import FunctionConfigurationTypeDef

VERIFY: Final = "python -m healthcare_runtime.audit verify"
_CHECKPOINT: Final = "lambdas.audit.checkpoint.handler"
_ATTEMPTS: Final = 10
"""The schedule may be running it at this moment, and only one copy runs at a time."""
_PAUSE_SECONDS: Final = 3
_VERIFY_SECONDS: Final = 120


class TrailError(Exception):
    """The trail could not be sealed or verified. The text says what answered what."""


@dataclass(frozen=True, slots=True)
class StepEvent:
    """One audit event of a document. ``at``: epoch seconds."""

    document_id: str
    step: str
    outcome: str
    at: float


@dataclass(frozen=True, slots=True)
class Verification:
    """What the verification said of the whole trail, of earlier runs too."""

    intact: bool
    events: int
    shards: int
    checkpoints: int
    unsigned: int
    findings: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The deployed function that seals the trail, and the environment in which it finds it."""

    name: str
    variables: Mapping[str, str]

    @property
    def table(self) -> str:
        return self.variables[AuditVariable.AUDIT_TABLE]

    @property
    def shards(self) -> tuple[str, ...]:
        return tuple(shard_name(index) for index in range(int(self.variables[AuditVariable.AUDIT_SHARDS])))


def find_checkpoint(functions: LambdaClient) -> Checkpoint:
    """The checkpoint function of the stage, known by its handler.

    Raises
    ------
    TrailError
        No function has that handler.
    """
    for page in functions.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            if function.get("Handler") == _CHECKPOINT:
                return Checkpoint(function["FunctionName"], _variables(function))
    raise TrailError(f"audit: no deployed function has the handler {_CHECKPOINT}")


def seal(functions: LambdaClient, checkpoint: Checkpoint) -> None:
    """Run the function once, now: signs what the trail holds and locks the signature away.

    Raises
    ------
    TrailError
        It failed, or was running for longer than we wait.
    """
    for _ in range(_ATTEMPTS):
        try:
            answer = functions.invoke(FunctionName=checkpoint.name, Payload=b"{}")
        except functions.exceptions.TooManyRequestsException:
            time.sleep(_PAUSE_SECONDS)
            continue
        if not answer.get("FunctionError"):
            return
        raise TrailError(f"audit: the checkpoint function failed: {json.load(answer['Payload']).get('errorType')}")
    raise TrailError("audit: the checkpoint function was busy for too long")


def verify(checkpoint: Checkpoint, environment: Mapping[str, str]) -> Verification:
    """Verify the trail from outside, with the command that an auditor uses.

    Raises
    ------
    TrailError
        It could not be verified, which is neither yes nor no.
    """
    try:
        ended = subprocess.run(
            [sys.executable, *VERIFY.split()[1:], "--json"],
            env={**os.environ, **environment, **checkpoint.variables},
            capture_output=True, text=True, timeout=_VERIFY_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise TrailError(f"audit: not verified within {_VERIFY_SECONDS} s; run `{VERIFY}`") from None
    if ended.returncode not in (0, 1):
        raise TrailError(f"audit: {ended.stdout.strip() or ended.stderr.strip()[-200:]}")
    said = json.loads(ended.stdout)
    return Verification(
        intact=said["intact"],
        events=said["events"],
        shards=said["shards"],
        checkpoints=said["checkpoints"],
        unsigned=said["unsigned"],
        findings=tuple(f"{one['fault']}: shard {one['shard']}, {one['detail']}" for one in said["findings"]),
        seconds=said["seconds"],
    )


def step_events(dynamodb: DynamoDBClient, checkpoint: Checkpoint, document_ids: Collection[str]) -> list[StepEvent]:
    """The events of these documents, in the order in which they were said."""
    wanted = frozenset(document_ids)
    found = [
        StepEvent(record["entity"], record["action"], record["outcome"], _epoch(record["recorded_at"]))
        for shard in checkpoint.shards
        for row in rows(dynamodb, checkpoint.table, shard)
        if (record := json.loads(row.record))["entity"] in wanted
    ]
    return sorted(found, key=lambda event: event.at)


def _variables(function: FunctionConfigurationTypeDef) -> dict[str, str]:
    names = frozenset(AuditVariable)
    given = function.get("Environment", {}).get("Variables", {})
    return {name: value for name, value in given.items() if name in names}


def _epoch(instant: str) -> float:
    return datetime.fromisoformat(instant).timestamp()
