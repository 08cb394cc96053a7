"""The document pipeline: each function is told and may do its own part, and the catalog describes what is written."""

import ast
import re
from typing import Any, Final

import pytest

from healthcare_infra.assembly import Synthesis
from healthcare_infra.constructs.storage.analytics_table import COLUMNS
from healthcare_infra.repository import REPOSITORY
from healthcare_runtime.contracts.audit import AuditVariable
from healthcare_runtime.contracts.consent import ConsentVariable
from healthcare_runtime.contracts.documents import ANSWERS_PREFIX, DocumentFault, DocumentState, DocumentVariable
from healthcare_runtime.contracts.functions import FunctionVariable
from tests.infra import departures
from tests.infra.policies import Permission, permissions
from tests.infra.templates import own, resources, stack_template

VARIABLES: Final = {each.value for kind in (DocumentVariable, AuditVariable, ConsentVariable) for each in kind}
DATABASE: Final = {
    "CONSENT_DB_HOST", "CONSENT_DB_PORT", "CONSENT_DB_NAME", "CONSENT_DB_USER", "CONSENT_DB_AUTHENTICATION",
}  # fmt: skip
OPTIONAL: Final = {"CONSENT_DB_CA_FILE"}


def functions(synthesis: Synthesis, stage: str = "production") -> dict[str, dict[str, Any]]:
    """Module -> properties, of the functions of documents, consents and the audit trail."""
    found = {}
    for function in own(synthesis, "AWS::Lambda::Function"):
        if function.stage == stage and function.stack in ("database", "consent", "phi-pipeline"):
            properties = function.properties
            handler = properties["Handler"] if "Handler" in properties else properties["ImageConfig"]["Command"][0]
            found[handler.removesuffix(".handler")] = properties
    return found


def documented(module: str) -> set[str]:
    """The variables that a handler's docstring names: what it reads at its cold start."""
    source = (REPOSITORY / f"{module.replace('.', '/')}.py").read_text()
    said = ast.get_docstring(ast.parse(source)) or ""
    named = set(re.findall(r"\b[A-Z][A-Z_]+[A-Z]\b", said)) & VARIABLES
    return (named | DATABASE if "the consent database" in said else named) - OPTIONAL


def test_every_function_is_told_exactly_what_its_module_reads(synthesis: Synthesis) -> None:
    found = functions(synthesis)
    assert len(found) == 16
    told = {
        module: set(properties["Environment"]["Variables"]) - {*FunctionVariable}
        for module, properties in found.items()
    }
    assert told == {module: documented(module) for module in found}


def test_every_handler_that_the_pipeline_has_is_deployed(synthesis: Synthesis) -> None:
    deployed = functions(synthesis)
    for workflow in ("phi_pipeline", "consent", "audit"):
        for file in (REPOSITORY / "lambdas" / workflow).glob("*.py"):
            if file.name != "__init__.py":
                assert f"lambdas.{workflow}.{file.stem}" in deployed


def granted(synthesis: Synthesis, policy: str, stage: str = "production") -> list[Permission]:
    found: Any = synthesis.of_stage(stage)["phi-pipeline"].template["Resources"]
    return permissions(found, policy)


def on(found: list[Permission], service: str, part: str) -> set[str]:
    """The actions of a service on what the reference names."""
    return {each.action for each in found if each.action.startswith(f"{service}:") and each.about(part)}


