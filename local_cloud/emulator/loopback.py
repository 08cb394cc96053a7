"""Clients for the emulator's own endpoint, for code that runs on its worker threads.

Never use one on the event loop: it would wait for the answer that only the loop can give.
"""

import functools

import boto3
from botocore.config import Config

from local_cloud.emulator.settings import EmulatorSettings

ACCOUNT = "000000000000"
REGION = "us-east-1"

_CONFIG = Config(
    s3={"addressing_style": "path"},
    inject_host_prefix=False,
    retries={"total_max_attempts": 1},
    connect_timeout=5,
    read_timeout=60,
)


@functools.cache
def session() -> boto3.Session:
    return boto3.Session(aws_access_key_id=ACCOUNT, aws_secret_access_key="local", region_name=REGION)


def client_options(settings: EmulatorSettings) -> dict[str, object]:
    return {"endpoint_url": settings.endpoint, "config": _CONFIG}
