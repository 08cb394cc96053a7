"""The pixel data of one instance as stored frames: transcoded losslessly, verified, or kept as received.

What HealthImaging does with which transfer syntax is in *Supported transfer syntaxes*; the checksum per frame in *Pixel
data verification*; what happens to pixel data that cannot be transcoded in *Warning codes*.
"""

import hashlib
import itertools
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom import Dataset
from pydicom.encaps import generate_fragments, generate_frames
from pydicom.pixels.utils import iter_pixels
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLosslessRPCL,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
)

from local_cloud.health_imaging import codecs
from local_cloud.health_imaging.codecs import Pixels
from local_cloud.health_imaging.json_types import JsonObject
from local_cloud.health_imaging.pixel_geometry import PixelDataError, PixelGeometry
from local_cloud.health_imaging.warning_codes import WarningReason

_NATIVE = frozenset(
    {ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian}
)
_FLOAT_PIXELS = ("FloatPixelData", "DoubleFloatPixelData")


@dataclass(frozen=True)
class StoredPixels:
    """What was stored for one instance; ``warning`` says why it is not what it should be."""

    transfer_syntax: str
    frames: list[JsonObject]
    content_type: str
    verified: bool = False
    warning: WarningReason | None = None


class FrameWriter:
    """Writes the frames of one instance, each whole or not at all.

    Identifiers derive from ``seed`` (job and key), so a job that runs again after a crash overwrites its own frames.
    """

    def __init__(self, directory: Path, seed: str) -> None:
        self._directory = directory
        self._seed = seed

    def write(self, index: int, content: bytes) -> str:
        identifier = hashlib.sha256(f"{self._seed}\0{index}".encode()).hexdigest()[:32]
        path = self._directory / identifier[:2] / identifier
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_bytes(content)
        partial.replace(path)
        return identifier


def store(dataset: Dataset, transfer_syntax: str, writer: FrameWriter, storage_format: str) -> StoredPixels | None:
    """Store the pixel data of ``dataset``; None when it has none.

    Never raises for bad pixel data: it is then kept as one blob, with the warning that HealthImaging gives.
    """
    if "PixelData" not in dataset:
        present = [keyword for keyword in _FLOAT_PIXELS if keyword in dataset]
        warning = WarningReason.TRANSCODING_EXCEPTION
        return _blob(dataset, present[0], transfer_syntax, writer, warning) if present else None
    try:
        return _store(dataset, transfer_syntax, writer, storage_format)
    except _FrameError as fault:
        return _blob(dataset, "PixelData", transfer_syntax, writer, fault.warning)
    except Exception:
        return _blob(dataset, "PixelData", transfer_syntax, writer, WarningReason.TRANSCODING_EXCEPTION)


def keep_undecoded(dataset: Dataset, transfer_syntax: str, writer: FrameWriter) -> StoredPixels | None:
    """Store pixel data that no decoder may touch again, because a worker died or hung over it."""
    keyword = next((name for name in ("PixelData", *_FLOAT_PIXELS) if name in dataset), None)
    warning = WarningReason.TRANSCODING_EXCEPTION
    return _blob(dataset, keyword, transfer_syntax, writer, warning) if keyword else None


class _FrameError(Exception):
    def __init__(self, warning: WarningReason) -> None:
        super().__init__(warning.name)
        self.warning = warning


def _store(dataset: Dataset, transfer_syntax: str, writer: FrameWriter, storage_format: str) -> StoredPixels:
    if codecs.is_video(transfer_syntax):
        stream = b"".join(generate_fragments(_after_offset_table(dataset.PixelData)))
        return _kept([stream], None, transfer_syntax, writer)
    if transfer_syntax not in _NATIVE | codecs.KEPT_AS_RECEIVED | codecs.DECODERS.keys():
        raise _FrameError(WarningReason.UNSUPPORTED_TRANSFER_SYNTAX)
    geometry = PixelGeometry.of(dataset)
    if transfer_syntax in codecs.KEPT_AS_RECEIVED:
        return _kept(_encapsulated(dataset, geometry), geometry, transfer_syntax, writer)
    if geometry.bits_allocated == 1:
        packed = _binary_frames(dataset, transfer_syntax, geometry)
        return _kept(packed, geometry, ExplicitVRLittleEndian, writer)
    if transfer_syntax in _NATIVE:
        if len(dataset.PixelData) * 8 < _native_bits(dataset, geometry):
            raise _FrameError(WarningReason.FRAMES_EXTRACTION_FAILURE)
        decoded: Iterable[Pixels] = iter_pixels(dataset, as_rgb=False)
    else:
        decode = codecs.DECODERS[transfer_syntax]
        decoded = (codecs.fit(decode(one, geometry), geometry) for one in _encapsulated(dataset, geometry))
    frames = [_transcode(index, one, geometry, writer, storage_format) for index, one in enumerate(decoded)]
    stored_as = JPEG2000Lossless if storage_format == "JPEG_2000_LOSSLESS" else HTJ2KLosslessRPCL
    return StoredPixels(stored_as, frames, codecs.content_type(stored_as), verified=True)


