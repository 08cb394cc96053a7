"""Page tokens: opaque to callers, checked when they come back."""

import base64
import binascii
import json

from local_cloud.health_imaging.errors import validation
from local_cloud.health_imaging.json_types import JsonValue

DEFAULT_PAGE = 50


def token(position: list[JsonValue]) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode("ascii")


def position(next_token: str | None, kinds: tuple[type, ...]) -> list[JsonValue] | None:
    """The position that a token stands for: one value of each of ``kinds``.

    Raises
    ------
    ServiceError
        ValidationException for a token that this service did not make.
    """
    if next_token is None:
        return None
    try:
        values: JsonValue = json.loads(base64.urlsafe_b64decode(next_token.encode("ascii")))
    except (binascii.Error, ValueError, RecursionError):
        raise validation("nextToken: not a token of this operation") from None
    if not isinstance(values, list) or [type(value) for value in values] != list(kinds):
        raise validation("nextToken: not a token of this operation")
    return values


def number(next_token: str | None) -> int | None:
    found = position(next_token, (int,))
    return int(str(found[0])) if found else None


def text(next_token: str | None) -> str | None:
    found = position(next_token, (str,))
    return str(found[0]) if found else None
