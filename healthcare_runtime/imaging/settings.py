"""The environment of the import functions as frozen objects; each function reads what it needs, at its cold start."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from healthcare_runtime.contracts.imaging import ImportVariable
from healthcare_runtime.environment import Environment

JOB_FILE_LIMIT: Final = 5_000  # AWS HealthImaging endpoints and quotas: files per import job
JOB_BYTE_LIMIT: Final = 10 * 1024**3  # the same: 10 GB for a job and for a single file, in the larger reading of GB

_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
TABLE_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{3,255}")
_QUEUE_URL: Final = re.compile(r"https?://[^\s]{1,1000}")
_STATE_MACHINE_ARN: Final = re.compile(r"arn:[a-z-]+:states:[a-z0-9-]+:[0-9]{12}:stateMachine:[A-Za-z0-9_-]{1,80}")
_ROLE_ARN: Final = re.compile(r"arn:[a-z-]+:iam::[0-9]{12}:role/[\w+=,.@/-]{1,512}")
_DATASTORE: Final = re.compile(r"[0-9a-z]{32}")


@dataclass(frozen=True, slots=True)
class BatchPolicy:
    """When a batch closes and how much one job takes. Seconds, bytes."""

    quiet_period: int
    maximum_age: int
    maximum_files: int
    maximum_bytes: int

    @classmethod
    def read(cls, environment: Environment) -> Self:
        return cls(
            quiet_period=environment.integer(ImportVariable.QUIET_PERIOD_SECONDS, 60, minimum=0, maximum=86_400),
            maximum_age=environment.integer(ImportVariable.MAXIMUM_AGE_SECONDS, 900, minimum=0, maximum=86_400),
            maximum_files=environment.integer(ImportVariable.MAXIMUM_FILES, 4_500, minimum=1, maximum=JOB_FILE_LIMIT),
            maximum_bytes=environment.integer(
                ImportVariable.MAXIMUM_BYTES, 9 * 1000**3, minimum=1, maximum=JOB_BYTE_LIMIT
            ),
        )


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where instances and batches are kept: the bucket that holds the bytes and the tables that know about them."""

    bucket: str
    batch_table: str
    instance_table: str

    @classmethod
    def read(cls, environment: Environment) -> Self:
        return cls(
            bucket=_bucket(environment, ImportVariable.DICOM_BUCKET),
            batch_table=_table(environment, ImportVariable.BATCH_TABLE),
            instance_table=_table(environment, ImportVariable.INSTANCE_TABLE),
        )


@dataclass(frozen=True, slots=True)
class Dispatch:
    """How batches are set going: the queue of events and messages, the state machine of imports."""

    queue_url: str
    state_machine_arn: str

    @classmethod
    def read(cls, environment: Environment) -> Self:
        return cls(
            queue_url=_queue(environment),
            state_machine_arn=environment.text(
                ImportVariable.STATE_MACHINE_ARN, _STATE_MACHINE_ARN, "the ARN of the import state machine"
            ),
        )


@dataclass(frozen=True, slots=True)
class ImportTarget:
    """The data store, the role it reads with, and where its results and our job records go."""

    datastore_id: str
    role_arn: str
    results_bucket: str
    job_table: str

    @classmethod
    def read(cls, environment: Environment) -> Self:
        return cls(
            datastore_id=environment.text(
                ImportVariable.DATASTORE_ID, _DATASTORE, "a data store id: 32 digits and lower-case letters"
            ),
            role_arn=environment.text(
                ImportVariable.DATA_ACCESS_ROLE_ARN, _ROLE_ARN, "the ARN of the role that HealthImaging reads with"
            ),
            results_bucket=_bucket(environment, ImportVariable.RESULTS_BUCKET),
            job_table=_table(environment, ImportVariable.JOB_TABLE),
        )


@dataclass(frozen=True, slots=True)
class StartQuota:
    """Limits of StartDICOMImportJob: starts per second, jobs at a time (HealthImaging quotas: 1 or 0.25, and 100)."""

    rate: float
    concurrent_jobs: int

    @classmethod
    def read(cls, environment: Environment) -> Self:
        return cls(
            rate=environment.number(ImportVariable.START_RATE_PER_SECOND, 0.8, minimum=0.001, maximum=1_000),
            concurrent_jobs=environment.integer(ImportVariable.MAXIMUM_CONCURRENT_JOBS, 90, minimum=1, maximum=1_000),
        )


@dataclass(frozen=True, slots=True)
class RegisterSettings:
    ledger: Ledger
    dispatch: Dispatch
    policy: BatchPolicy

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        environment = Environment(variables)
        return cls(Ledger.read(environment), Dispatch.read(environment), BatchPolicy.read(environment))


@dataclass(frozen=True, slots=True)
class TriggerSettings:
    ledger: Ledger

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        return cls(Ledger.read(Environment(variables)))


@dataclass(frozen=True, slots=True)
class StartSettings:
    ledger: Ledger
    target: ImportTarget
    quota: StartQuota

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        environment = Environment(variables)
        return cls(Ledger.read(environment), ImportTarget.read(environment), StartQuota.read(environment))


@dataclass(frozen=True, slots=True)
class CheckSettings:
    ledger: Ledger
    target: ImportTarget
    queue_url: str
    maximum_attempts: int

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        environment = Environment(variables)
        return cls(
            Ledger.read(environment), ImportTarget.read(environment), _queue(environment), _attempts(environment)
        )


@dataclass(frozen=True, slots=True)
class SweepSettings:
    ledger: Ledger
    dispatch: Dispatch
    minimum_age: int
    maximum_attempts: int

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Self:
        environment = Environment(variables)
        minimum_age = environment.integer(ImportVariable.SWEEP_MINIMUM_AGE_SECONDS, 900, minimum=0, maximum=7 * 86_400)
        return cls(Ledger.read(environment), Dispatch.read(environment), minimum_age, _attempts(environment))


def _bucket(environment: Environment, name: ImportVariable) -> str:
    return environment.text(name, _BUCKET, "an S3 bucket name")


def _table(environment: Environment, name: ImportVariable) -> str:
    return environment.text(name, TABLE_NAME, "a DynamoDB table name")


def _queue(environment: Environment) -> str:
    return environment.text(ImportVariable.OBJECT_EVENT_QUEUE_URL, _QUEUE_URL, "the URL of the object event queue")


def _attempts(environment: Environment) -> int:
    return environment.integer(ImportVariable.MAXIMUM_ATTEMPTS, 3, minimum=1, maximum=20)
