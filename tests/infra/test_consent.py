"""The Consent API: IAM on every method, limits, and logs that cannot hold a patient."""

import json
from dataclasses import replace
from typing import Any

from healthcare_infra.assembly import Synthesis
from healthcare_infra.config import ConsentConfig, load_stage
from healthcare_infra.constructs.consent.consent_api import METHODS
from tests.infra.templates import resources, stack_template


def template(synthesis: Synthesis, stage: str = "production") -> dict[str, Any]:
    found: Any = synthesis.of_stage(stage)["consent"].template["Resources"]
    return dict(found)


def of_type(found: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: body["Properties"] for name, body in found.items() if body["Type"] == kind}


def paths(found: dict[str, Any]) -> dict[str, str]:
    """Logical id of a resource -> its whole path."""
    parts = of_type(found, "AWS::ApiGateway::Resource")

    def path(name: str) -> str:
        parent = parts[name]["ParentId"]
        above = path(parent["Ref"]) + "/" if "Ref" in parent else ""
        return above + str(parts[name]["PathPart"])

    return {name: path(name) for name in parts}


def test_the_methods_are_those_of_the_contract_and_no_others(synthesis: Synthesis) -> None:
    found = template(synthesis)
    named = paths(found)
    methods: dict[str, set[str]] = {}
    for method in of_type(found, "AWS::ApiGateway::Method").values():
        methods.setdefault(named[method["ResourceId"]["Ref"]], set()).add(method["HttpMethod"])
    assert methods == {path: set(verbs) for path, verbs in METHODS.items()}


def test_every_method_asks_iam_and_goes_to_the_one_function(synthesis: Synthesis) -> None:
    methods = of_type(template(synthesis), "AWS::ApiGateway::Method").values()
    assert methods
    for method in methods:
        assert method["AuthorizationType"] == "AWS_IAM"
        assert method["Integration"]["Type"] == "AWS_PROXY"
        assert "FunctionConsentApi" in json.dumps(method["Integration"]["Uri"])


def test_the_access_log_knows_the_pattern_of_a_path_and_never_the_path_or_the_query(synthesis: Synthesis) -> None:
    for stage in resources(synthesis, "AWS::ApiGateway::Stage"):
        text = stage.properties["AccessLogSetting"]["Format"]
        assert json.loads(text)["resource"] == "$context.resourcePath"
        for forbidden in ("$context.path", "requestOverride", "querystring", "authorizer", "$input", "params"):
            assert forbidden not in text.replace("$context.resourcePath", ""), forbidden


def test_bodies_are_in_no_log(synthesis: Synthesis) -> None:
    for stage in resources(synthesis, "AWS::ApiGateway::Stage"):
        (every,) = stage.properties["MethodSettings"]
        assert every["DataTraceEnabled"] is False
        assert every["LoggingLevel"] == "ERROR"
        assert stage.properties["TracingEnabled"] is True


def test_execution_logs_go_to_a_group_of_ours_that_was_there_first(synthesis: Synthesis) -> None:
    found = template(synthesis)
    ((group, _),) = [
        (name, each)
        for name, each in of_type(found, "AWS::Logs::LogGroup").items()
        if "API-Gateway-Execution-Logs_" in json.dumps(each.get("LogGroupName", ""))
    ]
    (stage,) = [body for body in found.values() if body["Type"] == "AWS::ApiGateway::Stage"]
    assert group in stage["DependsOn"]


def test_the_stage_is_throttled_as_configured() -> None:
    config = replace(load_stage("dev"), consent=ConsentConfig(requests_per_second=7, burst=9))
    (stage,) = stack_template(config, "consent").find_resources("AWS::ApiGateway::Stage").values()
    (every,) = stage["Properties"]["MethodSettings"]
    assert (every["ThrottlingRateLimit"], every["ThrottlingBurstLimit"]) == (7, 9)
