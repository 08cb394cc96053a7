"""Lambda functions in container images: the image's files run, and an update runs the new ones."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from local_cloud.images.store import ImageStore
from local_cloud.ports import any_free_port
from tests.local.emulators import ROLE, Emulator, eventually

REGISTRY = "000000000000.dkr.ecr.us-east-1.amazonaws.com"
DOCKERFILE = """
FROM python:3.13-slim
WORKDIR /app
COPY functions/ functions/
ENV PYTHONDONTWRITEBYTECODE=1 GREETING=hello
ENTRYPOINT ["python", "-m", "awslambdaric"]
"""
GREETS = """
import os, pathlib
from functions.naming import NAME
class LaterError(Exception): pass
def handler(event, context):
    if event.get("raise"): raise LaterError("later")
    data = pathlib.Path(__file__).with_name("data.txt").read_text()
    return [os.environ["GREETING"], NAME, data, os.environ.get("OWN", ""), os.getpid()]
"""
PROVIDES = """
import json, urllib.request
def handler(event, context):
    answer = {
        "Status": "SUCCESS", "PhysicalResourceId": "schema", "StackId": event["StackId"],
        "RequestId": event["RequestId"], "LogicalResourceId": event["LogicalResourceId"],
        "Data": {"Digest": "of-" + event["ResourceProperties"]["MigrationsDigest"], "Kind": event["RequestType"]},
    }
    request = urllib.request.Request(event["ResponseURL"], json.dumps(answer).encode(), method="PUT")
    urllib.request.urlopen(request, timeout=5).close()
"""


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("images")


@pytest.fixture(scope="module")
def emulator(images: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    started = Emulator(tmp_path_factory.mktemp("emulator"), any_free_port(), {}, options=["--images", str(images)])
    started.start()
    yield started
    started.stop()


def published(images: Path, directory: Path, name: str, dockerfile: str = DOCKERFILE) -> str:
    """An image as the CDK CLI publishes it, whose functions say their image's name; returns its URI."""
    functions = directory / name.replace(":", "-") / "functions"
    functions.mkdir(parents=True)
    (functions / "__init__.py").write_text("")
    (functions / "naming.py").write_text(f"NAME = {name!r}\n")
    (functions / "greet.py").write_text(GREETS)
    (functions / "provide.py").write_text(PROVIDES)
    (functions / "data.txt").write_text("model")
    (functions.parent / "Dockerfile").write_text(dockerfile)
    store = ImageStore(images)
    uri = f"{REGISTRY}/{name}"
    store.tag(store.build(functions.parent, functions.parent / "Dockerfile"), uri)
    return uri


def function(uri: str, command: str = "functions.greet.handler", **more: Any) -> dict[str, Any]:
    properties = {
        "PackageType": "Image", "Code": {"ImageUri": uri}, "ImageConfig": {"Command": [command]}, "Role": ROLE,
        "Timeout": 10, **more,
    }  # fmt: skip
    return {"Type": "AWS::Lambda::Function", "Properties": properties}


def invoke(emulator: Emulator, name: str, event: Mapping[str, Any]) -> tuple[Any, str | None]:
    answer = emulator.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
    return json.loads(answer["Payload"].read()), answer.get("FunctionError")


def test_given_an_image_function_when_invoked_then_the_images_files_and_both_environments_are_there(
    emulator: Emulator, images: Path, tmp_path: Path
) -> None:
    uri = published(images, tmp_path, "assets:first")
    name = emulator.deploy("plain", {"F": function(uri, Environment={"Variables": {"OWN": "mine"}})})["F"]
    (greeting, image, data, own, process), error = invoke(emulator, name, {})
    assert error is None
    assert (greeting, image, data, own) == ("hello", "assets:first", "model", "mine")
    raised, kind = invoke(emulator, name, {"raise": True})
    assert (kind, raised["errorType"], raised["errorMessage"]) == ("Unhandled", "LaterError", "later")
    assert invoke(emulator, name, {})[0][4] == process  # warm, also after an error


def test_given_a_new_image_when_the_stack_is_updated_then_the_function_runs_it(
    emulator: Emulator, images: Path, tmp_path: Path
) -> None:
    name = emulator.deploy("changing", {"F": function(published(images, tmp_path, "assets:second"))})["F"]
    assert invoke(emulator, name, {})[0][1] == "assets:second"
    assert emulator.redeploy("changing", {"F": function(published(images, tmp_path, "assets:third"))})["F"] == name
    assert eventually(lambda: invoke(emulator, name, {})[0][1] == "assets:third")


def test_given_two_functions_of_one_image_when_invoked_then_each_has_the_handler_of_its_command(
    emulator: Emulator, images: Path, tmp_path: Path
) -> None:
    uri = published(images, tmp_path, "assets:fourth", DOCKERFILE + 'CMD ["functions.greet.handler"]\n')
    without = function(uri)
    del without["Properties"]["ImageConfig"]
    found = emulator.deploy("two", {"Own": function(uri, "functions.greet.absent"), "Default": without})
    assert invoke(emulator, found["Default"], {})[0][1] == "assets:fourth"
    assert invoke(emulator, found["Own"], {})[1] == "Unhandled"


def test_given_an_image_function_behind_a_custom_resource_when_deployed_then_it_provides_it(
    emulator: Emulator, images: Path, tmp_path: Path
) -> None:
    def resources(digest: str) -> dict[str, Any]:
        schema = {"ServiceToken": {"Fn::GetAtt": ["F", "Arn"]}, "MigrationsDigest": digest, "ServiceTimeout": "20"}
        said = [{"Fn::GetAtt": ["Schema", attribute]} for attribute in ("Digest", "Kind")]
        return {
            "F": function(published(images, tmp_path, f"assets:{digest}"), "functions.provide.handler"),
            "Schema": {"Type": "Custom::ConsentSchema", "Properties": schema},
            "Said": {"Type": "AWS::SSM::Parameter", "Properties": {
                "Name": "/schema", "Type": "String",
                "Value": {"Fn::Join": ["/", said]},
            }},
        }  # fmt: skip

    def said() -> Any:
        return emulator.client("ssm").get_parameter(Name="/schema")["Parameter"]["Value"]

    emulator.deploy("provided", resources("a1"))
    assert said() == "of-a1/Create"
    emulator.redeploy("provided", resources("b2"))
    assert said() == "of-b2/Update"
    assert emulator.remove("provided") == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    ("name", "dockerfile", "command", "complaint"),
    [
        ("assets:unknown", None, "functions.greet.handler", "was not published"),
        ("assets:shell", DOCKERFILE.replace("awslambdaric", "flask"), "functions.greet.handler", "awslambdaric"),
        ("assets:nothing", DOCKERFILE, "handler", "must be one handler"),
    ],
)
def test_given_an_image_that_cannot_run_here_when_invoked_then_the_error_says_why(
    emulator: Emulator, images: Path, tmp_path: Path, name: str, dockerfile: str | None, command: str, complaint: str
) -> None:
    uri = published(images, tmp_path, name, dockerfile) if dockerfile else f"{REGISTRY}/{name}"
    deployed = emulator.deploy(name.replace(":", "-"), {"F": function(uri, command)})["F"]
    error, kind = invoke(emulator, deployed, {})
    assert kind == "Unhandled"
    assert complaint in error["errorMessage"]
