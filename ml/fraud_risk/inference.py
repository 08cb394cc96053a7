"""Script mode inference: ``model_fn``, ``input_fn``, ``predict_fn``, ``output_fn`` (SageMaker Python SDK, "Serve").

Request:  ``{"names": [...], "instances": [[...], ...]}``, names exactly the model's: another version's client is told.
Answer:   ``{"model_version": "...", "predictions": [{"score": 0.02, "reasons": ["repeats"]}, ...]}``
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from ml.fraud_risk.ensemble import MODEL_FILE, Floats, TreeEnsemble, load

MODEL_DIR: Final = Path(__file__).parent / "model"
"""The model that is part of the repository and of the image."""

MAXIMUM_INSTANCES: Final = 1_000
MAXIMUM_REASONS: Final = 5

_CONTENT_TYPE: Final = "application/json"
_NOTEWORTHY: Final = 0.1
"""Log-odds that a feature must add to be named as a reason."""


class RequestError(ValueError):
    """The request cannot be answered. The text names the member and its form, never its value."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Instances:
    """What is asked about: names of the features and rows of numbers, shape ``(n, len(names))``."""

    names: tuple[str, ...]
    values: Floats


@dataclass(frozen=True, slots=True)
class Prediction:
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Predictions:
    model_version: str
    predictions: tuple[Prediction, ...]


def model_fn(model_dir: str) -> TreeEnsemble:
    """Load the model of ``model_dir``."""
    return load(Path(model_dir) / MODEL_FILE)


def input_fn(request_body: bytes, request_content_type: str) -> Instances:
    """Read a request.

    Raises
    ------
    RequestError
        It is none.
    """
    if request_content_type.partition(";")[0].strip().lower() != _CONTENT_TYPE:
        raise RequestError(f"Content-Type: must be {_CONTENT_TYPE}", 415)
    try:
        read = json.loads(request_body)
    except (ValueError, RecursionError):
        raise RequestError("body: must be JSON") from None
    match read:
        case {"names": list() as names, "instances": list() as rows}:
            pass
        case _:
            raise RequestError("body: must hold names and instances")
    if not all(isinstance(name, str) for name in names):
        raise RequestError("names: must be texts")
    if not 1 <= len(rows) <= MAXIMUM_INSTANCES:
        raise RequestError(f"instances: must be 1 to {MAXIMUM_INSTANCES}")
    for row in rows:
        if not isinstance(row, list) or len(row) != len(names):
            raise RequestError("instances: each must have a number for every name")
        if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in row):
            raise RequestError("instances: must be numbers")
    try:
        values = np.asarray(rows, dtype=np.float64)
    except OverflowError:
        raise RequestError("instances: must be finite") from None
    if not np.isfinite(values).all():
        raise RequestError("instances: must be finite")
    return Instances(tuple(names), values)


def predict_fn(input_data: Instances, model: TreeEnsemble) -> Predictions:
    """Score the instances.

    Raises
    ------
    RequestError
        The names are not those that the model was trained with.
    """
    if input_data.names != model.names:
        raise RequestError("names: must be those of the model, in its order")
    scores = model.probability(input_data.values)
    moved = model.contributions(input_data.values)
    return Predictions(
        model.version,
        tuple(Prediction(float(score), _reasons(model.names, row)) for score, row in zip(scores, moved, strict=True)),
    )


def output_fn(prediction: Predictions, accept: str) -> tuple[bytes, str]:
    """Write an answer: its bytes and content type.

    Raises
    ------
    RequestError
        Only JSON is written.
    """
    kinds = {part.partition(";")[0].strip().lower() for part in accept.split(",")}
    if not kinds & {_CONTENT_TYPE, "application/*", "*/*", ""}:
        raise RequestError(f"Accept: must allow {_CONTENT_TYPE}", 406)
    answer = {
        "model_version": prediction.model_version,
        "predictions": [
            {"score": round(each.score, 6), "reasons": list(each.reasons)} for each in prediction.predictions
        ],
    }
    return json.dumps(answer).encode(), _CONTENT_TYPE


def _reasons(names: tuple[str, ...], moved: Floats) -> tuple[str, ...]:
    """Features that raised the score, strongest first."""
    order = np.argsort(-moved, kind="stable")[:MAXIMUM_REASONS]
    return tuple(names[index] for index in order if moved[index] >= _NOTEWORTHY)
