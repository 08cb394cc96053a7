"""The PHI detector: how long a long document takes, how fast the rules alone are, and how long a cold start lasts."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from typing import Final

from bench.measure import Measure
from demo.documents.catalogue import documents

CHARACTERS: Final = 20_000
ROUNDS: Final = 5
_SEED: Final = 41_000
_SEEDS: Final = 4
_COLD: Final = "from phi_detector import Detector; Detector.load().detect('Seen by Dr. Okonkwo on 03/14/2026')"


def speed() -> list[Measure]:
    """One thread over clinical notes, as the functions read them."""
    from phi_detector import Detector, english, neutral
    from phi_detector.normalisation import normalise

    detector = Detector.load()
    texts = {title: _notes(title) for title in ("Note in English", "Note in Japanese", "Note in both languages")}
    measures = []
    for title, text in texts.items():
        if not detector.detect(text).entities:
            raise RuntimeError(f"{title}: the detector finds nothing in the bench's own notes")
        seconds = _fastest(lambda text=text: detector.detect(text))  # type: ignore[misc]
        detail = f"{len(text) / seconds:,.0f} characters a second; best of {ROUNDS}"
        measures.append(Measure(f"{CHARACTERS} characters, {title.lower()}", seconds, "s", "under 1", detail))
    normal = normalise(texts["Note in English"])
    rules = (*neutral.recognisers(), *(one for one in english.recognisers() if isinstance(one, english.EnglishRules)))
    seconds = _fastest(lambda: [list(one.find(normal)) for one in rules])
    rate = f"{len(rules)} sets of rules, without model, merging and propagation"
    return [
        *measures,
        Measure("Rules, English", CHARACTERS / seconds, "characters a second", "at least 100000", rate),
        Measure("Cold start", _fastest(_cold_start), "s", "under 3", "a new interpreter, models and one sentence"),
    ]


def _notes(title: str) -> str:
    """Notes of one kind, one behind the other, as long as a long document."""
    bodies = [
        one.body.decode() for seed in range(_SEED, _SEED + _SEEDS) for one in documents(seed) if one.title == title
    ]
    joined = "\n\n".join(bodies)
    return (joined * (1 + CHARACTERS // len(joined)))[:CHARACTERS]


def _cold_start() -> None:
    subprocess.run([sys.executable, "-c", _COLD], check=True, timeout=60)


def _fastest(action: Callable[[], object]) -> float:
    """Seconds of the best of several rounds: on a shared machine the noise only ever slows."""
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - began)
    return min(seconds)
