"""What every function of the import works with: the DICOM bucket, the tables that know about it, the time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from healthcare_runtime.imaging.batches.table import BatchTable
from healthcare_runtime.imaging.instances.registry import InstanceRegistry

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from healthcare_runtime.aws_clients import AwsClients
    from healthcare_runtime.imaging.batches.batch import Batch
    from healthcare_runtime.imaging.instances.instance import Instance
    from healthcare_runtime.imaging.settings import Ledger


@dataclass(frozen=True, slots=True)
class ImportContext:
    """One import's bucket, tables and clock."""

    clients: AwsClients
    bucket: str
    batches: BatchTable
    registry: InstanceRegistry
    clock: Callable[[], float]

    @classmethod
    def compose(cls, ledger: Ledger, clients: AwsClients, clock: Callable[[], float] = time.time) -> ImportContext:
        """Wire the parts that every function has."""
        return cls(
            clients=clients,
            bucket=ledger.bucket,
            batches=BatchTable(clients.dynamodb, ledger.batch_table),
            registry=InstanceRegistry(clients.dynamodb, ledger.instance_table),
            clock=clock,
        )

    @property
    def s3(self) -> S3Client:
        """Made on first use: not every function reads the bucket."""
        return self.clients.s3

    def now(self) -> int:
        """Epoch seconds."""
        return int(self.clock())

    def pending(self, batch: Batch) -> list[Instance]:
        """The members of a batch that have no outcome yet."""
        return [each for each in self.registry.members(batch.membership) if each.outcome is None]
