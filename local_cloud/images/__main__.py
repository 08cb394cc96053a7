"""The commands of ``docker`` that the CDK CLI uses: inspect, build, tag, login, push. Others are refused by name."""

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path

import boto3

from local_cloud.errors import LocalCloudError
from local_cloud.images.store import ImageStore
from local_cloud.layout import REGION

_MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"


def main(arguments: list[str]) -> int:
    store = ImageStore(Path(os.environ["LOCAL_CLOUD_IMAGES"]))
    command, *rest = arguments or [""]
    try:
        match command:
            case "inspect":
                return inspect(store, rest)
            case "build":
                return build(store, rest)
            case "tag":
                store.tag(*rest)
            case "login":
                sys.stdin.read()  # the password; there is no registry to show it to
            case "push":
                push(store, rest[-1])
            case _:
                raise LocalCloudError(f"`{command}` is not a command that the local container engine knows")
    except LocalCloudError as error:
        sys.stderr.write(f"local container engine: {error}\n")
        return 1
    return 0


def inspect(store: ImageStore, names: list[str]) -> int:
    """Exit status 1 tells the CLI that the image has to be built."""
    images = [store.find(name) for name in names if not name.startswith("-")]
    if not all(images):
        sys.stderr.write("Error: No such object\n")
        return 1
    sys.stdout.write(json.dumps([{"Id": image.id} for image in images if image]) + "\n")
    return 0


def build(store: ImageStore, arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="build")
    parser.add_argument("--tag", "-t", required=True)
    parser.add_argument("--file", "-f", default="Dockerfile")
    for option in (
        "--platform",
        "--target",
        "--network",
        "--output",
        "--build-arg",
        "--cache-from",
        "--cache-to",
        "--ssh",
    ):
        parser.add_argument(option, action="append")
    for option in ("--no-cache", "--quiet", "-q"):
        parser.add_argument(option, action="store_true")
    parser.add_argument("context", type=Path)
    options = parser.parse_args(arguments)
    context = options.context.resolve()
    image_id = store.build(context, context / options.file)
    store.tag(image_id, options.tag)
    sys.stdout.write(f"recorded {options.tag} as {image_id}\n")
    return 0


def push(store: ImageStore, name: str) -> None:
    """Make the registry's API show the image, so that the CLI finds it published."""
    image = store.find(name)
    if image is None:
        raise LocalCloudError(f"push {name}: there is no such image")
    repository, _, tag = name.rpartition("/")[2].partition(":")
    configuration = {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 0}
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST_TYPE,
        "config": {**configuration, "digest": f"sha256:{hashlib.sha256(image.id.encode()).hexdigest()}"},
        "layers": [],
    }
    registry = boto3.client("ecr", region_name=REGION)
    registry.put_image(
        repositoryName=repository,
        imageManifest=json.dumps(manifest),
        imageManifestMediaType=_MANIFEST_TYPE,
        imageTag=tag or "latest",
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
