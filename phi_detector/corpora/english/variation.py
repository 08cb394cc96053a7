"""Other words in the place of some: a model that knows templates by heart knows little."""

import random
import re
from typing import Final

from phi_detector.english.words import tagger_words

VOCABULARY: Final = sorted(word for word in tagger_words() if 3 < len(word) < 13)
_STRANGE_SHARE: Final = 0.08  # of the words of a template: another word stands there
_LOWER_WORD: Final = re.compile(r"(?<![\w{'])[a-z]{4,}(?![\w}'])")


def varied(template: str, rng: random.Random) -> str:
    """The template with some of its words in lower case replaced; its slots stay."""
    return _LOWER_WORD.sub(
        lambda word: rng.choice(VOCABULARY) if rng.random() < _STRANGE_SHARE else word.group(), template
    )
