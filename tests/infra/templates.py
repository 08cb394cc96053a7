"""How tests look at templates: resources with their place, and a small app for parts of a stage."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from aws_cdk import App
from aws_cdk.assertions import Template
from aws_cdk.cx_api import CloudAssembly

from healthcare_infra.assembly import Synthesis
from healthcare_infra.config import StageConfig
from healthcare_infra.repository import REPOSITORY
from healthcare_infra.stage import HealthcareStage

# CDK's own custom resource providers run for seconds during a deployment and never see data; CDK fixes their shape.
CDK_PROVIDER: Final = "CustomResourceProvider"

Resources = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TemplateResource:
    """One resource of one stack of one stage."""

    stage: str
    stack: str
    logical_id: str
    type: str
    body: dict[str, Any]

    @property
    def properties(self) -> dict[str, Any]:
        properties: dict[str, Any] = self.body.get("Properties", {})
        return properties

    def __str__(self) -> str:
        return f"{self.stage}/{self.stack}/{self.logical_id} ({self.type})"


def resources(synthesis: Synthesis, *types: str) -> Iterator[TemplateResource]:
    """All resources of the given types, or of all types, in every stage."""
    for stack in synthesis.stacks:
        found = _resources(stack.template_file)
        for logical_id, body in found.items():
            if not types or body["Type"] in types:
                yield TemplateResource(stack.stage, stack.capability, logical_id, body["Type"], body)


def stack_resources(synthesis: Synthesis, stage: str, stack: str) -> Resources:
    """The resources of one stack of one stage, as the template has them."""
    return _resources(synthesis.of_stage(stage)[stack].template_file)


@cache
def _resources(template: Path) -> Resources:
    """Read once for all tests, which change nothing of it."""
    found: Any = json.loads(template.read_text()).get("Resources", {})
    assert isinstance(found, dict)
    return found


def of_type(resources: Resources, kind: str) -> Resources:
    return {logical_id: body for logical_id, body in resources.items() if body["Type"] == kind}


def only(resources: Resources, kind: str, part: str = "") -> Any:
    """The properties of the one resource of a type, or of the one with ``part`` in its logical id."""
    found = [body for logical_id, body in of_type(resources, kind).items() if part in logical_id]
    assert len(found) == 1, f"{kind} {part}: {len(found)} found"
    return found[0]["Properties"]


def own(synthesis: Synthesis, *types: str) -> Iterator[TemplateResource]:
    """As :func:`resources`, without CDK's custom resource providers."""
    return (resource for resource in resources(synthesis, *types) if CDK_PROVIDER not in resource.logical_id)


def stack_template(config: StageConfig, stack: str) -> Template:
    """The template of one stack of a stage with this configuration, without validation: for variants of one stack."""
    return Template.from_json(_variant(config).get_stack_by_name(config.stack_name(stack)).template)


@cache
def _variant(config: StageConfig) -> CloudAssembly:
    app = App(
        context=json.loads((REPOSITORY / "cdk.json").read_text())["context"],
        analytics_reporting=False,
        builtin_cloud_formation_validation=False,
    )
    stage = HealthcareStage(app, config.stage.capitalize(), config=config)
    return stage.synth()
