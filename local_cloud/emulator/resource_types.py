"""CloudFormation resource types that we add to ministack: what one must do, and how it is registered.

Handlers of ``AWS::*`` types run on the emulator's event loop. They call its functions directly and must never call it
over HTTP: that would wait for itself. A type that talks to another process says so with ``blocking = True``; it then
runs on a worker thread, like custom resources do.
"""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners

from local_cloud.emulator.patching import PatchSet

Properties = Mapping[str, object]

PATCHES = PatchSet("CloudFormation resource types")
PATCHES.require("services.cloudformation.provisioners:_RESOURCE_HANDLERS")

_BLOCKING: set[str] = set()


@PATCHES.replaces("services.cloudformation.stacks:_runs_on_worker_thread", "resource_type")
def _runs_on_worker_thread(original: Any, resource_type: str) -> bool:
    return resource_type in _BLOCKING or bool(original(resource_type))


@PATCHES.replaces(
    "services.cloudformation.engine:validate_template_support",
    "template conditions params",
    imported_by=("services.cloudformation.handlers", "services.cloudformation.changesets"),
)
def _validate_template_support(original: Any, template: Any, conditions: Any, params: Any = None) -> None:
    try:
        original(template, conditions, params)
    except ValueError as error:
        if "Unrecognized resource types" not in str(error):
            raise
        raise ValueError(
            f"{error}: the local cloud does not know them; add each to local_cloud/emulator "
            "(recorded_types.py when recording it is enough)"
        ) from error


class Provisioned(NamedTuple):
    """What ``Ref`` and ``Fn::GetAtt`` answer."""

    physical_id: str
    attributes: dict[str, object]


class ResourceType(ABC):
    """One CloudFormation resource type."""

    name: str
    blocking: bool = False

    @abstractmethod
    def create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned: ...

    def update(self, physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str) -> Provisioned:
        """Change in place. The default replaces: a new resource first, the old one removed afterwards."""
        provisioned = self.create(logical_id, new, stack)
        if provisioned.physical_id != physical_id:
            self.delete(physical_id, old)
        return provisioned

    @abstractmethod
    def delete(self, physical_id: str, properties: Properties) -> None: ...


def register(types: Iterable[ResourceType]) -> None:
    """Make the emulator provision ``types``, in place of its own handlers where it has some."""
    for kind in types:
        provisioners._RESOURCE_HANDLERS[kind.name] = {
            "create": kind.create,
            "update": kind.update,
            "update_with_logical_id": True,
            "delete": kind.delete,
        }
        if kind.blocking:
            _BLOCKING.add(kind.name)


def text(properties: Properties, name: str, default: str = "") -> str:
    value = properties.get(name)
    return default if value is None else str(value)


def flag(properties: Properties, name: str, *, default: bool = False) -> bool:
    """A template boolean, which may arrive as the string ``"false"``."""
    value = properties.get(name)
    return default if value is None else str(value).lower() == "true"


def mapping(properties: Properties, name: str) -> dict[str, object]:
    value = properties.get(name)
    return dict(value) if isinstance(value, Mapping) else {}


def mappings(properties: Properties, name: str) -> list[dict[str, object]]:
    value = properties.get(name)
    return [dict(item) for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def resource_id(prefix: str) -> str:
    """An id in the style of EC2: the prefix and 17 hexadecimal digits."""
    return f"{prefix}-{uuid.uuid4().hex[:17]}"


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{get_region()}:{get_account_id()}:{resource}"
