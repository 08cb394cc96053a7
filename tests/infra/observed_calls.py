"""What IAM would be asked for each AWS call that code makes: recorded from botocore, as action and ARN.

The mapping is the service authorisation reference's: CopyObject is a GetObject and a PutObject, a transaction is the
writes that it holds, an object that is named with its version is another action.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import boto3
from botocore.model import OperationModel

from healthcare_runtime.aws_clients import AwsClients

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Needed:
    """One question to IAM."""

    action: str
    resource: str


@dataclass
class Observer:
    """Records the calls of a session; ``prefix`` of an ARN is ``arn:aws:{service}:{region}:{account}``."""

    region: str
    account: str
    seen: set[Needed] = field(default_factory=set)

    def clients(self, session: boto3.session.Session) -> AwsClients:
        """Clients of a session of their own, every call of which is seen here."""
        session.events.register("before-parameter-build", self._record)
        return AwsClients(session)

    def _record(self, params: Params, model: OperationModel, **_: object) -> None:
        service = model.service_model.signing_name
        self.seen |= set(READERS[service](self, model.name, params))

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


def _s3(observer: Observer, operation: str, params: Params) -> Iterator[Needed]:
    bucket = f"arn:aws:s3:::{params['Bucket']}"
    key = f"{bucket}/{params.get('Key', '')}"
    match operation:
        case "ListObjectsV2":
            yield Needed("s3:ListBucket", bucket)
        case "ListObjectVersions":
            yield Needed("s3:ListBucketVersions", bucket)
        case "GetObjectTagging":
            yield Needed("s3:GetObjectVersionTagging" if "VersionId" in params else "s3:GetObjectTagging", key)
        case "DeleteObject":
            yield Needed("s3:DeleteObjectVersion" if "VersionId" in params else "s3:DeleteObject", key)
        case "GetObject" | "HeadObject":
            yield Needed("s3:GetObjectVersion" if "VersionId" in params else "s3:GetObject", key)
        case "CopyObject" | "UploadPartCopy":
            # botocore has written the source as text by now: bucket/quoted-key?versionId=...
            source, _, version = params["CopySource"].partition("?versionId=")
            yield Needed("s3:GetObjectVersion" if version else "s3:GetObject", f"arn:aws:s3:::{unquote(source)}")
            yield Needed("s3:PutObject", key)
        case "PutObject" | "CreateMultipartUpload" | "UploadPart" | "CompleteMultipartUpload":
            yield Needed("s3:PutObject", key)
        case "AbortMultipartUpload":
            yield Needed("s3:AbortMultipartUpload", key)
        case "DeleteObjects":
            for each in params["Delete"]["Objects"]:
                delete = "s3:DeleteObjectVersion" if "VersionId" in each else "s3:DeleteObject"
                yield Needed(delete, f"{bucket}/{each['Key']}")
        case _:
            raise NotImplementedError(f"s3:{operation}: say here which action IAM is asked for")


def _dynamodb(observer: Observer, operation: str, params: Params) -> Iterator[Needed]:
    def table(name: str) -> str:
        return observer.arn("dynamodb", f"table/{name}")

    match operation:
        case "TransactWriteItems":
            for write in params["TransactItems"]:
                for kind, body in write.items():
                    action = "ConditionCheckItem" if kind == "ConditionCheck" else f"{kind}Item"
                    yield Needed(f"dynamodb:{action}", table(body["TableName"]))
        case "BatchGetItem":
            for name in params["RequestItems"]:
                yield Needed("dynamodb:BatchGetItem", table(name))
        case _:
            index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
            yield Needed(f"dynamodb:{operation}", table(params["TableName"]) + index)


def _sqs(observer: Observer, operation: str, params: Params) -> Iterator[Needed]:
    action = operation.removesuffix("Batch")
    yield Needed(f"sqs:{action}", observer.arn("sqs", params["QueueUrl"].rpartition("/")[2]))


def _states(_: Observer, operation: str, params: Params) -> Iterator[Needed]:
    yield Needed(f"states:{operation}", params.get("executionArn") or params["stateMachineArn"])


def _medical_imaging(observer: Observer, operation: str, params: Params) -> Iterator[Needed]:
    yield Needed(f"medical-imaging:{operation}", observer.arn("medical-imaging", f"datastore/{params['datastoreId']}"))
    if "dataAccessRoleArn" in params:
        yield Needed("iam:PassRole", params["dataAccessRoleArn"])


def _kms(observer: Observer, operation: str, params: Params) -> Iterator[Needed]:
    key = str(params["KeyId"])
    yield Needed(f"kms:{operation}", key if key.startswith("arn:") else observer.arn("kms", f"key/{key}"))


def _sns(_: Observer, operation: str, params: Params) -> Iterator[Needed]:
    yield Needed(f"sns:{operation}", params["TopicArn"])


READERS: dict[str, Callable[[Observer, str, Params], Iterator[Needed]]] = {
    "s3": _s3,
    "dynamodb": _dynamodb,
    "sqs": _sqs,
    "states": _states,
    "medical-imaging": _medical_imaging,
    "kms": _kms,
    "sns": _sns,
}
