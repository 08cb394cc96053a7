"""Frames: lossless sources come back pixel by pixel; what cannot be transcoded is kept, and said."""

import io
import zlib
from collections.abc import Callable

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate, generate_frames
from pydicom.pixels.utils import pixel_array
from pydicom.uid import MPEG4HP41, UID, ExplicitVRLittleEndian, HTJ2KLossless, HTJ2KLosslessRPCL, JPEGLossless

from tests.local.health_imaging.imaging_world import TEST_FILES, ImagingProcess, Store, dicom_file, file_bytes

HTJ2K_RPCL = "1.2.840.10008.1.2.4.202"

# Every lossless source that the wheel ships and pydicom itself, with Pillow, can decode: native little and big endian,
# implicit, deflated, RLE, JPEG 2000; signed, 8, 16 and 32 bit, RGB, palette, odd sizes, padded, multi-frame.
LOSSLESS = [
    "CT_small.dcm", "ExplVR_BigEnd.dcm", "J2K_pixelrep_mismatch.dcm", "MR_small.dcm", "MR_small_RLE.dcm",
    "MR_small_bigendian.dcm", "MR_small_expb.dcm", "MR_small_implicit.dcm", "MR_small_jp2klossless.dcm",
    "MR_small_padded.dcm", "SC_rgb_jpeg_dcmd.dcm", "SC_rgb_rle.dcm", "SC_rgb_rle_16bit.dcm",
    "SC_rgb_rle_16bit_2frame.dcm", "SC_rgb_rle_2frame.dcm", "SC_rgb_rle_32bit.dcm", "SC_rgb_rle_32bit_2frame.dcm",
    "SC_rgb_small_odd.dcm", "SC_rgb_small_odd_big_endian.dcm", "SC_ybr_full_422_uncompressed.dcm",
    "examples_jpeg2k.dcm", "examples_overlay.dcm", "examples_palette.dcm", "examples_rgb_color.dcm", "image_dfl.dcm",
    "rtdose.dcm", "rtdose_1frame.dcm", "rtdose_expb.dcm", "rtdose_expb_1frame.dcm", "rtdose_rle.dcm",
    "rtdose_rle_1frame.dcm",
]  # fmt: skip
KEPT = {
    "JPEG2000.dcm": ("1.2.840.10008.1.2.4.91", "image/j2c"),
    "693_J2KI.dcm": ("1.2.840.10008.1.2.4.91", "image/j2c"),
    "SC_rgb_jpeg_dcmtk.dcm": ("1.2.840.10008.1.2.4.50", "image/jpeg"),
    "examples_ybr_color.dcm": ("1.2.840.10008.1.2.4.50", "image/jpeg"),
}


def test_frames_of_every_lossless_source_decode_to_pydicoms_pixels(store: Store) -> None:
    # given all of them below one prefix, several of one series and instance: every one in a series of its own
    files = {name: dicom_file(name, SeriesInstanceUID=f"1.2.826.{number}") for number, name in enumerate(LOSSLESS)}
    # when they are imported in one job
    results = store.imported(files)
    # then every frame is HTJ2K with RPCL progression, and holds the pixels that pydicom reads from the source
    assert results.summary["numberOfImportedFiles"] == len(LOSSLESS)
    assert {line["inputFile"].rpartition("/")[2] for line in results.warning} <= {"ExplVR_BigEnd.dcm"}
    for name in LOSSLESS:
        image_set_id = results.image_set_of(f"/{name}")
        (instance,) = store.instances(image_set_id).values()
        expected = pixel_array(pydicom.dcmread(next(TEST_FILES.rglob(name))), as_rgb=False)
        assert instance["StoredTransferSyntaxUID"] == HTJ2K_RPCL, name
        decoded = []
        for frame in instance["ImageFrames"]:
            codestream, content_type = store.frame(image_set_id, frame["ID"])
            assert (content_type, frame["FrameSizeInBytes"]) == ("image/jph", len(codestream))
            pixels = imagecodecs.htj2k_decode(codestream)
            little = np.ascontiguousarray(pixels, dtype=pixels.dtype.newbyteorder("<"))
            (checksum,) = frame["PixelDataChecksumFromBaseToFullResolution"]
            assert checksum == {
                "Width": instance["DICOM"]["Columns"],
                "Height": instance["DICOM"]["Rows"],
                "Checksum": zlib.crc32(little.tobytes()),
            }
            assert (frame["MinPixelValue"], frame["MaxPixelValue"]) == (pixels.min(), pixels.max())
            decoded.append(pixels)
        multiple = int(instance["DICOM"].get("NumberOfFrames") or 1) > 1
        found = np.stack(decoded) if multiple else decoded[0]
        assert found.dtype == expected.dtype.newbyteorder("="), name
        assert np.array_equal(found, expected), name


