"""One detector for all tests of Japanese, and what it finds in readable form."""

from collections.abc import Callable

import pytest

from phi_detector import Detector
from tests.phi import found

Found = list[tuple[str, str]]
Finder = Callable[[str], Found]


@pytest.fixture(scope="session")
def detector() -> Detector:
    return found.detector()


@pytest.fixture(scope="session")
def find(detector: Detector) -> Finder:
    """(text, type) of every entity, in order."""

    def _find(text: str) -> Found:
        return [(text[one.begin : one.end], str(one.type)) for one in detector.detect(text).entities]

    return _find
