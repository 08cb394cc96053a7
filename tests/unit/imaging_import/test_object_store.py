"""What the import asks of S3, against S3's double in the emulator: copies of any size, bounded reading."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthcare_runtime.imaging.object_store import (
    CopySource,
    ObjectChangedError,
    ObjectGoneError,
    copy_object,
    key_of,
    read_bounded,
    read_lines,
    remove_prefix,
)
from tests.unit.imaging_import.import_world import ImportWorld


@pytest.mark.parametrize("single_copy_limit", [10_000_000, 1], ids=["one request", "in parts"])
def test_given_a_source_when_it_is_copied_then_bytes_and_reason_arrive_and_changes_are_noticed(
    world: ImportWorld, single_copy_limit: int
) -> None:
    s3, bucket = world.clients.s3, world.ledger.bucket
    body = bytes(range(256)) * 24_000  # 6 MB
    first = s3.put_object(Bucket=bucket, Key="a b/ü+.dcm", Body=body)
    source = CopySource(bucket, "a b/ü+.dcm", len(body), etag=first["ETag"].strip('"'))

    def copy(origin: CopySource) -> None:
        copy_object(
            s3, origin, bucket=bucket, key="copy", metadata={"reason": "x"}, single_copy_limit=single_copy_limit
        )

    copy(source)
    copied = s3.get_object(Bucket=bucket, Key="copy")
    assert copied["Body"].read() == body
    assert copied["Metadata"] == {"reason": "x"}

    s3.put_object(Bucket=bucket, Key="a b/ü+.dcm", Body=b"new")
    with pytest.raises(ObjectChangedError):
        copy(source)
    copy(CopySource(bucket, "a b/ü+.dcm", len(body), source.etag, first["VersionId"]))  # the old version is still there
    s3.delete_object(Bucket=bucket, Key="a b/ü+.dcm")
    with pytest.raises(ObjectGoneError):
        copy(source)


def test_given_versions_and_markers_when_a_prefix_is_removed_then_nothing_of_it_is_left(world: ImportWorld) -> None:
    s3, bucket = world.clients.s3, world.ledger.bucket
    for key in ("staging/1/a", "staging/1/a", "staging/1/b", "staging/12/a"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    s3.delete_object(Bucket=bucket, Key="staging/1/b")
    remove_prefix(s3, bucket, "staging/1/")

    left = s3.list_object_versions(Bucket=bucket)
    assert [each["Key"] for each in left.get("Versions", [])] == ["staging/12/a"]
    assert left.get("DeleteMarkers", []) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b"")), max_size=30), st.booleans())
def test_given_any_lines_then_they_are_read_one_by_one_and_long_ones_are_skipped(
    world: ImportWorld, lines: list[bytes], final_newline: bool
) -> None:
    body = b"\n".join(lines) + (b"\n" if final_newline else b"")
    world.clients.s3.put_object(Bucket=world.ledger.bucket, Key="lines", Body=body)
    expected = [line if len(line) <= 20 else None for line in body.split(b"\n")]
    if expected[-1] == b"":
        expected.pop()
    assert list(read_lines(world.clients.s3, world.ledger.bucket, "lines", longest=20)) == expected


def test_given_one_endless_line_then_it_is_skipped_without_being_held(world: ImportWorld) -> None:
    body = b"x" * 3_000_000 + b"\nshort\n"
    world.clients.s3.put_object(Bucket=world.ledger.bucket, Key="lines", Body=body)
    assert list(read_lines(world.clients.s3, world.ledger.bucket, "lines", longest=100)) == [None, b"short"]
    with pytest.raises(ValueError, match="larger than 1000 bytes"):
        read_bounded(world.clients.s3, world.ledger.bucket, "lines", limit=1000)
    with pytest.raises(ObjectGoneError):
        read_bounded(world.clients.s3, world.ledger.bucket, "nothing", limit=1000)


def test_given_an_uri_of_another_bucket_then_it_has_no_key_here() -> None:
    assert key_of("s3://ours/a/b", "ours") == "a/b"
    assert key_of("s3://theirs/a/b", "ours") is None
    assert key_of("https://ours/a/b", "ours") is None
