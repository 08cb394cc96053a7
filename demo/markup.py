"""Pieces of HTML that every section of the page is made of. Whatever is text goes through ``escape``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from importlib.resources import files
from typing import Literal, NamedTuple

from demo.phase import Phase

Mood = Literal["", "good", "warn", "bad"]


class Figure(NamedTuple):
    """One large number with its English and its Japanese name."""

    value: str
    english: str
    japanese: str
    mood: Mood = ""


def fill(package: str, template: str, parts: Mapping[str, str]) -> str:
    """A template that lies beside the code, with HTML in place of its ``{{name}}``."""
    text = files(package).joinpath(template).read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace("{{" + name + "}}", part)
    return text


def figures(listed: Iterable[Figure]) -> str:
    return "".join(
        f'<div class="figure {one.mood}"><b>{escape(one.value)}</b>'
        f'<span>{escape(one.english)}<i lang="ja">{escape(one.japanese)}</i></span></div>'
        for one in listed
    )


def phases(listed: Iterable[Phase]) -> str:
    """Rows of a table, with a bar for the slowest and for the median."""
    found = tuple(listed)
    longest = max((phase.slowest for phase in found), default=1.0) or 1.0
    return "".join(
        f"""<tr><th>{escape(phase.name)}<small>{escape(phase.explanation)}</small></th>
  <td class="number">{phase.median:.2f} s</td><td class="number">{phase.slowest:.2f} s</td>
  <td class="meter"><div style="width:{100 * phase.slowest / longest:.1f}%"></div>
  <div class="median" style="width:{100 * phase.median / longest:.1f}%"></div></td></tr>"""
        for phase in found
    )


def number(value: int | str, mood: Mood = "") -> str:
    """A cell of a table. Nought is shown as nothing: tables are read for what is there."""
    return f'<td class="number {mood}">{value or ""}</td>'


def seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f} s"
