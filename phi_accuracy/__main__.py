"""``python -m phi_accuracy``: measure the detector on held-out notes and write ``docs/accuracy.md``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from healthcare_runtime.phi_entity import KnownIdentifier, PhiEntity
from phi_accuracy.corpus import Corpus, Part
from phi_accuracy.errors import development_errors
from phi_accuracy.measurement import FULL, QUICK, Measurement, measure
from phi_accuracy.report import as_json, markdown, summary
from phi_detector import Detector

_ROOT: Final = Path(__file__).parents[1]
_PAGE: Final = _ROOT / "docs" / "accuracy.md"
_FIGURES: Final = _ROOT / ".local" / "accuracy.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print every goal, write page and figures. Exit status: 0, also when goals are missed."""
    parser = argparse.ArgumentParser(prog="python -m phi_accuracy", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a sample, printed only")
    parser.add_argument(
        "--development", action="store_true", help="the part that the detector's authors see, printed only"
    )
    parser.add_argument("--errors", action="store_true", help="list the errors of the development part")
    options = parser.parse_args(arguments)
    detector = Detector.load()

    def find(text: str, record: Sequence[KnownIdentifier]) -> Sequence[PhiEntity]:
        return detector.detect(text, record).entities

    if options.errors:
        for corpus in Corpus:
            sys.stdout.writelines(f"{corpus} {line}\n" for line in development_errors(find, corpus))
        return 0
    part = Part.DEVELOPMENT if options.development else Part.TEST
    measurements: list[Measurement] = []
    for corpus in Corpus:
        measurements.append(measure(find, corpus, QUICK if options.quick else FULL, part=part))
        sys.stdout.write(summary(measurements[-1]) + "\n")
    if not options.quick and part is Part.TEST:
        _PAGE.write_text(markdown(measurements, detector.version), encoding="utf-8")
        _FIGURES.parent.mkdir(exist_ok=True)
        _FIGURES.write_text(json.dumps(as_json(measurements, detector.version), indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
