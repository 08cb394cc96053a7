"""How a function's code reaches Lambda: as the repository's sources, or in an image where it needs more than boto3."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from aws_cdk import aws_lambda as lambda_

from healthcare_infra.repository import REPOSITORY, image_build

_SOURCES: Final = ("lambdas", "healthcare_runtime")


class FunctionPackage(StrEnum):
    """What a function is packed with. The value of an image is its Dockerfile."""

    SOURCES = "sources"
    """``lambdas`` and ``healthcare_runtime``. boto3 comes with the Lambda runtime and nothing else is imported."""
    LIGHT_IMAGE = "lambdas/Dockerfile"
    """The sources with a database driver and readers of document formats."""
    DETECTOR_IMAGE = "phi_detector/Dockerfile"
    """The light image's content with the PHI detector and its models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedCode:
    """What CDK's function construct wants to know about its code."""

    code: lambda_.Code
    handler: str
    runtime: lambda_.Runtime
    architecture: lambda_.Architecture


def packed(package: FunctionPackage, module: str) -> PackedCode:
    """The code of one function whose ``module`` defines ``handler``.

    All functions of a package share one asset: what differs is the handler's name.
    """
    handler = f"{module}.handler"
    if package is FunctionPackage.SOURCES:
        return PackedCode(
            code=runtime_code(),
            handler=handler,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
        )
    return PackedCode(
        code=lambda_.Code.from_asset_image(cmd=[handler], **image_build(package, *_image_content(package))),
        handler=lambda_.Handler.FROM_IMAGE,
        runtime=lambda_.Runtime.FROM_IMAGE,
        architecture=lambda_.Architecture.X86_64,
    )


def runtime_code() -> lambda_.Code:
    """The sources as one asset, without what only images need."""
    return lambda_.Code.from_asset(
        str(REPOSITORY),
        exclude=[
            "*",
            *(f"!{package}" for package in _SOURCES),
            "lambdas/Dockerfile",
            "lambdas/*requirements.txt",
            "lambdas/rds-ca",
            "**/__pycache__",
        ],
    )


def _image_content(package: FunctionPackage) -> list[str]:
    """What the build context lets through. Corpora and training make models; they run on no patient's text."""
    content = [f"!{source}" for source in _SOURCES]
    if package is FunctionPackage.DETECTOR_IMAGE:
        content += ["!phi_detector", "phi_detector/corpora", "phi_detector/training"]
    return content
