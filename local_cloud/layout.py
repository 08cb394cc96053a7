"""Where the local cloud keeps things: below one directory, ``.local`` unless ``LOCAL_DIR`` says otherwise."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
ACCOUNT = "000000000000"
REGION = "us-east-1"
STAGE = "local"


@dataclass(frozen=True)
class Layout:
    """Paths of one local cloud. Two clouds with two roots run side by side."""

    root: Path

    @classmethod
    def from_environment(cls) -> "Layout":
        return cls(Path(os.environ.get("LOCAL_DIR") or REPOSITORY / ".local").resolve())

    @property
    def endpoints(self) -> Path:
        return self.root / "endpoints.json"

    @property
    def recorded_only(self) -> Path:
        return self.root / "recorded-only.json"

    @property
    def ports(self) -> Path:
        return self.root / "ports.json"

    @property
    def deployed(self) -> Path:
        """The fingerprint of the assembly that was deployed last."""
        return self.root / "deployed.json"

    @property
    def services(self) -> Path:
        """What the container runner says about each service."""
        return self.root / "services.json"

    @property
    def logs(self) -> Path:
        return self.root / "log"

    @property
    def run(self) -> Path:
        """One file per process that we started."""
        return self.root / "run"

    @property
    def assembly(self) -> Path:
        return self.root / "cdk.out"

    @property
    def emulator_state(self) -> Path:
        return self.root / "state" / "emulator"

    @property
    def health_imaging_data(self) -> Path:
        return self.root / "state" / "health-imaging"

    @property
    def postgres_data(self) -> Path:
        return self.root / "state" / "postgres"

    @property
    def images(self) -> Path:
        return self.root / "images"

    def create(self) -> None:
        for directory in (self.logs, self.run, self.emulator_state, self.health_imaging_data, self.images):
            directory.mkdir(parents=True, exist_ok=True)
        for directory in (self.root / "home", self.root / "tmp"):
            directory.mkdir(parents=True, exist_ok=True)

    def environment(self, endpoint: str | None = None) -> dict[str, str]:
        """The environment of the processes that we start: nothing of the user's AWS set-up, no writes elsewhere."""
        tools = [
            str(Path(sys.executable).parent),
            str(REPOSITORY / "node_modules" / ".bin"),
            os.environ.get("PATH", ""),
        ]
        environment = {
            "PATH": os.pathsep.join(tools),
            "LANG": os.environ.get("LANG", "C.UTF-8"),
            "HOME": str(self.root / "home"),
            "TMPDIR": str(self.root / "tmp"),
            "PYTHONPATH": str(REPOSITORY),
            "PYTHONUNBUFFERED": "1",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_EC2_METADATA_DISABLED": "true",
            # data-plane operations of HealthImaging prefix the host with "runtime-", which an IP address cannot have
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        }
        if endpoint is not None:
            environment |= {"AWS_ENDPOINT_URL": endpoint, "AWS_ENDPOINT_URL_S3": endpoint}
        return environment
