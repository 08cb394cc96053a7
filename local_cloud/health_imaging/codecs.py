"""Frames in and out of their encodings. Runs in worker processes only: these decoders read untrusted bytes."""

import sys
from collections.abc import Callable, Mapping

import imagecodecs
import numpy as np
import numpy.typing as npt
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    JPEG2000MC,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEG2000MCLossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from local_cloud.health_imaging.pixel_geometry import PixelDataError, PixelGeometry

Pixels = npt.NDArray[np.integer]
Decoder = Callable[[bytes, PixelGeometry], Pixels]

KEPT_AS_RECEIVED = frozenset({JPEGBaseline8Bit, JPEG2000, HTJ2K})
"""Lossy encodings that HealthImaging stores as they are (Supported transfer syntaxes)."""

_VIDEO_ROOTS = tuple(f"1.2.840.10008.1.2.4.{number}" for number in range(100, 109))


def is_video(transfer_syntax: str) -> bool:
    """MPEG-2, H.264 and HEVC, and their fragmentable variants (``...1``): one stream, not frames."""
    return transfer_syntax.startswith(_VIDEO_ROOTS) and transfer_syntax.removesuffix(".1") in _VIDEO_ROOTS


def content_type(stored_transfer_syntax: str) -> str:
    """What GetImageFrame says about a frame (API reference, GetImageFrame)."""
    if is_video(stored_transfer_syntax):
        number = int(stored_transfer_syntax.removesuffix(".1").rsplit(".", 1)[1])
        return "video/mpeg" if number <= 101 else "video/mp4" if number <= 106 else "video/H256"
    return _CONTENT_TYPES.get(stored_transfer_syntax, "application/octet-stream")


_CONTENT_TYPES: Mapping[str, str] = {
    HTJ2KLosslessRPCL: "image/jph",
    HTJ2K: "image/jphc",
    JPEGBaseline8Bit: "image/jpeg",
    JPEG2000: "image/j2c",
    JPEG2000Lossless: "image/j2c",
}


def encode_htj2k(pixels: Pixels, geometry: PixelGeometry) -> bytes:
    """HTJ2K lossless with RPCL progression and tile-part lengths (1.2.840.10008.1.2.4.202)."""
    colour = geometry.samples == 3
    return bytes(imagecodecs.htj2k_encode(pixels, reversible=True, tlm=True, rgb=colour or None))


def encode_jpeg2000(pixels: Pixels, geometry: PixelGeometry) -> bytes:
    """JPEG 2000 lossless (1.2.840.10008.1.2.4.90), the other storage format of a data store."""
    return bytes(imagecodecs.jpeg2k_encode(pixels, level=0, codecformat="j2k", reversible=True))


def decode_htj2k(frame: bytes, _: PixelGeometry) -> Pixels:
    return _array(imagecodecs.htj2k_decode(frame))


def decode_jpeg2000(frame: bytes, _: PixelGeometry) -> Pixels:
    return _array(imagecodecs.jpeg2k_decode(frame))


def _jpeg(frame: bytes, _: PixelGeometry) -> Pixels:
    return _array(imagecodecs.jpeg_decode(frame, colorspace="UNKNOWN", outcolorspace="UNKNOWN"))


def _lossless_jpeg(frame: bytes, _: PixelGeometry) -> Pixels:
    return _array(imagecodecs.ljpeg_decode(frame))


def _jpeg_ls(frame: bytes, _: PixelGeometry) -> Pixels:
    return _array(imagecodecs.jpegls_decode(frame))


def _run_length(frame: bytes, geometry: PixelGeometry) -> Pixels:
    """PS3.5 Annex G: byte planes per sample, one sample after the other; expands at most 64 times."""
    width = geometry.bits_allocated // 8
    planes = np.frombuffer(imagecodecs.dicomrle_decode(frame, dtype=f"<u{width}"), dtype=f"<u{width}")
    wanted = geometry.rows * geometry.columns * geometry.samples
    if planes.size < wanted:
        raise PixelDataError("PixelData: an RLE frame is shorter than Rows x Columns")
    shaped = planes[:wanted].reshape((geometry.samples, geometry.rows, geometry.columns))
    return np.ascontiguousarray(np.moveaxis(shaped, 0, -1)).reshape(geometry.shape)


DECODERS: Mapping[str, Decoder] = {
    RLELossless: _run_length,
    JPEGExtended12Bit: _jpeg,
    JPEGLossless: _lossless_jpeg,
    JPEGLosslessSV1: _lossless_jpeg,
    JPEGLSLossless: _jpeg_ls,
    JPEGLSNearLossless: _jpeg_ls,
    JPEG2000Lossless: decode_jpeg2000,
    JPEG2000MCLossless: decode_jpeg2000,
    JPEG2000MC: decode_jpeg2000,
    HTJ2KLossless: decode_htj2k,
    HTJ2KLosslessRPCL: decode_htj2k,
}


def fit(decoded: Pixels, geometry: PixelGeometry) -> Pixels:
    """Decoded codes as the samples that the data set describes: its shape, BitsStored, and sign.

    Raises
    ------
    PixelDataError
        The codestream holds an image of another size.
    """
    if decoded.shape != geometry.shape:
        raise PixelDataError("PixelData: a frame has another size than Rows, Columns and SamplesPerPixel say")
    width = geometry.bits_allocated // 8
    if width not in {1, 2, 4} or decoded.dtype.itemsize > width:
        raise PixelDataError("BitsAllocated: not 8, 16 or 32, or below the codestream's depth")
    used = np.array((1 << geometry.bits_stored) - 1, dtype=f"u{width}")
    codes: Pixels = np.bitwise_and(decoded.astype(f"u{width}", copy=False), used)
    if not geometry.signed:
        return codes
    unused = geometry.bits_allocated - geometry.bits_stored
    shifted: Pixels = np.left_shift(codes, np.array(unused, dtype=codes.dtype)).view(f"i{width}")
    signed: Pixels = np.right_shift(shifted, np.array(unused, dtype=shifted.dtype))
    return signed


def _array(decoded: object) -> Pixels:
    if not isinstance(decoded, np.ndarray):
        raise PixelDataError("PixelData: the codec returned no image")
    return decoded if sys.byteorder == "little" else decoded.astype(decoded.dtype.newbyteorder("<"))
