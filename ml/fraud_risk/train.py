"""Script mode training: ``python -m ml.fraud_risk.train --model-dir ml/fraud_risk/model``.

SageMaker gives its directories as SM_* variables (SageMaker Training Toolkit, "Environment variables"); arguments win.
Without a training channel the arrivals are generated (:mod:`.synthetic`); with one they are read from its ``*.npz``
(arrays ``values``, shape (n, features), ``labels``, shape (n,), and ``names``).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier  # type: ignore[import-untyped]  # it has no types

from healthcare_runtime.fraud.features import FEATURE_NAMES
from ml.fraud_risk.ensemble import MODEL_FILE, Floats, Numbers, TreeEnsemble
from ml.fraud_risk.synthetic import Anomaly, LabelledArrival, arrivals

SEED: Final = 20270115
TREES: Final = 300
DEPTH: Final = 3
LEARNING_RATE: Final = 0.1


class TrainingDataError(ValueError):
    """The training channel does not hold what is trained on."""


def main(arguments: Sequence[str]) -> int:
    """Train and write the model file."""
    parser = argparse.ArgumentParser(prog="python -m ml.fraud_risk.train", description=__doc__)
    parser.add_argument("--model-dir", type=Path, default=os.environ.get("SM_MODEL_DIR"))
    parser.add_argument("--train", type=Path, default=os.environ.get("SM_CHANNEL_TRAIN"))
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--trees", type=int, default=TREES)
    options = parser.parse_args(arguments)
    if options.model_dir is None:
        parser.error("--model-dir: must be given, or SM_MODEL_DIR")
    try:
        values, labels = read_channel(Path(options.train)) if options.train else matrix(arrivals(options.seed))
    except TrainingDataError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    model = fit(values, labels, seed=options.seed, trees=options.trees)
    folder = Path(options.model_dir)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL_FILE).write_text(model.to_json(), encoding="utf-8")
    sys.stdout.write(f"{len(labels)} arrivals, {int(labels.sum())} anomalies: model {model.version}\n")
    return 0


def fit(values: Floats, labels: Numbers, *, seed: int, trees: int = TREES) -> TreeEnsemble:
    """Train on ``values``, shape (n, features), and ``labels``, shape (n,), 1: an anomaly."""
    classifier = GradientBoostingClassifier(
        n_estimators=trees,
        max_depth=DEPTH,
        learning_rate=LEARNING_RATE,
        subsample=0.5,
        max_features="sqrt",
        min_samples_leaf=20,
        random_state=seed,
    ).fit(values, labels)
    return exported(classifier)


def exported(classifier: GradientBoostingClassifier) -> TreeEnsemble:
    """Turn scikit-learn's trees into arrays."""
    trees = [each.tree_ for each in classifier.estimators_[:, 0]]
    shape = (len(trees), max(tree.node_count for tree in trees))
    feature = np.full(shape, -1, dtype=np.int32)
    threshold = np.zeros(shape)
    left = np.tile(np.arange(shape[1], dtype=np.int32), (shape[0], 1))
    right = left.copy()
    value = np.zeros(shape)
    for row, tree in enumerate(trees):
        count = tree.node_count
        inner = tree.children_left >= 0
        feature[row, :count] = np.where(inner, tree.feature, -1)
        threshold[row, :count] = np.where(inner, tree.threshold, 0.0)
        left[row, :count] = np.where(inner, tree.children_left, np.arange(count))
        right[row, :count] = np.where(inner, tree.children_right, np.arange(count))
        value[row, :count] = _means(tree.children_left, tree.children_right, tree.n_node_samples, tree.value[:, 0, 0])
    prior = classifier.init_.class_prior_[1]
    return TreeEnsemble(
        names=FEATURE_NAMES,
        base=float(np.log(prior / (1 - prior))),
        feature=feature,
        threshold=threshold,
        left=left,
        right=right,
        value=np.round(value * classifier.learning_rate, 8),
    )


def matrix(labelled: Sequence[LabelledArrival]) -> tuple[Floats, Numbers]:
    """Values and labels as arrays."""
    values = np.asarray([each.features.values for each in labelled], dtype=np.float64)
    labels = np.asarray([each.anomaly is not Anomaly.NONE for each in labelled], dtype=np.int32)
    return values, labels


def read_channel(folder: Path) -> tuple[Floats, Numbers]:
    """Read every ``*.npz`` of a training channel; no pickled object is loaded."""
    parts: list[tuple[Floats, Numbers]] = []
    for path in sorted(folder.glob("*.npz")):
        with np.load(path, allow_pickle=False) as read:
            if tuple(read["names"].tolist()) != FEATURE_NAMES:
                raise TrainingDataError(f"{path.name}: names must be those of healthcare_runtime.fraud.features")
            parts.append((read["values"].astype(np.float64), read["labels"].astype(np.int32)))
    if not parts:
        raise TrainingDataError("training channel: must hold *.npz files")
    return np.concatenate([values for values, _ in parts]), np.concatenate([labels for _, labels in parts])


def _means(left: Numbers, right: Numbers, samples: Numbers, leaves: Floats) -> Floats:
    """Values of all nodes: leaves keep theirs, others the mean of their children. Children come after parents."""
    value = leaves.copy()
    for node in range(len(value) - 1, -1, -1):
        if left[node] >= 0:
            below = (left[node], right[node])
            value[node] = np.average([value[child] for child in below], weights=[samples[child] for child in below])
    return value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
