"""A stateful resource keeps its logical id: CloudFormation takes a new one for a new, empty resource."""

import json
from pathlib import Path

from healthcare_infra.assembly import Synthesis
from tests.infra.templates import resources
from tests.infra.test_invariants import STATEFUL

KNOWN = Path(__file__).with_name("stateful_resources.json")


def test_stateful_resources_keep_their_logical_ids(synthesis: Synthesis) -> None:
    found: dict[str, dict[str, str]] = {}
    for resource in resources(synthesis, *STATEFUL):
        if resource.stage == "production":
            found.setdefault(resource.stack, {})[resource.logical_id] = resource.type
    known: dict[str, dict[str, str]] = json.loads(KNOWN.read_text())

    for stack, guarded in known.items():
        for logical_id, kind in guarded.items():
            assert found.get(stack, {}).get(logical_id) == kind, (
                f"{kind} {logical_id} of stack {stack} is gone or renamed: deploying this would leave its data behind"
                f" and create an empty one. Keep its construct path, or migrate the data (cdk refactor, or import) and"
                f" then change {KNOWN.name}."
            )
    assert found == known, f"a new stateful resource: add it to {KNOWN.name}, so that it is guarded from now on"
