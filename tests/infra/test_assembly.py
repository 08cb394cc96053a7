"""The assembly as a whole: order, determinism, nothing looked up, the gate that CI and the CLI share."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from healthcare_infra.assembly import Synthesis, synthesise
from healthcare_infra.compliance.acknowledgement import PACKS
from healthcare_infra.compliance.report import read_report
from healthcare_infra.config import STAGES, load_stage
from healthcare_infra.repository import REPOSITORY
from tests.infra.templates import resources

DEPLOYMENT = REPOSITORY / "docs" / "deployment.md"
README = REPOSITORY / "README.md"


def documented_order() -> dict[str, frozenset[str]]:
    """The table of the deployment guide: stack -> the stacks that must exist before it, in order."""
    rows = re.findall(r"^\| \d+ \| `([a-z-]+)` \| ([a-z, -]*) \|", DEPLOYMENT.read_text(), re.MULTILINE)
    return {stack: frozenset(filter(None, needs.split(", "))) - {"-"} for stack, needs in rows}


@pytest.mark.parametrize("stage", STAGES)
def test_stacks_depend_on_each_other_as_documented(synthesis: Synthesis, stage: str) -> None:
    stacks = synthesis.of_stage(stage)
    assert {name: stack.depends_on for name, stack in stacks.items()} == documented_order()


def test_the_documented_order_can_be_deployed_from_top_to_bottom() -> None:
    deployed: set[str] = set()
    for stack, needs in documented_order().items():
        assert needs <= deployed, f"{stack} needs {sorted(needs - deployed)} first"
        deployed.add(stack)


@pytest.mark.parametrize("document", [README, DEPLOYMENT], ids=lambda path: path.name)
def test_the_documented_commands_select_every_stack_of_the_stage(synthesis: Synthesis, document: Path) -> None:
    """The pinned CLI itself says what a selection means; without one, or with ``--all``, it finds no stack."""
    commands = re.findall(r"npx cdk (?:diff|deploy|destroy) +-c stage=dev([^`#\n]*)", document.read_text())
    assert len(commands) >= 2
    for selection in {tuple(shlex.split(command)) for command in commands}:
        assert selection, "a command without a selection"
        assert not any(word.startswith("-") for word in selection), selection
        listed = subprocess.run(
            [REPOSITORY / "node_modules/.bin/cdk", "list", "--app", synthesis.directory, *selection],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout
        for stack in synthesis.of_stage("dev"):
            assert f"({load_stage('dev').stack_name(stack)})" in listed, selection


def test_the_documented_lambda_quota_is_what_a_stage_needs(synthesis: Synthesis) -> None:
    """AWS keeps 100 concurrent executions unreserved, and refuses a function that would take of them."""
    quota = re.search(r"at least (\d+)\. A stage reserves (\d+)", DEPLOYMENT.read_text())
    assert quota
    for stage in STAGES:
        functions = [each for each in resources(synthesis, "AWS::Lambda::Function") if each.stage == stage]
        reserved = sum(each.properties.get("ReservedConcurrentExecutions", 0) for each in functions)
        assert (int(quota[1]), int(quota[2])) == (reserved + 100, reserved)


def test_nothing_is_looked_up_at_synthesis(synthesis: Synthesis) -> None:
    for manifest in synthesis.directory.rglob("manifest.json"):
        assert not json.loads(manifest.read_text()).get("missing"), manifest


def test_stack_names_say_platform_stage_and_capability(synthesis: Synthesis) -> None:
    for stage in STAGES:
        assert set(synthesis.of_stage(stage)) == set(documented_order())
        assert load_stage(stage).stack_name("network") == f"healthcare-{stage}-network"


def test_the_strength_of_references_is_decided_in_the_open() -> None:
    """``cdk init`` would write "weak": then CloudFormation lets a stack be deleted that others use."""
    context = json.loads((REPOSITORY / "cdk.json").read_text())["context"]
    assert context["@aws-cdk/core:defaultCrossStackReferences"] == "strong"


def test_the_cdk_cli_is_pinned_in_one_place_and_exactly() -> None:
    """npm's ``latest`` is a broken publish, and any range would reach it."""
    package = json.loads((REPOSITORY / "package.json").read_text())
    assert re.fullmatch(r"2\.\d+\.\d+", package["dependencies"]["aws-cdk"])


def test_every_stack_is_described_tagged_and_protected_where_data_is_real(synthesis: Synthesis) -> None:
    for stage in STAGES:
        manifest = json.loads((synthesis.directory / f"assembly-{stage.capitalize()}" / "manifest.json").read_text())
        for artifact in manifest["artifacts"].values():
            if artifact["type"] != "aws:cloudformation:stack":
                continue
            properties = artifact["properties"]
            real = stage in ("staging", "production")
            assert properties.get("terminationProtection", False) is real, properties["stackName"]
            if not properties["stackName"].endswith("imaging-import"):  # its data store must not inherit tags
                assert properties["tags"] == {"Platform": "healthcare", "Stage": stage}, properties["stackName"]


def test_two_syntheses_are_identical(synthesis: Synthesis, tmp_path: Path) -> None:
    """Or every deployment would change something, and a pipeline that updates itself would never end."""
    again = synthesise([load_stage("production")], tmp_path).of_stage("production")
    for name, stack in synthesis.of_stage("production").items():
        assert again[name].template_file.read_text() == stack.template_file.read_text(), name


def test_the_app_passes_every_gate_that_the_cli_passes(synthesis: Synthesis, tmp_path: Path) -> None:
    """``app.py`` as the CDK CLI starts it: both rule packs and CDK's template rules on, the same templates."""
    context = json.loads((REPOSITORY / "cdk.json").read_text())["context"]
    run = subprocess.run(
        [sys.executable, "app.py"],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "CDK_CONTEXT_JSON": json.dumps({**context, "stage": "production"}),
            "CDK_OUTDIR": str(tmp_path),
            "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-4000:]
    report = read_report(tmp_path / "validation-report.json")
    assert report.packs >= {*PACKS, "CloudFormation Validate"}
    assert report.open == ()
    assembly = tmp_path / "assembly-Production"
    for name, stack in synthesis.of_stage("production").items():
        assert (assembly / stack.template_file.name).read_text() == stack.template_file.read_text(), name
