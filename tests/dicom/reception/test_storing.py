"""What a sender is told, and what is stored then: the same promises for a bucket and for a directory."""

import itertools
import random
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mypy_boto3_s3.client import S3Client as Boto3S3
from pydicom import dcmread
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from dicom_scp.identity import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from dicom_scp.ports import Storage, StoreStatus
from dicom_scp.transfer_syntaxes import ENCODINGS
from healthcare_runtime.object_key import InstanceKey
from tests.dicom.reception.data_sets import (
    CT_IMAGE,
    PYDICOM_FILES,
    SERIES,
    STUDY,
    Instance,
    encode,
    from_file,
    header,
    instance,
)
from tests.dicom.reception.sender import Sender, fill_room

Stored = Callable[[], dict[str, bytes]]
ACCEPTED_AT = 1_700_000_000.75


@pytest.fixture(params=["directory", "s3"])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def storage(backend: str, request: pytest.FixtureRequest) -> Storage:
    found: Storage = request.getfixturevalue(f"{backend}_storage")
    return found


@pytest.fixture
def stored(backend: str, request: pytest.FixtureRequest) -> Stored:
    """Every object in the store, by key."""
    if backend == "directory":
        root: Path = request.getfixturevalue("store_directory")
        return lambda: {
            path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
        }
    s3: Boto3S3 = request.getfixturevalue("s3")
    bucket: str = request.getfixturevalue("bucket")

    def objects() -> dict[str, bytes]:
        keys = [found["Key"] for found in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        assert not s3.list_multipart_uploads(Bucket=bucket).get("Uploads")
        return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}

    return objects


def corpus() -> list[Path]:
    """One real file for each transfer syntax that pydicom ships, and a few more."""
    by_syntax: dict[str, list[Path]] = {}
    for path in sorted(PYDICOM_FILES.glob("*.dcm")):
        try:
            found = from_file(path)
        except Exception:  # deliberately broken ones among them
            continue
        data_set = dcmread(path, stop_before_pixels=True)
        complete = found.sop_class_uid and found.sop_instance_uid and data_set.get("SeriesInstanceUID")
        broken = path.name in {"MR_truncated.dcm", "rtplan_truncated.dcm", "SC_rgb_jpeg.dcm"}
        if complete and not broken and found.transfer_syntax_uid in ENCODINGS:
            by_syntax.setdefault(found.transfer_syntax_uid, []).append(path)
    return [path for paths in by_syntax.values() for path in paths[:2]]


def test_given_real_instances_in_every_syntax_when_sent_then_stored_bit_identical_as_part_10(
    storage: Storage, stored: Stored
) -> None:
    sender = Sender(storage.instances, accepted_at=ACCEPTED_AT)
    sent = [from_file(path) for path in corpus()]  # some share a UID: all must be kept
    assert len({found.transfer_syntax_uid for found in sent}) >= 10
    for found in sent:
        assert sender.send(found, fragment=4093).status == StoreStatus.SUCCESS
    objects = stored()
    assert len(objects) == len(sent)
    for content in objects.values():
        meta = dcmread(BytesIO(content), stop_before_pixels=True).file_meta
        (found,) = (each for each in sent if content.endswith(each.data))
        assert len(content) == 132 + 12 + meta.FileMetaInformationGroupLength + len(found.data)
        assert meta.MediaStorageSOPClassUID == found.sop_class_uid
        assert meta.MediaStorageSOPInstanceUID == found.sop_instance_uid
        assert meta.TransferSyntaxUID == found.transfer_syntax_uid
        assert meta.FileMetaInformationVersion == b"\x00\x01"
        assert meta.ImplementationClassUID == IMPLEMENTATION_CLASS_UID
        assert meta.ImplementationVersionName == IMPLEMENTATION_VERSION_NAME
        assert meta.SourceApplicationEntityTitle == "MODALITY"
        assert meta.ReceivingApplicationEntityTitle == "STORESCP"


def test_given_a_study_date_when_stored_then_the_key_is_the_contracts(storage: Storage, stored: Stored) -> None:
    Sender(storage.instances, accepted_at=ACCEPTED_AT).send(instance("1.2.3", study_date="20240229"))
    assert list(stored()) == [f"2024/02/29/1700000000/{STUDY}/{SERIES}/1.2.3.dcm"]


