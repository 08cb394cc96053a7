"""The properties of ``AWS::S3::Bucket`` that stock ministack drops without a word.

Stock applies the name, versioning, notifications, CORS, website and the public access block. Encryption, lifecycle,
access logging, ownership, object lock, replication and tags come from here, through the same functions that answer
the S3 API; the request bodies are serialised by botocore. Deleting a bucket that holds objects fails, as on AWS.
"""

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import botocore.session
from botocore.serialize import create_serializer
from ministack.services import s3
from ministack.services.cloudformation import provisioners

from local_cloud.emulator.patching import PatchSet
from local_cloud.emulator.resource_types import Properties, flag, mapping, mappings, text
from local_cloud.emulator.settings import EmulatorSettings

PATCHES = PatchSet("properties of S3 buckets")
for _setting, _name in (
    ("_put_bucket_encryption", "name body"),
    ("_put_bucket_lifecycle", "name body"),
    ("_put_bucket_logging", "name body"),
    ("_put_bucket_ownership_controls", "name body"),
    ("_put_bucket_tagging", "name body"),
    ("_put_bucket_versioning", "name body"),
    ("_put_object_lock_configuration", "bucket_name body"),
    ("_put_bucket_replication", "bucket_name body"),
    ("_delete_bucket", "name"),
):
    PATCHES.require(f"services.s3:{_setting}", _name)

_Setting = tuple[str, Callable[[str, bytes], tuple[int, object, bytes]], dict[str, object]]


@PATCHES.finally_do
def install(_settings: EmulatorSettings) -> None:
    handler = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]

    def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, dict[str, object]]:
        bucket, attributes = handler["create"](logical_id, properties, stack)
        apply_settings(bucket, properties)
        return bucket, attributes

    def update(physical_id: str, old: Properties, new: Properties, stack: str) -> tuple[str, dict[str, object]]:
        bucket, attributes = handler["update"](physical_id, old, new, stack)
        apply_settings(bucket, new)
        return bucket, attributes

    def delete(physical_id: str, properties: Properties) -> None:
        status, _headers, _body = s3._delete_bucket(physical_id)
        if status == 409:
            raise ValueError(f"The bucket {physical_id} is not empty: empty it first, or set auto_delete_objects")
        handler["delete"](physical_id, properties)

    provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"] = {
        **handler,
        "create": create,
        "update": update,
        "delete": delete,
    }


def apply_settings(bucket: str, properties: Properties) -> None:
    """Apply a template's bucket properties.

    Raises
    ------
    ValueError
        S3 refused one; the message names the operation and quotes the answer.
    """
    for operation, put, parameters in _settings(properties):
        status, _headers, answer = put(bucket, _body(operation, {"Bucket": bucket, **parameters}))
        if status >= 300:
            raise ValueError(f"{operation} on {bucket}: {answer.decode('utf-8', 'replace')}")


@functools.cache
def _s3_model() -> Any:
    return botocore.session.get_session().get_service_model("s3")


def _body(operation: str, parameters: Mapping[str, object]) -> bytes:
    model = _s3_model().operation_model(operation)
    serializer = create_serializer("rest-xml", include_validation=True)
    body = serializer.serialize_to_request(dict(parameters), model)["body"]
    return body.encode() if isinstance(body, str) else bytes(body)


def _settings(properties: Properties) -> Iterator[_Setting]:
    """Each setting as its API operation; the order is the one in which S3 accepts them."""
    if flag(properties, "ObjectLockEnabled"):  # implies versioning
        versioning: dict[str, object] = {"VersioningConfiguration": {"Status": "Enabled"}}
        yield "PutBucketVersioning", s3._put_bucket_versioning, versioning
        yield "PutObjectLockConfiguration", s3._put_object_lock_configuration, _object_lock(properties)
    elif text(mapping(properties, "VersioningConfiguration"), "Status") == "Suspended":
        suspended: dict[str, object] = {"VersioningConfiguration": {"Status": "Suspended"}}
        yield "PutBucketVersioning", s3._put_bucket_versioning, suspended
    encryption = mappings(mapping(properties, "BucketEncryption"), "ServerSideEncryptionConfiguration")
    if encryption:
        yield "PutBucketEncryption", s3._put_bucket_encryption, _encryption(encryption)
    ownership = mappings(mapping(properties, "OwnershipControls"), "Rules")
    if ownership:
        controls: dict[str, object] = {"OwnershipControls": {"Rules": ownership}}
        yield "PutBucketOwnershipControls", s3._put_bucket_ownership_controls, controls
    rules = mappings(mapping(properties, "LifecycleConfiguration"), "Rules")
    if rules:
        lifecycle: dict[str, object] = {
            "LifecycleConfiguration": {"Rules": [_lifecycle_rule(rule, n) for n, rule in enumerate(rules)]}
        }
        yield "PutBucketLifecycleConfiguration", s3._put_bucket_lifecycle, lifecycle
    logging = mapping(properties, "LoggingConfiguration")
    if text(logging, "DestinationBucketName"):
        target = {
            "TargetBucket": text(logging, "DestinationBucketName"),
            "TargetPrefix": text(logging, "LogFilePrefix"),
        }
        yield "PutBucketLogging", s3._put_bucket_logging, {"BucketLoggingStatus": {"LoggingEnabled": target}}
    replication = mapping(properties, "ReplicationConfiguration")
    if replication:
        yield "PutBucketReplication", s3._put_bucket_replication, _replication(replication)
    tags = mappings(properties, "Tags")
    if tags:
        yield "PutBucketTagging", s3._put_bucket_tagging, {"Tagging": {"TagSet": tags}}


