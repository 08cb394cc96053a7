"""The service as a process of its own, and unmodified boto3 clients of it."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config

from local_cloud.ports import any_free_port

if TYPE_CHECKING:
    from mypy_boto3_comprehendmedical import ComprehendMedicalClient

START_SECONDS = 20.0


@contextmanager
def serving(*options: str) -> Iterator[str]:
    """Run ``python -m local_cloud.comprehend_medical`` and give its URL; it must stop when it is asked to."""
    port = any_free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "local_cloud.comprehend_medical", "--port", str(port), *options]
    with subprocess.Popen(command) as process:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"{url}/_local/health", timeout=1).close()
                break
            except (urllib.error.URLError, ConnectionError):
                assert process.poll() is None, "the service ended at its start"
                assert time.monotonic() < deadline, "the service does not answer"
                time.sleep(0.05)
        try:
            yield url
        finally:
            process.terminate()
            assert process.wait(10) == 0


def client(url: str) -> "ComprehendMedicalClient":
    return boto3.client(
        "comprehendmedical",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture(scope="session")
def service() -> Iterator[str]:
    """The service that most tests share; nothing is throttled."""
    with serving("--transactions-per-second", "0", "--characters-per-second", "0") as url:
        yield url


@pytest.fixture
def medical(service: str) -> "ComprehendMedicalClient":
    return client(service)


@pytest.fixture
def throttled_client() -> Iterator[Callable[..., "ComprehendMedicalClient"]]:
    running = []

    def start(*options: str) -> "ComprehendMedicalClient":
        context = serving(*options)
        running.append(context)
        return client(context.__enter__())

    yield start
    for context in running:
        context.__exit__(None, None, None)
