"""Changes single top-level members of a resource's JSON text and leaves every other byte as it came.

Decoding and encoding again would turn a decimal ``7.20`` into ``7.2`` (R4: the precision of decimals is significant).
"""

import json
import re
from collections.abc import Iterator, Mapping
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Final, NamedTuple

from healthcare_runtime.consent.strict_json import Json

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_DECODER: Final = json.JSONDecoder()


class _Member(NamedTuple):
    name: str
    text: str  # `"name": value`, as written


def stored_form(text: str, *, consent_id: str, version: int, last_updated: str, status: str | None = None) -> str:
    """The resource as the store gives it out: its id and meta are the store's, all else is as it came.

    Parameters
    ----------
    text
        JSON of an object that has been read strictly.
    last_updated
        FHIR instant.
    status
        Replaces the status, when given.
    """
    members = {member.name: member for member in _members(text)}
    meta: Json = json.loads("{" + members["meta"].text + "}")["meta"] if "meta" in members else {}
    kept: Mapping[str, Json] = meta if isinstance(meta, dict) else {}
    changed: dict[str, Json] = {
        "id": consent_id,
        "meta": {**kept, "versionId": str(version), "lastUpdated": last_updated},
    }
    if status is not None:
        changed["status"] = status
    written = [_written(name, changed[name]) if name in changed else member.text for name, member in members.items()]
    at_top = [_written(name, value) for name, value in changed.items() if name not in members]
    first = 1 if written and next(iter(members)) == "resourceType" else 0
    return "{" + ",".join([*written[:first], *at_top, *written[first:]]) + "}"


def _written(name: str, value: Json) -> str:
    return f'"{name}":{json.dumps(value, ensure_ascii=False, separators=(",", ":"))}'


def _members(text: str) -> Iterator[_Member]:
    place = _after_space(text, _after_space(text, 0) + 1)
    while text[place] == '"':
        name, end = scanstring(text, place + 1)
        colon = _after_space(text, end)
        _value, end = _DECODER.raw_decode(text, _after_space(text, colon + 1))
        yield _Member(name, text[place:end])
        place = _after_space(text, end)
        if text[place] == "}":
            return
        place = _after_space(text, place + 1)


def _after_space(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match is not None else place
