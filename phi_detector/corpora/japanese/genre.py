"""Genres: what a kind of note consists of, read from ``templates/genres``, with sentences from ``templates/pools``.

Blocks of a genre: ``@one`` a line of those below; ``@some A-B`` that many of them, in order; ``@table A-B`` the same as
rows ``label|value``; ``@pool NAME lines|para A-B`` sentences of a pool, each on a line or as one paragraph;
``@repeat A-B`` ... ``@end`` the blocks between, again and again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

from phi_detector.corpora.japanese.cast import Cast
from phi_detector.corpora.japanese.draft import Draft

_TEMPLATES: Final = Path(__file__).with_name("templates")
_TABLES: Final = (
    "{}:{}",
    "{}:{}",
    "{} {}",
    "{}  {}",
    "|{}|{}|",
    "│{}│{}│",
    "{}\t{}",
    "【{}】{}",
    "■{} {}",
    "{} : {}",
    "・{}:{}",
)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a genre. ``words`` are those of its heading, ``lines`` its templates."""

    words: tuple[str, ...]
    lines: tuple[str, ...]

    def count(self, rng: Random) -> int:
        least, _, most = self.words[-1].partition("-")
        return rng.randint(int(least), int(most or least))


@cache
def genres() -> dict[str, tuple[Block, ...]]:
    """Every genre by name."""
    return {path.stem: _blocks(path) for path in sorted((_TEMPLATES / "genres").glob("*.txt"))}


@cache
def pool(name: str) -> tuple[str, ...]:
    return tuple(line for line in (_TEMPLATES / "pools" / f"{name}.txt").read_text("utf-8").splitlines() if line)


def compose(blocks: Sequence[Block], rng: Random, cast: Cast) -> Draft:
    """Write one note of a genre."""
    draft = Draft()
    table = rng.choice(_TABLES)
    position = 0
    while position < len(blocks):
        block = blocks[position]
        if block.words[0] == "@repeat":
            end = next(i for i in range(position, len(blocks)) if blocks[i].words[0] == "@end")
            for _ in range(block.count(rng)):
                for inner in blocks[position + 1 : end]:
                    _write(inner, draft, rng, cast, table)
            position = end + 1
        else:
            _write(block, draft, rng, cast, table)
            position += 1
    return draft


def _write(block: Block, draft: Draft, rng: Random, cast: Cast, table: str) -> None:
    if rng.random() < 0.15:
        draft.plain("\n")
    if block.words[0] == "@one":
        draft.write(rng.choice(block.lines) + "\n", rng, cast)
        return
    if block.words[0] == "@pool":
        _sentences(block, draft, rng, cast)
        return
    count = min(block.count(rng), len(block.lines))
    chosen = sorted(rng.sample(range(len(block.lines)), count))
    if block.words[0] == "@table" and count * 2 > len(block.lines) and block.lines[0].startswith("{lab}"):
        chosen = [rng.randrange(len(block.lines)) for _ in range(block.count(rng))]
    for index in chosen:
        line = block.lines[index]
        if block.words[0] == "@table":
            label, *values = line.split("|")
            line = table.format(label, "  ".join(values) if "|" not in table else "|".join(values))
        draft.write(line, rng, cast)
        inline = block.words[0] == "@table" and rng.random() < 0.2
        draft.plain(rng.choice(("  ", " ", "   ")) if inline else "\n")


def _sentences(block: Block, draft: Draft, rng: Random, cast: Cast) -> None:
    _, name, shape, _ = block.words
    lines = pool(name)
    for _ in range(block.count(rng)):
        line = rng.choice(lines)
        draft.write(line, rng, cast)
        draft.plain("\n" if shape == "lines" else ("" if line.endswith(("。", "」")) else "。"))
    draft.plain("\n")


def _blocks(path: Path) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("@"):
            blocks.append(Block(tuple(line.split()), ()))
        elif line:
            blocks[-1] = Block(blocks[-1].words, (*blocks[-1].lines, line))
    return tuple(blocks)
