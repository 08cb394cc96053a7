"""``AWS::HealthImaging::Datastore``: a real data store in the HealthImaging service that runs beside the emulator."""

import time
import uuid
from typing import TYPE_CHECKING, Any

from local_cloud.emulator.loopback import client_options, session
from local_cloud.emulator.patching import PatchSet
from local_cloud.emulator.resource_types import Properties, Provisioned, ResourceType, register, text
from local_cloud.emulator.settings import EmulatorSettings

if TYPE_CHECKING:
    from mypy_boto3_medical_imaging import HealthImagingClient

PATCHES = PatchSet("HealthImaging data stores")
_ACTIVATION_SECONDS = 30.0


@PATCHES.finally_do
def install(settings: EmulatorSettings) -> None:
    register((Datastore(settings),))


class Datastore(ResourceType):
    """Every property change replaces the data store, as on AWS; what it held stays in the old one."""

    name = "AWS::HealthImaging::Datastore"
    blocking = True

    def __init__(self, settings: EmulatorSettings) -> None:
        self._options: dict[str, Any] = dict(client_options(settings))

    def create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned:
        client = self._client()
        request: dict[str, Any] = {"clientToken": uuid.uuid4().hex}
        if text(properties, "DatastoreName"):
            request["datastoreName"] = text(properties, "DatastoreName")
        if text(properties, "KmsKeyArn"):
            request["kmsKeyArn"] = text(properties, "KmsKeyArn")
        created = client.create_datastore(**request)
        return self._when_active(client, created["datastoreId"])

    def update(self, physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str) -> Provisioned:
        # The engine does not tell whether UpdateReplacePolicy is Retain: keeping the old store loses nothing.
        return self.create(logical_id, new, stack)

    def delete(self, physical_id: str, properties: Properties) -> None:
        client = self._client()
        try:
            client.delete_datastore(datastoreId=physical_id)
        except client.exceptions.ResourceNotFoundException:
            return

    def _client(self) -> "HealthImagingClient":
        return session().client("medical-imaging", **self._options)

    @staticmethod
    def _when_active(client: "HealthImagingClient", datastore_id: str) -> Provisioned:
        deadline = time.monotonic() + _ACTIVATION_SECONDS
        while True:
            found = client.get_datastore(datastoreId=datastore_id)["datastoreProperties"]
            if found["datastoreStatus"] == "ACTIVE":
                break
            if time.monotonic() > deadline:
                raise ValueError(f"The data store did not become ACTIVE in {_ACTIVATION_SECONDS:.0f} s")
            time.sleep(0.05)
        attributes: dict[str, object] = {
            "DatastoreId": datastore_id,
            "DatastoreArn": found.get(
                "datastoreArn", f"arn:aws:medical-imaging:us-east-1:000000000000:datastore/{datastore_id}"
            ),
            "DatastoreStatus": found["datastoreStatus"],
        }
        for name in ("createdAt", "updatedAt"):
            attributes[f"{name[0].upper()}{name[1:]}"] = str(found.get(name, ""))
        return Provisioned(datastore_id, attributes)
