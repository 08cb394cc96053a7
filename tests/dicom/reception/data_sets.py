"""Data sets for tests: real ones from pydicom's package, and small or large ones made to measure."""

import zlib
from dataclasses import dataclass
from pathlib import Path

import pydicom
from pydicom import Dataset, dcmread
from pydicom.filebase import DicomBytesIO
from pydicom.filereader import read_file_meta_info
from pydicom.filewriter import write_dataset
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
STUDY = "1.2.826.0.1.3680043.10.1"
SERIES = f"{STUDY}.1"
PYDICOM_FILES = Path(pydicom.__file__).parent / "data" / "test_files"  # nothing is downloaded


@dataclass(frozen=True)
class Instance:
    """What a sender would send: the data set's bytes, and what its command says."""

    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax_uid: str
    data: bytes


def encode(data_set: Dataset, transfer_syntax_uid: str = ExplicitVRLittleEndian) -> bytes:
    """The bytes of a data set in a transfer syntax, pixels as they are."""
    buffer = DicomBytesIO()
    buffer.is_little_endian = transfer_syntax_uid != ExplicitVRBigEndian
    buffer.is_implicit_VR = transfer_syntax_uid == ImplicitVRLittleEndian
    write_dataset(buffer, data_set)
    return deflate(buffer.getvalue()) if transfer_syntax_uid == DeflatedExplicitVRLittleEndian else buffer.getvalue()


def deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    deflated = compressor.compress(data) + compressor.flush()
    return deflated + b"\0" * (len(deflated) % 2)


def header(sop_instance_uid: str = "1.2.3", *, series: str | None = SERIES, study: str | None = STUDY) -> Dataset:
    """The attributes that every composite instance has, and a few more."""
    data_set = Dataset()
    data_set.SOPClassUID = CT_IMAGE
    data_set.SOPInstanceUID = sop_instance_uid
    data_set.StudyDate = "20240229"
    data_set.Modality = "CT"
    data_set.PatientName = "Phantom^One"
    data_set.PatientID = "0000"
    if study is not None:
        data_set.StudyInstanceUID = study
    if series is not None:
        data_set.SeriesInstanceUID = series
    data_set.InstanceNumber = 1
    return data_set


def instance(
    sop_instance_uid: str = "1.2.3",
    *,
    pixels: bytes = bytes(64),
    transfer_syntax_uid: str = ExplicitVRLittleEndian,
    series: str = SERIES,
    study: str = STUDY,
    study_date: str = "20240229",
) -> Instance:
    """A small CT image whose pixel data is what is asked for."""
    data_set = header(sop_instance_uid, series=series, study=study)
    data_set.StudyDate = study_date
    data_set.add_new(0x7FE00010, "OW", pixels)
    return Instance(CT_IMAGE, sop_instance_uid, transfer_syntax_uid, encode(data_set, transfer_syntax_uid))


def from_file(path: Path) -> Instance:
    """The data set of a DICOM file, as it stands there."""
    meta = read_file_meta_info(path)
    start = 132 + 12 + int(meta.FileMetaInformationGroupLength)
    found = dcmread(path, stop_before_pixels=True, specific_tags=["SOPClassUID", "SOPInstanceUID"])
    return Instance(
        str(found.get("SOPClassUID", "")),
        str(found.get("SOPInstanceUID", "")),
        str(meta.TransferSyntaxUID),
        path.read_bytes()[start:],
    )
