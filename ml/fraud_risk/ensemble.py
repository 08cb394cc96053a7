"""Boosted trees as plain arrays: a model file that is data, read without running anything, and served by numpy alone.

No pickle: loading one runs whatever its author wrote, needs the library's exact version, and makes the image of the
endpoint ten times as large.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Numbers: TypeAlias = NDArray[np.int32]

MODEL_FILE: Final = "model.json"

_SCHEMA: Final = 1
_LEAF: Final = -1


class ModelDamagedError(ValueError):
    """The file is no model, or not the one that its version names."""


@dataclass(frozen=True, slots=True, eq=False)
class TreeEnsemble:
    """Trees of equal shape, ``(trees, nodes)``; a leaf has feature -1 and points to itself.

    ``value`` is the mean over the leaves below a node, weighted by training arrivals, times the learning rate; the sum
    of leaves and ``base`` is the log-odds.
    """

    names: tuple[str, ...]
    base: float
    feature: Numbers
    threshold: Floats
    left: Numbers
    right: Numbers
    value: Floats

    def probability(self, instances: Floats) -> Floats:
        """Score ``instances``, shape ``(n, len(names))``; shape ``(n,)``."""
        return _sigmoid(self.base + self._walk(instances)[0])

    def contributions(self, instances: Floats) -> Floats:
        """How much each feature moved the log-odds, shape ``(n, len(names))``.

        The sum over a path of the differences between node and chosen child (Saabas 2014): exact for the sum, and as
        approximate as every such attribution for correlated features.
        """
        return self._walk(instances)[1]

    def to_json(self) -> str:
        """The model file's text, with a version that is the digest of the rest."""
        content = self._content()
        return json.dumps({**content, "version": _digest(content)}, separators=(",", ":")) + "\n"

    @property
    def version(self) -> str:
        """12 hex digits."""
        return _digest(self._content())

    def _walk(self, instances: Floats) -> tuple[Floats, Floats]:
        # Training compared single precision with thresholds, so serving does.
        rows = np.asarray(instances, dtype=np.float32)
        if rows.ndim != 2 or rows.shape[1] != len(self.names):
            raise ValueError(f"instances: must have {len(self.names)} features")
        count, trees = len(rows), np.arange(len(self.feature))
        moved = np.zeros((count, len(self.names)))
        node = np.zeros((count, len(trees)), dtype=np.int32)
        each = np.arange(count)[:, None]
        total = np.repeat(self.value[:, 0].sum(), count)
        while True:
            feature = self.feature[trees, node]
            inner = feature != _LEAF
            if not inner.any():
                return total, moved
            goes_left = rows[each, np.maximum(feature, 0)] <= self.threshold[trees, node]
            child = np.where(inner, np.where(goes_left, self.left[trees, node], self.right[trees, node]), node)
            step = np.where(inner, self.value[trees, child] - self.value[trees, node], 0.0)
            np.add.at(moved, (np.broadcast_to(each, feature.shape), np.maximum(feature, 0)), step)
            total = total + step.sum(axis=1)
            node = child.astype(np.int32)

    def _content(self) -> dict[str, object]:
        return {
            "schema": _SCHEMA,
            "names": list(self.names),
            "base": self.base,
            "feature": self.feature.tolist(),
            "threshold": self.threshold.tolist(),
            "left": self.left.tolist(),
            "right": self.right.tolist(),
            "value": self.value.tolist(),
        }


def load(path: Path) -> TreeEnsemble:
    """Read a model file and check that it cannot lead anywhere: shapes, indexes, no cycles.

    Raises
    ------
    ModelDamagedError
        Names what is wrong.
    OSError
        The file cannot be read.
    """
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        model = TreeEnsemble(
            names=tuple(map(str, read["names"])),
            base=float(read["base"]),
            feature=np.asarray(read["feature"], dtype=np.int32),
            threshold=np.asarray(read["threshold"], dtype=np.float64),
            left=np.asarray(read["left"], dtype=np.int32),
            right=np.asarray(read["right"], dtype=np.int32),
            value=np.asarray(read["value"], dtype=np.float64),
        )
        stated = str(read["version"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelDamagedError(f"{MODEL_FILE}: {type(error).__name__}") from None
    shape = model.feature.shape
    if len(shape) != 2 or any(part.shape != shape for part in (model.threshold, model.left, model.right, model.value)):
        raise ModelDamagedError(f"{MODEL_FILE}: its arrays must have one shape")
    if not np.isfinite(model.value).all() or not np.isfinite(model.base):
        raise ModelDamagedError(f"{MODEL_FILE}: its values must be finite")
    inner = model.feature != _LEAF
    index = np.broadcast_to(np.arange(shape[1]), shape)
    for child in (model.left, model.right):
        # A child comes after its parent: every walk ends.
        if (child[inner] <= index[inner]).any() or (child >= shape[1]).any():
            raise ModelDamagedError(f"{MODEL_FILE}: a child must come after its parent")
    if (model.feature < _LEAF).any() or (model.feature >= len(model.names)).any():
        raise ModelDamagedError(f"{MODEL_FILE}: a feature must be one of its names")
    if stated != model.version:
        raise ModelDamagedError(f"{MODEL_FILE}: its version must be the digest of its content")
    return model


def _digest(content: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


def _sigmoid(log_odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -60, 60))), dtype=np.float64)