STEPS: Final = {
    "ValidateInput": {"RawBucket": {"s3:ListBucket", "s3:GetObjectVersion", "s3:GetObjectVersionTagging"},
                      "WorkBucket": {"s3:ListBucket", "s3:PutObject"}},
    "CheckConsent": {},
    "DetectPhi": {"WorkBucket": {"s3:ListBucket", "s3:GetObject", "s3:PutObject"}},
    "CheckCompliance": {"WorkBucket": {"s3:ListBucket", "s3:GetObject"}},
    "ScoreFraudRisk": {"WorkBucket": {"s3:ListBucket", "s3:GetObject"}},
    "MaskAndStore": {"WorkBucket": {"s3:ListBucket", "s3:GetObject", "s3:PutObject"},
                     "ProcessedBucket": {"s3:PutObject"}},
    "SendToAnalytics": {"ProcessedBucket": {"s3:GetObject", "s3:PutObject"}, "QuarantineBucket": {"s3:DeleteObject"}},
    "Quarantine": {"RawBucket": {"s3:ListBucket", "s3:GetObjectVersion", "s3:GetObjectVersionTagging"},
                   "QuarantineBucket": {"s3:PutObject"},
                   "ProcessedBucket": {"s3:DeleteObject"}},
    "SendAlert": {},
    "ManualReview": {},
    "Reject": {"WorkBucket": {"s3:ListBucket", "s3:DeleteObject"}, "QuarantineBucket": {"s3:DeleteObject"}},
}  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_a_step_reaches_the_buckets_of_its_own_part_and_no_others(synthesis: Synthesis, step: str) -> None:
    found = granted(synthesis, f"Steps{step}IdentityPermissions")
    buckets = (
        "DicomBucket",
        "ResultsBucket",
        "RawBucket",
        "WorkBucket",
        "ProcessedBucket",
        "QuarantineBucket",
        "Audit",
    )
    reached = {bucket: on(found, "s3", bucket) for bucket in buckets if on(found, "s3", bucket)}
    assert reached == STEPS[step]


def test_only_masking_derives_pseudonyms_and_only_checkpoints_are_signed(synthesis: Synthesis) -> None:
    users = {"kms:GenerateMac": set(), "kms:Sign": set()}  # type: dict[str, set[str]]
    for policy in resources(synthesis, "AWS::IAM::ManagedPolicy"):
        for each in permissions({policy.logical_id: policy.body}, policy.logical_id):
            if policy.stage == "production" and each.action in users:
                users[each.action].add(policy.logical_id.partition("Identity")[0])
                assert each.about("Masking" if each.action == "kms:GenerateMac" else "AuditSigning")
    assert users == {"kms:GenerateMac": {"StepsMaskAndStore"}, "kms:Sign": {"AuditTrailCheckpoint"}}


def test_nothing_in_the_pipeline_can_delete_a_version_of_what_arrived(synthesis: Synthesis) -> None:
    for policy in resources(synthesis, "AWS::IAM::ManagedPolicy"):
        if policy.stack == "phi-pipeline":
            for each in permissions({policy.logical_id: policy.body}, policy.logical_id):
                assert each.action != "s3:DeleteObjectVersion", str(policy)
                assert not (each.action == "s3:DeleteObject" and each.about("RawBucket")), str(policy)


@pytest.mark.parametrize(("stage", "asked"), [("production", True), ("dev", True), ("local", False)])
def test_comprehend_medical_is_asked_only_where_the_stage_says_so(
    synthesis: Synthesis, stage: str, asked: bool
) -> None:
    """For what comes in and for what goes out: a check that knows less than the masking would let PHI out."""
    for step, module in (("DetectPhi", "detect_phi"), ("MaskAndStore", "mask_and_store")):
        found = granted(synthesis, f"Steps{step}IdentityPermissions", stage)
        assert ("comprehendmedical:DetectPHI" in {each.action for each in found}) is asked
        told = functions(synthesis, stage)[f"lambdas.phi_pipeline.{module}"]["Environment"]["Variables"]
        assert told["COMPREHEND_MEDICAL"] == str(asked).lower()


def test_masking_writes_into_the_work_bucket_only_the_answers_of_comprehend_medical(synthesis: Synthesis) -> None:
    found = granted(synthesis, "StepsMaskAndStoreIdentityPermissions")
    (written,) = [each for each in found if each.action == "s3:PutObject" and each.about("WorkBucket")]
    assert written.about(f"/{ANSWERS_PREFIX}*")
    assert "s3:PutObject" not in on(granted(synthesis, "StepsMaskAndStoreIdentityPermissions", "local"), "s3", "Work")


@pytest.mark.parametrize(("stage", "plans"), [("production", 1), ("dev", 1), ("local", 0)])
def test_the_raw_bucket_is_scanned_where_a_document_waits_for_its_scan(
    synthesis: Synthesis, stage: str, plans: int
) -> None:
    found = [each for each in resources(synthesis, "AWS::GuardDuty::MalwareProtectionPlan") if each.stage == stage]
    assert len(found) == plans
    for plan in found:
        assert plan.properties["Actions"] == {"Tagging": {"Status": "ENABLED"}}
        assert "RawBucket" in str(plan.properties["ProtectedResource"])


