"""Replacing private functions of ministack, after checking that they are the ones we know.

ministack has no plug-in interface. A patch therefore names its target and the parameters that it expects there; all
targets of all patches are verified before the first is replaced, so a foreign version stops the start instead of
failing in the middle of a deployment.
"""

import functools
import importlib
import importlib.metadata
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from local_cloud.emulator.settings import EmulatorSettings

SUPPORTED_VERSION = "1.5.33"


class EmulatorMismatchError(RuntimeError):
    """The installed ministack is not the one that the patches were written for."""


@dataclass(frozen=True, slots=True)
class Target:
    """A private name of ministack: ``module:name`` and, for a function, its parameters in order."""

    path: str
    parameters: tuple[str, ...] | None

    @property
    def module(self) -> str:
        return f"ministack.{self.path.partition(':')[0]}"

    @property
    def name(self) -> str:
        return self.path.partition(":")[2]

    def resolve(self) -> Any:
        """The object behind the name. ministack is untyped, so this is one of the two places where ``Any`` enters.

        Raises
        ------
        EmulatorMismatchError
            The name is missing, or is a function with other parameters.
        """
        mend = f"install ministack=={SUPPORTED_VERSION}, or adapt local_cloud/emulator to the version you want"
        try:
            found = getattr(importlib.import_module(self.module), self.name)
        except (ImportError, AttributeError) as error:
            raise EmulatorMismatchError(f"{self.module}.{self.name} does not exist: {mend}") from error
        if self.parameters is not None:
            present = tuple(inspect.signature(found).parameters)
            if present != self.parameters:
                raise EmulatorMismatchError(
                    f"{self.module}.{self.name} takes {present}, expected {self.parameters}: {mend}"
                )
        return found


@dataclass(frozen=True, slots=True)
class Replacement:
    target: Target
    aliases: tuple[Target, ...]
    function: Callable[..., object]


@dataclass(slots=True)
class PatchSet:
    """The patches of one subject, with everything of ministack that they rely on."""

    subject: str
    uses: list[Target] = field(default_factory=list)
    replacements: list[Replacement] = field(default_factory=list)
    finishers: list[Callable[[EmulatorSettings], None]] = field(default_factory=list)

    def require(self, path: str, parameters: str | None = None) -> None:
        """Declare that a patch calls or reads ``path`` (``services.s3:_buckets``)."""
        self.uses.append(Target(path, tuple(parameters.split()) if parameters is not None else None))

    def replaces(
        self, path: str, parameters: str, *, imported_by: tuple[str, ...] = ()
    ) -> Callable[[Callable[..., object]], Callable[..., object]]:
        """Replace ``path``; the decorated function gets the original as its first argument.

        ``imported_by`` names the modules that hold the function under the same name of their own.
        """
        expected = tuple(parameters.split())
        target = Target(path, expected)
        aliases = tuple(Target(f"{module}:{target.name}", expected) for module in imported_by)

        def register(function: Callable[..., object]) -> Callable[..., object]:
            self.replacements.append(Replacement(target, aliases, function))
            return function

        return register

    def finally_do(self, function: Callable[[EmulatorSettings], None]) -> Callable[[EmulatorSettings], None]:
        """Run ``function`` once all replacements of all sets are in place."""
        self.finishers.append(function)
        return function


def verify_version() -> None:
    """Check the distribution's version.

    Raises
    ------
    EmulatorMismatchError
        Another version than :data:`SUPPORTED_VERSION` is installed.
    """
    installed = importlib.metadata.version("ministack")
    if installed != SUPPORTED_VERSION:
        raise EmulatorMismatchError(
            f"ministack {installed} is installed, {SUPPORTED_VERSION} is expected: run `make setup`"
        )


def apply(patch_sets: Iterable[PatchSet], settings: EmulatorSettings) -> None:
    """Verify every target of every set, then replace. Nothing is replaced when anything is missing."""
    verify_version()
    sets = tuple(patch_sets)
    for patch_set in sets:
        for target in patch_set.uses:
            target.resolve()
        for replacement in patch_set.replacements:
            for target in (replacement.target, *replacement.aliases):
                target.resolve()
    for patch_set in sets:
        for replacement in patch_set.replacements:
            original = getattr(importlib.import_module(replacement.target.module), replacement.target.name)
            wrapped = functools.wraps(original)(functools.partial(replacement.function, original))
            for target in (replacement.target, *replacement.aliases):
                setattr(importlib.import_module(target.module), target.name, wrapped)
    for patch_set in sets:
        for finish in patch_set.finishers:
            finish(settings)
