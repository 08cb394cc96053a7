"""What a module imports, however far away: read from the sources, without running them."""

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from healthcare_infra.repository import REPOSITORY

OWN = ("lambdas", "healthcare_runtime", "phi_detector", "ml")


@dataclass(frozen=True, slots=True)
class Needed:
    """What a module cannot start without.

    Attributes
    ----------
    third_party
        Top-level package from elsewhere -> one own module that imports it.
    files
        Own files, relative to the repository.
    """

    third_party: Mapping[str, str]
    files: frozenset[Path]


@cache
def needed(module: str) -> Needed:
    """What ``module`` imports, and what that imports, and so on."""
    found: dict[str, str] = {}
    waiting, seen = list(_modules(module)), set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for imported in _imports(name):
            top = imported.partition(".")[0]
            if top in OWN:
                waiting.extend(_modules(imported))
            elif top not in sys.stdlib_module_names:
                found.setdefault(top, name)
    files = (_file(name) for name in seen)
    return Needed(found, frozenset(file.relative_to(REPOSITORY) for file in files if file))


def _modules(imported: str) -> Iterator[str]:
    """The module and the packages that it is in, which Python imports too."""
    parts = imported.split(".")
    for length in range(1, len(parts) + 1):
        name = ".".join(parts[:length])
        if _file(name) is not None:
            yield name


def _file(module: str) -> Path | None:
    path = REPOSITORY.joinpath(*module.split("."))
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.exists():
            return candidate
    return None


def _imports(module: str) -> Iterator[str]:
    file = _file(module)
    if file is None:
        raise FileNotFoundError(f"{module}: no such module")
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    for node in _run_time_nodes(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, *filter(None, [base])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _run_time_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those below ``if TYPE_CHECKING``."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            for other in node.orelse:
                yield from _run_time_nodes(other)
            continue
        yield node
        yield from _run_time_nodes(node)