def test_codestream_has_rpcl_progression_and_tile_part_lengths(store: Store) -> None:
    results = store.imported({"ct.dcm": dicom_file("CT_small.dcm")})
    image_set_id = results.image_set_of("ct.dcm")
    (instance,) = store.instances(image_set_id).values()
    codestream, _ = store.frame(image_set_id, instance["ImageFrames"][0]["ID"])
    header = codestream[: codestream.index(b"\xff\x90")]
    assert header[header.index(b"\xff\x52") + 5] == 2  # COD, SGcod: RPCL
    assert b"\xff\x55" in header  # TLM


def _other_encodings() -> dict[str, pydicom.Dataset]:
    """The MR test image in encodings that pydicom cannot write, made by the codecs' encoders, and the one in 4.80."""
    made: dict[str, pydicom.Dataset] = {}
    source = pydicom.dcmread(next(TEST_FILES.rglob("MR_small.dcm")))
    unsigned = source.pixel_array.astype(np.uint16)
    htj2k = imagecodecs.htj2k_encode(source.pixel_array, reversible=True)
    streams = {
        HTJ2KLossless: htj2k,
        HTJ2KLosslessRPCL: htj2k,
        JPEGLossless: imagecodecs.ljpeg_encode(unsigned),
    }
    for number, (syntax, stream) in enumerate(streams.items()):
        dataset = pydicom.dcmread(next(TEST_FILES.rglob("MR_small.dcm")))
        dataset.file_meta.TransferSyntaxUID = syntax
        dataset.PixelData = encapsulate([bytes(stream)])
        dataset["PixelData"].VR = "OB"
        dataset.SeriesInstanceUID = f"1.2.840.{number}"
        made[str(syntax)] = dataset
    made["1.2.840.10008.1.2.4.80"] = pydicom.dcmread(next(TEST_FILES.rglob("MR_small_jpeg_ls_lossless.dcm")))
    return made


def test_htj2k_jpeg_lossless_and_jpeg_ls_come_back_with_their_sign(store: Store) -> None:
    datasets = _other_encodings()
    expected = pydicom.dcmread(next(TEST_FILES.rglob("MR_small.dcm"))).pixel_array
    results = store.imported({f"{name}.dcm": file_bytes(dataset) for name, dataset in datasets.items()})
    assert results.warning == []
    for name in datasets:
        image_set_id = results.image_set_of(f"/{name}.dcm")
        (instance,) = store.instances(image_set_id).values()
        codestream, _ = store.frame(image_set_id, instance["ImageFrames"][0]["ID"])
        decoded = imagecodecs.htj2k_decode(codestream)
        assert decoded.dtype == expected.dtype
        assert np.array_equal(decoded, expected), name


def test_jpeg_lossless_colour_equals_another_decoder(store: Store) -> None:
    name = "SC_rgb_jpeg_gdcm.dcm"
    results = store.imported({name: dicom_file(name)})
    image_set_id = results.image_set_of(name)
    (instance,) = store.instances(image_set_id).values()
    codestream, _ = store.frame(image_set_id, instance["ImageFrames"][0]["ID"])
    dataset = pydicom.dcmread(next(TEST_FILES.rglob(name)))
    independent = imagecodecs.jpegsof3_decode(next(generate_frames(dataset.PixelData, number_of_frames=1)))
    assert np.array_equal(imagecodecs.htj2k_decode(codestream), independent)


