"""DynamoDB conditions that are parsed once.

Stock ministack checks a condition's syntax and parses it again for every item that it is held against: a query over a
partition of five thousand items spends nine tenths of its time there.
"""

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any

from local_cloud.emulator.patching import PatchSet

PATCHES = PatchSet("DynamoDB conditions")

_EQUALITY = re.compile(r"\s*(#[A-Za-z0-9_]+)\s*=\s*(:[A-Za-z0-9_]+)\s*")
_KEPT = 1_000


_answers: dict[tuple[str, str], str | None] = {}


@PATCHES.replaces("services.dynamodb:_condition_syntax_error", "expr slot")
def _condition_syntax_error(original: Callable[[str, str], str | None], expr: str, slot: str) -> str | None:
    """What is wrong with an expression depends on its text alone."""
    if (expr, slot) not in _answers:
        if len(_answers) >= _KEPT:
            _answers.clear()
        _answers[expr, slot] = original(expr, slot)
    return _answers[expr, slot]


@PATCHES.replaces("services.dynamodb:_evaluate_condition", "expr item attr_values attr_names slot")
def _evaluate_condition(  # noqa: PLR0917 - ministack's own parameters
    original: Callable[..., Any],
    expr: str,
    item: Mapping[str, Any],
    attr_values: Mapping[str, Any],
    attr_names: Mapping[str, str],
    slot: str = "ConditionExpression",
) -> Any:
    """``#name = :value``, which is the condition of most queries, holds where both are the same; all else is parsed."""
    names = _equality(expr) if expr else None
    if names is not None:
        value = attr_values.get(names[1])
        if value is not None and item.get(attr_names.get(names[0], "")) == value:
            return True
    return original(expr, item, attr_values, attr_names, slot)


@functools.lru_cache(_KEPT)
def _equality(expr: str) -> tuple[str, str] | None:
    match = _EQUALITY.fullmatch(expr)
    return (match[1], match[2]) if match else None
