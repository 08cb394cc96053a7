"""Decodes a stretch of the source and keeps the way back."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from healthcare_runtime.documents.passage import Jumps


def unescape(
    source: str, start: int, end: int, escapes: re.Pattern[str], value: Callable[[re.Match[str]], str]
) -> tuple[str, Jumps | None]:
    """The text of ``source[start:end]`` with every escape replaced by its value, of one character or none.

    None in the place of jumps: there is no escape.
    """
    parts: list[str] = []
    jumps: list[tuple[int, int]] = [(0, start)]
    length, at = 0, start
    for match in escapes.finditer(source, start, end):
        decoded = value(match)
        parts += (source[at : match.start()], decoded)
        length += match.start() - at + len(decoded)
        at = match.end()
        jumps.append((length, at))
    if at == start:
        return source[start:end], None
    parts.append(source[at:end])
    return "".join(parts), tuple(jumps)


def through(inner: Jumps | None, inner_start: int, outer: Jumps) -> Jumps:
    """Jumps of a text inside a decoded text: from the inner text's positions to those of the outer source."""
    inner = inner or ((0, inner_start),)
    found: list[tuple[int, int]] = []
    for number, (to, at) in enumerate(inner):
        last = inner[number + 1][0] if number + 1 < len(inner) else None
        first = bisect_right(outer, at, key=lambda jump: jump[0]) - 1
        found.append((to, outer[first][1] + at - outer[first][0]))
        for text_position, source_position in outer[first + 1 :]:
            if last is not None and to + text_position - at >= last:
                break
            found.append((to + text_position - at, source_position))
    return tuple(found)
