"""The SCP's image: this package, the modules of the runtime that it imports, nothing else of the repository."""

from pathlib import Path
from typing import Final

from aws_cdk import IgnoreMode
from aws_cdk import aws_ecr_assets as ecr_assets
from constructs import Construct

REPOSITORY: Final = Path(__file__).resolve().parents[3]
# A module that the SCP does not import would only change the image's hash, and so restart the service, for nothing.
RUNTIME_MODULES: Final = (
    "__init__",
    "contracts/__init__",
    "contracts/dicom_scp",
    "contracts/imaging",
    "object_key",
    "structured_log",
)


class ScpImage(ecr_assets.DockerImageAsset):
    """Built and pushed by ``cdk deploy`` for x86-64, which every build machine can make without emulation."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(
            scope,
            construct_id,
            directory=str(REPOSITORY),
            file="dicom_scp/Dockerfile",
            platform=ecr_assets.Platform.LINUX_AMD64,
            ignore_mode=IgnoreMode.DOCKER,
            exclude=[
                "**",
                "!dicom_scp",
                *(f"!healthcare_runtime/{module}.py" for module in RUNTIME_MODULES),
                "**/__pycache__",
            ],
        )
