"""All parts of the service, wired once."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import boto3
from botocore.config import Config

from local_cloud.health_imaging import service_model
from local_cloud.health_imaging.database import Database
from local_cloud.health_imaging.datastore_operations import DatastoreOperations
from local_cloud.health_imaging.datastores import Datastores
from local_cloud.health_imaging.events import EventSender, Outbox
from local_cloud.health_imaging.faults import Faults
from local_cloud.health_imaging.image_set_operations import ImageSetOperations
from local_cloud.health_imaging.image_sets import ImageSets
from local_cloud.health_imaging.import_operations import ImportOperations
from local_cloud.health_imaging.import_runner import ImportRunner
from local_cloud.health_imaging.jobs import ImportJobs
from local_cloud.health_imaging.json_types import JsonObject
from local_cloud.health_imaging.operations import Operation
from local_cloud.health_imaging.parameters import Parameters
from local_cloud.health_imaging.service_model import Blob
from local_cloud.health_imaging.settings import Settings
from local_cloud.health_imaging.worker_pool import WorkerPool

_STOP_SECONDS = 8.0


@dataclass(frozen=True)
class Called:
    """What a call returned."""

    operation: str
    result: JsonObject | Blob


class HealthImagingService:
    """The service behind its HTTP door."""

    def __init__(self, settings: Settings) -> None:
        self.faults = Faults()
        config = Config(
            connect_timeout=2, read_timeout=30, max_pool_connections=32,
            retries={"mode": "standard", "total_max_attempts": 3},
        )  # fmt: skip
        client = partial(boto3.client, region_name=settings.region, endpoint_url=settings.aws_endpoint, config=config)
        s3, bus = client("s3"), client("events")
        self._database = Database(settings.database)
        outbox = Outbox(self._database)
        datastores = Datastores(self._database, outbox, settings)
        jobs = ImportJobs(self._database, outbox, settings)
        image_sets = ImageSets(self._database, outbox, settings)
        self._pool = WorkerPool(settings)
        self._runner = ImportRunner(
            settings=settings, database=self._database, jobs=jobs, datastores=datastores, image_sets=image_sets,
            pool=self._pool, faults=self.faults, client=s3,
        )  # fmt: skip
        self._sender = EventSender(outbox, bus)
        self._operations: Mapping[str, Operation] = {
            **DatastoreOperations(self._database, datastores, jobs, image_sets).operations(),
            **ImportOperations(settings, datastores, jobs, self._runner, s3).operations(),
            **ImageSetOperations(settings, self._database, datastores, image_sets).operations(),
        }

    def start(self) -> None:
        self._pool.start()
        self._sender.start()
        self._runner.start()

    def stop(self) -> None:
        """Stop within a few seconds; jobs under way go on after the next start."""
        parts = (self._runner, self._pool, self._sender)
        for part in parts:
            part.stop()
        deadline = time.monotonic() + _STOP_SECONDS
        for part in parts:
            for thread in part.threads:
                thread.join(max(0.0, deadline - time.monotonic()))

    def call(self, method: str, path: str, query: str, body: bytes) -> Called:
        """Perform one request.

        Raises
        ------
        ServiceError
            One of the errors of the service model.
        """
        call = service_model.parse(method, path, query, body)
        refusal = self.faults.before(call.operation)
        if refusal is not None:
            raise refusal
        result = self._operations[call.operation](Parameters(call.parameters))
        lost = self.faults.after(call.operation)
        if lost is not None:
            raise lost
        return Called(call.operation, result)
