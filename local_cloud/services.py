"""The processes beside the emulator: services that it lacks, and the database."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from local_cloud.layout import STAGE, Layout

# AWS grants 1 at first; the stage "local" is configured for an account that asked for more.
IMPORT_STARTS_PER_SECOND: Final = 4


@dataclass(frozen=True)
class Service:
    """One process, started before the emulator, with a port of its own.

    Parameters
    ----------
    signing_name
        SigV4 name of the requests that the emulator passes on to it; None: it is reached by its own port.
    options
        Of its command line, besides ``--port``; from the layout and the emulator's endpoint.
    """

    name: str
    title: str
    module: str
    signing_name: str | None
    options: Callable[[Layout, str], list[str]]
    grace_seconds: float = 15.0


def _health_imaging(layout: Layout, endpoint: str) -> list[str]:
    quota = ["--start-rate", str(IMPORT_STARTS_PER_SECOND), "--start-burst", str(IMPORT_STARTS_PER_SECOND)]
    return ["--data-dir", str(layout.health_imaging_data), "--aws-endpoint", endpoint, *quota]


POSTGRES: Final = Service(
    "postgres",
    "PostgreSQL",
    "local_cloud.postgres",
    None,
    lambda layout, _: ["--data-dir", str(layout.postgres_data)],
    grace_seconds=30.0,
)
SERVICES: Final = (
    Service("health-imaging", "HealthImaging", "local_cloud.health_imaging", "medical-imaging", _health_imaging),
    POSTGRES,
    Service(
        "comprehend-medical",
        "Comprehend Medical",
        "local_cloud.comprehend_medical",
        "comprehendmedical",
        lambda *_: [],
    ),
    Service(
        "sagemaker-runtime",
        "SageMaker endpoints",
        "local_cloud.sagemaker_runtime",
        "sagemaker",
        lambda *_: ["--endpoint", f"healthcare-{STAGE}-fraud-risk=ml.fraud_risk.inference"],
    ),
)
