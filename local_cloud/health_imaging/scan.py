"""What an import job finds below its input prefix, within the limits of a job."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_cloud.health_imaging.jobs import S3Prefix
from local_cloud.health_imaging.settings import Quotas

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class JobFailedError(Exception):
    """The job cannot be done; the message is the job's."""


@dataclass(frozen=True)
class FoundFile:
    """One object to import."""

    key: str
    size: int


def find_files(client: "S3Client", source: S3Prefix, quotas: Quotas) -> list[FoundFile]:
    """All objects whose key starts with the prefix, to the letter: ``.../1.2`` finds ``.../1.23/`` as well.

    Raises
    ------
    JobFailedError
        There are more files, bytes or folders than one job may have.
    """
    files: list[FoundFile] = []
    folders: set[str] = set()
    total = 0
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=source.bucket, Prefix=source.prefix):
        for found in page.get("Contents", []):
            if found["Key"].endswith("/"):
                continue  # a folder that a console created
            files.append(FoundFile(found["Key"], found["Size"]))
            total += found["Size"]
            folders.add(found["Key"].rpartition("/")[0])
            if len(files) > quotas.files_per_job:
                raise JobFailedError(f"FILE_COUNTS_LIMIT_EXCEEDED: more than {quotas.files_per_job} files")
            if total > quotas.bytes_per_job:
                raise JobFailedError(f"TOTAL_SIZE_LIMIT_EXCEEDED: more than {quotas.bytes_per_job} bytes")
            if len(folders) > quotas.folders_per_job:
                raise JobFailedError(f"FOLDER_COUNTS_LIMIT_EXCEEDED: more than {quotas.folders_per_job} nested folders")
    return files
