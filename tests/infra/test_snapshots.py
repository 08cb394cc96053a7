"""The templates of production as files in the repository: what a reviewer reads when something changed.

``python -m pytest tests/infra/test_snapshots.py --snapshot-update`` accepts a change.
"""

import json
import re
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from healthcare_infra.assembly import Synthesis

STACKS = (
    "security", "network", "data-lake", "imaging-import", "dicom-ingest", "database", "consent", "phi-pipeline",
)  # fmt: skip
ASSET_HASH = re.compile(r"[0-9a-f]{64}")


def normalise(template: Any) -> Any:
    """Without what changes when only source code of a function or an image changes, and without CDK's own traces."""
    if isinstance(template, dict):
        return {key: normalise(value) for key, value in template.items() if key != "Metadata"}
    if isinstance(template, list):
        return [normalise(value) for value in template]
    if isinstance(template, str):
        return ASSET_HASH.sub("<asset-hash>", template)
    return template


def test_every_stack_has_a_snapshot(synthesis: Synthesis) -> None:
    assert set(synthesis.of_stage("production")) == set(STACKS)


@pytest.mark.parametrize("stack", STACKS)
def test_template(synthesis: Synthesis, snapshot: SnapshotAssertion, stack: str) -> None:
    template = json.loads(synthesis.of_stage("production")[stack].template_file.read_text())
    assert normalise(template) == snapshot(extension_class=JSONSnapshotExtension)
