"""Stores for the tests of the object path: a real S3, a real directory."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest
from mypy_boto3_s3.client import S3Client as Boto3S3

from dicom_scp.configuration import StorageSettings
from dicom_scp.ports import Storage
from dicom_scp.reception import open_storage
from tests.dicom.reception.fault_proxy import FaultProxy, fault_proxy
from tests.dicom.reception.s3_server import s3_server

_BUCKETS = itertools.count(1)
OpenStorage = Callable[[], Storage]


@pytest.fixture(scope="session")
def s3_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with s3_server(tmp_path_factory.mktemp("emulator")) as url:
        yield url


@pytest.fixture
def aws_environment(s3_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL": s3_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def s3(s3_url: str, aws_environment: None) -> Boto3S3:
    """boto3, past the proxy: what is really stored."""
    return boto3.client("s3", endpoint_url=s3_url)


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
