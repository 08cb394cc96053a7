"""What the import asks of S3: list, copy on the server's side, remove, and read text without trusting its size."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from healthcare_runtime.shield import error_code

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CopySourceTypeDef, ObjectIdentifierTypeDef

SINGLE_COPY_LIMIT: Final = 256 * 1024**2
"""Above this a copy goes in parts: CopyObject ends at 5 GB, and long before that it outlasts a read timeout."""

_CHUNK: Final = 64 * 1024
_MULTIPART: Final = TransferConfig(multipart_threshold=1, multipart_chunksize=128 * 1024**2, max_concurrency=8)
_GONE: Final = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NotFound", "MethodNotAllowed", "405"})
_CHANGED: Final = frozenset({"412", "PreconditionFailed"})
_URI: Final = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.*)", re.DOTALL)


class ObjectGoneError(Exception):
    """The object is not there, or not any more."""


class ObjectChangedError(Exception):
    """The object's content is not the one that was expected."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object of a listing: ``size`` in bytes, ``etag`` without quotes."""

    key: str
    size: int
    etag: str


@dataclass(frozen=True, slots=True)
class CopySource:
    """The object, or one version of it, that a copy is made of. ``etag`` guards the copy; None: whatever is there."""

    bucket: str
    key: str
    size: int
    etag: str | None = None
    version_id: str | None = None


def s3_uri(bucket: str, key: str) -> str:
    return f"s3://{bucket}/{key}"


def key_of(uri: str, bucket: str) -> str | None:
    """The key in an S3 URI of ``bucket``; None for anything else."""
    match = _URI.fullmatch(uri)
    return match["key"] if match is not None and match["bucket"] == bucket else None


def list_objects(s3: S3Client, bucket: str, prefix: str) -> Iterator[StoredObject]:
    """Every current object below a prefix, in the order of keys."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", []):
            yield StoredObject(entry["Key"], entry["Size"], entry["ETag"].strip('"'))


def copy_object(
    s3: S3Client,
    source: CopySource,
    *,
    bucket: str,
    key: str,
    metadata: Mapping[str, str] | None = None,
    single_copy_limit: int = SINGLE_COPY_LIMIT,
) -> None:
    """Copy inside S3; ``metadata`` replaces the source's. Repeating it gives the same object.

    Raises
    ------
    ObjectGoneError, ObjectChangedError
        The source is not there, or is not what ``etag`` says.
    """
    origin: CopySourceTypeDef = {"Bucket": source.bucket, "Key": source.key}
    if source.version_id is not None:
        origin["VersionId"] = source.version_id
    extra: dict[str, object] = {}
    if source.etag is not None:
        extra["CopySourceIfMatch"] = f'"{source.etag}"'
    if metadata is not None:
        extra |= {"Metadata": dict(metadata), "MetadataDirective": "REPLACE"}
    try:
        if source.size > single_copy_limit:
            s3.copy(origin, bucket, key, ExtraArgs=extra, Config=_MULTIPART)
        else:
            s3.copy_object(CopySource=origin, Bucket=bucket, Key=key, **extra)  # type: ignore[arg-type]
    except ClientError as error:
        if error_code(error) in _GONE:
            raise ObjectGoneError from None
        if error_code(error) in _CHANGED:
            raise ObjectChangedError from None
        raise


def remove_prefix(s3: S3Client, bucket: str, prefix: str) -> None:
    """Remove everything below a prefix, all versions: copies of images must not outlive their use."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        found: list[ObjectIdentifierTypeDef] = [
            {"Key": entry["Key"], "VersionId": entry["VersionId"]}
            for entry in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        ]
        if found:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": found, "Quiet": True})


def read_bounded(s3: S3Client, bucket: str, key: str, *, limit: int) -> bytes:
    """Read an object of at most ``limit`` bytes.

    Raises
    ------
    ObjectGoneError
        There is no such object.
    ValueError
        It is bigger than that.
    """
    body = b"".join(_chunks(s3, bucket, key, limit=limit + 1))
    if len(body) > limit:
        raise ValueError(f"object: larger than {limit} bytes")
    return body


def read_lines(s3: S3Client, bucket: str, key: str, *, longest: int) -> Iterator[bytes | None]:
    """Read an object line by line, holding one line at a time; a line longer than ``longest`` bytes comes as None.

    Raises
    ------
    ObjectGoneError
        There is no such object.
    """
    pending, skipping = b"", False
    for chunk in _chunks(s3, bucket, key):
        *lines, rest = chunk.split(b"\n")
        for line in lines:
            whole = pending + line
            yield None if skipping or len(whole) > longest else whole
            pending, skipping = b"", False
        pending += rest
        if len(pending) > longest:
            pending, skipping = b"", True
    if skipping:
        yield None
    elif pending:
        yield pending


def _chunks(s3: S3Client, bucket: str, key: str, *, limit: int | None = None) -> Iterator[bytes]:
    try:
        answer = s3.get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error_code(error) in _GONE:
            raise ObjectGoneError from None
        raise
    left = limit
    with answer["Body"] as body:
        while left is None or left > 0:
            chunk = body.read(_CHUNK if left is None else min(_CHUNK, left))
            if not chunk:
                return
            if left is not None:
                left -= len(chunk)
            yield chunk
