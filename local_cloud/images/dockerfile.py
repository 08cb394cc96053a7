"""The part of a Dockerfile that says what an image holds and how it starts (docs.docker.com, Dockerfile reference)."""

import json
import posixpath
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from local_cloud.errors import LocalCloudError

_CONTINUATION = re.compile(r"\\[ \t]*\n")
_VARIABLE = re.compile(r"\$(?:\{(?P<braced>[A-Za-z_]\w*)(?::-(?P<default>[^}]*))?\}|(?P<plain>[A-Za-z_]\w*))")


@dataclass(frozen=True)
class Copy:
    """Sources relative to the build context, and an absolute destination in the image."""

    sources: tuple[str, ...]
    destination: str
    into_directory: bool


@dataclass
class Recipe:
    """The final build stage."""

    workdir: str = "/"
    user: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    ports: list[str] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def parse(text: str) -> Recipe:
    """Read a Dockerfile.

    Raises
    ------
    LocalCloudError
        There is no ``FROM``, or ``CMD``/``ENTRYPOINT`` is not in exec form: a shell in between would swallow SIGTERM.
    """
    recipe: Recipe | None = None
    arguments: dict[str, str] = {}
    for instruction, rest in _instructions(text):
        if instruction == "FROM":
            recipe = Recipe()
        elif instruction == "ARG":
            name, _, default = rest.partition("=")
            arguments[name.strip()] = default.strip().strip("\"'")
        elif recipe is None:
            raise LocalCloudError(f"Dockerfile: {instruction} before FROM")
        else:
            _apply(recipe, instruction, rest, arguments)
    if recipe is None:
        raise LocalCloudError("Dockerfile: it has no FROM")
    return recipe


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in _CONTINUATION.sub(" ", "\n".join(lines)).splitlines():
        word, _, rest = line.strip().partition(" ")
        if word:
            yield word.upper(), rest.strip()


def _apply(recipe: Recipe, instruction: str, rest: str, arguments: dict[str, str]) -> None:
    known = arguments | recipe.environment
    match instruction:
        case "WORKDIR":
            recipe.workdir = posixpath.normpath(posixpath.join(recipe.workdir, _expand(rest, known)))
        case "USER":
            recipe.user = rest
        case "ENV":
            recipe.environment.update(_assignments(rest, known))
        case "EXPOSE":
            recipe.ports.extend(_expand(rest, known).split())
        case "CMD":
            recipe.command = _exec_form(instruction, rest)
        case "ENTRYPOINT":
            recipe.entrypoint, recipe.command = _exec_form(instruction, rest), []
        case "COPY" | "ADD":
            _add_copy(recipe, instruction, rest, known)
        case _:  # RUN needs a container; HEALTHCHECK, LABEL, STOPSIGNAL and the like do not change what is held
            recipe.skipped.append(f"{instruction} {rest}"[:120])


def _add_copy(recipe: Recipe, instruction: str, rest: str, known: dict[str, str]) -> None:
    words = json.loads(rest) if rest.startswith("[") else shlex.split(rest)
    options = [word for word in words if word.startswith("--")]
    if any(option.startswith("--from") for option in options):
        recipe.skipped.append(f"{instruction} {rest}"[:120])
        return
    *sources, destination = (_expand(word, known) for word in words if not word.startswith("--"))
    absolute = posixpath.normpath(posixpath.join(recipe.workdir, destination))
    recipe.copies.append(Copy(tuple(sources), absolute, destination.endswith(("/", ".")) or len(sources) > 1))


def _assignments(rest: str, known: dict[str, str]) -> dict[str, str]:
    words = shlex.split(rest)
    if words and "=" not in words[0]:  # the old form: ENV NAME value
        name, _, value = rest.partition(" ")
        return {name: _expand(value.strip(), known)}
    return {name: _expand(value, known) for name, _, value in (word.partition("=") for word in words)}


def _exec_form(instruction: str, rest: str) -> list[str]:
    if not rest.startswith("["):
        raise LocalCloudError(
            f'Dockerfile: write {instruction} in exec form, such as {instruction} ["python", "-m", "x"]'
        )
    return [str(word) for word in json.loads(rest)]


def _expand(text: str, known: dict[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        return known.get(match["braced"] or match["plain"], match["default"] or "")

    return _VARIABLE.sub(value, text)
