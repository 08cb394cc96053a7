"""Custom resources of the CDK library, done natively.

Their own providers are Node functions that need ``@aws-sdk/*`` or the AWS CLI, which a machine without them answers
by waiting an hour. Custom resources run on worker threads, so these use the emulator's public API.
"""

import io
import mimetypes
import uuid
import zipfile
from typing import TYPE_CHECKING, Any

from ministack.services import ec2

from local_cloud.emulator.loopback import client_options, session
from local_cloud.emulator.patching import PatchSet
from local_cloud.emulator.resource_types import Properties, Provisioned, ResourceType, flag, mappings, register, text
from local_cloud.emulator.settings import EmulatorSettings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PATCHES = PatchSet("custom resources of the CDK")
PATCHES.require("services.ec2:_security_groups")


@PATCHES.finally_do
def install(settings: EmulatorSettings) -> None:
    register((EmptiedBucket(settings), DeployedFiles(settings), ClosedDefaultSecurityGroup()))


class _S3Resource(ResourceType):
    def __init__(self, settings: EmulatorSettings) -> None:
        self._options: dict[str, Any] = dict(client_options(settings))

    def _s3(self) -> "S3Client":
        return session().client("s3", **self._options)


class EmptiedBucket(_S3Resource):
    """Empties a bucket before its stack removes it (``auto_delete_objects=True``)."""

    name = "Custom::S3AutoDeleteObjects"

    def create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned:
        return Provisioned(f"auto-delete-{text(properties, 'BucketName')}", {})

    def delete(self, physical_id: str, properties: Properties) -> None:
        client, bucket = self._s3(), text(properties, "BucketName")
        for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
            listed = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            if listed:
                client.delete_objects(
                    Bucket=bucket,
                    Delete={
                        "Objects": [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in listed],
                        "Quiet": True,
                    },
                )


class DeployedFiles(_S3Resource):
    """Unpacks assets into a bucket (``BucketDeployment``)."""

    name = "Custom::CDKBucketDeployment"

    def create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned:
        return self._deploy(f"deployment-{uuid.uuid4().hex[:8]}", properties)

    def update(self, physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str) -> Provisioned:
        return self._deploy(physical_id, new)

    def delete(self, physical_id: str, properties: Properties) -> None:
        if flag(properties, "RetainOnDelete", default=True):
            return
        client, bucket = self._s3(), text(properties, "DestinationBucketName")
        for key in self._present(client, bucket, text(properties, "DestinationBucketKeyPrefix")):
            client.delete_object(Bucket=bucket, Key=key)

    def _deploy(self, physical_id: str, properties: Properties) -> Provisioned:
        client = self._s3()
        bucket, prefix = text(properties, "DestinationBucketName"), text(properties, "DestinationBucketKeyPrefix")
        placed: set[str] = set()
        sources, keys = properties.get("SourceBucketNames"), properties.get("SourceObjectKeys")
        markers = mappings(properties, "SourceMarkers")
        for number, (source, key) in enumerate(zip(_strings(sources), _strings(keys), strict=True)):
            replacements = {name: str(value) for name, value in markers[number].items()} if markers else {}
            archive = client.get_object(Bucket=source, Key=key)["Body"].read()
            for name, content in _files(archive):
                target = "/".join(part for part in (prefix.strip("/"), name) if part)
                media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
                body = _substitute(content, replacements)
                client.put_object(Bucket=bucket, Key=target, Body=body, ContentType=media_type)
                placed.add(target)
        if flag(properties, "Prune", default=True):
            for key in self._present(client, bucket, prefix):
                if key not in placed:
                    client.delete_object(Bucket=bucket, Key=key)
        attributes: dict[str, object] = {
            "DestinationBucketArn": f"arn:aws:s3:::{bucket}",
            "SourceObjectKeys": _strings(keys),
        }
        return Provisioned(physical_id, attributes)

    @staticmethod
    def _present(client: "S3Client", bucket: str, prefix: str) -> list[str]:
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]


class ClosedDefaultSecurityGroup(ResourceType):
    """Removes every rule of a VPC's default security group."""

    name = "Custom::VpcRestrictDefaultSG"

    def create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned:
        group = text(properties, "DefaultSecurityGroupId")
        record = ec2._security_groups.get(group)
        if record is None:
            raise ValueError(f"The security group '{group}' does not exist")
        record["IpPermissions"], record["IpPermissionsEgress"] = [], []
        return Provisioned(f"restricted-{group}", {})

    def delete(self, physical_id: str, properties: Properties) -> None:
        """The group goes with its VPC; there is nothing to open again."""


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _files(archive: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(archive)) as unpacked:
        return [(item.filename, unpacked.read(item)) for item in unpacked.infolist() if not item.is_dir()]


def _substitute(content: bytes, replacements: dict[str, str]) -> bytes:
    for marker, value in replacements.items():
        content = content.replace(marker.encode(), value.encode())
    return content