@pytest.mark.parametrize("study_date", ["20230229", "", "not a date", "2024022", "99999999", "20240229-20240301"])
def test_given_an_impossible_study_date_then_the_key_has_the_associations_day(
    storage: Storage, stored: Stored, study_date: str
) -> None:
    sender = Sender(storage.instances, accepted_at=ACCEPTED_AT)
    assert sender.send(instance(study_date=study_date)).status == StoreStatus.SUCCESS
    (key,) = stored()
    assert InstanceKey.parse(key).day == datetime.fromtimestamp(ACCEPTED_AT, UTC).date()


REFUSED: dict[str, tuple[Instance, int]] = {
    "no bytes": (Instance(CT_IMAGE, "1.2.3", ExplicitVRLittleEndian, b""), 0xC000),
    "zeros": (Instance(CT_IMAGE, "1.2.3", ExplicitVRLittleEndian, bytes(1000)), 0xC000),
    "text": (Instance(CT_IMAGE, "1.2.3", ImplicitVRLittleEndian, b"GET / HTTP/1.1\r\n" * 20), 0xC000),
    "another encoding": (
        Instance(CT_IMAGE, "1.2.3", ExplicitVRLittleEndian, encode(header(), ImplicitVRLittleEndian)),
        0xC000,
    ),
    "truncated": (Instance(CT_IMAGE, "1.2.3", ExplicitVRLittleEndian, instance().data[:-1]), 0xC000),
    "trailing bytes": (Instance(CT_IMAGE, "1.2.3", ExplicitVRLittleEndian, instance().data + b"more"), 0xC000),
    "a whole file": (
        Instance(CT_IMAGE, "1.2.3", ExplicitVRLittleEndian, bytes(128) + b"DICM" + instance().data),
        0xC000,
    ),
    "a deflate stream cut short": (
        Instance(
            CT_IMAGE, "1.2.3", DeflatedExplicitVRLittleEndian, encode(header(), DeflatedExplicitVRLittleEndian)[:-9]
        ),
        0xC000,
    ),
    "another instance": (Instance(CT_IMAGE, "1.2.4", ExplicitVRLittleEndian, instance("1.2.3").data), 0xA900),
    "another class": (Instance("1.2.840.10008.5.1.4.1.1.4", "1.2.3", ExplicitVRLittleEndian, instance().data), 0xA900),
    "no study": (
        Instance(CT_IMAGE, "1.2.3", ExplicitVRBigEndian, encode(header(study=None), ExplicitVRBigEndian)),
        0xA900,
    ),
    "no series": (Instance(CT_IMAGE, "1.2.3", ExplicitVRLittleEndian, encode(header(series=None))), 0xA900),
    "empty study": (Instance(CT_IMAGE, "1.2.3", ExplicitVRLittleEndian, encode(header(study=""))), 0xA900),
    "a study that is a path": (
        Instance(
            CT_IMAGE, "1.2.3", ExplicitVRLittleEndian, encode(header(study="1.2.3")).replace(b"1.2.3\0", b"../../")
        ),
        0xA900,
    ),
    "a study of 66 digits": (
        Instance(
            CT_IMAGE,
            "1.2.3",
            ExplicitVRLittleEndian,
            encode(header(study="1" * 64)).replace(b"@\x00" + b"1" * 64, b"B\x00" + b"1" * 66),
        ),
        0xA900,
    ),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", REFUSED)
def test_given_a_bad_data_set_then_it_is_refused_and_nothing_is_stored(
    storage: Storage, stored: Stored, case: str
) -> None:
    bad, status = REFUSED[case]
    result = Sender(storage.instances).send(bad)
    assert (result.status, case) == (status, case)
    assert 0 < len(result.comment) <= 64
    assert "Phantom" not in result.comment
    assert stored() == {}


def test_given_a_refusal_then_the_association_goes_on(storage: Storage, stored: Stored) -> None:
    sender = Sender(storage.instances)
    assert sender.send(REFUSED["truncated"][0]).status == StoreStatus.CANNOT_UNDERSTAND
    assert sender.send(instance()).status == StoreStatus.SUCCESS
    assert len(stored()) == 1


def test_given_the_same_instance_again_then_success_and_one_object(storage: Storage, stored: Stored) -> None:
    sender = Sender(storage.instances)
    for _ in range(3):
        assert sender.send(instance()).status == StoreStatus.SUCCESS
    assert len(stored()) == 1


def test_given_other_bytes_under_the_same_uid_in_the_same_second_then_all_are_kept(
    storage: Storage, stored: Stored
) -> None:
    versions = [instance(pixels=bytes([number]) * 64) for number in range(4)]
    sender = Sender(storage.instances)
    for version in [*versions, *versions]:  # and each of them once more
        assert sender.send(version).status == StoreStatus.SUCCESS
    assert sorted(content[-64:] for content in stored().values()) == sorted(version.data[-64:] for version in versions)


@pytest.mark.parametrize("size", [8 << 20, (8 << 20) + 1, 20 << 20])
def test_given_a_large_instance_then_it_is_streamed_and_idempotent(storage: Storage, stored: Stored, size: int) -> None:
    sender = Sender(storage.instances)
    big, other = instance(pixels=bytes(size)), instance(pixels=bytes(size - 2) + b"\1\1")
    for each in (big, big, other, other):
        result = sender.send(each, fragment=1 << 20)
        assert (result.status, result.bytes) == (StoreStatus.SUCCESS, len(each.data))
    contents = list(stored().values())
    assert len(contents) == 2
    assert {content[-len(big.data) :] for content in contents} == {big.data, other.data}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.integers(1, 300), st.integers(30_000, 36_000), st.integers(1, 900_000)), max_size=60))
