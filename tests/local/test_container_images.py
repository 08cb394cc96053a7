"""Recorded images: what a Dockerfile says about content and start, and what the CDK CLI asks of a container engine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local_cloud.errors import LocalCloudError
from local_cloud.images.dockerfile import parse
from local_cloud.images.store import ImageStore
from tests.local.emulators import REPOSITORY, Emulator

DOCKERFILE = """
# syntax comment
ARG VERSION=3.13
FROM python:${VERSION} AS build
RUN pip install x
ENV BUILD_ONLY=1
FROM python:3.13-slim
WORKDIR /app
ENV PYTHONUNBUFFERED=1 \\
    SCP_PORT=11112
COPY --from=build /opt /opt
COPY --chown=10001 package/ package/
COPY settings.toml ./
USER 10001
EXPOSE 11112 8080
ENTRYPOINT ["python"]
CMD ["-m", "package"]
"""


def context(directory: Path) -> Path:
    (directory / "package").mkdir(parents=True)
    (directory / "package" / "__init__.py").write_text("")
    (directory / "package" / "__main__.py").write_text("print('it runs')")
    (directory / "settings.toml").write_text("a = 1")
    (directory / "secret.txt").write_text("not copied")
    (directory / "Dockerfile").write_text(DOCKERFILE)
    return directory


def test_given_build_stages_when_parsed_then_only_the_last_one_counts() -> None:
    recipe = parse(DOCKERFILE)
    assert recipe.workdir == "/app"
    assert recipe.environment == {"PYTHONUNBUFFERED": "1", "SCP_PORT": "11112"}
    assert (recipe.entrypoint, recipe.command) == (["python"], ["-m", "package"])
    assert recipe.ports == ["11112", "8080"]
    assert [copy.destination for copy in recipe.copies] == ["/app/package", "/app"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("WORKDIR /x", "FROM"), ("", "FROM"), ("FROM a\nCMD python -m x", "exec form")],
)
def test_given_a_dockerfile_that_cannot_run_here_when_parsed_then_the_error_says_why(text: str, complaint: str) -> None:
    with pytest.raises(LocalCloudError, match=complaint):
        parse(text)


def test_given_a_context_when_built_then_the_image_holds_what_is_copied_and_nothing_else(tmp_path: Path) -> None:
    store = ImageStore(tmp_path / "images")
    source = context(tmp_path / "context")
    image_id = store.build(source, source / "Dockerfile")
    store.tag(image_id, "cdkasset-1")
    store.tag("cdkasset-1", "000000000000.dkr.ecr.us-east-1.amazonaws.com/assets:1")
    image = store.find("another.registry/assets:1")
    assert image is not None
    files = sorted(str(path.relative_to(image.root)) for path in image.root.rglob("*") if path.is_file())
    assert files == ["app/package/__init__.py", "app/package/__main__.py", "app/settings.toml"]
    assert store.build(source, source / "Dockerfile") == image_id
    (source / "settings.toml").write_text("a = 2")
    assert store.build(source, source / "Dockerfile") != image_id


def test_given_a_missing_source_when_built_then_the_error_names_it(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a\nCOPY absent/ x/\n")
    with pytest.raises(LocalCloudError, match="absent"):
        ImageStore(tmp_path / "images").build(tmp_path, tmp_path / "Dockerfile")


def test_given_the_cdk_cli_when_it_publishes_then_the_engine_answers_and_the_registry_shows_the_image(
    emulator: Emulator, tmp_path: Path
) -> None:
    registry = emulator.client("ecr")
    uri = registry.create_repository(repositoryName="published")["repository"]["repositoryUri"]
    source = context(tmp_path / "context")
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(REPOSITORY), "LOCAL_CLOUD_IMAGES": str(tmp_path / "images"),
        "AWS_ENDPOINT_URL": emulator.endpoint, "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "000000000000", "AWS_SECRET_ACCESS_KEY": "local",
    }  # fmt: skip

    def engine(*arguments: str, text: str = "") -> "subprocess.CompletedProcess[str]":
        command = [str(REPOSITORY / "local_cloud" / "container_engine"), *arguments]
        return subprocess.run(
            command, env=environment, cwd=source, input=text, capture_output=True, text=True, timeout=60, check=False
        )

    assert engine("inspect", "cdkasset-1").returncode == 1
    assert engine("build", "--tag", "cdkasset-1", "--platform", "linux/amd64", ".").returncode == 0
    assert json.loads(engine("inspect", "cdkasset-1").stdout)[0]["Id"]
    assert engine("login", "--username", "AWS", "--password-stdin", "https://x", text="password").returncode == 0
    assert engine("tag", "cdkasset-1", f"{uri}:1").returncode == 0
    pushed = engine("push", f"{uri}:1")
    assert pushed.returncode == 0, pushed.stderr
    [image] = registry.describe_images(repositoryName="published", imageIds=[{"imageTag": "1"}])["imageDetails"]
    assert image["imageTags"] == ["1"]
    refused = engine("run", "x")
    assert refused.returncode == 1
    assert "`run` is not a command" in refused.stderr
