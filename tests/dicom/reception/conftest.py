"""Stores for the tests of the object path: a real S3, a real directory."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from mypy_boto3_s3.client import S3Client as Boto3S3

from dicom_scp.configuration import StorageSettings
from dicom_scp.ports import Storage
from dicom_scp.reception import open_storage
from tests.aws_emulator import AwsEmulator
from tests.dicom.reception.fault_proxy import FaultProxy, fault_proxy

_BUCKETS = itertools.count(1)
OpenStorage = Callable[[], Storage]


@pytest.fixture
def s3_url(aws: AwsEmulator) -> str:
    return aws.endpoint


@pytest.fixture
def aws_environment(aws: AwsEmulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def boto3_s3(aws: AwsEmulator) -> Boto3S3:
    return aws.session().client("s3", endpoint_url=aws.endpoint)


@pytest.fixture
def s3(boto3_s3: Boto3S3, aws_environment: None) -> Boto3S3:
    """boto3, past the proxy: what is really stored."""
    return boto3_s3


@pytest.fixture
def bucket(s3: Boto3S3) -> str:
    name = f"instances-{next(_BUCKETS)}"
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def proxy(s3_url: str) -> Iterator[FaultProxy]:
    with fault_proxy(s3_url) as running:
        yield running


@pytest.fixture
def s3_storage(bucket: str, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", proxy.url)
    storage = open_storage(StorageSettings(bucket, Path("unused"), None, 64 << 20))
    yield storage
    storage.instances.close()


@pytest.fixture
def directory_storage(tmp_path: Path) -> Iterator[Storage]:
    storage = open_storage(StorageSettings(None, tmp_path / "store", None, 64 << 20))
    yield storage
    storage.instances.close()


@pytest.fixture
def store_directory(tmp_path: Path) -> Path:
    return tmp_path / "store"