def test_the_catalog_has_the_columns_that_are_written(synthesis: Synthesis) -> None:
    """The writer's Arrow schema and the table must name the same columns, or queries read nothing."""
    from healthcare_runtime.documents.steps.send_to_analytics import SCHEMA

    arrow = {"string": "string", "timestamp[ms, tz=UTC]": "timestamp", "timestamp[ms]": "timestamp", "int32": "int"}
    assert {field.name: arrow[str(field.type)] for field in SCHEMA} == COLUMNS


def test_partitions_are_computed_from_dates_and_never_crawled(synthesis: Synthesis) -> None:
    for table in resources(synthesis, "AWS::Glue::Table"):
        described = table.properties["TableInput"]
        assert described["PartitionKeys"] == [{"Name": "ingest_date", "Type": "string"}]
        assert described["Parameters"]["projection.enabled"] == "true"
        assert "ingest_date=${ingest_date}/" in str(described["Parameters"]["storage.location.template"])


def test_every_fault_of_the_contract_is_retried_by_name(synthesis: Synthesis) -> None:
    (machine,) = [
        each
        for each in resources(synthesis, "AWS::StepFunctions::StateMachine")
        if each.stage == "production" and each.stack == "phi-pipeline"
    ]
    text = str(machine.properties["DefinitionString"])
    for name in (*DocumentFault, *DocumentState):
        assert f'"{name}"' in text, name


def test_serving_follows_the_configuration_and_captures_nothing(synthesis: Synthesis) -> None:
    for stage, kind in (("dev", "ServerlessConfig"), ("production", "InstanceType")):
        (configuration,) = [
            each for each in resources(synthesis, "AWS::SageMaker::EndpointConfig") if each.stage == stage
        ]
        (variant,) = configuration.properties["ProductionVariants"]
        assert kind in variant
        assert "DataCaptureConfig" not in configuration.properties
        assert ("KmsKeyId" in configuration.properties) is (kind == "InstanceType")
    (model,) = [each for each in resources(synthesis, "AWS::SageMaker::Model") if each.stage == "production"]
    assert model.properties["EnableNetworkIsolation"] is True
    assert model.properties["VpcConfig"]["Subnets"]


def test_a_review_ends_when_the_stage_says() -> None:
    (machine,) = (
        stack_template(departures.STAGING, "phi-pipeline").find_resources("AWS::StepFunctions::StateMachine").values()
    )
    text = "".join(str(part) for part in machine["Properties"]["DefinitionString"]["Fn::Join"][1])
    assert f'"TimeoutSeconds":{3 * 86_400}' in text
    assert f'"TimeoutSeconds":{10 * 86_400}' in text  # the execution itself: a week longer


def test_what_threatens_patients_reaches_the_critical_topic(synthesis: Synthesis) -> None:
    critical = {
        each.properties["MetricName"]
        for each in resources(synthesis, "AWS::CloudWatch::Alarm")
        if each.stage == "production" and "CriticalAlerts" in str(each.properties["AlarmActions"])
    }
    assert critical == {"ResidualPhi", "AuditCheckpointAgeSeconds", "GlassAlertsFailed"}


@pytest.mark.parametrize("metric", ["OldestUnsettledSeconds", "AuditCheckpointAgeSeconds"])
def test_the_silence_of_who_measures_is_an_alarm(synthesis: Synthesis, metric: str) -> None:
    found = [
        each.properties["TreatMissingData"]
        for each in resources(synthesis, "AWS::CloudWatch::Alarm")
        if each.properties.get("MetricName") == metric
    ]
    assert found == ["breaching"] * 4


def test_a_scheduled_function_has_ended_before_its_next_turn(synthesis: Synthesis) -> None:
    """Or its one reserved copy would refuse the next call, and Lambda would queue calls for hours."""
    for stage in ("dev", "production", "local"):
        found: Any = synthesis.of_stage(stage)["phi-pipeline"].template["Resources"]
        schedules = [
            body["Properties"] for body in found.values() if "ScheduleExpression" in body.get("Properties", {})
        ]
        assert len(schedules) == 2
        for schedule in schedules:
            minutes = int(re.findall(r"\d+", schedule["ScheduleExpression"])[0])
            (target,) = schedule["Targets"]
            function = found[target["Arn"]["Fn::GetAtt"][0]]["Properties"]
            assert function["Timeout"] <= 60 * minutes
            assert function["ReservedConcurrentExecutions"] == 1