def test_twelve_bit_lossy_jpeg_is_transcoded(store: Store) -> None:
    results = store.imported({"JPGExtended.dcm": dicom_file("JPGExtended.dcm")})
    (instance,) = store.instances(results.image_set_of("JPGExtended.dcm")).values()
    assert instance["StoredTransferSyntaxUID"] == HTJ2K_RPCL
    assert instance["ImageFrames"][0]["MaxPixelValue"] > 255


@pytest.mark.parametrize("name", KEPT)
def test_lossy_encodings_are_kept_bit_by_bit(store: Store, name: str) -> None:
    results = store.imported({name: dicom_file(name)})
    image_set_id = results.image_set_of(name)
    (instance,) = store.instances(image_set_id).values()
    dataset = pydicom.dcmread(next(TEST_FILES.rglob(name)))
    frames = list(generate_frames(dataset.PixelData, number_of_frames=int(dataset.get("NumberOfFrames", 1))))
    syntax, content_type = KEPT[name]
    assert instance["StoredTransferSyntaxUID"] == syntax
    assert len(instance["ImageFrames"]) == len(frames)
    for stored, original in zip(instance["ImageFrames"][:3], frames, strict=False):
        assert store.frame(image_set_id, stored["ID"]) == (original, content_type)
        assert stored["MinPixelValue"] is stored["MaxPixelValue"] is None
        assert stored["PixelDataChecksumFromBaseToFullResolution"][0]["Checksum"] == zlib.crc32(original)


@pytest.mark.parametrize("name", ["liver_1frame.dcm", "liver_expb_1frame.dcm"])
def test_binary_segmentation_keeps_its_packed_bits(store: Store, name: str) -> None:
    results = store.imported({name: dicom_file(name)})
    image_set_id = results.image_set_of(name)
    (instance,) = store.instances(image_set_id).values()
    assert instance["StoredTransferSyntaxUID"] == ExplicitVRLittleEndian
    packed, content_type = store.frame(image_set_id, instance["ImageFrames"][0]["ID"])
    bits = np.unpackbits(np.frombuffer(packed, np.uint8), bitorder="little").reshape(512, 512)
    assert content_type == "application/octet-stream"
    assert np.array_equal(bits, pydicom.dcmread(next(TEST_FILES.rglob(name))).pixel_array)


def test_binary_frames_that_share_a_byte_are_taken_apart(store: Store) -> None:
    # given 3 x 3 pixels of 1 bit in three frames: frames begin at bits 0, 9 and 18
    dataset = pydicom.dcmread(next(TEST_FILES.rglob("liver_1frame.dcm")))
    bits = np.random.default_rng(1).integers(0, 2, (3, 3, 3), dtype=np.uint8)
    dataset.Rows = dataset.Columns = dataset.NumberOfFrames = 3
    dataset.PixelData = np.packbits(bits.ravel(), bitorder="little").tobytes()
    results = store.imported({"seg.dcm": file_bytes(dataset)})
    image_set_id = results.image_set_of("seg.dcm")
    (instance,) = store.instances(image_set_id).values()
    for expected, frame in zip(bits, instance["ImageFrames"], strict=True):
        packed = np.frombuffer(store.frame(image_set_id, frame["ID"])[0], np.uint8)
        assert np.array_equal(np.unpackbits(packed, bitorder="little")[:9].reshape(3, 3), expected)


def test_video_is_kept_as_one_stream(store: Store) -> None:
    dataset = pydicom.dcmread(next(TEST_FILES.rglob("examples_ybr_color.dcm")))
    dataset.file_meta.TransferSyntaxUID = MPEG4HP41
    dataset.PixelData = encapsulate([b"a stream of H.264 " * 100], has_bot=True)
    results = store.imported({"video.dcm": file_bytes(dataset)})
    image_set_id = results.image_set_of("video.dcm")
    (instance,) = store.instances(image_set_id).values()
    content, content_type = store.frame(image_set_id, instance["ImageFrames"][0]["ID"])
    assert (content.rstrip(b"\0"), content_type) == (b"a stream of H.264 " * 100, "video/mp4")


