"""Opens the store that the configuration names."""

from dicom_scp.configuration import ConfigurationError, StorageSettings
from dicom_scp.ports import Storage
from dicom_scp.reception.directory_store import DirectoryStore
from dicom_scp.reception.instance_store import BudgetedInstanceStore
from dicom_scp.reception.memory_budget import MemoryBudget
from dicom_scp.reception.memory_limit import default_memory_budget
from dicom_scp.reception.object_store import ObjectStore
from dicom_scp.reception.recent_instances import DurableInstanceIndex, RecentInstances
from healthcare_runtime.contracts import ScpVariable


def open_storage(settings: StorageSettings) -> Storage:
    """The store that ``python -m dicom_scp`` works with.

    Raises
    ------
    OSError
        The directory cannot be written.
    ConfigurationError
        The AWS configuration of this process cannot work.
    """
    store = _open_object_store(settings)
    recent = RecentInstances()
    budget = MemoryBudget(settings.memory_budget_bytes or default_memory_budget())
    return Storage(BudgetedInstanceStore(store, budget, recent), DurableInstanceIndex(store, recent))


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
