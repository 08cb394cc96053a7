"""How well the PHI detector works on notes that its authors did not write.

Whole clinical notes in English, Japanese and both, written by hand as templates and filled with people, places and
numbers from a seed, so that every gold span is known exactly. The ``test`` part is held out: whoever works on the
detector reads neither its templates nor its errors. The ``dev`` part is what the detector learns from
(``phi_detector.corpora.handwritten``), the first edition of the test part among it, filled with other names, places and
numbers. ``python -m phi_accuracy`` writes ``docs/accuracy.md``.
"""
