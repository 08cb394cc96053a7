"""Walking elements: pydicom is the second opinion."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmread
from pydicom.sequence import Sequence as DicomSequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from dicom_scp.reception.element_walker import DEEPEST_NESTING, ElementWalker, MalformedDataSetError
from dicom_scp.reception.inflation import InflatingWalker
from dicom_scp.transfer_syntaxes import ENCODINGS, Encoding
from tests.dicom.reception.data_sets import PYDICOM_FILES, deflate, encode, from_file, header

WANTED = (0x00080016, 0x00080018, 0x00080020, 0x0020000D, 0x0020000E)
PLAIN_SYNTAXES = (ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian)
# Files that pydicom ships because they are broken, and what is wrong with each.
BROKEN_FILES = {
    "MR_truncated.dcm": "truncated",
    "rtplan_truncated.dcm": "truncated",
    "SC_rgb_jpeg.dcm": "no value representation",  # implicit elements in an explicit transfer syntax
}


def walk(data: bytes, syntax: str, step: int = 1 << 20) -> dict[int, bytes | None]:
    encoding = ENCODINGS[syntax]
    plain = ElementWalker(encoding, WANTED)
    walker = InflatingWalker(plain) if encoding is Encoding.DEFLATED else plain
    for start in range(0, len(data), step):
        walker.feed(data[start : start + step])
    walker.finish()
    return walker.values


def usable_files() -> list[Path]:
    """pydicom's bundled files that have a file meta header with a length and a known transfer syntax."""
    files = []
    for path in sorted(PYDICOM_FILES.rglob("*.dcm")):
        with contextlib.suppress(Exception):  # deliberately odd ones among them
            if from_file(path).transfer_syntax_uid in ENCODINGS:
                files.append(path)
    return files


FILES = usable_files()


def test_the_corpus_covers_every_encoding() -> None:
    assert {ENCODINGS[from_file(path).transfer_syntax_uid] for path in FILES} == set(Encoding)
    assert len(FILES) > 50


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_given_a_real_file_when_walked_in_any_pieces_then_the_header_is_what_pydicom_reads(path: Path) -> None:
    instance = from_file(path)
    if path.name in BROKEN_FILES:
        with pytest.raises(MalformedDataSetError, match=BROKEN_FILES[path.name]):
            walk(instance.data, instance.transfer_syntax_uid)
        return
    expected = dcmread(path, stop_before_pixels=True)
    # A byte at a time for the part where the header is; a prime step for the rest of large files.
    for step in (len(instance.data), 997, 1 if len(instance.data) < 20_000 else 61):
        values = walk(instance.data, instance.transfer_syntax_uid, step)
        for tag in WANTED:
            found = (values.get(tag) or b"").decode().strip("\0 ")
            assert found == str(expected[tag].value or "" if tag in expected else "")


uids = st.lists(st.integers(0, 10**9), min_size=1, max_size=6).map(lambda numbers: ".".join(map(str, numbers)))


@st.composite
def nested(draw: st.DrawFn, depth: int = 2) -> Dataset:
    data_set = Dataset()
    data_set.PatientComments = draw(st.text("abc ", max_size=40))
    data_set.add_new(0x00091001, "UN", draw(st.binary(max_size=20).map(lambda data: data + b"\0" * (len(data) % 2))))
    if depth:
        items = draw(st.lists(nested(depth - 1), max_size=2))
        sequence = DicomSequence(items)
        data_set.ReferencedImageSequence = sequence
        data_set["ReferencedImageSequence"].is_undefined_length = draw(st.booleans())
        for item in items:
            item.is_undefined_length_sequence_item = draw(st.booleans())
    return data_set


@st.composite
def data_sets(draw: st.DrawFn) -> Dataset:
    data_set = draw(nested())
    data_set.SOPClassUID = draw(uids)
    data_set.SOPInstanceUID = draw(uids)
    data_set.StudyInstanceUID = draw(uids)
    data_set.SeriesInstanceUID = draw(uids)
    data_set.add_new(0x7FE00010, "OW", bytes(2 * draw(st.integers(0, 200))))
    return data_set


@settings(max_examples=150, deadline=None)
@given(data_sets(), st.sampled_from([*PLAIN_SYNTAXES, DeflatedExplicitVRLittleEndian]), st.integers(1, 300))
def test_given_any_data_set_pydicom_can_write_then_the_header_is_found_in_any_pieces(
    data_set: Dataset, syntax: str, step: int
) -> None:
    values = walk(encode(data_set, syntax), syntax, step)
    for tag in WANTED:
        if tag in data_set:
            assert (values[tag] or b"").decode().rstrip("\0") == data_set[tag].value


