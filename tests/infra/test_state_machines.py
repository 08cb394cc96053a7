"""Every state machine of every template is valid Amazon States Language, in the opinion of two validators."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from healthcare_infra.assembly import Synthesis
from healthcare_infra.repository import REPOSITORY
from tests.infra.templates import resources

PLACEHOLDER = "arn:aws:lambda:us-east-1:111122223333:function:placeholder"


def definition(value: Any) -> str:
    """The definition with each reference replaced by an ARN: what CloudFormation does, without the account."""
    if isinstance(value, str):
        return value
    delimiter, parts = value["Fn::Join"]
    joined: str = delimiter.join(
        part if isinstance(part, str) else "aws" if part == {"Ref": "AWS::Partition"} else PLACEHOLDER for part in parts
    )
    return joined


@pytest.fixture(scope="module")
def definitions(synthesis: Synthesis, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    directory = tmp_path_factory.mktemp("asl")
    files = []
    for machine in resources(synthesis, "AWS::StepFunctions::StateMachine"):
        text = definition(machine.properties["DefinitionString"])
        file = directory / f"{machine.stage}-{machine.logical_id}.asl.json"
        file.write_text(json.dumps(json.loads(text), indent=2))
        files.append(file)
    assert files
    return files


def test_asl_validator_accepts_every_definition(definitions: list[Path]) -> None:
    validator = REPOSITORY / "node_modules" / ".bin" / "asl-validator"
    arguments = [argument for file in definitions for argument in ("--json-path", str(file))]
    node = Path(sys.executable).with_name("node")
    run = subprocess.run([node, validator, *arguments], capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_statelint_accepts_every_definition(definitions: list[Path]) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "statelint", *map(str, definitions)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_validators_would_refuse_a_broken_definition(tmp_path: Path) -> None:
    broken = tmp_path / "broken.asl.json"
    broken.write_text(json.dumps({"StartAt": "Nowhere", "States": {"Here": {"Type": "Succeed"}}}))
    node = Path(sys.executable).with_name("node")
    validator = REPOSITORY / "node_modules" / ".bin" / "asl-validator"
    for command in (
        [str(node), str(validator), "--json-path", str(broken)],
        [sys.executable, "-m", "statelint", str(broken)],
    ):
        assert subprocess.run(command, capture_output=True, timeout=300, check=False).returncode != 0, command