def _object_lock(properties: Properties) -> dict[str, object]:
    retention = mapping(mapping(mapping(properties, "ObjectLockConfiguration"), "Rule"), "DefaultRetention")
    configuration: dict[str, object] = {"ObjectLockEnabled": "Enabled"}
    if retention:
        period = {unit: int(text(retention, unit)) for unit in ("Days", "Years") if unit in retention}
        configuration["Rule"] = {"DefaultRetention": {"Mode": text(retention, "Mode"), **period}}
    return {"ObjectLockConfiguration": configuration}


def _encryption(rules: list[dict[str, object]]) -> dict[str, object]:
    applied = [
        {
            "ApplyServerSideEncryptionByDefault": mapping(rule, "ServerSideEncryptionByDefault"),
            "BucketKeyEnabled": flag(rule, "BucketKeyEnabled"),
        }
        for rule in rules
        if "ServerSideEncryptionByDefault" in rule
    ]
    return {"ServerSideEncryptionConfiguration": {"Rules": applied}}


def _lifecycle_rule(rule: Properties, number: int) -> dict[str, object]:
    """A template's rule in the shape of the API: the template flattens what the API nests."""
    api: dict[str, object] = {
        "ID": text(rule, "Id", f"rule-{number}"),
        "Status": text(rule, "Status", "Enabled"),
        "Filter": {"Prefix": text(rule, "Prefix")},
    }
    if "ExpirationInDays" in rule:
        api["Expiration"] = {"Days": int(text(rule, "ExpirationInDays"))}
    elif flag(rule, "ExpiredObjectDeleteMarker"):
        api["Expiration"] = {"ExpiredObjectDeleteMarker": True}
    if "Transitions" in rule:
        api["Transitions"] = [
            {"StorageClass": text(step, "StorageClass"), "Days": int(text(step, "TransitionInDays", "0"))}
            for step in mappings(rule, "Transitions")
        ]
    if "NoncurrentVersionTransitions" in rule:
        api["NoncurrentVersionTransitions"] = [
            {"StorageClass": text(step, "StorageClass"), **_noncurrent(step, "TransitionInDays")}
            for step in mappings(rule, "NoncurrentVersionTransitions")
        ]
    noncurrent = mapping(rule, "NoncurrentVersionExpiration")
    if noncurrent:
        api["NoncurrentVersionExpiration"] = _noncurrent(noncurrent, "NoncurrentDays")
    abort = mapping(rule, "AbortIncompleteMultipartUpload")
    if abort:
        api["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": int(text(abort, "DaysAfterInitiation"))}
    return api


def _noncurrent(step: Properties, days: str) -> dict[str, object]:
    """The counts of a rule for noncurrent versions, as numbers: a template may carry them as strings."""
    counts: dict[str, object] = {"NoncurrentDays": int(text(step, days))}
    if "NewerNoncurrentVersions" in step:
        counts["NewerNoncurrentVersions"] = int(text(step, "NewerNoncurrentVersions"))
    return counts


def _replication(configuration: Properties) -> dict[str, object]:
    rules: list[dict[str, object]] = []
    for number, rule in enumerate(mappings(configuration, "Rules")):
        api = {("ID" if name == "Id" else name): value for name, value in rule.items()}
        api.setdefault("ID", f"rule-{number}")
        if "Priority" in api:
            api["Priority"] = int(str(api["Priority"]))
        rules.append(api)
    return {"ReplicationConfiguration": {"Role": text(configuration, "Role"), "Rules": rules}}
