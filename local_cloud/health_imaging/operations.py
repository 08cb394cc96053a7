"""What an operation of the API is, to those who perform and those who dispatch."""

from collections.abc import Callable
from typing import TypeAlias

from local_cloud.health_imaging.json_types import JsonObject
from local_cloud.health_imaging.parameters import Parameters
from local_cloud.health_imaging.service_model import Blob

Operation: TypeAlias = Callable[[Parameters], JsonObject | Blob]
"""From checked parameters to the members of the answer, or to its bytes; raises ServiceError."""
