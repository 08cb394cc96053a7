"""Reads ``validation-report.json``, which synthesis writes: findings, and findings that were acknowledged."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypedDict

_CONTROLS: Final = re.compile(r"\(Control IDs?: (?P<ids>.*?)\)(?:\. |\.?$)", re.DOTALL)


class _Construct(TypedDict):
    constructPath: str


class _Violation(TypedDict, total=False):
    ruleName: str
    severity: str
    description: str
    reason: str
    violatingConstructs: list[_Construct]


class _Plugin(TypedDict, total=False):
    pluginName: str
    violations: list[_Violation]
    suppressedViolations: list[_Violation]


class _Report(TypedDict):
    pluginReports: list[_Plugin]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One rule's finding on one resource.

    ``reason`` is the compensating control of an acknowledged finding, and empty for an open one. ``controls`` are the
    clauses that the rule pack cites, such as ``164.312(b)``.
    """

    rule: str
    resource: str
    pack: str
    reason: str
    controls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """What the validation plugins reported, pack by pack."""

    packs: frozenset[str]
    open: tuple[Finding, ...]
    acknowledged: tuple[Finding, ...]


def read_report(path: Path) -> ValidationReport:
    """Read the report of one synthesis.

    Raises
    ------
    FileNotFoundError
        There is none: validation was switched off, which switches the rule packs off too.
    """
    report: _Report = json.loads(path.read_text())
    plugins = report["pluginReports"]
    return ValidationReport(
        packs=frozenset(plugin["pluginName"] for plugin in plugins),
        open=tuple(sorted(_findings(plugins, "violations"))),
        acknowledged=tuple(sorted(_findings(plugins, "suppressedViolations"))),
    )


def _findings(plugins: list[_Plugin], kind: str) -> Iterator[Finding]:
    for plugin in plugins:
        violations = plugin.get("violations", []) if kind == "violations" else plugin.get("suppressedViolations", [])
        for violation in violations:
            controls = _CONTROLS.search(violation["description"])
            for construct in violation["violatingConstructs"]:
                yield Finding(
                    rule=violation["ruleName"].removeprefix(f"{plugin['pluginName']}-"),
                    resource=construct["constructPath"],
                    pack=plugin["pluginName"],
                    reason=violation.get("reason", ""),
                    controls=tuple(controls["ids"].split(", ")) if controls else (),
                )
