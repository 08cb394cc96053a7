"""Faults on request, for tests of what stands on this service. README.md, Faults, lists them.

``POST /_local/faults`` arms one, ``GET`` lists those still armed, ``DELETE`` disarms all. Each acts ``times`` times.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from local_cloud.health_imaging import service_model
from local_cloud.health_imaging.errors import ServiceError, validation
from local_cloud.health_imaging.json_types import JsonObject, JsonValue

_MAXIMUM_ARMED = 100


class FaultKind(StrEnum):
    """What a fault does."""

    ERROR = "error"
    """The operation answers ``error`` and has no effect."""
    ERROR_AFTER_EFFECT = "error-after-effect"
    """The operation takes effect, and answers ``error``."""
    JOB_FAILS = "job-fails"
    """An import job ends FAILED with ``message``, having imported nothing."""
    MANIFEST_MISSING = "manifest-missing"
    """An import job ends COMPLETED and writes no result."""
    SLOW_JOB = "slow-job"
    """An import job stays IN_PROGRESS at least ``seconds``."""
    FILE_ERROR = "file-error"
    """A file whose key contains ``keyContains`` fails with InternalServerException."""


@dataclass(frozen=True)
class Fault:
    """One armed fault."""

    kind: FaultKind
    times: int = 1
    operation: str = "StartDICOMImportJob"
    error: str = "ThrottlingException"
    message: str = "An internal error occurred"
    seconds: float = 0.0
    key_contains: str = ""

    @classmethod
    def parse(cls, document: JsonValue) -> "Fault":
        """Read a fault; anything unknown is refused.

        Raises
        ------
        ServiceError
            ValidationException that names the field.
        """
        if not isinstance(document, dict):
            raise validation("fault: must be a JSON object")
        kinds = [kind.value for kind in FaultKind]
        if document.get("fault") not in kinds:
            raise validation(f"fault: must be one of {', '.join(kinds)}")
        texts = {"operation": cls.operation, "error": cls.error, "message": cls.message, "keyContains": ""}
        for name in texts.keys() & document.keys():
            value = document[name]
            if not isinstance(value, str):
                raise validation(f"{name}: must be a string")
            texts[name] = value
        if not service_model.is_error(texts["error"]):
            raise validation("error: must be an exception of the service model")
        times, seconds = document.get("times", 1), document.get("seconds", 0)
        if not isinstance(times, int) or times < 1 or not isinstance(seconds, int | float):
            raise validation("times: must be a positive integer, and seconds a number")
        return cls(
            FaultKind(str(document["fault"])), times, texts["operation"], texts["error"], texts["message"],
            float(seconds), texts["keyContains"],
        )  # fmt: skip


class Faults:
    """The armed faults."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []
        self._lock = threading.Lock()

    def arm(self, fault: Fault) -> None:
        with self._lock:
            if len(self._armed) >= _MAXIMUM_ARMED:
                raise validation(f"faults: at most {_MAXIMUM_ARMED} may be armed")
            self._armed.append(fault)

    def disarm_all(self) -> None:
        with self._lock:
            self._armed.clear()

    def listing(self) -> list[JsonObject]:
        with self._lock:
            return [{"fault": fault.kind.value, "times": fault.times} for fault in self._armed]

    def before(self, operation: str) -> ServiceError | None:
        """The error that an operation must answer instead of acting."""
        return self._error(FaultKind.ERROR, operation)

    def after(self, operation: str) -> ServiceError | None:
        """The error that an operation must answer although it acted."""
        return self._error(FaultKind.ERROR_AFTER_EFFECT, operation)

    def take(self, kind: FaultKind, *, key: str = "") -> Fault | None:
        """The fault of that kind that acts now, if one is armed."""
        return self._take(lambda fault: fault.kind is kind and fault.key_contains in key)

    def _error(self, kind: FaultKind, operation: str) -> ServiceError | None:
        fault = self._take(lambda one: one.kind is kind and one.operation == operation)
        return ServiceError(fault.error, fault.message) if fault else None

    def _take(self, applies: Callable[[Fault], bool]) -> Fault | None:
        with self._lock:
            position = next((number for number, fault in enumerate(self._armed) if applies(fault)), None)
            if position is None:
                return None
            fault = self._armed[position]
            if fault.times > 1:
                self._armed[position] = replace(fault, times=fault.times - 1)
            else:
                del self._armed[position]
            return fault
