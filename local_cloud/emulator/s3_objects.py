"""Object operations of S3 where ministack differs from AWS in a way that this platform can see.

- ``aws:kms`` without a key means the key ``alias/aws/s3``; ministack refuses the request.
- PutObject answers with the checksum that it verified (``x-amz-checksum-*``), which a sender compares.
- The EventBridge event of a versioned object carries ``version-id``.
- ListObjectVersions knows ``encoding-type=url``; without it a key with a control character ends every listing.
"""

import contextvars
import json
import re
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import unescape

from ministack.core.responses import get_account_id, get_region
from ministack.services import s3

from local_cloud.emulator.patching import PatchSet

PATCHES = PatchSet("S3 objects")
PATCHES.require("services.s3:_buckets")

_KMS = "aws:kms"
_KEY_HEADER = "x-amz-server-side-encryption-aws-kms-key-id"

# S3 API reference, ListObjectVersions: what encoding-type applies to.
_LISTED = re.compile(r"<(Key|Prefix|Delimiter|KeyMarker|NextKeyMarker)>([^<]*)</\1>")

_event_version: contextvars.ContextVar[str | None] = contextvars.ContextVar("s3_event_version", default=None)


@PATCHES.replaces("services.s3:_resolve_sse_write_headers", "headers bucket_name")
def _resolve_sse_write_headers(original: Any, headers: dict[str, str], bucket_name: str) -> Any:
    if headers.get("x-amz-server-side-encryption") != _KMS or headers.get(_KEY_HEADER):
        return original(headers, bucket_name)
    default = s3._bucket_default_sse_headers(bucket_name).get(_KEY_HEADER)
    key = default or f"arn:aws:kms:{get_region()}:{get_account_id()}:alias/aws/s3"
    return original({**headers, _KEY_HEADER: key}, bucket_name)


@PATCHES.replaces("services.s3:_put_object", "bucket_name key body headers")
def _put_object(original: Any, bucket_name: str, key: str, body: bytes, headers: dict[str, str]) -> Any:
    status, answer, content = original(bucket_name, key, body, headers)
    if status == 200:
        checksums = s3._buckets[bucket_name]["objects"][key].get("checksums") or {}
        for algorithm, value in checksums.items():
            answer[f"x-amz-checksum-{algorithm.lower()}"] = value
        if checksums:
            answer["x-amz-checksum-type"] = "FULL_OBJECT"
    return status, answer, content


@PATCHES.replaces("services.s3:_list_object_versions", "bucket_name query_params")
def _list_object_versions(original: Any, bucket_name: str, query_params: Any) -> Any:
    status, answer, content = original(bucket_name, query_params)
    if status != 200 or s3._qp(query_params, "encoding-type", "") != "url":
        return status, answer, content
    encoded = _LISTED.sub(
        lambda found: f"<{found[1]}>{quote(unescape(found[2]), safe='/')}</{found[1]}>", content.decode("utf-8")
    )
    return status, answer, encoded.replace("<Name>", "<EncodingType>url</EncodingType><Name>", 1).encode("utf-8")


@PATCHES.replaces(
    "services.s3:_fire_s3_event",
    "bucket_name key event_name size etag deletion_type restore_event_data "
    "version_id sequencer object_extra record_extra",
)
def _fire_s3_event(original: Any, *arguments: Any, version_id: str | None = None, **options: Any) -> None:
    token = _event_version.set(version_id)
    try:
        original(*arguments, version_id=version_id, **options)
    finally:
        _event_version.reset(token)


@PATCHES.replaces("services.eventbridge:_dispatch_event", "event view")
def _dispatch_event(original: Any, event: dict[str, Any], view: Any = None) -> None:
    version = _event_version.get()
    if version is not None and event.get("Source") == "aws.s3":
        detail = json.loads(event["Detail"])
        detail["object"]["version-id"] = version
        event = {**event, "Detail": json.dumps(detail)}
    original(event, view)
