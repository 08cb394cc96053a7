"""``python -m phi_accuracy.preview``: fill open templates, to see what was written before anything learns from it."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from typing import Final

from phi_accuracy.annotated_text import AnnotatedText
from phi_accuracy.corpus import Corpus, Part, build, templates

_STRAY: Final = re.compile(r"[{}].{,20}|<(?:[A-Z_]{2,}|~):.{,20}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill every open template once. Exit status 1 if one cannot be filled: its file and field are printed."""
    parser = argparse.ArgumentParser(prog="python -m phi_accuracy.preview", description=__doc__)
    parser.add_argument("--prefix", default="", help="templates whose name begins so")
    parser.add_argument("--show", metavar="NAME", help="print this template filled, its gold marked")
    options = parser.parse_args(arguments)
    faults = 0
    for corpus in Corpus:
        for part in (Part.DEVELOPMENT, Part.DEVELOPMENT_FREE):
            for template in templates(corpus, part):
                if not template.name.startswith(options.show or options.prefix):
                    continue
                place = f"{corpus}/{'nameless' if part.is_free else 'named'}/{template.name}.txt"
                try:
                    (document,) = build(corpus, part, rounds=1, only=template.name)
                except (KeyError, ValueError, IndexError) as error:
                    faults += 1
                    sys.stdout.write(f"{place}: no such field: {error}\n")
                    continue
                for stray in _STRAY.findall(template.literal_text):
                    faults += 1
                    sys.stdout.write(f"{place}: not a field: {stray}\n")
                if part.is_free and document.note.gold:
                    faults += 1
                    sys.stdout.write(f"{place}: identifies somebody\n")
                if options.show == template.name:
                    sys.stdout.write(_marked(document.note))
    sys.stdout.write(f"{faults} faults\n")
    return 1 if faults else 0


def _marked(note: AnnotatedText) -> str:
    pieces: list[str] = []
    read = 0
    for span in sorted(note.gold, key=lambda one: one.begin):
        pieces += (note.text[read : span.begin], f"⟦{span.type}:", note.text[span.begin : span.end], "⟧")
        read = span.end
    return "".join((*pieces, note.text[read:], "\n"))


if __name__ == "__main__":
    sys.exit(main())
