"""The repository that is deployed: where it is, and how images are built from parts of it."""

from pathlib import Path
from typing import Final, TypedDict

from aws_cdk import IgnoreMode
from aws_cdk import aws_ecr_assets as ecr_assets

REPOSITORY: Final = Path(__file__).resolve().parents[1]


class ImageBuild(TypedDict):
    """Keyword arguments of :class:`aws_cdk.aws_ecr_assets.DockerImageAsset` and its kin."""

    directory: str
    file: str
    platform: ecr_assets.Platform
    ignore_mode: IgnoreMode
    exclude: list[str]


def image_build(dockerfile: str, *content: str) -> ImageBuild:
    """How one image is built: for x86-64, which every build machine can make without emulation.

    Parameters
    ----------
    dockerfile
        Its path in the repository.
    content
        What the build context holds, as Docker's ignore patterns after one that excludes everything. What the image
        does not need would only change its hash, and so deploy it again for nothing.
    """
    return ImageBuild(
        directory=str(REPOSITORY),
        file=dockerfile,
        platform=ecr_assets.Platform.LINUX_AMD64,
        ignore_mode=IgnoreMode.DOCKER,
        exclude=["**", *content, "**/__pycache__"],
    )