@settings(max_examples=150, deadline=None)
@given(data_sets(), st.sampled_from(PLAIN_SYNTAXES), st.data())
def test_given_a_cut_anywhere_but_between_top_level_elements_then_it_is_truncated(
    data_set: Dataset, syntax: str, data: st.DataObject
) -> None:
    whole = encode(data_set, syntax)
    boundaries, position = set(), 0
    for element in data_set:
        single = Dataset()
        single.add(element)
        position += len(encode(single, syntax))
        boundaries.add(position)
    assert position == len(whole)
    cut = data.draw(st.integers(1, len(whole) - 1).filter(lambda end: end not in boundaries))
    with pytest.raises(MalformedDataSetError, match="truncated"):
        walk(whole[:cut], syntax, data.draw(st.integers(1, 300)))


@settings(max_examples=300, deadline=None)
@given(st.binary(min_size=1, max_size=400), st.sampled_from(list(ENCODINGS)), st.integers(1, 50))
def test_given_any_bytes_then_the_walk_ends_and_pieces_do_not_matter(data: bytes, syntax: str, step: int) -> None:
    def outcome(size: int) -> object:
        try:
            return walk(data, syntax, size)
        except MalformedDataSetError:
            return "malformed"

    assert outcome(len(data)) == outcome(step)


@pytest.mark.parametrize("syntax", PLAIN_SYNTAXES)
def test_given_zeros_after_the_last_element_then_they_are_padding(syntax: str) -> None:
    for count in (2, 7, 8, 9, 4096):
        for step in (3, 1 << 20):
            assert walk(encode(header(), syntax) + bytes(count), syntax, step)


@pytest.mark.parametrize("syntax", PLAIN_SYNTAXES)
def test_given_anything_but_padding_after_the_last_element_then_it_is_malformed(syntax: str) -> None:
    for rest in (b"\0", b"\0" * 8 + b"\1", b"\0" * 4095 + b"\1", b"\1", b"trailing bytes"):
        for step in (3, 1 << 20):
            with pytest.raises(MalformedDataSetError):
                walk(encode(header(), syntax) + rest, syntax, step)


def test_given_a_length_of_four_gigabytes_then_nothing_is_allocated_for_it() -> None:
    walker = ElementWalker(Encoding.EXPLICIT_LITTLE, WANTED)
    walker.feed(b"\x08\x00\x18\x00UN\x00\x00\xfe\xff\xff\xff")  # a wanted tag, at that
    for _ in range(100):
        walker.feed(bytes(1000))
    assert walker.values == {0x00080018: None}
    with pytest.raises(MalformedDataSetError, match="truncated"):
        walker.finish()


def test_given_endless_nesting_then_the_stack_is_bounded() -> None:
    opening = b"\x08\x00\x40\x11\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    with pytest.raises(MalformedDataSetError, match="nested too deeply"):
        walk(opening * DEEPEST_NESTING, ImplicitVRLittleEndian)


def test_given_a_wanted_element_twice_then_it_is_refused_as_ambiguous() -> None:
    once = encode(header())
    with pytest.raises(MalformedDataSetError, match="twice"):
        walk(once + once, ExplicitVRLittleEndian)


@pytest.mark.parametrize(
    "data",
    [
        b"\xfe\xff\x00\xe0\x00\x00\x00\x00",  # an item outside of a sequence
        b"\x00\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00",  # a command group
        b"\x02\x00\x10\x00\x00\x00\x00\x00",  # file meta
        bytes(128) + b"DICM",
        b"\x08\x00\x40\x11\xff\xff\xff\xff\x08\x00\x18\x00\x00\x00\x00\x00",  # an element where an item should be
    ],
)
def test_given_something_else_than_elements_then_it_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedDataSetError):
        walk(data, ImplicitVRLittleEndian)


def test_given_no_bytes_then_the_data_set_is_empty() -> None:
    with pytest.raises(MalformedDataSetError, match="empty"):
        walk(b"", ExplicitVRLittleEndian)


def test_given_a_deflate_bomb_then_its_inflation_stops_at_the_limit() -> None:
    pixels = header()
    pixels.add_new(0x7FE00010, "OW", bytes(4 << 20))
    walker = InflatingWalker(ElementWalker(Encoding.DEFLATED, WANTED), limit=1 << 20)
    with pytest.raises(MalformedDataSetError, match="beyond the limit"):
        walker.feed(encode(pixels, DeflatedExplicitVRLittleEndian))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x07 not deflate", "not a deflate stream"),
        (deflate(encode(header()))[:-3], "truncated"),
        (deflate(encode(header())[:-1]), "truncated"),
        (deflate(b""), "empty"),
        (deflate(encode(header())) + b"\x01", "bytes follow"),
    ],
)
def test_given_a_broken_deflate_stream_then_it_says_so(data: bytes, reason: str) -> None:
    with pytest.raises(MalformedDataSetError, match=reason):
        walk(data, DeflatedExplicitVRLittleEndian)
