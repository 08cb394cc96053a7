"""Events of the services that run beside the emulator.

``PutEvents`` refuses ``aws.*`` sources, here as on AWS: there only a service itself may speak in its name. The services
beside the emulator are such services, and have no other way to the bus.
"""

from typing import Any

from local_cloud.emulator.patching import PatchSet

PATCHES = PatchSet("events of services beside the emulator")

_SOURCES = frozenset({"aws.medical-imaging"})


@PATCHES.replaces("services.eventbridge:_put_events", "data allow_aws_source")
def _put_events(original: Any, data: Any, allow_aws_source: bool = False) -> Any:
    sources = {entry.get("Source") for entry in data.get("Entries", []) if isinstance(entry, dict)}
    return original(data, allow_aws_source=allow_aws_source or (bool(sources) and sources <= _SOURCES))
