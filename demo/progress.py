"""Progress that stays readable in a terminal and in a log: one line when a step begins, one when it ends."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Progress:
    """Prints the steps of a run and remembers how long each took, in seconds."""

    steps: int
    timings: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Announce a step, run it, say how long it took."""
        print(f"\n[{len(self.timings) + 1}/{self.steps}] {title}", flush=True)
        started = time.monotonic()
        try:
            yield
        except BaseException:
            print(f"      failed after {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)
            raise
        self.timings[title] = time.monotonic() - started
        print(f"      done in {self.timings[title]:.1f} s", flush=True)

    @staticmethod
    def note(text: str) -> None:
        """One line inside a step."""
        print(f"      {text}", flush=True)


def table(headings: list[str], rows: list[list[str]]) -> str:
    """Columns aligned for a terminal: numbers to the right, words to the left; wide characters count twice."""
    cells = [headings, *rows]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(headings))]
    lines = []
    for position, row in enumerate(cells):
        line = "  ".join(_align(text, width) for text, width in zip(row, widths, strict=True))
        lines.append(line.rstrip())
        if position == 0:
            lines.append("  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _align(text: str, width: int) -> str:
    space = " " * (width - _width(text))
    numeric = text.replace(".", "").replace(",", "").replace(" s", "").isdigit() or text == "-"
    return space + text if numeric else text + space


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)
