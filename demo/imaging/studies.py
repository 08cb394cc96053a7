"""What the demo sends: pydicom's bundled files, generated series, and instances that are damaged on purpose."""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pydicom
import pydicom.data
from pydicom.errors import InvalidDicomError
from pydicom.uid import MediaStorageDirectoryStorage, generate_uid

from demo.imaging.phantoms import Patient, ct_thorax, mr_head, ultrasound_clip

Sender = Literal["pynetdicom", "storescu", "dcmsend", "s3"]

THORAX_PATIENT = Patient("PHANTOM^THORAX", "SYN-0001", "19610412", "F")
HEAD_PATIENT = Patient("ファントム^頭部", "SYN-0002", "19480919", "M")
HEART_PATIENT = Patient("PHANTOM^HEART", "SYN-0003", "19750102", "O")


@dataclass(frozen=True, slots=True)
class Instance:
    """One file to send, as its own header names it."""

    path: Path
    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax_uid: str
    digest: str


@dataclass(frozen=True, slots=True)
class Study:
    """What one sender sends in one association."""

    title: str
    source: str
    sender: Sender
    instances: tuple[Instance, ...]

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(instance.path.stat().st_size for instance in self.instances)


def prepare(folder: Path, senders: frozenset[Sender]) -> list[Study]:
    """Write the generated files below ``folder`` and list every study of the demo.

    Parameters
    ----------
    folder
        An empty folder.
    senders
        The senders that this machine has; pynetdicom stands in for one that is missing.
    """

    def with_sender(wanted: Sender) -> Sender:
        return wanted if wanted in senders else "pynetdicom"

    thorax = ct_thorax(folder / "ct", slices=64, patient=THORAX_PATIENT, seed=1)
    head = mr_head(folder / "mr", slices=32, patient=HEAD_PATIENT, seed=2)
    clip = ultrasound_clip(folder / "us", frames=40, patient=HEART_PATIENT, seed=3)
    studies = [
        _study("CT thorax, 64 slices", "generated", with_sender("dcmsend"), thorax),
        _study("MR head, 32 slices", "generated", with_sender("storescu"), head),
        _study("Ultrasound clip, 40 frames", "generated", with_sender("storescu"), clip),
        _study("CT thorax, sent again by a nervous operator", "generated", "pynetdicom", thorax[:16]),
        _study("Damaged on purpose", "damaged", "pynetdicom", _damaged(folder / "damaged", thorax[0])),
    ]
    return studies + list(_bundled())


def _study(title: str, source: str, sender: Sender, paths: list[Path]) -> Study:
    instances = tuple(instance for path in paths if (instance := read_instance(path)) is not None)
    return Study(title, source, sender, instances)


def read_instance(path: Path) -> Instance | None:
    """The identity that a sender announces for a file, or None where the file has none to announce."""
    try:
        meta = pydicom.dcmread(path, specific_tags=[], stop_before_pixels=True).file_meta
    except InvalidDicomError:
        return None
    sop_class = str(meta.get("MediaStorageSOPClassUID", ""))
    sop_instance = str(meta.get("MediaStorageSOPInstanceUID", ""))
    transfer_syntax = str(meta.get("TransferSyntaxUID", ""))
    if not (sop_class and sop_instance and transfer_syntax) or sop_class == MediaStorageDirectoryStorage:
        return None
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Instance(path, sop_class, sop_instance, transfer_syntax, digest)


def _bundled() -> Iterator[Study]:
    """pydicom's own test files: real scanners, every transfer syntax, oddities included."""
    folder = Path(pydicom.data.__file__).parent / "test_files"
    groups: dict[str, list[Instance]] = {}
    titles: dict[str, str] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        instance = read_instance(path)
        if instance is None:
            continue
        header = pydicom.dcmread(path, stop_before_pixels=True)
        study = str(header.get("StudyInstanceUID", "")) or "none"
        groups.setdefault(study, []).append(instance)
        titles.setdefault(study, f"{header.get('Modality') or 'OT'}: {path.name}")
    for study, instances in groups.items():
        title = "Files without a study UID" if study == "none" else titles[study]
        yield Study(title, "pydicom", "pynetdicom", tuple(instances))


def _damaged(folder: Path, good: Path) -> list[Path]:
    """Instances with one fault each. The name of the file is the fault."""
    folder.mkdir(parents=True, exist_ok=True)
    study, series = generate_uid(), generate_uid()

    def variant(fault: str) -> tuple[pydicom.Dataset, Path]:
        data = pydicom.dcmread(good)
        data.StudyInstanceUID, data.SeriesInstanceUID, data.SOPInstanceUID = study, series, generate_uid()
        data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
        return data, folder / f"{fault}.dcm"

    paths = []
    data, path = variant("impossible-study-date")
    data["StudyDate"]._value = "20240231"
    data.save_as(path)
    paths.append(path)

    data, path = variant("no-series-uid")
    del data.SeriesInstanceUID
    data.save_as(path)
    paths.append(path)

    data, path = variant("instance-uid-disagrees")
    data.save_as(path, enforce_file_format=True)
    data.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    pydicom.dcmwrite(path, data, enforce_file_format=False)
    paths.append(path)

    data, path = variant("truncated")
    data.save_as(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    paths.append(path)

    data, path = variant("random-bytes")
    data.save_as(path)
    header = path.read_bytes()[:132] + b""
    meta_end = 132 + 12 + int(data.file_meta.FileMetaInformationGroupLength)
    path.write_bytes(header + path.read_bytes()[132:meta_end] + random.Random(7).randbytes(4096))
    paths.append(path)

    data, path = variant("pixel-data-too-short")
    data.PixelData = data.PixelData[:1000]
    data.save_as(path)
    paths.append(path)
    return paths
