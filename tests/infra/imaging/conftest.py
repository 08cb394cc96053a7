"""The import stack of production, and its state machine."""

from typing import Any

import pytest

from healthcare_infra.assembly import Synthesis
from tests.infra.imaging.import_templates import STACK, definition
from tests.infra.templates import Resources, stack_resources


@pytest.fixture(scope="session")
def production(synthesis: Synthesis) -> Resources:
    return stack_resources(synthesis, "production", STACK)


@pytest.fixture(scope="session")
def workflow(production: Resources) -> dict[str, Any]:
    return definition(production)