def test_jpeg2000_store_holds_jpeg2000(imaging_process: ImagingProcess, new_store: Callable[..., Store]) -> None:
    store = new_store(imaging_process, losslessStorageFormat="JPEG_2000_LOSSLESS")
    names = ["CT_small.dcm", "examples_rgb_color.dcm"]
    results = store.imported({name: dicom_file(name) for name in names})
    for name in names:
        image_set_id = results.image_set_of(name)
        (instance,) = store.instances(image_set_id).values()
        codestream, content_type = store.frame(image_set_id, instance["ImageFrames"][0]["ID"])
        assert (instance["StoredTransferSyntaxUID"], content_type) == ("1.2.840.10008.1.2.4.90", "image/j2c")
        expected = pixel_array(pydicom.dcmread(next(TEST_FILES.rglob(name))), as_rgb=False)
        assert np.array_equal(imagecodecs.jpeg2k_decode(codestream), expected)


def _broken() -> dict[str, tuple[bytes, int]]:
    """Files that are imported with a warning, and its code."""
    ct = pydicom.dcmread(next(TEST_FILES.rglob("CT_small.dcm")))
    number = iter(range(100))

    def ct_with(**changes: object) -> bytes:
        return dicom_file("CT_small.dcm", SOPInstanceUID=f"1.2.3.{next(number)}", **changes)

    float_pixels = pydicom.dcmread(io.BytesIO(ct_with()))
    del float_pixels.PixelData
    float_pixels.FloatPixelData = np.linspace(0, 1, 128 * 128, dtype="<f4").tobytes()

    def encapsulated(syntax: str, frames: list[bytes], **changes: object) -> bytes:
        dataset = pydicom.dcmread(io.BytesIO(ct_with(**changes)))
        dataset.file_meta.TransferSyntaxUID = UID(syntax)
        dataset.PixelData = encapsulate(frames)
        dataset["PixelData"].VR = "OB"
        return file_bytes(dataset)

    other_size = bytes(imagecodecs.jpeg2k_encode(np.zeros((64, 64), np.int16), level=0, codecformat="j2k"))
    return {
        "short.dcm": (ct_with(PixelData=ct.PixelData[:1000]), 45328),
        "no-rows.dcm": (ct_with(Rows=None), 45312),
        "zero-rows.dcm": (ct_with(Rows=0), 45312),
        "bits.dcm": (ct_with(BitsStored=40), 45312),
        "float.dcm": (file_bytes(float_pixels), 45312),
        "jpip.dcm": (encapsulated("1.2.840.10008.1.2.4.94", [b"http://127.0.0.1/"]), 45344),
        "garbage.dcm": (encapsulated("1.2.840.10008.1.2.4.90", [b"not a codestream"]), 45312),
        "other-size.dcm": (encapsulated("1.2.840.10008.1.2.4.90", [other_size]), 45312),
        "frames.dcm": (encapsulated("1.2.840.10008.1.2.4.50", [b"12", b"34"], NumberOfFrames=5), 45329),
        "rle.dcm": (encapsulated("1.2.840.10008.1.2.5", [b"\xff" * 64]), 45312),
    }


def test_pixel_data_that_cannot_be_transcoded_is_kept_with_a_warning(store: Store) -> None:
    broken = _broken()
    # when they are imported beside a good file
    good = dicom_file("CT_small.dcm")
    results = store.imported({**{name: content for name, (content, _) in broken.items()}, "good.dcm": good})
    # then all are imported, each warned of with its own code, the good one is not, and the bytes are still there
    assert results.failure == []
    codes = {
        line["inputFile"].rpartition("/")[2]: [one["warning_reason_code"] for one in line["importResponse"]["warnings"]]
        for line in results.warning
    }
    assert codes == {name: [code] for name, (_, code) in broken.items()}
    assert [line["inputFile"].rpartition("/")[2] for line in results.success] == ["good.dcm"]
    image_set_id = results.image_set_of("short.dcm")
    short = pydicom.dcmread(io.BytesIO(broken["short.dcm"][0]))
    instance = store.instances(image_set_id)[short.SOPInstanceUID]
    assert store.frame(image_set_id, instance["ImageFrames"][0]["ID"])[0] == short.PixelData
