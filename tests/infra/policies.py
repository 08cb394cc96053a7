"""How tests read IAM policies: who may do what, on which resource, in one flat list."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Permission:
    """One action on one resource; ``resource`` is the JSON text of whatever the template says."""

    effect: str
    action: str
    resource: str
    conditions: str

    @property
    def resource_value(self) -> Any:
        """The resource as the template has it: text, or an intrinsic function."""
        return json.loads(self.resource)

    def about(self, part: str) -> bool:
        return part in self.resource


def permissions(resources: Mapping[str, Any], policy: str) -> list[Permission]:
    """The permissions of the one managed policy whose logical id starts with ``policy``."""
    found = [
        body
        for logical_id, body in resources.items()
        if body["Type"] == "AWS::IAM::ManagedPolicy" and logical_id.startswith(policy)
    ]
    assert len(found) == 1, f"{policy}: {len(found)} managed policies, expected one"
    return list(_flat(found[0]["Properties"]["PolicyDocument"]["Statement"]))


def _flat(statements: list[dict[str, Any]]) -> Iterator[Permission]:
    for statement in statements:
        for action in _listed(statement["Action"]):
            for resource in _listed(statement["Resource"]):
                yield Permission(
                    statement["Effect"], action, json.dumps(resource), json.dumps(statement.get("Condition", {}))
                )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
