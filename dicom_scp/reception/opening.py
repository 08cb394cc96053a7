"""Opens the store that the configuration names."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

from dicom_scp.configuration import ConfigurationError, StorageSettings
from dicom_scp.machine_limits import default_memory_budget
from dicom_scp.ports import Storage
from dicom_scp.reception.directory_store import DirectoryStore
from dicom_scp.reception.import_prefixes import TimestampLedger
from dicom_scp.reception.instance_store import BudgetedInstanceStore
from dicom_scp.reception.memory_budget import MemoryBudget
from dicom_scp.reception.object_store import ObjectStore
from dicom_scp.reception.recent_instances import DurableInstanceIndex, RecentInstances
from healthcare_runtime.contracts.dicom_scp import ScpVariable


@dataclass(frozen=True, slots=True)
class StorageShare:
    """One process's part of a store that several work with: what they all know, and a part of the memory.

    Every process must have been forked from the one that made it.
    """

    ledger: TimestampLedger
    recent: RecentInstances
    processes: int = 1

    @classmethod
    def among(cls, processes: int, lock: AbstractContextManager[object] | None = None) -> "StorageShare":
        """The share that each of ``processes`` has; ``lock`` excludes them from each other."""
        return cls(TimestampLedger(lock), RecentInstances(processes=processes), processes)


def open_storage(settings: StorageSettings, share: StorageShare | None = None) -> Storage:
    """The store that ``python -m dicom_scp`` works with.

    Without a ``share`` this process is the only one. With one, it takes an even part of the memory budget: chunks that
    another process could use would have to be returned for it if it died.

    Raises
    ------
    OSError
        The directory cannot be written.
    ConfigurationError
        The AWS configuration of this process cannot work.
    """
    store = _open_object_store(settings)
    share = share or StorageShare.among(1)
    budget = MemoryBudget((settings.memory_budget_bytes or default_memory_budget()) // share.processes)
    instances = BudgetedInstanceStore(store, budget, share.recent, share.ledger)
    return Storage(instances, DurableInstanceIndex(store, share.recent))


def _open_object_store(settings: StorageSettings) -> ObjectStore:
    if settings.bucket is None:
        return DirectoryStore(settings.directory)
    # Only here: a directory needs no AWS library, and loading one takes most of the start-up time.
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415

    from dicom_scp.reception.instance_registry import InstanceRegistry  # noqa: PLC0415
    from dicom_scp.reception.s3_client import S3Client  # noqa: PLC0415
    from dicom_scp.reception.s3_store import S3Store  # noqa: PLC0415

    try:
        client = S3Client(settings.bucket)
        registry = None if settings.instance_table is None else InstanceRegistry(settings.instance_table)
    except (BotoCoreError, ValueError) as error:  # no region, no such profile, an endpoint that is not a URL
        rule = f"a bucket within reach of this process's AWS configuration ({type(error).__name__})"
        raise ConfigurationError(ScpVariable.DICOM_BUCKET, settings.bucket, rule) from error
    return S3Store(client, registry)
