"""The model: what is served is what was trained; a file that is no model is refused; it finds what it should."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier  # type: ignore[import-untyped]

from healthcare_runtime.fraud.activity import DayCount, HourCount, activity, patient_bucket
from healthcare_runtime.fraud.claims import ClaimFacts
from healthcare_runtime.fraud.features import FEATURE_NAMES, feature_vector
from ml.fraud_risk import inference, train
from ml.fraud_risk.ensemble import MODEL_FILE, Floats, ModelDamagedError, Numbers, TreeEnsemble, load
from ml.fraud_risk.inference import MODEL_DIR, RequestError, model_fn
from ml.fraud_risk.report import precision
from ml.fraud_risk.synthetic import Anomaly, LabelledArrival, arrivals
from ml.fraud_risk.train import TrainingDataError, exported, fit, matrix, read_channel
from tests.unit.fraud.arrivals import NOON, arrival


@pytest.fixture(scope="module")
def world() -> list[LabelledArrival]:
    return arrivals(7, days=20, submitters=8)


@pytest.fixture(scope="module")
def data(world: list[LabelledArrival]) -> tuple[Floats, Numbers]:
    return matrix(world)


@pytest.fixture(scope="module")
def model() -> TreeEnsemble:
    return model_fn(str(MODEL_DIR))


def test_given_trees_of_the_library_when_exported_then_probabilities_and_contributions_are_the_same(
    data: tuple[Floats, Numbers],
) -> None:
    values, labels = data
    classifier = GradientBoostingClassifier(n_estimators=25, random_state=1).fit(values, labels)
    ours = exported(classifier)
    assert ours.probability(values) == pytest.approx(classifier.predict_proba(values)[:, 1], abs=1e-6)
    log_odds = np.log(ours.probability(values) / (1 - ours.probability(values)))
    start = ours.base + ours.value[:, 0].sum()
    assert start + ours.contributions(values).sum(axis=1) == pytest.approx(log_odds, abs=1e-6)


def test_given_the_same_seed_when_trained_twice_then_the_model_is_the_same(data: tuple[Floats, Numbers]) -> None:
    values, labels = data
    assert fit(values, labels, seed=3, trees=10).to_json() == fit(values, labels, seed=3, trees=10).to_json()
    assert [each.features for each in arrivals(11, days=9, submitters=2)] == [
        each.features for each in arrivals(11, days=9, submitters=2)
    ]


def test_given_the_model_of_the_repository_when_measured_on_another_world_then_it_is_far_above_chance(
    model: TreeEnsemble, data: tuple[Floats, Numbers], world: list[LabelledArrival]
) -> None:
    values, labels = data
    assert model.names == FEATURE_NAMES
    found = precision(model.probability(values), labels)
    obvious = precision(values[:, FEATURE_NAMES.index("hour_over_usual")], labels)
    assert found > 0.55
    assert found > 1.3 * obvious
    for kind in (Anomaly.OUTSIDE, Anomaly.IMPOSSIBLE, Anomaly.REPLAY):
        part = np.asarray([each.anomaly in {Anomaly.NONE, kind} for each in world])
        assert precision(model.probability(values[part]), labels[part]) > 0.5, kind


def test_given_a_new_submitters_backlog_when_scored_then_it_is_not_held_for_being_new(model: TreeEnsemble) -> None:
    """Two hundred documents within minutes of somebody about whom nothing is known; and the same again a day later."""
    scores: list[float] = []
    days: dict[int, DayCount] = {}
    for day in range(3):
        patients: frozenset[int] = frozenset()
        at = NOON.timestamp() + day * 86_400
        for number in range(1, 201):
            patients |= {patient_bucket(f"p{number % 25}")}
            hours = {int(at // 3600): HourCount(number, patients)}
            known = activity(at, 12, hours, days, repeats=0)
            described = feature_vector(arrival(kind="pdf", size=60_000), known, ClaimFacts())
            scores.append(float(model.probability(np.asarray([described.values]))[0]))
        days[int(at // 86_400)] = DayCount(200, patients, {12: 200})
    assert max(scores) < 0.9


def test_given_the_training_script_when_run_as_sagemaker_does_then_it_writes_a_model_that_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: tuple[Floats, Numbers]
) -> None:
    channel = tmp_path / "train"
    channel.mkdir()
    values, labels = data
    np.savez(channel / "part.npz", values=values, labels=labels, names=np.asarray(FEATURE_NAMES))
    monkeypatch.setenv("SM_MODEL_DIR", str(tmp_path / "model"))
    monkeypatch.setenv("SM_CHANNEL_TRAIN", str(channel))
    assert train.main(["--trees", "5", "--seed", "1"]) == 0
    assert model_fn(str(tmp_path / "model")).to_json() == fit(values, labels, seed=1, trees=5).to_json()
    np.savez(channel / "part.npz", values=values, labels=labels, names=np.asarray(["other"]))
    with pytest.raises(TrainingDataError, match="names"):
        read_channel(channel)
    (channel / "part.npz").unlink()
    with pytest.raises(TrainingDataError, match="must hold"):
        read_channel(channel)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("base", 0.5),
        ("version", "000000000000"),
        ("names", ["a"]),
        ("left", [[0]]),
        ("feature", "x"),
        ("value", [[float("nan")]]),
        ("threshold", None),
    ],
)
def test_given_a_model_file_that_was_changed_when_loaded_then_it_is_refused(
    tmp_path: Path, member: str, value: object
) -> None:
    content = json.loads((MODEL_DIR / MODEL_FILE).read_text())
    (tmp_path / MODEL_FILE).write_text(json.dumps({**content, member: value}))
    with pytest.raises(ModelDamagedError):
        load(tmp_path / MODEL_FILE)


def test_given_a_model_file_with_a_cycle_when_loaded_then_it_is_refused(tmp_path: Path) -> None:
    """Its version fits: whoever made it computed it again."""
    model = load(MODEL_DIR / MODEL_FILE)
    model.left[0, 1] = 0
    model.feature[0, 1] = 0
    (tmp_path / MODEL_FILE).write_text(model.to_json())
    with pytest.raises(ModelDamagedError, match="child"):
        load(tmp_path / MODEL_FILE)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 400),
        (b"[", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"names":[],"instances":[]}', "application/json", 400),
        (b'{"names":["a"],"instances":[[true]]}', "application/json", 400),
        (b'{"names":["a"],"instances":[["1"]]}', "application/json", 400),
        (b'{"names":["a"],"instances":[[NaN]]}', "application/json", 400),
        (b'{"names":["a"],"instances":[[1e999]]}', "application/json", 400),
        (b'{"names":["a"],"instances":[[' + b"9" * 400 + b"]]}", "application/json", 400),
        (b'{"names":["a"],"instances":[[1,2]]}', "application/json", 400),
        (b'{"names":[1],"instances":[[1]]}', "application/json", 400),
        (b'{"names":["a"],"instances":[[1]]}', "application/json", 400),
        (b"1,2,3", "text/csv", 415),
    ],
)
def test_given_a_request_that_is_none_when_answered_then_it_is_refused_without_quoting_it(
    model: TreeEnsemble, body: bytes, kind: str, status: int
) -> None:
    with pytest.raises(RequestError) as caught:
        inference.predict_fn(inference.input_fn(body, kind), model)
    assert caught.value.status == status
    assert "999" not in str(caught.value)
