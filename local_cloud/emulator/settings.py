"""What the launcher tells the emulator: one frozen object, built once from the command line."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


class HostPort(NamedTuple):
    """Where a server listens."""

    host: str
    port: int


@dataclass(frozen=True)
class EmulatorSettings:
    """Where the emulator listens, keeps its state, and finds the services that run beside it.

    Attributes
    ----------
    images
        Where the container engine records images (:mod:`local_cloud.images.store`); None: image functions do not run.
    services
        Base URL by SigV4 signing name, for services that run as processes of their own.
    lambda_slots
        Lambda invocations that run at the same time, over all functions.
    rds_endpoint
        The PostgreSQL that database clusters are on; None: clusters are metadata only.
    save_seconds
        Between two saves; with much state it is longer, so that saving takes at most a fifth of the time.
    """

    port: int
    state_dir: Path
    services: dict[str, str]
    lambda_slots: int = 4
    save_seconds: float = 2.0
    rds_endpoint: HostPort | None = None
    images: Path | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def recorded_file(self) -> Path:
        return self.state_dir / "recorded.json"
