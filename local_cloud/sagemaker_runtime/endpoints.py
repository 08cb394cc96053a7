"""Endpoints by name, each with a model in script mode: ``model_fn``, ``input_fn``, ``predict_fn``, ``output_fn``."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar, cast

_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")  # SageMaker Runtime API reference, EndpointName
_MODULE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")

Model = TypeVar("Model")
Data = TypeVar("Data")
Prediction = TypeVar("Prediction")


class ScriptMode(Protocol[Model, Data, Prediction]):
    """What an inference module has (SageMaker Python SDK, "Serve a model")."""

    MODEL_DIR: Path
    model_fn: Callable[[str], Model]
    input_fn: Callable[[bytes, str], Data]
    predict_fn: Callable[[Data, Model], Prediction]
    output_fn: Callable[[Prediction, str], tuple[bytes, str]]


class EndpointFaultError(ValueError):
    """An endpoint cannot be served. The text is the one line to show."""


class ModelFailureError(Exception):
    """The model's code raised. ``status``: 400 and the like where it refused its input, else 500."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A model that is loaded. ``invoke`` takes body, content type and accepted type; gives body and content type."""

    name: str
    invoke: Callable[[bytes, str, str], tuple[bytes, str]]


def load_all(options: Sequence[str]) -> Mapping[str, Endpoint]:
    """Load the endpoints of ``--endpoint NAME=MODULE`` options.

    Raises
    ------
    EndpointFaultError
        Names the option and the mend.
    """
    found: dict[str, Endpoint] = {}
    for option in options:
        name, separator, module = option.partition("=")
        if not separator or _NAME.fullmatch(name) is None or _MODULE.fullmatch(module) is None:
            raise EndpointFaultError(f"--endpoint {option[:100]}: must be NAME=MODULE, a module in script mode")
        try:
            script = cast("ScriptMode[object, object, object]", importlib.import_module(module))
            found[name] = _loaded(name, script)
        except (ImportError, AttributeError, OSError, ValueError) as error:
            raise EndpointFaultError(f"--endpoint {name}={module}: {type(error).__name__}: {error}") from None
    return found


def _loaded(name: str, script: ScriptMode[Model, Data, Prediction]) -> Endpoint:
    model = script.model_fn(str(script.MODEL_DIR))

    def invoke(body: bytes, content_type: str, accept: str) -> tuple[bytes, str]:
        try:
            data = script.input_fn(body, content_type)
            return script.output_fn(script.predict_fn(data, model), accept)
        except Exception as error:
            status = getattr(error, "status", 500)
            message = str(error) if status < 500 else "internal error"
            raise ModelFailureError(status, message) from None

    return Endpoint(name, invoke)
