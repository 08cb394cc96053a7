"""``python -m phi_detector < note.txt``: the entities as JSON, one object with offsets; no text unless asked for."""

import argparse
import json
import sys

from phi_detector.detector import Detector


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m phi_detector", description=__doc__)
    parser.add_argument("--show-text", action="store_true", help="print what the entities say: PHI, on a terminal")
    options = parser.parse_args(arguments)
    text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    detector = Detector.load()
    detection = detector.detect(text)
    answer = {
        "version": detector.version,
        "languages": sorted(detection.languages),
        "unknownLanguageShare": round(detection.unknown_language_share, 3),
        "entities": [
            {"begin": one.begin, "end": one.end, "type": one.type, "kind": one.kind, "score": one.score}
            | ({"text": text[one.begin : one.end]} if options.show_text else {})
            for one in detection.entities
        ],
    }
    sys.stdout.write(json.dumps(answer, indent=1, ensure_ascii=True) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
