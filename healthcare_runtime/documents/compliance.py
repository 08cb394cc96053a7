"""Compliance rules as data: each has an id, a clause and conditions on what is known about a document."""

from __future__ import annotations

import hashlib
import operator
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final, Literal

from healthcare_runtime.documents.reasons import ReasonCode

_FILE: Final = Path(__file__).with_name("compliance_rules.toml")
_OPERATORS: Final[Mapping[str, Callable[[object, object], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": lambda a, b: isinstance(a, int) and isinstance(b, int) and a < b,
    ">": lambda a, b: isinstance(a, int) and isinstance(b, int) and a > b,
    ">=": lambda a, b: isinstance(a, int) and isinstance(b, int) and a >= b,
}


class RuleDamagedError(ValueError):
    """A rule cannot work. The text names the rule and the entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """What rules may ask about; counts, codes and yes (1) or no (0)."""

    text_length: int
    entities: int
    grey_entities: int
    grey_percent: int
    name_entities: int
    embedded_images: int
    damaged_permille: int
    unknown_language_permille: int
    document_type_known: int
    submitter_known: int
    retention_years: int
    retention_binding: int
    """1 where the stage keeps real records: development stages keep synthetic ones for days."""
    explicit_consent: int
    jurisdiction: str
    purpose: str
    profile: str


@dataclass(frozen=True, slots=True)
class Condition:
    fact: str
    operator: str
    value: int | str

    def holds(self, facts: Mapping[str, int | str]) -> bool:
        return _OPERATORS[self.operator](facts[self.fact], self.value)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``clause`` is the law's own number."""

    id: str
    title: str
    clause: str
    effect: Literal["hold", "note"]
    conditions: tuple[Condition, ...]
    reason: ReasonCode

    def is_broken(self, facts: Mapping[str, int | str]) -> bool:
        return all(condition.holds(facts) for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules, and the version that the audit trail names."""

    rules: tuple[Rule, ...]
    version: str

    @classmethod
    def load(cls, file: Path = _FILE) -> Rulebook:
        """Read and check the rules.

        Raises
        ------
        RuleDamagedError
            Names the rule and the entry.
        """
        body = file.read_bytes()
        try:
            rows = tomllib.loads(body.decode())["rule"]
        except (ValueError, KeyError) as error:
            raise RuleDamagedError(f"{file.name}: must be TOML with [[rule]] tables ({type(error).__name__})") from None
        rules = tuple(_read_rule(row) for row in rows)
        repeated = {rule.id for rule in rules if sum(other.id == rule.id for other in rules) > 1}
        if repeated:
            raise RuleDamagedError(f"{min(repeated)}: must be there once")
        return cls(rules, hashlib.sha256(body).hexdigest()[:12])

    def broken_by(self, facts: DocumentFacts) -> tuple[Rule, ...]:
        """The rules that the document breaks, in the order of the file."""
        values: dict[str, int | str] = asdict(facts)
        return tuple(rule for rule in self.rules if rule.is_broken(values))


def _read_rule(row: Mapping[str, object]) -> Rule:
    known = {field.name for field in fields(DocumentFacts)}
    name = str(row.get("id", "rule"))
    for entry in ("id", "title", "clause", "effect", "when"):
        if not row.get(entry):
            raise RuleDamagedError(f"{name}.{entry}: must be there")
    effect = row["effect"]
    if effect not in ("hold", "note"):
        raise RuleDamagedError(f'{name}.effect: must be "hold" or "note"')
    conditions = []
    for entry in row["when"] if isinstance(row["when"], list) else []:
        fact, comparison, value = entry
        if fact not in known:
            raise RuleDamagedError(f"{name}.when: {fact} must be a field of DocumentFacts")
        if comparison not in _OPERATORS:
            raise RuleDamagedError(f"{name}.when: {comparison} must be one of {' '.join(_OPERATORS)}")
        conditions.append(Condition(fact, comparison, value))
    return Rule(
        id=name,
        title=str(row["title"]),
        clause=str(row["clause"]),
        effect="hold" if effect == "hold" else "note",
        conditions=tuple(conditions),
        reason=ReasonCode(str(row.get("reason", ReasonCode.COMPLIANCE_RULE))),
    )
