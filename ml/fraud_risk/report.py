"""``python -m ml.fraud_risk.report``: measures the model of the repository and writes docs/fraud-risk.md.

Everything is measured on worlds that were not trained on: other seeds, other submitters.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from sklearn.metrics import average_precision_score  # type: ignore[import-untyped]  # it has no types

from healthcare_runtime.fraud.features import FEATURE_NAMES
from ml.fraud_risk.ensemble import Floats, Numbers, TreeEnsemble
from ml.fraud_risk.inference import MODEL_DIR, model_fn
from ml.fraud_risk.synthetic import DAYS, INJECTED, SUBMITTERS, Anomaly, LabelledArrival, arrivals
from ml.fraud_risk.train import DEPTH, LEARNING_RATE, SEED, TREES, fit, matrix

DOCUMENT: Final = Path("docs/fraud-risk.md")
TEST_SEEDS: Final = (SEED + 1, SEED + 2, SEED + 3)
THRESHOLD: Final = 0.9
"""Default of FRAUD_THRESHOLD."""

_BINS: Final = (0.0, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 1.0)
_OBVIOUS: Final = FEATURE_NAMES.index("hour_over_usual")


@dataclass(frozen=True, slots=True)
class World:
    """Arrivals as arrays. ``kinds``: the anomaly of each."""

    values: Floats
    labels: Numbers
    kinds: tuple[Anomaly, ...]

    def part(self, kind: Anomaly) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Ordinary arrivals and those of one kind."""
        return np.asarray([each in {Anomaly.NONE, kind} for each in self.kinds])


def main() -> int:
    """Measure and write."""
    model = model_fn(str(MODEL_DIR))
    training = _world(arrivals(SEED))
    tests = [_world(arrivals(seed)) for seed in TEST_SEEDS]
    DOCUMENT.write_text(_document(model, training, tests), encoding="utf-8")
    sys.stdout.write(f"Written: {DOCUMENT}\n")
    return 0


def precision(scores: Floats, labels: Numbers) -> float:
    """Average precision: the area below the precision-recall curve."""
    return float(average_precision_score(labels, scores))


def _world(labelled: Sequence[LabelledArrival]) -> World:
    values, labels = matrix(labelled)
    return World(values, labels, tuple(each.anomaly for each in labelled))


def _document(model: TreeEnsemble, training: World, tests: Sequence[World]) -> str:
    overall = [precision(model.probability(test.values), test.labels) for test in tests]
    obvious = [precision(test.values[:, _OBVIOUS], test.labels) for test in tests]
    chance = [float(test.labels.mean()) for test in tests]
    arrivals_seen = sum(len(test.labels) for test in tests)
    anomalies_seen = sum(int(test.labels.sum()) for test in tests)
    return f"""# Fraud and anomaly score

Written by `python -m ml.fraud_risk.report`; the model by
`python -m ml.fraud_risk.train --model-dir ml/fraud_risk/model` (seed {SEED}, gradient boosting, {TREES} trees of depth
{DEPTH}, learning rate {LEARNING_RATE}). Model {model.version}.

**The arrivals are synthetic** (`ml/fraud_risk/synthetic.py`): {SUBMITTERS} invented submitters over {DAYS} days, with
hours, volumes, formats and patients of their own, harmless irregularities included, and anomalies of
{len(INJECTED)} kinds that we injected ourselves. There is no labelled real fraud in this repository. What follows
therefore says that the score finds what it was taught to find, and how far it goes beyond; **it says nothing about the
fraud of a real site**. A site trains on its own reviewed arrivals (`--train` with `*.npz`) and writes this page again
before it trusts a score. The score never decides by itself: a high one holds a document for a person.

## Found among all arrivals

Average precision on {len(tests)} worlds with seeds of their own ({", ".join(map(str, TEST_SEEDS))}) and submitters that
training has not seen: {arrivals_seen} arrivals, {anomalies_seen} of them anomalies.

| score | average precision (mean) | least | most |
|---|---|---|---|
{_row("this model", overall)}
{_row("one obvious rule: documents this hour over the submitter's usual", obvious)}
{_row("chance (the share of anomalies)", chance)}

{_threshold(model, tests)}

## By kind of injected anomaly

Each kind against the ordinary arrivals, mean of the {len(tests)} worlds. "Best single feature" is the one that does
best on the training world: a rule for this one kind that somebody could have written; where it is better than the
model, the model pays for looking for everything at once. "Not taught" is a model trained without this kind: what is
left of the score for fraud of a sort that nobody thought of.

{_kinds(model, training, tests)}

## Calibration

Of the arrivals whose score is in a range, how many were anomalies, on the test worlds. A calibrated score's two columns
agree.

{_calibration(model, tests)}

Real anomalies are rarer than the {np.mean(chance):.1%} here: a site's scores must be calibrated on its own arrivals.

## What it looks at

Share of the movement of the log-odds over the test worlds, by feature; the ten that move most.

{_weights(model, tests)}

## Limits

- Features see counts, sizes, times and claim sums. A forged document that is ordinary in all of these is invisible.
- Where a kind is an episode (burst, harvest, replay, night), its first documents look ordinary and count as missed.
- A kind that was not taught is found little better than by chance: this is a score for known patterns, not for novelty.
- Without history (the first days of a submitter) "usual" is 0; the model expects a backlog then, so a burst passes.
- Slow changes become usual within fourteen days; patients are counted by a sketch of 512 buckets.
- Nothing about a patient enters the score but how many there are and how many are new, so there is no group of patients
  to be unfair to; submitters with few documents have less history, hence less certain scores.
"""


