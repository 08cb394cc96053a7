"""``python -m local_cloud.health_imaging.worker``: reads objects and decodes pixel data, apart from the service.

Decoders meet untrusted bytes here: a crash, a hang or a hunger for memory ends this process and nothing else. Tasks and
results are JSON over one socket: nothing that comes back from here can run code in the service.
"""

import json
import logging
import os
import resource
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pydicom.config
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.health_imaging.frames import FrameWriter
from local_cloud.health_imaging.instance import Imported, Rejected, read
from local_cloud.health_imaging.json_types import JsonObject, JsonValue

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CUSTOMER_CODES = {"NoSuchKey", "NoSuchBucket", "AccessDenied", "403", "404", "InvalidObjectState"}


def main(arguments: list[str]) -> int:
    descriptor, memory_bytes, endpoint, region, parent = arguments
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the service decides when its workers end
    resource.setrlimit(resource.RLIMIT_AS, (int(memory_bytes), int(memory_bytes)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold PHI
    logging.disable(logging.CRITICAL)  # pydicom logs values
    pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
    connection = Connection(int(descriptor))
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=region,
        config=Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 4}),
    )
    connection.send_bytes(b"ready")
    while os.getppid() == int(parent):
        try:
            task = json.loads(connection.recv_bytes())
        except (EOFError, OSError):
            break
        connection.send_bytes(json.dumps(_perform(task, client)).encode())
    return 0


def _perform(task: dict[str, str], client: "S3Client") -> JsonObject:
    try:
        content = client.get_object(Bucket=task["bucket"], Key=task["key"])["Body"].read()
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _CUSTOMER_CODES:
            return _as_json(Rejected("AccessDeniedException", f"The object cannot be read: {code}"))
        return _as_json(Rejected("InternalServerException", "The object could not be read"))
    except (BotoCoreError, OSError, MemoryError) as error:
        return _as_json(Rejected("InternalServerException", f"The object could not be read: {type(error).__name__}"))
    writer = FrameWriter(Path(task["frames"]), f"{task['jobId']}\0{task['key']}")
    try:
        found = read(content, writer, storage_format=task["storageFormat"], decode=task["decode"] == "yes")
    except MemoryError:
        return _as_json(Rejected("ValidationException", "The file needs more memory than an import may use"))
    except Exception as error:
        return _as_json(Rejected("InternalServerException", f"The file could not be imported: {type(error).__name__}"))
    return _as_json(found)


def _as_json(found: Imported | Rejected) -> JsonObject:
    if isinstance(found, Imported):
        imported: dict[str, JsonValue] = found.as_json()
        return {"imported": imported}
    return {"rejected": {"exceptionType": found.exception_type, "message": found.message}}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
