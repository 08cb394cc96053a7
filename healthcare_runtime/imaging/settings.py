"""The environment of the import functions as frozen objects; each function reads what it needs, at its cold start."""

from dataclasses import dataclass
from typing import Annotated, Final

from healthcare_runtime.aws_names import bucket, queue, role, state_machine, table
from healthcare_runtime.contracts.imaging import ImportVariable as Variable
from healthcare_runtime.environment import Number, Settings, Text, Whole

JOB_FILE_LIMIT: Final = 5_000  # AWS HealthImaging endpoints and quotas: files per import job
JOB_BYTE_LIMIT: Final = 10 * 1024**3  # the same: 10 GB for a job and for a single file, in the larger reading of GB

_DAY: Final = 86_400
_QUEUE: Final = queue(Variable.OBJECT_EVENT_QUEUE_URL, "the URL of the object event queue")
_ATTEMPTS: Final = Whole(Variable.MAXIMUM_ATTEMPTS, 3, minimum=1, maximum=20)


@dataclass(frozen=True, slots=True)
class BatchPolicy(Settings):
    """When a batch closes and how much one job takes. Seconds, bytes."""

    quiet_period: Annotated[int, Whole(Variable.QUIET_PERIOD_SECONDS, 60, minimum=0, maximum=_DAY)]
    maximum_age: Annotated[int, Whole(Variable.MAXIMUM_AGE_SECONDS, 900, minimum=0, maximum=_DAY)]
    maximum_files: Annotated[int, Whole(Variable.MAXIMUM_FILES, 4_500, minimum=1, maximum=JOB_FILE_LIMIT)]
    maximum_bytes: Annotated[int, Whole(Variable.MAXIMUM_BYTES, 9 * 1000**3, minimum=1, maximum=JOB_BYTE_LIMIT)]


@dataclass(frozen=True, slots=True)
class RegistryTables(Settings):
    """Where batches and instances are known, for whoever only asks."""

    batch_table: Annotated[str, table(Variable.BATCH_TABLE)]
    instance_table: Annotated[str, table(Variable.INSTANCE_TABLE)]


@dataclass(frozen=True, slots=True)
class Ledger(Settings):
    """Where instances and batches are kept: the bucket that holds the bytes and the tables that know about them."""

    bucket: Annotated[str, bucket(Variable.DICOM_BUCKET)]
    batch_table: Annotated[str, table(Variable.BATCH_TABLE)]
    instance_table: Annotated[str, table(Variable.INSTANCE_TABLE)]


@dataclass(frozen=True, slots=True)
class Dispatch(Settings):
    """How batches are set going: the queue of events and messages, the state machine of imports."""

    queue_url: Annotated[str, _QUEUE]
    state_machine_arn: Annotated[str, state_machine(Variable.STATE_MACHINE_ARN, "the ARN of the import state machine")]


@dataclass(frozen=True, slots=True)
class ImportTarget(Settings):
    """The data store, the role it reads with, and where its results and our job records go."""

    datastore_id: Annotated[
        str, Text(Variable.DATASTORE_ID, "[0-9a-z]{32}", "a data store id: 32 digits and lower-case letters")
    ]
    role_arn: Annotated[str, role(Variable.DATA_ACCESS_ROLE_ARN, "the ARN of the role that HealthImaging reads with")]
    results_bucket: Annotated[str, bucket(Variable.RESULTS_BUCKET)]
    job_table: Annotated[str, table(Variable.JOB_TABLE)]


@dataclass(frozen=True, slots=True)
class StartQuota(Settings):
    """Limits of StartDICOMImportJob: starts per second, jobs at a time (HealthImaging quotas: 1 or 0.25, and 100)."""

    rate: Annotated[float, Number(Variable.START_RATE_PER_SECOND, 0.8, minimum=0.001, maximum=1_000)]
    concurrent_jobs: Annotated[int, Whole(Variable.MAXIMUM_CONCURRENT_JOBS, 90, minimum=1, maximum=1_000)]


@dataclass(frozen=True, slots=True)
class RegisterSettings(Settings):
    ledger: Ledger
    dispatch: Dispatch
    policy: BatchPolicy


@dataclass(frozen=True, slots=True)
class TriggerSettings(Settings):
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class StartSettings(Settings):
    ledger: Ledger
    target: ImportTarget
    quota: StartQuota


@dataclass(frozen=True, slots=True)
class CheckSettings(Settings):
    ledger: Ledger
    target: ImportTarget
    queue_url: Annotated[str, _QUEUE]
    maximum_attempts: Annotated[int, _ATTEMPTS]


@dataclass(frozen=True, slots=True)
class SweepSettings(Settings):
    ledger: Ledger
    dispatch: Dispatch
    minimum_age: Annotated[int, Whole(Variable.SWEEP_MINIMUM_AGE_SECONDS, 900, minimum=0, maximum=7 * _DAY)]
    maximum_attempts: Annotated[int, _ATTEMPTS]