def _row(title: str, figures: Sequence[float]) -> str:
    return f"| {title} | {np.mean(figures):.3f} | {min(figures):.3f} | {max(figures):.3f} |"


def _threshold(model: TreeEnsemble, tests: Sequence[World]) -> str:
    held = found = positive = ordinary = 0
    for test in tests:
        high = model.probability(test.values) >= THRESHOLD
        held += int(high.sum())
        found += int((high & (test.labels == 1)).sum())
        positive += int(test.labels.sum())
        ordinary += int((test.labels == 0).sum())
    return (
        f"At the default threshold {THRESHOLD} a document is held: {found} of {positive} anomalies"
        f" ({found / positive:.0%}) and {held - found} of {ordinary} ordinary arrivals"
        f" ({(held - found) / ordinary:.2%}); of what is held, {found / max(1, held):.0%} are anomalies."
    )


def _kinds(model: TreeEnsemble, training: World, tests: Sequence[World]) -> str:
    rows = ["| kind | this model | best single feature | not taught | chance |", "|---|---|---|---|---|"]
    for kind in INJECTED:
        feature, sign = _best_feature(training, kind)
        untaught = _without(training, kind)
        parts = [(test.values[part], test.labels[part]) for test in tests for part in [test.part(kind)]]
        taught = np.mean([precision(model.probability(values), labels) for values, labels in parts])
        single = np.mean([precision(sign * values[:, feature], labels) for values, labels in parts])
        beyond = np.mean([precision(untaught.probability(values), labels) for values, labels in parts])
        chance = np.mean([labels.mean() for _values, labels in parts])
        rows.append(
            f"| {kind} | {taught:.3f} | {single:.3f} ({FEATURE_NAMES[feature]}) | {beyond:.3f} | {chance:.4f} |"
        )
    return "\n".join(rows)


def _best_feature(training: World, kind: Anomaly) -> tuple[int, int]:
    """Which feature finds a kind best, and whether it is high or low then."""
    part = training.part(kind)
    values, labels = training.values[part], training.labels[part]
    scored = [
        (precision(sign * values[:, index], labels), index, sign)
        for index in range(len(FEATURE_NAMES))
        for sign in (1, -1)
    ]
    _, index, sign = max(scored)
    return index, sign


def _without(training: World, kind: Anomaly) -> TreeEnsemble:
    others = np.asarray([each is not kind for each in training.kinds])
    return fit(training.values[others], training.labels[others], seed=SEED)


def _calibration(model: TreeEnsemble, tests: Sequence[World]) -> str:
    scores = np.concatenate([model.probability(test.values) for test in tests])
    labels = np.concatenate([test.labels for test in tests])
    rows = ["| score | arrivals | mean score | anomalies |", "|---|---|---|---|"]
    error = 0.0
    for low, high in itertools.pairwise(_BINS):
        inside = (scores >= low) & ((scores < high) if high < 1 else (scores <= high))
        if not inside.any():
            continue
        said, was = float(scores[inside].mean()), float(labels[inside].mean())
        error += abs(said - was) * float(inside.mean())
        rows.append(f"| {low:g} to {high:g} | {int(inside.sum())} | {said:.3f} | {was:.3f} |")
    brier = float(np.mean((scores - labels) ** 2))
    return "\n".join(rows) + f"\n\nExpected calibration error {error:.4f}, Brier score {brier:.4f}."


def _weights(model: TreeEnsemble, tests: Sequence[World]) -> str:
    moved = np.mean([np.abs(model.contributions(test.values)).mean(axis=0) for test in tests], axis=0)
    order = np.argsort(-moved)[:10]
    rows = ["| feature | share |", "|---|---|"]
    return "\n".join([*rows, *(f"| {FEATURE_NAMES[index]} | {moved[index] / moved.sum():.0%} |" for index in order)])


if __name__ == "__main__":
    sys.exit(main())
