"""The local cloud as a client with credentials sees it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

import boto3
from botocore.config import Config

from demo.imaging.senders import Destination

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient, DynamoDBServiceResource
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_medical_imaging import HealthImagingClient
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Cloud:
    """Where things are, from ``endpoints.json``, and clients for them."""

    session: boto3.Session
    aws: str
    consent_api: str
    medical_imaging: str
    datastore_id: str
    scp: Destination
    buckets: dict[str, str]
    tables: dict[str, str]

    @classmethod
    def read(cls, endpoints: Path) -> Self:
        """Read what ``local_cloud up`` wrote; KeyError names what the stage does not have."""
        found = json.loads(endpoints.read_text(encoding="utf-8"))
        scp = found["dicom"]
        return cls(
            session=boto3.Session(
                aws_access_key_id=found["account"], aws_secret_access_key="local", region_name=found["region"]
            ),
            aws=found["aws"],
            consent_api=found["consent_api"],
            medical_imaging=found["medical_imaging"],
            datastore_id=found["datastore_id"],
            scp=Destination(scp["host"], scp["port"], scp["ae_title"]),
            buckets=found["buckets"],
            tables=found["tables"],
        )

    @cached_property
    def s3(self) -> S3Client:
        return self.session.client("s3", endpoint_url=self.aws)

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        return self.session.client("dynamodb", endpoint_url=self.aws)

    @cached_property
    def dynamodb_tables(self) -> DynamoDBServiceResource:
        return self.session.resource("dynamodb", endpoint_url=self.aws)

    @cached_property
    def functions(self) -> LambdaClient:
        return self.session.client("lambda", endpoint_url=self.aws, config=Config(read_timeout=120))

    @cached_property
    def stacks(self) -> CloudFormationClient:
        return self.session.client("cloudformation", endpoint_url=self.aws)

    @cached_property
    def images(self) -> HealthImagingClient:
        # data-plane operations prefix the host, which an IP address cannot have
        return self.session.client(
            "medical-imaging", endpoint_url=self.medical_imaging, config=Config(inject_host_prefix=False)
        )

    def environment(self) -> dict[str, str]:
        """The environment of a process that works with this cloud."""
        credentials = self.session.get_credentials()
        assert credentials is not None  # the session was made with keys
        return {
            "AWS_ENDPOINT_URL": self.aws,
            "AWS_DEFAULT_REGION": self.session.region_name,
            "AWS_ACCESS_KEY_ID": credentials.access_key,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
        }
