"""What a job wrote is read leniently in form and strictly in substance."""

import json
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthcare_runtime.contracts.imaging import ImportOutcome
from healthcare_runtime.imaging.jobs.import_job import ImportJob
from healthcare_runtime.imaging.jobs.output_manifest import FileReport, ManifestMissingError, read_manifest
from tests.unit.imaging_import.import_world import ImportWorld
from tests.unit.imaging_import.scripted_health_imaging import DATASTORE_ID

JOB_ID: Final = "5" * 32
FOLDER: Final = f"import-results/{DATASTORE_ID}-DicomImport-{JOB_ID}/"
KEYS: Final = ("2027/01/15/1/1.2/1.3/1.4.dcm", "2027/01/15/1/1.2/1.3/1.5.dcm")


def job(world: ImportWorld, output: str = "import-results/") -> ImportJob:
    source = f"s3://{world.ledger.bucket}/2027/01/15/1/1.2/"
    return ImportJob(JOB_ID, "COMPLETED", source, f"s3://{world.target.results_bucket}/{output}", None, None, None)


def write(world: ImportWorld, **files: bytes | str) -> None:
    names = {
        "summary": "job-output-manifest.json",
        "success": "SUCCESS/success.ndjson",
        "warning": "WARNING/warning.ndjson",
        "failure": "FAILURE/failure.ndjson",
    }
    for name, body in files.items():
        data = body.encode() if isinstance(body, str) else body
        world.clients.s3.put_object(Bucket=world.target.results_bucket, Key=FOLDER + names[name], Body=data)


def read(world: ImportWorld, described: ImportJob | None = None) -> dict[str, FileReport]:
    return read_manifest(
        world.clients.s3,
        described or job(world),
        datastore_id=DATASTORE_ID,
        results_bucket=world.target.results_bucket,
        input_bucket=world.ledger.bucket,
        keys=KEYS,
    )


SUMMARY: Final = json.dumps({"jobSummary": {"numberOfImportedFiles": 1, "somethingNew": {}}})


def test_given_the_developer_guides_own_example_then_it_is_read(world: ImportWorld) -> None:
    """Its success.ndjson has Python's ``True``, which is no JSON."""
    line = f'{{"inputFile":"{KEYS[0]}","importResponse":{{"imageSetId":"True","isPrimary":True, "x": None}}}}'
    write(world, summary=SUMMARY, success=f"\n{line}\r\n\n")
    assert read(world) == {KEYS[0]: FileReport(ImportOutcome.IMPORTED, image_set_id="True")}
    assert read(world, job(world, FOLDER)) == read(world)  # described by its own folder


@pytest.mark.parametrize("form", ["key", "uri", "from the prefix", "with a slash"])
def test_given_any_way_to_name_an_input_file_then_it_is_found(world: ImportWorld, form: str) -> None:
    names = {
        "key": KEYS[0],
        "uri": f"s3://{world.ledger.bucket}/{KEYS[0]}",
        "from the prefix": "1.3/1.4.dcm",
        "with a slash": f"/{KEYS[0]}",
    }
    write(world, summary=SUMMARY, success=json.dumps({"inputFile": names[form], "importResponse": {}}))
    assert read(world).keys() == {KEYS[0]}


def test_given_a_file_listed_twice_then_the_worst_counts(world: ImportWorld) -> None:
    failure = {"inputFile": KEYS[0], "exception": {"exceptionType": "ValidationException", "message": "a\x00b" * 200}}
    write(
        world,
        summary=SUMMARY,
        success=json.dumps({"inputFile": KEYS[0], "importResponse": {}}),
        warning=json.dumps({"inputFile": KEYS[0], "importResponse": {"warnings": [{"warning_reason_code": 7}]}}),
        failure=json.dumps(failure),
    )
    report = read(world)[KEYS[0]]
    assert (report.outcome, report.reason, report.file_is_at_fault) == ("FAILED", "ValidationException", True)
    assert report.detail is not None
    assert len(report.detail) <= 256
    assert report.detail.isprintable()


def test_given_text_where_a_code_should_be_then_it_is_not_taken_for_one(world: ImportWorld) -> None:
    entry = {"inputFile": KEYS[0], "exception": {"exceptionType": "Patient Yamada^Taro, born 1950", "message": None}}
    write(world, summary=SUMMARY, success="", failure=json.dumps(entry))
    assert read(world) == {KEYS[0]: FileReport(ImportOutcome.FAILED, "Unrecognised")}


def test_given_files_nobody_asked_about_then_nothing_is_said_of_them(world: ImportWorld) -> None:
    write(
        world,
        summary=SUMMARY,
        success="\n".join(json.dumps({"inputFile": f"other/{n}.dcm", "importResponse": {}}) for n in range(100)),
    )
    assert read(world) == {}


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"summary": "{"},
        {"summary": "[]"},
        {"summary": '{"jobSummary": 1}'},
        {"summary": "[" * 100_000},
        {"summary": '{"jobSummary": {"numberOfImportedFiles": 3}}'},
        {"summary": '{"jobSummary": {"numberOfFilesWithServerError": 1}}', "success": ""},
        {"summary": b'{"jobSummary": {"x": "' + b"y" * (17 * 1024**2) + b'"}}'},
    ],
    ids=["none", "cut off", "a list", "no summary", "deep", "no success list", "no failure list", "huge"],
)
def test_given_no_whole_manifest_then_it_counts_as_missing(world: ImportWorld, files: dict[str, bytes | str]) -> None:
    write(world, **files)
    with pytest.raises(ManifestMissingError):
        read(world)


def test_given_an_output_elsewhere_then_it_is_not_read(world: ImportWorld) -> None:
    elsewhere = ImportJob(JOB_ID, "COMPLETED", "s3://in/", "s3://somebody-else/x/", None, None, None)
    with pytest.raises(ManifestMissingError, match="outside"):
        read(world, elsewhere)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(KEYS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["inputFile", "importResponse", "exception", "exceptionType", "warnings", "imageSetId", "isPrimary"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(json_values.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=60), max_size=8))
def test_given_any_bytes_in_the_lists_then_reading_ends_with_reports_about_what_was_asked(
    world: ImportWorld, lines: list[bytes]
) -> None:
    body = b"\n".join(lines)
    write(world, summary=SUMMARY, success=body, warning=body, failure=body)
    assert read(world).keys() <= set(KEYS)
