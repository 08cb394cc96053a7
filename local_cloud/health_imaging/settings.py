"""What the service is told on its command line: one frozen object, validated once."""

from dataclasses import dataclass, field
from pathlib import Path

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


@dataclass(frozen=True)
class Quotas:
    """Quotas and throttles, with the defaults of AWS (HealthImaging: *Endpoints and quotas*, *Throttling limits*).

    Attributes
    ----------
    start_rate, start_burst
        Token bucket of StartDICOMImportJob: starts per second, and how many at once. A rate of 0 never throttles.
    concurrent_jobs
        Import jobs of one data store that are SUBMITTED or IN_PROGRESS at the same time.
    files_per_job, bytes_per_job, folders_per_job, bytes_per_file
        What one import job may find below its input prefix.
    metadata_bytes
        Size of one image set's metadata.
    """

    start_rate: float = 1.0
    start_burst: int = 2
    concurrent_jobs: int = 100
    files_per_job: int = 5_000
    bytes_per_job: int = 10 * GIB
    folders_per_job: int = 10_000
    bytes_per_file: int = 10 * GIB
    metadata_bytes: int = 50 * MIB
    datastores: int = 100


@dataclass(frozen=True)
class Settings:
    """Where the service listens, what it stores where, and how much of the machine it may use.

    Attributes
    ----------
    workers
        Processes that decode and encode pixel data.
    running_jobs
        Import jobs worked on at the same time; others stay SUBMITTED.
    object_memory_bytes
        The largest object that is read: this machine's limit, below the quota of AWS.
    worker_memory_bytes
        Address space of one worker; what a hostile header asks beyond it fails that file alone.
    file_timeout_seconds
        How long a worker may take for one file before it is killed.
    """

    port: int
    data_dir: Path
    aws_endpoint: str
    region: str = "us-east-1"
    account: str = "000000000000"
    workers: int = 2
    running_jobs: int = 4
    object_memory_bytes: int = 1 * GIB
    worker_memory_bytes: int = 6 * GIB
    file_timeout_seconds: float = 120.0
    quotas: Quotas = field(default_factory=Quotas)

    @property
    def database(self) -> Path:
        return self.data_dir / "health-imaging.sqlite"

    @property
    def frames(self) -> Path:
        return self.data_dir / "frames"

    def datastore_arn(self, datastore_id: str) -> str:
        return f"arn:aws:medical-imaging:{self.region}:{self.account}:datastore/{datastore_id}"

    def image_set_arn(self, datastore_id: str, image_set_id: str) -> str:
        return f"{self.datastore_arn(datastore_id)}/imageset/{image_set_id}"
