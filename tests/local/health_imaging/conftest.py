"""One HealthImaging for all tests of the folder; a data store and buckets for each test."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.aws_emulator import AwsEmulator
from tests.local.health_imaging.imaging_world import ImagingProcess, Store

if TYPE_CHECKING:
    from mypy_boto3_medical_imaging import HealthImagingClient


@pytest.fixture(scope="session")
def imaging_process(tmp_path_factory: pytest.TempPathFactory, aws: AwsEmulator) -> Iterator[ImagingProcess]:
    """The service that most tests share; nothing is throttled."""
    started = ImagingProcess(tmp_path_factory.mktemp("imaging"), aws)
    started.start()
    yield started
    assert started.stop() == 0


@pytest.fixture
def own_process(tmp_path: Path, aws: AwsEmulator) -> Iterator[Callable[..., ImagingProcess]]:
    """Services for one test, with options of its own, which it may kill."""
    made: list[ImagingProcess] = []

    def start(*options: str) -> ImagingProcess:
        started = ImagingProcess(tmp_path / f"imaging-{len(made)}", aws, options)
        started.start()
        made.append(started)
        return started

    yield start
    for one in made:
        if one.process is not None and one.process.poll() is None:
            one.stop()


@pytest.fixture
def imaging(imaging_process: ImagingProcess) -> Iterator["HealthImagingClient"]:
    yield imaging_process.client()
    imaging_process.request("DELETE", "/_local/faults")


@pytest.fixture
def new_store(aws: AwsEmulator) -> Callable[[ImagingProcess], Store]:
    """Makes a data store, with an input and a results bucket of its own."""

    def make(process: ImagingProcess, **options: str) -> Store:
        client = process.client()
        s3 = aws.session().client("s3", endpoint_url=aws.endpoint)
        name = uuid.uuid4().hex[:12]
        for bucket in (f"dicom-{name}", f"results-{name}"):
            s3.create_bucket(Bucket=bucket)
        created = client.create_datastore(datastoreName=name, **options)  # type: ignore[arg-type]
        return Store(client, s3, created["datastoreId"], f"dicom-{name}", f"results-{name}")

    return make


@pytest.fixture
def store(
    imaging_process: ImagingProcess, imaging: "HealthImagingClient", new_store: Callable[[ImagingProcess], Store]
) -> Store:
    return new_store(imaging_process)
