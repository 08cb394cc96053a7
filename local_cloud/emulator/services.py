"""Services that run as processes of their own, reached through the emulator's one endpoint.

The router already resolves every SigV4 signing name that botocore knows; a handler for it forwards the request as it
came and waits on a worker thread, never on the event loop.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import urllib3
from ministack import app

from local_cloud.emulator.patching import PatchSet
from local_cloud.emulator.settings import EmulatorSettings

PATCHES = PatchSet("services beside the emulator")
PATCHES.require("app:SERVICE_HANDLERS")

_HOP_BY_HOP = frozenset({"host", "content-length", "connection", "transfer-encoding", "keep-alive"})
_Answer = tuple[int, dict[str, str], bytes]
_Handler = Callable[[str, str, dict[str, str], bytes, Mapping[str, object]], Awaitable[_Answer]]

_pool = urllib3.PoolManager(maxsize=16, retries=False, timeout=urllib3.Timeout(connect=5, read=120))


_beside: set[str] = set()


@PATCHES.replaces("core.router:_is_aws_service_name", "scope_name")
def _is_aws_service_name(original: Any, scope_name: str) -> bool:
    """Whether requests signed for ``scope_name`` are an AWS service's.

    Stock answers by loading every model of botocore: four seconds and 400 MB, at the first call to a service beside.
    """
    return scope_name in _beside or bool(original(scope_name))


@PATCHES.finally_do
def install(settings: EmulatorSettings) -> None:
    _beside.update(settings.services)
    for signing_name, base_url in settings.services.items():
        app.SERVICE_HANDLERS[signing_name] = forward_to(base_url)


def forward_to(base_url: str) -> _Handler:
    """A handler that passes a request on to the service at ``base_url``."""

    async def handle(
        method: str, path: str, headers: dict[str, str], body: bytes, query: Mapping[str, object]
    ) -> _Answer:
        parameters = urlencode(query, doseq=True)
        url = f"{base_url}{quote(path, safe='/%:=+~')}{'?' if parameters else ''}{parameters}"
        passed = {name: value for name, value in headers.items() if name.lower() not in _HOP_BY_HOP}
        return await asyncio.to_thread(_exchange, method, url, passed, body)

    return handle


def _exchange(method: str, url: str, headers: dict[str, str], body: bytes) -> _Answer:
    try:
        answer = _pool.request(method, url, headers=headers, body=body, decode_content=False)
    except urllib3.exceptions.HTTPError as error:
        message = {"message": f"the service behind this endpoint did not answer: {type(error).__name__}"}
        fault = {"Content-Type": "application/json", "x-amzn-errortype": "InternalServerException"}
        return 503, fault, json.dumps(message).encode()
    kept = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP}
    return answer.status, kept, answer.data
