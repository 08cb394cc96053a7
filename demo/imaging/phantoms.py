"""Synthetic series with anatomy-like contents: a CT of a thorax, an MR of a head, an ultrasound clip.

Every person is invented. Shapes are ellipses with analytic attenuation, in the manner of Shepp and Logan (1974),
so that a thumbnail is recognisable and a transcoding error visible.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    UID,
    CTImageStorage,
    ExplicitVRLittleEndian,
    MRImageStorage,
    UltrasoundMultiFrameImageStorage,
    generate_uid,
)

Image = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ellipse:
    """One part of a phantom: centre, half axes and tilt in a square from -1 to 1, and the value that it adds."""

    value: float
    half_width: float
    half_height: float
    centre_x: float
    centre_y: float
    tilt_degrees: float = 0.0
    shrinks: float = 0.0  # share of the size that is lost towards the ends of the stack


THORAX = (
    Ellipse(1000, 0.86, 0.62, 0.0, 0.0, shrinks=0.12),
    Ellipse(60, 0.80, 0.56, 0.0, 0.0, shrinks=0.12),
    Ellipse(-860, 0.30, 0.40, -0.40, 0.02, 8, shrinks=0.75),
    Ellipse(-860, 0.32, 0.40, 0.40, 0.02, -8, shrinks=0.75),
    Ellipse(50, 0.17, 0.20, 0.07, -0.12, 25, shrinks=0.4),
    Ellipse(130, 0.055, 0.055, -0.02, 0.24),
    Ellipse(650, 0.085, 0.075, 0.0, 0.40),
    Ellipse(900, 0.035, 0.09, 0.0, 0.52),
    Ellipse(700, 0.025, 0.05, -0.74, 0.10, 15),
    Ellipse(700, 0.025, 0.05, 0.74, 0.10, -15),
)
HEAD = (
    Ellipse(900, 0.66, 0.88, 0.0, 0.0, shrinks=0.3),
    Ellipse(-780, 0.62, 0.84, 0.0, 0.0, shrinks=0.3),
    Ellipse(430, 0.58, 0.80, 0.0, 0.0, shrinks=0.3),
    Ellipse(-300, 0.11, 0.31, -0.20, -0.05, 18, shrinks=0.5),
    Ellipse(-300, 0.13, 0.34, 0.20, -0.05, -18, shrinks=0.5),
    Ellipse(160, 0.20, 0.20, 0.0, 0.42, shrinks=0.4),
    Ellipse(240, 0.05, 0.05, -0.10, -0.55),
    Ellipse(320, 0.03, 0.04, 0.12, -0.58),
)


def draw(parts: tuple[Ellipse, ...], size: int, height: float) -> Image:
    """Draw one slice, size x size; ``height`` runs from -1 (first slice) to 1 (last)."""
    axis = np.linspace(-1.0, 1.0, size)
    x, y = np.meshgrid(axis, axis)
    image = np.zeros((size, size))
    for part in parts:
        scale = max(1.0 - part.shrinks * height * height, 0.05)
        angle = np.deg2rad(part.tilt_degrees)
        dx, dy = x - part.centre_x, y - part.centre_y
        across = (dx * np.cos(angle) + dy * np.sin(angle)) / (part.half_width * scale)
        along = (dy * np.cos(angle) - dx * np.sin(angle)) / (part.half_height * scale)
        edge = np.sqrt(across**2 + along**2)
        image += part.value * np.clip((1.02 - edge) / 0.04, 0.0, 1.0)
    return image


@dataclass(frozen=True, slots=True)
class Patient:
    """An invented person."""

    name: str
    identifier: str
    birth_date: str
    sex: str


def ct_thorax(folder: Path, *, slices: int, patient: Patient, seed: int) -> list[Path]:
    """Write a CT series of 512 x 512 signed 16-bit slices, 0.5 MB each, in Hounsfield units."""
    return _write(folder, _ct_slices(slices, patient, np.random.default_rng(seed)))


def mr_head(folder: Path, *, slices: int, patient: Patient, seed: int) -> list[Path]:
    """Write an MR series of 256 x 256 unsigned 16-bit slices."""
    return _write(folder, _mr_slices(slices, patient, np.random.default_rng(seed)))


def ultrasound_clip(folder: Path, *, frames: int, patient: Patient, seed: int) -> list[Path]:
    """Write one multi-frame ultrasound instance of 8-bit frames: a fan with a beating chamber."""
    return _write(folder, iter([_ultrasound(frames, patient, np.random.default_rng(seed))]))


def _ct_slices(slices: int, patient: Patient, noise: np.random.Generator) -> Iterator[Dataset]:
    study, series, frame = generate_uid(), generate_uid(), generate_uid()
    for number in range(slices):
        height = 2.0 * number / max(slices - 1, 1) - 1.0
        hounsfield = draw(THORAX, 512, height) - 1000 + noise.normal(0.0, 12.0, (512, 512))
        image = _instance(CTImageStorage, patient, (study, series, number + 1), "CT", "Thorax, synthetic")
        image.FrameOfReferenceUID = frame
        image.ImagePositionPatient = [-180.0, -180.0, 2.5 * number]
        image.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        image.PixelSpacing = [0.703125, 0.703125]
        image.SliceThickness = 2.5
        image.RescaleIntercept, image.RescaleSlope, image.RescaleType = 0, 1, "HU"
        image.WindowCenter, image.WindowWidth = 40, 700
        _pixels(image, np.clip(np.rint(hounsfield), -1024, 3071).astype("<i2"))
        yield image


def _mr_slices(slices: int, patient: Patient, noise: np.random.Generator) -> Iterator[Dataset]:
    study, series, frame = generate_uid(), generate_uid(), generate_uid()
    for number in range(slices):
        height = 1.7 * number / max(slices - 1, 1) - 0.85
        signal = draw(HEAD, 256, height)
        magnitude = np.hypot(signal + noise.normal(0.0, 14.0, signal.shape), noise.normal(0.0, 14.0, signal.shape))
        image = _instance(MRImageStorage, patient, (study, series, number + 1), "MR", "Head, synthetic")
        image.FrameOfReferenceUID = frame
        image.ImagePositionPatient = [-110.0, -110.0, 4.0 * number]
        image.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        image.PixelSpacing = [0.859375, 0.859375]
        image.SliceThickness = 4.0
        image.ScanningSequence, image.SequenceVariant, image.ScanOptions = "SE", "NONE", ""
        image.WindowCenter, image.WindowWidth = 420, 900
        _pixels(image, np.clip(np.rint(magnitude), 0, 4095).astype("<u2"), bits=12)
        yield image


def _ultrasound(frames: int, patient: Patient, noise: np.random.Generator) -> Dataset:
    rows, columns = 240, 320
    y, x = np.mgrid[0:rows, 0:columns]
    depth = np.hypot(x - columns / 2, y + 20.0)
    angle = np.arctan2(x - columns / 2, y + 20.0)
    fan = (np.abs(angle) < 0.62) & (depth > 40) & (depth < 250)
    speckle = noise.rayleigh(46.0, (rows, columns))
    clip = np.zeros((frames, rows, columns), dtype=np.uint8)
    for number in range(frames):
        radius = 34.0 + 9.0 * np.sin(2.0 * np.pi * number / max(frames, 1))
        ring = np.hypot(x - 165, (y - 135) * 1.25)
        echo = speckle * np.where(ring < radius, 0.16, 1.0) + 90.0 * np.exp(-(((ring - radius) / 5.0) ** 2))
        clip[number] = np.clip(np.where(fan, echo * (1.15 - depth / 420.0), 0.0), 0, 255).astype(np.uint8)
    image = _instance(
        UltrasoundMultiFrameImageStorage, patient, (generate_uid(), generate_uid(), 1), "US", "Cardiac clip, synthetic"
    )
    image.NumberOfFrames = frames
    image.FrameTime = "40"
    image.FrameIncrementPointer = 0x00181063
    _pixels(image, clip, bits=8)
    return image


def _instance(
    sop_class: str, patient: Patient, place: tuple[str, str, int], modality: str, description: str
) -> Dataset:
    """One instance without pixels; ``place`` is its study, its series and its number in it."""
    study, series, number = place
    image = Dataset()
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.SOPClassUID, image.SOPInstanceUID = UID(sop_class), generate_uid()
    image.file_meta.MediaStorageSOPClassUID = image.SOPClassUID
    image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
    image.StudyDate = f"{date.today():%Y%m%d}"
    image.StudyTime = "101500"
    image.Modality, image.Manufacturer = modality, "Synthetic phantoms"
    image.StudyDescription, image.SeriesDescription = description, description
    image.PatientName, image.PatientID = patient.name, patient.identifier
    image.PatientBirthDate, image.PatientSex = patient.birth_date, patient.sex
    image.StudyInstanceUID, image.SeriesInstanceUID = study, series
    image.StudyID, image.SeriesNumber, image.InstanceNumber = "1", 1, number
    image.AccessionNumber = ""
    return image


def _pixels(image: Dataset, pixels: npt.NDArray[np.generic], bits: int | None = None) -> None:
    stored = pixels.dtype.itemsize * 8
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.Rows, image.Columns = pixels.shape[-2:]
    image.BitsAllocated, image.BitsStored = stored, bits or stored
    image.HighBit = image.BitsStored - 1
    image.PixelRepresentation = int(pixels.dtype.kind == "i")
    image.PixelData = pixels.tobytes()
    image["PixelData"].VR = "OB" if stored == 8 else "OW"


def _write(folder: Path, images: Iterator[Dataset]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, image in enumerate(images, start=1):
        path = folder / f"{number:04d}.dcm"
        image.save_as(path, enforce_file_format=True)
        paths.append(path)
    return paths
