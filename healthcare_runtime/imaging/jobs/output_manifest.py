"""Reads what an import job wrote about every file: COMPLETED alone proves nothing.

``{output}/{datastoreId}-DicomImport-{jobId}/`` holds ``job-output-manifest.json`` and, with one JSON object a line,
``SUCCESS/success.ndjson``, ``WARNING/warning.ndjson`` and ``FAILURE/failure.ndjson`` (HealthImaging developer guide,
"Understanding import jobs"). The reader is lenient in form (blank lines, unknown fields, Python's ``True``) and strict
in substance: bounded in memory, and it speaks only of files it was asked about.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from healthcare_runtime.contracts.imaging import ImportOutcome
from healthcare_runtime.imaging.object_store import ObjectGoneError, key_of, read_bounded, read_lines
from healthcare_runtime.structured_log import EventLog

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from healthcare_runtime.imaging.jobs.import_job import ImportJob

_MANIFEST: Final = "job-output-manifest.json"
# In this order a file that is listed twice keeps the worst.
_LISTS: Final = {
    ImportOutcome.IMPORTED: "SUCCESS/success.ndjson",
    ImportOutcome.WARNING: "WARNING/warning.ndjson",
    ImportOutcome.FAILED: "FAILURE/failure.ndjson",
}
_MANIFEST_LIMIT: Final = 16 * 1024**2  # 5,000 image sets are listed in less than 1 MB
_LINE_LIMIT: Final = 64 * 1024
_DETAIL_LIMIT: Final = 256
_CODE: Final = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_UNRECOGNISED: Final = "Unrecognised"
# A string, kept as it is, or a bare constant of Python, which the developer guide's own example prints.
_PYTHON_CONSTANT: Final = re.compile(r'("(?:[^"\\]|\\.)*")|\b(True|False|None)\b')
_JSON_CONSTANT: Final = {"True": "true", "False": "false", "None": "null"}
# The file itself is at fault: importing it again would end the same. Any other failure is tried again, a few times.
CUSTOMER_ERRORS: Final = frozenset({"ValidationException"})

log = EventLog("healthcare.imaging.output_manifest")


class ManifestMissingError(Exception):
    """The job has ended but its manifest is not there, or not whole."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """What a job says about one file. ``reason`` is a code; ``detail`` is free text that may quote the data set."""

    outcome: ImportOutcome
    reason: str | None = None
    detail: str | None = None
    image_set_id: str | None = None
    is_primary: bool = True

    @property
    def file_is_at_fault(self) -> bool:
        return self.outcome is ImportOutcome.FAILED and self.reason in CUSTOMER_ERRORS


def output_folder(job: ImportJob, datastore_id: str) -> str:
    """The URI of the job's own output folder; HealthImaging describes a job by it or by the folder above."""
    name = f"{datastore_id}-DicomImport-{job.job_id}"
    base = job.output_uri.rstrip("/")
    return f"{base}/" if base.endswith(name) else f"{base}/{name}/"


def read_manifest(
    s3: S3Client, job: ImportJob, *, datastore_id: str, results_bucket: str, input_bucket: str, keys: Collection[str]
) -> dict[str, FileReport]:
    """What the job says about ``keys``, each a key of ``input_bucket``; a key that it does not mention is absent.

    A file that is listed twice gets the worst of what is said: a failure before a warning before a success.

    Raises
    ------
    ManifestMissingError
        There is no manifest, it cannot be read, or a list that it counts on is not there.
    """
    folder = key_of(output_folder(job, datastore_id), results_bucket)
    if folder is None:
        raise ManifestMissingError("output manifest: outside the results bucket")
    summary = _read_summary(s3, results_bucket, folder + _MANIFEST)
    names = _Names(keys, input_bucket, job.input_uri)
    reports: dict[str, FileReport] = {}
    absent: set[ImportOutcome] = set()
    for outcome, path in _LISTS.items():
        try:
            for key, report in _read_list(s3, results_bucket, folder + path, outcome, names):
                reports[key] = report
        except ObjectGoneError:
            absent.add(outcome)
    imported = _count(summary, "numberOfImportedFiles")
    failed = _count(summary, "numberOfFilesWithCustomerError") + _count(summary, "numberOfFilesWithServerError")
    if imported and {ImportOutcome.IMPORTED, ImportOutcome.WARNING} <= absent:
        raise ManifestMissingError("output manifest: counts imported files but lists none")
    if failed and ImportOutcome.FAILED in absent:
        raise ManifestMissingError("output manifest: counts failed files but lists none")
    return reports


