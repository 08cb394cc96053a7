"""Masks names of files and objects: an opaque code, and an extension if it is a known one."""

from __future__ import annotations

from typing import Final

from healthcare_runtime.masking.keyed_choice import KeyedChoice

_EXTENSION_LIST: Final = "txt pdf hl7 xml json csv"
EXTENSIONS: Final = frozenset(_EXTENSION_LIST.split())
_LONGEST: Final = 8


def mask_object_name(choice: KeyedChoice, name: str) -> str:
    """Such as ``7kq2m9xtb4vdeh3r.txt``: safe as an object key, a file name and a tag's value."""
    code = choice.code("object-name", name).lower()
    extension = name.rpartition(".")[2].lower() if "." in name[-_LONGEST:] else ""
    return f"{code}.{extension}" if extension in EXTENSIONS else code