def test_given_fragments_of_any_size_then_the_object_is_the_data_set_without_a_gap(
    directory_storage: Storage, store_directory: Path, fragments: list[int]
) -> None:
    data = instance("1.2.3", pixels=random.Random(len(fragments)).randbytes(3_000_000)).data
    cuts = [0, *itertools.accumulate(fragments), len(data)]
    pieces = (data[start:end] for start, end in itertools.pairwise(cuts))
    sent = Instance(CT_IMAGE, "1.2.3", ExplicitVRLittleEndian, data)
    assert Sender(directory_storage.instances).send_pieces(sent, pieces).status == StoreStatus.SUCCESS
    for path in store_directory.rglob("*.dcm"):
        assert path.read_bytes().endswith(data)
        path.unlink()


def test_given_a_large_instance_that_is_cut_or_malformed_then_nothing_is_left(storage: Storage, stored: Stored) -> None:
    sender = Sender(storage.instances)
    whole = instance(pixels=bytes(20 << 20))
    cut = Instance(whole.sop_class_uid, whole.sop_instance_uid, whole.transfer_syntax_uid, whole.data[:-5])
    assert sender.send(cut, fragment=1 << 20).status == StoreStatus.CANNOT_UNDERSTAND
    reception = sender.association.begin(sender.request(whole))
    position = 0
    while position < 17 << 20:  # the association breaks in the middle
        position += fill_room(reception, memoryview(whole.data)[position:])
    reception.abort()
    reception.abort()
    assert stored() == {}
    assert storage.instances.usage().used_bytes == 0


def test_given_a_header_beyond_eight_mebibytes_then_it_is_refused(storage: Storage, stored: Stored) -> None:
    late = header()
    late.add_new(0x00091001, "OB", bytes(9 << 20))
    data = Instance(CT_IMAGE, "1.2.3", ExplicitVRLittleEndian, encode(late))
    assert Sender(storage.instances).send(data, fragment=1 << 20).status == StoreStatus.CANNOT_UNDERSTAND
    assert stored() == {}


def test_given_two_associations_in_one_second_then_they_share_no_prefix_of_a_study(
    storage: Storage, stored: Stored
) -> None:
    for number in range(3):
        sender = Sender(storage.instances, accepted_at=ACCEPTED_AT)
        for index in range(2):
            assert sender.send(instance(f"1.2.{number}.{index}")).status == StoreStatus.SUCCESS
    prefixes: dict[str, set[str]] = {}
    for key in map(InstanceKey.parse, stored()):
        prefixes.setdefault(key.prefix, set()).add(key.sop_instance_uid.split(".")[2])
    assert sorted(map(sorted, prefixes.values())) == [["0"], ["1"], ["2"]]


def test_given_a_stored_instance_then_commitment_is_given_for_it_and_nothing_else(
    storage: Storage, stored: Stored
) -> None:
    Sender(storage.instances).send(instance("1.2.3"))
    assert storage.index.holds(CT_IMAGE, "1.2.3")
    assert not storage.index.holds("1.2.840.10008.5.1.4.1.1.4", "1.2.3")
    for other in ("1.2.4", "1.2", "1.2.3.4", "*", "1.2.?", "../1.2.3", "", "1.2.3/"):
        assert not storage.index.holds(CT_IMAGE, other)