def _read_summary(s3: S3Client, bucket: str, key: str) -> Mapping[str, object]:
    try:
        document: object = json.loads(read_bounded(s3, bucket, key, limit=_MANIFEST_LIMIT))
    except ObjectGoneError:
        raise ManifestMissingError("output manifest: not there") from None
    except (ValueError, RecursionError):
        raise ManifestMissingError("output manifest: cannot be read") from None
    summary = document.get("jobSummary") if isinstance(document, dict) else None
    if not isinstance(summary, dict):
        raise ManifestMissingError("output manifest: has no jobSummary")
    return summary


def _read_list(
    s3: S3Client, bucket: str, key: str, outcome: ImportOutcome, names: _Names
) -> Iterator[tuple[str, FileReport]]:
    unreadable = 0
    for line in read_lines(s3, bucket, key, longest=_LINE_LIMIT):
        if line is not None and not line.strip():
            continue
        entry = None if line is None else _parse_line(line)
        file = names.resolve(entry.get("inputFile")) if entry is not None else None
        if entry is None:
            unreadable += 1
        elif file is not None:
            yield file, _report(entry, outcome)
    if unreadable:
        log.warning("manifest_lines_unreadable", count=unreadable, outcome=outcome)


def _parse_line(line: bytes) -> Mapping[str, object] | None:
    try:
        decoded = line.decode("utf-8", "replace")
        try:
            entry: object = json.loads(decoded)
        except ValueError:
            entry = json.loads(_PYTHON_CONSTANT.sub(lambda m: m[1] or _JSON_CONSTANT[m[2]], decoded))
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None


def _report(entry: Mapping[str, object], outcome: ImportOutcome) -> FileReport:
    if outcome is ImportOutcome.FAILED:
        exception = _mapping(entry.get("exception"))
        return FileReport(
            outcome, _code(exception.get("exceptionType")) or _UNRECOGNISED, _detail(exception.get("message"))
        )
    response = _mapping(entry.get("importResponse"))
    warnings = response.get("warnings")
    first = _mapping(warnings[0]) if isinstance(warnings, list) and warnings else {}
    reason = first.get("warning_reason_code") or first.get("warningReasonCode") or first.get("type")
    return FileReport(
        outcome,
        (_code(reason) or _UNRECOGNISED) if outcome is ImportOutcome.WARNING else None,
        _detail(first.get("message")),
        _code(response.get("imageSetId")),
        response.get("isPrimary") is not False,
    )


class _Names:
    """Finds the key that an ``inputFile`` means: written as a URI, from the bucket, or from the input prefix."""

    def __init__(self, keys: Collection[str], bucket: str, input_uri: str) -> None:
        self._keys = frozenset(keys)
        self._bucket = bucket
        self._prefix = key_of(input_uri, bucket) or ""

    def resolve(self, name: object) -> str | None:
        if not isinstance(name, str):
            return None
        path = (key_of(name, self._bucket) or "") if name.startswith("s3://") else name.lstrip("/")
        return next((key for key in (path, self._prefix + path) if key in self._keys), None)


def _count(summary: Mapping[str, object], name: str) -> int:
    value = summary.get(name)
    return value if isinstance(value, int) else 0


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _code(value: object) -> str | None:
    """A code is short and plain; anything else may be text about a patient, and is not taken for one."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and _CODE.fullmatch(value) else None


def _detail(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    return "".join(c if c.isprintable() else " " for c in value[:_DETAIL_LIMIT]).strip() or None
