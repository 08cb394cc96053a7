"""How a closed batch that is too big for one job is divided: by series, and a series by size only if it must be.

A series that reaches HealthImaging in one job becomes one version of one image set, so series stay whole where the
limits allow it. Parts are spans of the registry's sort order, in which the objects of one series are neighbours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from healthcare_runtime.imaging.instances.instance import Instance


@dataclass(frozen=True, slots=True)
class Part:
    """One job's share of a batch: the first and the last sort key, both included."""

    first: str
    last: str
    files: int
    size: int

    def joined_with(self, later: "Part") -> "Part":
        return Part(self.first, later.last, self.files + later.files, self.size + later.size)

    def fits(self, maximum_files: int, maximum_bytes: int) -> bool:
        return self.files <= maximum_files and self.size <= maximum_bytes


def plan_parts(members: Iterable[Instance], *, maximum_files: int, maximum_bytes: int) -> tuple[Part, ...]:
    """Divide members, given in sort order, into parts within the limits.

    A single object above ``maximum_bytes`` gets a part of its own. Next fit: at most twice as many parts as the best
    division would have, and every part but a big series' is a run of whole series.
    """
    parts: list[Part] = []
    for _, series in groupby(members, key=lambda member: member.key.series_instance_uid):
        pieces = _pack(
            (Part(each.sort_key, each.sort_key, 1, each.size) for each in series), maximum_files, maximum_bytes
        )
        if (
            parts
            and len(pieces) == 1
            and (joined := parts[-1].joined_with(pieces[0])).fits(maximum_files, maximum_bytes)
        ):
            parts[-1] = joined
        else:
            parts += pieces
    return tuple(parts)


def _pack(objects: Iterable[Part], maximum_files: int, maximum_bytes: int) -> list[Part]:
    packed: list[Part] = []
    for each in objects:
        if packed and (joined := packed[-1].joined_with(each)).fits(maximum_files, maximum_bytes):
            packed[-1] = joined
        else:
            packed.append(each)
    return packed