def _transcode(
    index: int, decoded: Pixels, geometry: PixelGeometry, writer: FrameWriter, storage_format: str
) -> JsonObject:
    """Encode one frame, decode it again, and compare: what is stored is what came, or it is not stored as such."""
    pixels = np.ascontiguousarray(decoded, dtype=decoded.dtype.newbyteorder("<"))
    if storage_format == "JPEG_2000_LOSSLESS":
        encoded = codecs.encode_jpeg2000(pixels, geometry)
        again = codecs.decode_jpeg2000(encoded, geometry)
    else:
        encoded = codecs.encode_htj2k(pixels, geometry)
        again = codecs.decode_htj2k(encoded, geometry)
    if not np.array_equal(again, pixels):
        raise PixelDataError("PixelData: the encoder did not keep every pixel")
    return _frame(
        writer.write(index, encoded),
        geometry,
        checksum=zlib.crc32(pixels.data),
        size=len(encoded),
        extremes=(int(pixels.min()), int(pixels.max())),
    )


def _kept(
    frames: Iterable[bytes], geometry: PixelGeometry | None, transfer_syntax: str, writer: FrameWriter
) -> StoredPixels:
    stored = [
        _frame(writer.write(index, one), geometry, checksum=zlib.crc32(one), size=len(one))
        for index, one in enumerate(frames)
    ]
    return StoredPixels(transfer_syntax, stored, codecs.content_type(transfer_syntax))


def _blob(
    dataset: Dataset, keyword: str, transfer_syntax: str, writer: FrameWriter, warning: WarningReason
) -> StoredPixels:
    raw = dataset.get_item(keyword, keep_deferred=True)  # as it came, whatever its representation says
    content = raw.value if raw is not None and isinstance(raw.value, bytes) else b""
    frame = _frame(writer.write(0, content), None, checksum=zlib.crc32(content), size=len(content))
    return StoredPixels(transfer_syntax, [frame], "application/octet-stream", warning=warning)


def _frame(
    identifier: str,
    geometry: PixelGeometry | None,
    *,
    checksum: int,
    size: int,
    extremes: tuple[int, int] | None = None,
) -> JsonObject:
    width, height = (geometry.columns, geometry.rows) if geometry else (None, None)
    return {
        "ID": identifier,
        "PixelDataChecksumFromBaseToFullResolution": [{"Width": width, "Height": height, "Checksum": checksum}],
        "MinPixelValue": extremes[0] if extremes else None,
        "MaxPixelValue": extremes[1] if extremes else None,
        "FrameSizeInBytes": size,
    }


def _encapsulated(dataset: Dataset, geometry: PixelGeometry) -> list[bytes]:
    """The codestreams of an encapsulated instance (PS3.5 A.4), of which there must be as many as frames."""
    offsets = None
    if "ExtendedOffsetTable" in dataset:
        offsets = (dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths)
    try:
        generator = generate_frames(dataset.PixelData, number_of_frames=geometry.frames, extended_offsets=offsets)
        frames = list(itertools.islice(generator, geometry.frames + 1))
    except Exception:
        raise _FrameError(WarningReason.FRAMES_EXTRACTION_FAILURE) from None
    if len(frames) != geometry.frames or not all(frames):
        raise _FrameError(WarningReason.FRAME_NUMBER_MISMATCH)
    return frames


def _after_offset_table(pixel_data: bytes) -> bytes:
    """Encapsulated pixel data without its Basic Offset Table item (PS3.5 A.4)."""
    if pixel_data[:4] != b"\xfe\xff\x00\xe0":
        raise _FrameError(WarningReason.FRAMES_EXTRACTION_FAILURE)
    return pixel_data[8 + int.from_bytes(pixel_data[4:8], "little") :]


def _native_bits(dataset: Dataset, geometry: PixelGeometry) -> int:
    whole = geometry.frame_bits * geometry.frames
    return whole * 2 // 3 if dataset.get("PhotometricInterpretation") == "YBR_FULL_422" else whole


def _binary_frames(dataset: Dataset, transfer_syntax: str, geometry: PixelGeometry) -> Iterator[bytes]:
    """Frames of a binary segmentation, each packed from its own first bit (PS3.5 8.1.1: frames may share a byte)."""
    content = bytes(dataset.PixelData)
    if transfer_syntax not in _NATIVE or len(content) * 8 < geometry.frame_bits * geometry.frames:
        raise _FrameError(WarningReason.FRAMES_EXTRACTION_FAILURE)
    if transfer_syntax == ExplicitVRBigEndian and dataset["PixelData"].VR == "OW":
        content = np.frombuffer(content[: len(content) // 2 * 2], ">u2").astype("<u2").tobytes()
    for index in range(geometry.frames):
        first = index * geometry.frame_bits
        part = np.frombuffer(content, np.uint8, (first % 8 + geometry.frame_bits + 7) // 8, first // 8)
        bits = np.unpackbits(part, bitorder="little")[first % 8 : first % 8 + geometry.frame_bits]
        yield np.packbits(bits, bitorder="little").tobytes()
