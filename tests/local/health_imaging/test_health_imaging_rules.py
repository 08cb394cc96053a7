"""Pure rules, for any input: throttle, page tokens, model constraints, metadata updates, any bytes as a file."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local_cloud.health_imaging import metadata_updates, paging, service_model
from local_cloud.health_imaging.errors import ServiceError
from local_cloud.health_imaging.frames import FrameWriter
from local_cloud.health_imaging.instance import Imported, Rejected, read
from local_cloud.health_imaging.json_types import JsonObject, JsonValue
from local_cloud.health_imaging.throttle import TokenBucket
from tests.local.health_imaging.imaging_world import dicom_file

JSON: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def outcome_of(call: Callable[[], object]) -> object:
    """What a call returns, or the code of the error that the caller of the API would see."""
    try:
        return call()
    except ServiceError as error:
        return error.code


@given(rate=st.floats(0.1, 100), burst=st.integers(1, 20), steps=st.lists(st.floats(0, 2), min_size=1, max_size=80))
def test_a_bucket_lets_no_more_pass_than_burst_and_rate(rate: float, burst: int, steps: list[float]) -> None:
    now = 0.0
    bucket = TokenBucket(rate, burst, lambda: now)
    passed = 0
    for step in steps:
        now += step
        passed += bucket.take()
        assert passed <= burst + rate * now + 1e-6
    now += 1 / rate + 1e-6
    assert bucket.take()  # and waiting long enough always helps


@given(st.text(max_size=60) | st.binary(max_size=30).map(lambda raw: raw.hex()))
def test_forged_page_tokens_are_refused_never_believed(text: str) -> None:
    outcome = outcome_of(lambda: paging.number(text))
    assert outcome == "ValidationException" or isinstance(outcome, int)


def test_a_page_token_comes_back_as_it_was() -> None:
    assert paging.number(paging.token([17])) == 17
    assert paging.position(paging.token([1.5, "x"]), (float, str)) == [1.5, "x"]
    with pytest.raises(ServiceError):
        paging.number(paging.token(["17"]))


@settings(deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "DELETE"]),
    path=st.sampled_from(
        ["/datastore", f"/startDICOMImportJob/datastore/{'a' * 32}", f"/datastore/{'a' * 32}/searchImageSets"]
    ),
    query=st.text(max_size=30),
    body=JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=30),
)
def test_any_request_is_parsed_or_refused_as_the_model_says(method: str, path: str, query: str, body: bytes) -> None:
    outcome = outcome_of(lambda: service_model.parse(method, path, query, body).operation)
    assert outcome in service_model.model().operation_names or service_model.is_error(str(outcome))


DOCUMENT: JsonObject = {
    "Patient": {"DICOM": {"PatientID": "1"}},
    "Study": {
        "DICOM": {"StudyInstanceUID": "1.2", "StudyDescription": "x"},
        "Series": {
            "1.3": {"DICOM": {"SeriesInstanceUID": "1.3"}, "Instances": {"1.4": {"DICOM": {"SOPInstanceUID": "1.4"}}}}
        },
    },
}  # fmt: skip


@given(
    changes=st.fixed_dictionaries({}, optional={"Patient": JSON, "Study": JSON, "Other": JSON}),
    force=st.booleans(), primary=st.booleans(),
)  # fmt: skip
def test_updates_change_a_copy_or_are_refused(changes: JsonObject, force: bool, primary: bool) -> None:
    before = json.dumps(DOCUMENT)
    outcome = outcome_of(
        lambda: metadata_updates.updated(DOCUMENT, changes, removed={}, force=force, primary=primary).keys()
    )
    assert outcome in (DOCUMENT.keys(), "ValidationException")
    assert json.dumps(DOCUMENT) == before


def test_a_forced_uid_is_the_new_key_of_its_instance() -> None:
    change: JsonObject = {"Study": {"Series": {"1.3": {"Instances": {"1.4": {"DICOM": {"SOPInstanceUID": "1.9"}}}}}}}
    after = metadata_updates.updated(DOCUMENT, change, removed={}, force=True, primary=False)
    assert '"1.9": {"DICOM": {"SOPInstanceUID": "1.9"}}' in json.dumps(after)
    with pytest.raises(ServiceError):
        metadata_updates.updated(DOCUMENT, change, removed={}, force=True, primary=True)


CT = dicom_file("CT_small.dcm")


@pytest.fixture(autouse=True)
def _quiet_pydicom() -> Iterator[None]:
    """As in the worker: pydicom's log quotes values."""
    logger = logging.getLogger("pydicom")
    logger.disabled = True
    yield
    logger.disabled = False


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 255)), max_size=12), st.integers(0, len(CT)))
def test_any_damage_to_a_header_is_an_outcome_not_an_exception(damage: list[tuple[int, int]], length: int) -> None:
    content = bytearray(CT)
    for position, value in damage:
        content[position] = value
    with TemporaryDirectory() as directory:
        writer = FrameWriter(Path(directory), "seed")
        found = read(bytes(content[:length] if length > 3000 else content), writer, storage_format="HTJ2K", decode=True)
        assert isinstance(found, Imported | Rejected)
        json.dumps(found.as_json() if isinstance(found, Imported) else found.message, allow_nan=False)
        assert not list(Path(directory).rglob("*.partial"))
