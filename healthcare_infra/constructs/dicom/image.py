"""The SCP's image: this package, the modules of the runtime that it imports, nothing else of the repository."""

from typing import Final

from aws_cdk import aws_ecr_assets as ecr_assets
from constructs import Construct

from healthcare_infra.repository import image_build

RUNTIME_MODULES: Final = (
    "__init__",
    "contracts/__init__",
    "contracts/dicom_scp",
    "contracts/imaging",
    "object_key",
    "structured_log",
)


class ScpImage(ecr_assets.DockerImageAsset):
    """Built and pushed by ``cdk deploy``."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(
            scope,
            construct_id,
            **image_build(
                "dicom_scp/Dockerfile",
                "!dicom_scp",
                *(f"!healthcare_runtime/{module}.py" for module in RUNTIME_MODULES),
            ),
        )
