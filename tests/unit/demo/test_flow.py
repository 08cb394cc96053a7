"""From answers and registry items to the report: nothing acknowledged is forgotten, nothing is counted for another."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from demo.imaging.flow import problems, study_reports
from demo.imaging.senders import Answer, Sending
from demo.imaging.studies import Instance, Study
from demo.imaging.tracking import Tracked, accounted_for, expected
from healthcare_runtime.object_key import InstanceKey


def _instance(uid: str, digest: str = "a") -> Instance:
    return Instance(Path(f"{uid}.dcm"), "1.2.840.10008.5.1.4.1.1.2", uid, "1.2.840.10008.1.2", digest)


def _sending(*answers: Answer, at: float = 100.0) -> Sending:
    study = Study(f"CT at {at:.0f}", "generated", "pynetdicom", tuple(answer.instance for answer in answers))
    return Sending(study, at, at + 1, answers)


def _tracked(uid: str, outcome: str | None, *, timestamp: int = 100, reason: str = "") -> Tracked:
    key = InstanceKey(date(2026, 1, 5), timestamp, "1.2.3", "1.2.4", uid)
    return Tracked(key, outcome, reason, None, None, 101.0, None if outcome is None else 105.0)


def test_given_repeated_refused_and_different_bytes_then_each_different_content_is_expected_once() -> None:
    sent = [
        _sending(Answer(_instance("1.1"), 0), Answer(_instance("1.1"), 0), Answer(_instance("1.2"), 0xA900)),
        _sending(Answer(_instance("1.1", "b"), 0), Answer(_instance("1.3"), None), at=200),
    ]
    assert expected(sent) == Counter({"1.1": 2})


def test_given_outcomes_of_another_sender_then_they_do_not_stand_for_those_that_are_missing() -> None:
    wanted = Counter({"1.1": 1, "1.2": 1})
    found = [
        _tracked("1.1", "IMPORTED"),
        _tracked("1.1", "IMPORTED"),
        _tracked("1.9", "IMPORTED"),
        _tracked("1.2", None),
    ]
    assert accounted_for(wanted, found) == 1


def test_given_one_instance_in_two_associations_then_each_has_its_own_outcome(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("1.1.dcm").touch()
    sent = [_sending(Answer(_instance("1.1"), 0)), _sending(Answer(_instance("1.1", "b"), 0), at=200)]
    tracked = [_tracked("1.1", "IMPORTED"), _tracked("1.1", "FAILED", timestamp=200)]
    first, second = study_reports(sent, tracked, lambda _image_sets: ())
    assert (first.imported, first.failed, first.import_seconds) == (1, 0, 5.0)
    assert (second.imported, second.failed) == (0, 1)


def test_given_two_associations_within_one_second_then_each_has_its_own_outcomes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("1.1.dcm").touch()
    sent = [
        _sending(Answer(_instance("1.1"), 0), Answer(_instance("1.1", "b"), 0), at=100.2),
        _sending(Answer(_instance("1.1"), 0xA700), at=100.5),
        _sending(Answer(_instance("1.1"), 0), at=100.8),
    ]
    tracked = [
        _tracked("1.1", "IMPORTED", timestamp=101),
        _tracked("1.1", "FAILED"),
        _tracked("1.1", "WARNING"),
    ]
    first, refused, last = study_reports(sent, tracked, lambda _image_sets: ())
    assert (first.imported, first.warned, first.failed) == (0, 1, 1)
    assert (refused.imported, refused.warned, refused.failed) == (0, 0, 0)
    assert (last.imported, last.warned, last.failed) == (1, 0, 0)


def test_given_refusals_failures_and_warnings_then_each_is_a_problem_with_its_reason() -> None:
    sent = [
        _sending(
            Answer(_instance("1.1"), 0xA900),
            Answer(_instance("1.2"), 0xC000, "data set is truncated"),
            Answer(_instance("1.3"), None),
            Answer(_instance("1.4"), 0),
            Answer(_instance("1.5"), 0),
        )
    ]
    tracked = [_tracked("1.4", "FAILED", reason="EmptyObject"), _tracked("1.5", "IMPORTED")]
    told = {problem.file: problem.reason for problem in problems(sent, tracked, ["NotAnInstanceKey"])}
    assert told == {
        "(odd key)": "NotAnInstanceKey",
        "1.1.dcm": "0xA900 - data set does not match its command, or lacks a study or series UID",
        "1.2.dcm": "0xC000 - data set is truncated",
        "1.3.dcm": "no answer: the sender gave up",
        "1.4.dcm": "EmptyObject",
    }
