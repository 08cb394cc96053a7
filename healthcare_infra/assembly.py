"""Synthesis without the CDK CLI, with the context of the same ``cdk.json``: for tests and for the register."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import App

from healthcare_infra.compliance.packs import validate_with_packs
from healthcare_infra.config import StageConfig
from healthcare_infra.repository import REPOSITORY
from healthcare_infra.stage import HealthcareStage

Template = dict[str, object]


@dataclass(frozen=True, slots=True)
class SynthesisedStack:
    """One stack as CloudFormation will see it.

    ``capability`` is the name without the stage, such as ``data-lake``; ``depends_on`` holds capabilities too.
    """

    stage: str
    capability: str
    template_file: Path
    depends_on: frozenset[str]

    @property
    def template(self) -> Template:
        template: Template = json.loads(self.template_file.read_text())
        return template


@dataclass(frozen=True, slots=True)
class Synthesis:
    """Everything that one synthesis wrote."""

    directory: Path
    stacks: tuple[SynthesisedStack, ...]

    @property
    def validation_report(self) -> Path:
        return self.directory / "validation-report.json"

    def of_stage(self, stage: str) -> dict[str, SynthesisedStack]:
        """The stacks of one stage by capability, in the order in which they are deployed."""
        return {stack.capability: stack for stack in self.stacks if stack.stage == stage}


def synthesise(configs: Iterable[StageConfig], directory: Path, *, template_rules: bool = False) -> Synthesis:
    """Synthesise stages side by side into one directory, validated with the rule packs.

    Parameters
    ----------
    template_rules
        Whether CDK's own template validation runs too. It takes most of the time: once in a gate is enough.

    Raises
    ------
    RuntimeError
        A rule found something that nobody acknowledged; the report in the directory says what and where.
    """
    configs = tuple(configs)
    context: dict[str, object] = json.loads((REPOSITORY / "cdk.json").read_text())["context"]
    app = App(
        outdir=str(directory),
        context=context,
        analytics_reporting=False,
        builtin_cloud_formation_validation=template_rules,
    )
    for config in configs:
        HealthcareStage(app, config.stage.capitalize(), config=config)
    validate_with_packs(app)
    app.synth()
    return Synthesis(directory, tuple(stack for config in configs for stack in _read_stacks(directory, config)))


def _read_stacks(directory: Path, config: StageConfig) -> Iterator[SynthesisedStack]:
    """The stacks of a stage's nested assembly, in the order of its manifest, which is the order of deployment."""
    assembly = directory / f"assembly-{config.stage.capitalize()}"
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"]
    capabilities = {
        name: artifact["properties"]["stackName"].removeprefix(config.stack_name(""))
        for name, artifact in artifacts.items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    for name, capability in capabilities.items():
        yield SynthesisedStack(
            stage=config.stage,
            capability=capability,
            template_file=assembly / artifacts[name]["properties"]["templateFile"],
            depends_on=frozenset(
                capabilities[dependency]
                for dependency in artifacts[name].get("dependencies", ())
                if dependency in capabilities
            ),
        )
