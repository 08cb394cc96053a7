"""``python -m bench [NAME...]``: measure, print, and rewrite docs/performance.md, or the named sections of it."""

import os
import platform as machine
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench import audit, consent, detector, documents, platform_times, receiving
from bench.measure import Measure

DOCUMENT = Path("docs/performance.md")
CASES: dict[str, tuple[str, Callable[[], list[Measure]]]] = {
    "local": ("Receiving to a local directory, beside dcmtk's storescp", receiving.local_directory),
    "senders": ("Classic senders, unmodified", receiving.classic_senders),
    "s3": ("Receiving to a store that takes 30 ms", receiving.slow_store),
    "memory": ("Memory", receiving.memory),
    "audit": ("The audit trail", audit.trail),
    "consent": ("The consent decision", consent.decisions),
    "detector": ("The PHI detector", detector.speed),
    "documents": ("Documents, from arrival to outcome", documents.flow),
    "synthesis": ("Synthesis", platform_times.synthesis),
    "cloud": ("The local cloud", platform_times.local_cloud),
}
NEEDS_DCMTK = {"local", "senders"}


def main(names: list[str]) -> int:
    """Run the named cases, or all."""
    unknown = [name for name in names if name not in CASES]
    if unknown:
        print(f"bench: no case {', '.join(unknown)}; there are {', '.join(CASES)}", file=sys.stderr)
        return 2
    sections: dict[str, str] = {}
    missed = 0
    for name in names or CASES:
        title, case = CASES[name]
        if name in NEEDS_DCMTK and not receiving.have_dcmtk():
            print(f"{title}: left out, dcmtk is not installed (Debian package dcmtk)")
            continue
        print(f"\n{title}")
        measures = case()
        for measure in measures:
            print(f"  {_line(measure)}")
        missed += sum(not measure.reached for measure in measures)
        sections[title] = _section(name, title, measures)
    known = _sections(DOCUMENT.read_text(encoding="utf-8")) if names and DOCUMENT.exists() else {}
    every = known | sections
    ordered = [every[title] for title, _ in CASES.values() if title in every]
    DOCUMENT.write_text(_document(ordered), encoding="utf-8")
    print(f"\nWritten: {DOCUMENT}")
    print(f"\n{missed} of the figures missed their goal" if missed else "\nEvery figure reached its goal")
    return 0


def _line(measure: Measure) -> str:
    mark = "ok  " if measure.reached else "MISS"
    return f"{mark} {measure.title}: {measure.value:.2f} {measure.unit} ({measure.goal}) {measure.detail}"


def _section(name: str, title: str, measures: list[Measure]) -> str:
    rows = "\n".join(
        f"| {measure.title} | {measure.value:.2f} {measure.unit} | {measure.goal} | "
        f"{'yes' if measure.reached else '**no**'} | {measure.detail} |"
        for measure in measures
    )
    head = "| measured | value | goal | reached | detail |\n|---|---|---|---|---|"
    return f"## {title}\n\n`python -m bench {name}`\n\n{head}\n{rows}\n"


def _sections(document: str) -> dict[str, str]:
    """What stands under each title, as it is."""
    parts = document.split("\n## ")[1:]
    return {part.partition("\n")[0]: f"## {part.rstrip()}\n" for part in parts}


def _document(sections: list[str]) -> str:
    return (
        "# Performance\n\nWritten by `make bench`; each section names the command that measured it. Both sides of a"
        " ratio run on the same machine in the same run, sender included. Memory holds the files (`/dev/shm`).\n\n"
        f"Last run: {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {machine.system()} {machine.machine()},"
        f" Python {machine.python_version()}.\n\n" + "\n".join(sections)
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
