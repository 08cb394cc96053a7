"""Lambda: functions in container images run without a container engine, from the files that the image holds.

Stock ministack runs them with Docker or not at all. Here the recorded image (:mod:`local_cloud.images.store`) takes the
place of an unpacked zip: same execution environments, same errors, same logs. The packages that the image would install
are those of our own virtual environment.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from ministack.services import lambda_svc

from local_cloud.emulator.patching import PatchSet
from local_cloud.emulator.settings import EmulatorSettings
from local_cloud.errors import LocalCloudError
from local_cloud.images.store import Image, ImageStore

PATCHES = PatchSet("functions in container images")
PATCHES.require("services.lambda_svc:_execute_function_warm", "func event request_id")

# Lambda's interface client for Python: the one entry point whose argument is the handler's name.
_INTERFACE_CLIENT = "awslambdaric"
_RUNTIME = "python3.13"
# A built image is compiled; a recorded one is compiled by its first start, and should stay so.
_UNSUITABLE = frozenset({"PATH", "VIRTUAL_ENV", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE"})

_stores: list[ImageStore] = []


@PATCHES.replaces("services.lambda_svc:_execute_function_docker", "func event request_id")
def _execute_function_docker(original: Any, func: Any, event: Any, request_id: str) -> Any:
    config = func.get("config") or func
    if config.get("PackageType") != "Image" or not _stores:
        return original(func, event, request_id)
    try:
        unpacked = _unpacked(func, config, _stores[0])
    except LocalCloudError as error:
        return {"body": {"errorType": "Runtime.InvalidEntrypoint", "errorMessage": str(error)}, "error": True}
    return lambda_svc._execute_function_warm(unpacked, event, request_id)


def _unpacked(func: Any, config: Any, store: ImageStore) -> dict[str, Any]:
    """The function as if its image's working directory had come in a zip: nothing is copied, Python finds it there."""
    image = store.find(config["ImageUri"])
    if image is None:
        raise LocalCloudError(f"function {config['FunctionName']}: its image was not published, deploy again")
    override = (config.get("ImageConfigResponse") or {}).get("ImageConfig") or {}
    variables = {name: value for name, value in image.environment.items() if name not in _UNSUITABLE}
    variables |= config.get("Environment", {}).get("Variables", {})
    directory = image.root / str(override.get("WorkingDirectory") or image.workdir).lstrip("/")
    warm = {
        **config,
        "Runtime": _RUNTIME,
        "Handler": _handler(config["FunctionName"], image, override),
        "Environment": {"Variables": {**variables, "PYTHONPATH": str(directory)}},
    }
    return {**func, "config": warm, "code_zip": _EMPTY_ZIP}


def _handler(function: str, image: Image, override: Mapping[str, Sequence[str]]) -> str:
    """The command is the handler's name: the function's own, or the image's."""
    entry_point = override.get("EntryPoint") or image.entrypoint
    if _INTERFACE_CLIENT not in entry_point:
        raise LocalCloudError(f"function {function}: only images whose entry point is {_INTERFACE_CLIENT} run here")
    command = override.get("Command") or image.command
    if len(command) != 1 or "." not in command[0]:
        raise LocalCloudError(f"function {function}: its command must be one handler, such as package.module.handler")
    return command[0]


def _empty_zip() -> bytes:
    content = io.BytesIO()
    zipfile.ZipFile(content, "w").close()
    return content.getvalue()


_EMPTY_ZIP = _empty_zip()


@PATCHES.finally_do
def install(settings: EmulatorSettings) -> None:
    if settings.images is not None:
        _stores[:] = [ImageStore(settings.images)]
