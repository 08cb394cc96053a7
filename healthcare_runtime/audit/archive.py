"""The audit bucket: checkpoints, segments and public keys, each written once under a key that says what it is.

    checkpoints/{shard}/{sequence:012d}.json     a signed statement
    segments/{shard}/{sequence:012d}.jsonl       the records that the statement of this sequence adds, one a line
    keys/{fingerprint}.pem                       the public key of the signatures

The bucket's default retention (Object Lock) keeps every version. A delete without a version id still hides an object
behind a marker (S3 user guide, "Object Lock"), so readers look at versions, and the first one is the evidence.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from botocore.exceptions import ClientError

from healthcare_runtime.shield import error_code

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ListObjectVersionsOutputTypeDef

Kind = Literal["checkpoints", "segments"]
_ENDING: Final[dict[Kind, str]] = {"checkpoints": "json", "segments": "jsonl"}
_KEY: Final = re.compile(r"(checkpoints|segments)/([0-9]{4})/([0-9]{12})\.(json|jsonl)")
_SEVERAL: Final = 100  # more entries than one key may have before it is a finding anyway
_TAKEN: Final = frozenset({"PreconditionFailed", "412"})
_ABSENT: Final = frozenset({"NoSuchKey", "404", "NotFound"})


def object_key(kind: Kind, shard: str, sequence: int) -> str:
    return f"{kind}/{shard}/{sequence:012d}.{_ENDING[kind]}"


@dataclass(frozen=True, slots=True)
class KeptObject:
    """A key with all that lies under it. ``sequence`` is 0 for a key that is none of ours."""

    key: str
    sequence: int
    first_version: str | None
    """None: only delete markers are left."""
    versions: int
    hidden: bool
    """A delete marker lies over it, or lay."""


class Archive:
    """Reads and writes the audit bucket."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def put_new(self, key: str, content: bytes) -> bool:
        """Write an object; False if there is one."""
        try:
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=content, IfNoneMatch="*", ChecksumAlgorithm="SHA256")
        except ClientError as error:
            if error_code(error) in _TAKEN:
                return False
            raise
        return True

    def read(self, key: str, version: str | None = None) -> bytes | None:
        """The content of an object's present or given version; None if there is none."""
        try:
            answer = (
                self._s3.get_object(Bucket=self._bucket, Key=key)
                if version is None
                else self._s3.get_object(Bucket=self._bucket, Key=key, VersionId=version)
            )
        except ClientError as error:
            if error_code(error) in _ABSENT:
                return None
            raise
        return answer["Body"].read()

    def exists(self, key: str) -> bool:
        """Whether the key has a present version. Needs ``s3:ListBucket``: without it S3 answers 403."""
        try:
            self._s3.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error_code(error) in _ABSENT:
                return False
            raise
        return True

    def last_sequence(self, shard: str, known: int) -> int:
        """The last sequence of a shard's checkpoints, from ``known`` on; logarithmic in what was not known."""

        def present(sequence: int) -> bool:
            return self.exists(object_key("checkpoints", shard, sequence))

        low, step = known, 1
        while present(low + step):
            low, step = low + step, step * 2
        high = low + step  # low is present (or known), high is not
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if present(middle) else (low, middle)
        return low

    def kept(self, kind: Kind, shard: str) -> Iterator[KeptObject]:
        """Everything that lies below a shard's prefix, by key."""
        pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=f"{kind}/{shard}/")
        return _grouped(entry for page in pages for entry in _entries(page))

    def first_checkpoint_after(self, shard: str, sequence: int) -> KeptObject | None:
        """The next checkpoint behind ``sequence``, also where it is hidden."""
        page = self._s3.list_object_versions(
            Bucket=self._bucket,
            Prefix=f"checkpoints/{shard}/",
            KeyMarker=object_key("checkpoints", shard, sequence),
            MaxKeys=_SEVERAL,
        )
        return next(_grouped(iter(_entries(page))), None)


def _entries(page: ListObjectVersionsOutputTypeDef) -> list[tuple[str, str | None]]:
    """Key and version id (of delete markers: None), newest version first within a key.

    A page lists both kinds apart; a key's entries may go on over a page's end, never come back later.
    """
    entries: list[tuple[str, str | None]] = [(each["Key"], each["VersionId"]) for each in page.get("Versions", [])]
    entries += [(each["Key"], None) for each in page.get("DeleteMarkers", [])]
    return sorted(entries, key=lambda entry: entry[0])


def _grouped(entries: Iterator[tuple[str, str | None]]) -> Iterator[KeptObject]:
    for key, group in itertools.groupby(entries, key=lambda entry: entry[0]):
        versions = [version for _key, version in group]
        yield _kept_object(key, [each for each in versions if each is not None], None in versions)


def _kept_object(key: str, versions: list[str], hidden: bool) -> KeptObject:
    match = _KEY.fullmatch(key)
    ours = match is not None and match[4] == ("json" if match[1] == "checkpoints" else "jsonl")
    return KeptObject(
        key, int(match[3]) if match and ours else 0, versions[-1] if versions else None, len(versions), hidden
    )
