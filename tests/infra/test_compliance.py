"""Findings are fixed or explained where they arise, the explanations are published, and closed services are refused."""

import json
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_auditmanager as auditmanager
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns

from healthcare_infra.assembly import Synthesis
from healthcare_infra.compliance.acknowledgement import ACKNOWLEDGED, PACKS, acknowledge
from healthcare_infra.compliance.closed_services import CLOSED, LIST_READ, refuse_closed_services
from healthcare_infra.compliance.packs import validate_with_packs
from healthcare_infra.compliance.register import REGISTER, render_register
from healthcare_infra.compliance.report import read_report
from healthcare_infra.config import ConfigError
from healthcare_infra.repository import REPOSITORY


def empty_app(directory: Path) -> tuple[cdk.App, cdk.Stack]:
    context = json.loads((REPOSITORY / "cdk.json").read_text())["context"]
    app = cdk.App(outdir=str(directory), context=context, builtin_cloud_formation_validation=False)
    return app, cdk.Stack(app, "Stack")


def test_both_packs_ran_and_found_nothing_that_is_not_explained(synthesis: Synthesis) -> None:
    report = read_report(synthesis.validation_report)
    assert report.packs >= set(PACKS)
    assert report.open == ()


def test_every_explanation_says_what_protects_instead(synthesis: Synthesis) -> None:
    for finding in read_report(synthesis.validation_report).acknowledged:
        assert len(finding.reason) > 40, f"{finding.resource}: {finding.rule}"


def test_no_acknowledgement_outlives_its_finding(synthesis: Synthesis) -> None:
    """A resource that was mended must not keep an excuse: the next fault of that kind would pass unseen."""
    marked = {
        (path.removeprefix("/"), entry["data"])
        for file in synthesis.directory.rglob("*.metadata.json")
        for path, entries in json.loads(file.read_text()).items()
        for entry in entries
        if entry["type"] == ACKNOWLEDGED
    }
    assert marked
    found = [(finding.resource, finding.rule) for finding in read_report(synthesis.validation_report).acknowledged]
    idle = [
        f"{path}: {rule}"
        for path, rule in sorted(marked)
        if not any(rule == acknowledged and resource.startswith(path) for resource, acknowledged in found)
    ]
    assert idle == []


def test_the_published_register_is_current(synthesis: Synthesis) -> None:
    current = render_register(read_report(synthesis.validation_report))
    assert REGISTER.read_text() == current, "stale: run `make register` and read what changed before you commit it"


def test_an_unexplained_finding_fails_synthesis(tmp_path: Path) -> None:
    app, stack = empty_app(tmp_path)
    s3.CfnBucket(stack, "Bare")
    validate_with_packs(app)
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    found = {(finding.pack, finding.rule) for finding in read_report(tmp_path / "validation-report.json").open}
    assert {(pack, "S3BucketVersioningEnabled") for pack in PACKS} <= found


def test_an_acknowledgement_covers_its_own_resource_only(tmp_path: Path) -> None:
    app, stack = empty_app(tmp_path)
    explained, bare = s3.CfnBucket(stack, "Explained"), s3.CfnBucket(stack, "Bare")
    acknowledge(explained, "S3BucketVersioningEnabled", "Written once and never changed")
    validate_with_packs(app)
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    report = read_report(tmp_path / "validation-report.json")
    versioning = {finding.resource for finding in report.open if finding.rule == "S3BucketVersioningEnabled"}
    assert versioning == {bare.node.path}
    assert {finding.resource for finding in report.acknowledged} == {explained.node.path}


def test_a_stack_cannot_be_acknowledged_as_a_whole(tmp_path: Path) -> None:
    _, stack = empty_app(tmp_path)
    with pytest.raises(TypeError, match=r"Stack: acknowledge .* on the resource, not on what contains it"):
        acknowledge(stack, "S3BucketVersioningEnabled", "too wide")


def closed_findings(directory: Path, existing_customer_of: frozenset[str] = frozenset()) -> list[str]:
    app, stack = empty_app(directory)
    auditmanager.CfnAssessment(stack, "Assessment")
    sns.CfnTopic(stack, "Protected", data_protection_policy={"Name": "phi"})
    sns.CfnTopic(stack, "Plain")
    refuse_closed_services(app, existing_customer_of=existing_customer_of)
    try:
        app.synth()
    except RuntimeError:
        report = json.loads((directory / "validation-report.json").read_text())
        return [v["description"] for plugin in report["pluginReports"] for v in plugin["violations"]]
    return []


def test_a_closed_service_fails_synthesis_with_its_date_and_what_to_use(tmp_path: Path) -> None:
    assessment, topic = sorted(closed_findings(tmp_path))
    assert assessment.startswith(
        "AWS::AuditManager::Assessment: Audit Manager is closed to new accounts since 30 April"
    )
    assert "Use AWS Config conformance packs" in assessment
    assert "SNS message data protection is closed" in topic


def test_an_existing_customer_may_use_what_is_closed_to_others(tmp_path: Path) -> None:
    everything = frozenset({"Audit Manager", "SNS message data protection"})
    assert closed_findings(tmp_path, existing_customer_of=everything) == []


def test_an_unknown_service_name_is_refused(tmp_path: Path) -> None:
    app, _ = empty_app(tmp_path)
    with pytest.raises(ConfigError, match=r"existing_customer_of='Audit-Manager': must be one of .*Audit Manager"):
        refuse_closed_services(app, existing_customer_of=frozenset({"Audit-Manager"}))


def test_the_list_of_closed_services_is_dated_and_says_what_to_use() -> None:
    assert len({service.name for service in CLOSED}) == len(CLOSED)
    for service in CLOSED:
        assert service.instead
        assert service.closed is None or service.closed <= LIST_READ
