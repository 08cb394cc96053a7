"""Opens the store that the configuration names."""

from dicom_scp.configuration import StorageSettings
from dicom_scp.ports import Storage
from dicom_scp.reception.directory_store import DirectoryStore
from dicom_scp.reception.instance_store import BudgetedInstanceStore
from dicom_scp.reception.memory_budget import MemoryBudget
from dicom_scp.reception.memory_limit import default_memory_budget
from dicom_scp.reception.object_store import ObjectStore
from dicom_scp.reception.recent_instances import DurableInstanceIndex, RecentInstances


def open_storage(settings: StorageSettings) -> Storage:
    """The store that ``python -m dicom_scp`` works with.

    Raises
    ------
    OSError
        The directory cannot be written, or the AWS configuration is unusable. The message names the culprit.
    """
    store = _open_object_store(settings)
    recent = RecentInstances()
    budget = MemoryBudget(settings.memory_budget_bytes or default_memory_budget())
    return Storage(BudgetedInstanceStore(store, budget, recent), DurableInstanceIndex(store, recent))


def _open_object_store(settings: StorageSettings) -> ObjectStore:
    if settings.bucket is None:
        return DirectoryStore(settings.directory)
    # Only here: a directory needs no AWS library, and loading one takes most of the start-up time.
    from dicom_scp.reception.instance_registry import InstanceRegistry  # noqa: PLC0415
    from dicom_scp.reception.s3_client import S3Client  # noqa: PLC0415
    from dicom_scp.reception.s3_store import S3Store  # noqa: PLC0415

    registry = None if settings.instance_table is None else InstanceRegistry(settings.instance_table)
    return S3Store(S3Client(settings.bucket), registry)
