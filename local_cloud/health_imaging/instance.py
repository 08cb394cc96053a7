"""One DICOM Part 10 file as an imported instance, or the reason why it cannot be one. Runs in a worker process."""

import warnings
from dataclasses import asdict, dataclass, field
from io import BytesIO

import pydicom
from pydicom import Dataset
from pydicom.errors import InvalidDicomError

from healthcare_runtime.object_key import is_strict_uid
from local_cloud.health_imaging import frames
from local_cloud.health_imaging.frames import FrameWriter
from local_cloud.health_imaging.json_types import JsonObject, JsonValue
from local_cloud.health_imaging.normalisation import normalise
from local_cloud.health_imaging.warning_codes import WarningReason

_REQUIRED = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID")
# DICOM element constraints of HealthImaging: a longer value fails the import of the file.
_LONGEST = {
    "PatientName": 256, "PatientID": 256, "PatientBirthDate": 18, "PatientSex": 16, "StudyInstanceUID": 256,
    "StudyID": 256, "StudyDescription": 256, "AccessionNumber": 256, "StudyDate": 18, "StudyTime": 28,
    "SOPInstanceUID": 256, "SeriesInstanceUID": 256,
}  # fmt: skip
# PS3.5 table 6.2-1, for elements that HealthImaging searches on: a longer value is a warning.
_STANDARD_LENGTH = {"PatientID": 64, "StudyID": 16, "AccessionNumber": 16, "StudyDate": 8, "StudyTime": 16}


@dataclass(frozen=True)
class Rejected:
    """A file that was not imported."""

    exception_type: str
    message: str


@dataclass(frozen=True)
class Imported:
    """An instance: its identity, its metadata by level, and its stored frames."""

    study_uid: str
    series_uid: str
    sop_uid: str
    patient: JsonObject
    study: JsonObject
    series: JsonObject
    instance: JsonObject
    content_type: str | None
    warnings: list[JsonObject] = field(default_factory=list)

    def as_json(self) -> JsonObject:
        return asdict(self)


def read(content: bytes, writer: FrameWriter, *, storage_format: str, decode: bool) -> Imported | Rejected:
    """Read one file; with ``decode`` off its pixel data is stored as it is."""
    if not content:
        return Rejected("ValidationException", "DICOM attributes does not exist")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom's warnings quote values
        try:
            dataset = pydicom.dcmread(BytesIO(content))
        except InvalidDicomError:
            return Rejected("ValidationException", "DICOM attributes does not exist")
        except MemoryError:
            return Rejected("ValidationException", "DICOM data set expands beyond the limit")
        except Exception as error:
            return Rejected("ValidationException", f"DICOM data set cannot be read: {type(error).__name__}")
        return _import(dataset, writer, storage_format, decode=decode)


def _import(
    dataset: pydicom.FileDataset, writer: FrameWriter, storage_format: str, *, decode: bool
) -> Imported | Rejected:
    meta = dataset.file_meta
    transfer_syntax = _text(meta, "TransferSyntaxUID")
    if not transfer_syntax:
        return Rejected("ValidationException", "DICOM attribute TransferSyntaxUID does not exist")
    for keyword in _REQUIRED:
        if not _text(dataset, keyword):
            return Rejected("ValidationException", f"DICOM attribute {keyword} does not exist")
    for keyword, limit in _LONGEST.items():
        if len(_text(dataset, keyword)) > limit:
            return Rejected("ValidationException", f"DICOM attribute {keyword} exceeds the maximum length of {limit}")
    if decode:
        stored = frames.store(dataset, transfer_syntax, writer, storage_format)
    else:
        stored = frames.keep_undecoded(dataset, transfer_syntax, writer)
    levels = normalise(dataset, meta)
    instance: JsonObject = {"DICOM": levels.instance, "DICOMVRs": levels.value_representations}
    found = _value_warnings(dataset)
    if stored is not None:
        image_frames: list[JsonValue] = list(stored.frames)
        instance |= {"StoredTransferSyntaxUID": stored.transfer_syntax, "ImageFrames": image_frames}
        if stored.verified:
            instance["ChecksumType"] = "DECOMPRESSED"
        found = [*found, stored.warning] if stored.warning is not None else found
    return Imported(
        study_uid=_text(dataset, "StudyInstanceUID"),
        series_uid=_text(dataset, "SeriesInstanceUID"),
        sop_uid=_text(dataset, "SOPInstanceUID"),
        patient=levels.patient,
        study=levels.study,
        series=levels.series,
        instance=instance,
        content_type=stored.content_type if stored else None,
        warnings=[warning.as_json() for warning in found],
    )


def _value_warnings(dataset: Dataset) -> list[WarningReason]:
    found = []
    if not all(is_strict_uid(_text(dataset, keyword)) for keyword in _REQUIRED):
        found.append(WarningReason.INVALID_UID_FORMAT)
    if any(len(_text(dataset, keyword)) > limit for keyword, limit in _STANDARD_LENGTH.items()):
        found.append(WarningReason.INVALID_DICOM_VALUE_LENGTH)
    return found


def _text(dataset: Dataset, keyword: str) -> str:
    try:
        value = dataset.get(keyword)
    except Exception:
        return ""
    return "" if value is None else str(value)
