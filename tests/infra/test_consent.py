"""The Consent API: IAM on every method, limits, and logs that cannot hold a patient."""

import json
from typing import Any, Final

from healthcare_infra.assembly import Synthesis
from healthcare_infra.constructs.consent.api import METHODS
from healthcare_infra.constructs.consent.gateway_faults import FAULTS
from tests.infra import departures
from tests.infra.templates import resources, stack_template

# R4, required binding http://hl7.org/fhir/ValueSet/issue-type: those that these answers use.
ISSUE_TYPES: Final = {
    "login", "forbidden", "not-found", "too-long", "not-supported", "throttled", "transient", "processing",
}  # fmt: skip


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


def test_the_access_log_has_the_id_that_audit_events_carry(synthesis: Synthesis) -> None:
    for stage in resources(synthesis, "AWS::ApiGateway::Stage"):
        assert json.loads(stage.properties["AccessLogSetting"]["Format"])["extendedRequestId"] == (
            "$context.extendedRequestId"
        )


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
    (stage,) = stack_template(departures.DEV, "consent").find_resources("AWS::ApiGateway::Stage").values()
    (every,) = stage["Properties"]["MethodSettings"]
    assert (every["ThrottlingRateLimit"], every["ThrottlingBurstLimit"]) == (7, 9)


def test_what_api_gateway_answers_itself_is_an_operation_outcome_without_hints(synthesis: Synthesis) -> None:
    found = {
        each["ResponseType"]: each for each in of_type(template(synthesis), "AWS::ApiGateway::GatewayResponse").values()
    }
    assert found.keys() == FAULTS.keys()
    for kind, answer in found.items():
        assert answer["ResponseTemplates"].keys() == {"application/json", "application/fhir+json"}, kind
        for text in answer["ResponseTemplates"].values():
            assert "$" not in text, kind  # $context.error.message tells an intruder what was wrong
            outcome = json.loads(text)
            assert outcome["resourceType"] == "OperationOutcome"
            (issue,) = outcome["issue"]
            assert issue["severity"] == "error"
            assert issue["code"] in ISSUE_TYPES
        headers = answer["ResponseParameters"]
        assert headers["gatewayresponse.header.Content-Type"] == "'application/fhir+json'"
        assert headers["gatewayresponse.header.Cache-Control"] == "'no-store'"
        again = kind in ("THROTTLED", "QUOTA_EXCEEDED", "INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT", "DEFAULT_5XX")
        assert ("gatewayresponse.header.Retry-After" in headers) == again, kind


def test_whoever_is_not_let_in_gets_one_answer_whatever_was_wrong(synthesis: Synthesis) -> None:
    found = of_type(template(synthesis), "AWS::ApiGateway::GatewayResponse").values()
    refusals = [each for each in found if each.get("StatusCode") == "403"]
    assert {each["ResponseType"] for each in refusals} >= {
        "ACCESS_DENIED", "EXPIRED_TOKEN", "INVALID_SIGNATURE", "MISSING_AUTHENTICATION_TOKEN", "WAF_FILTERED",
    }  # fmt: skip
    assert len({json.dumps(each["ResponseTemplates"]) for each in refusals}) == 1
    statuses = {each["ResponseType"]: each.get("StatusCode") for each in found}
    assert statuses["UNAUTHORIZED"] == "401"
    assert statuses["RESOURCE_NOT_FOUND"] == "404"
    assert statuses["REQUEST_TOO_LARGE"] == "413"
    assert statuses["THROTTLED"] == "429"
    assert statuses["DEFAULT_4XX"] is statuses["DEFAULT_5XX"] is None


def test_nobody_treats_or_breaks_the_glass_but_the_roles_that_the_stage_names(synthesis: Synthesis) -> None:
    for function in resources(synthesis, "AWS::Lambda::Function"):
        if "CONSENT_CARE_ROLES" in function.properties.get("Environment", {}).get("Variables", {}):
            variables = function.properties["Environment"]["Variables"]
            assert (variables["CONSENT_CARE_ROLES"], variables["CONSENT_EMERGENCY_ROLES"]) == ("", "")
    functions = stack_template(departures.DEV, "consent").find_resources("AWS::Lambda::Function").values()
    (variables,) = [
        each["Properties"]["Environment"]["Variables"]
        for each in functions
        if "CONSENT_CARE_ROLES" in each["Properties"].get("Environment", {}).get("Variables", {})
    ]
    assert variables["CONSENT_CARE_ROLES"] == "WardTeam,ClinicTeam"
    assert variables["CONSENT_EMERGENCY_ROLES"] == "EmergencyTeam"


def test_a_broken_glass_that_nobody_was_told_of_is_counted_from_the_log_of_the_function(synthesis: Synthesis) -> None:
    (metric,) = of_type(template(synthesis), "AWS::Logs::MetricFilter").values()
    assert metric["FilterPattern"] == '{ $.event = "glass_alert_failed" }'
    assert "FunctionConsentApiLogs" in json.dumps(metric["LogGroupName"])


def test_the_stage_stands_behind_a_web_acl_that_blocks(synthesis: Synthesis) -> None:
    found = template(synthesis)
    ((name, acl),) = of_type(found, "AWS::WAFv2::WebACL").items()
    (association,) = of_type(found, "AWS::WAFv2::WebACLAssociation").values()
    assert association["WebACLArn"] == {"Fn::GetAtt": [name, "Arn"]}
    assert "DeploymentStage" in json.dumps(association["ResourceArn"])
    rate, *groups = sorted(acl["Rules"], key=lambda rule: rule["Priority"])
    assert rate["Action"] == {"Block": {}}
    assert rate["Statement"]["RateBasedStatement"]["AggregateKeyType"] == "IP"
    assert {group["Name"] for group in groups} == {
        "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesSQLiRuleSet",
    }  # fmt: skip
    assert all(group["OverrideAction"] == {"None": {}} for group in groups)


def test_a_consent_with_a_narrative_and_more_than_eight_kilobytes_is_only_counted(synthesis: Synthesis) -> None:
    (acl,) = of_type(template(synthesis), "AWS::WAFv2::WebACL").values()
    counted = {
        override["Name"]
        for rule in acl["Rules"]
        for override in rule["Statement"].get("ManagedRuleGroupStatement", {}).get("RuleActionOverrides", [])
        if override["ActionToUse"] == {"Count": {}}
    }
    assert counted == {"SizeRestrictions_BODY", "CrossSiteScripting_BODY"}
    assert acl["AssociationConfig"]["RequestBody"] == {"API_GATEWAY": {"DefaultSizeInspectionLimit": "KB_64"}}


def test_the_log_of_the_web_acl_has_no_query_no_body_and_no_credential(synthesis: Synthesis) -> None:
    for acl in resources(synthesis, "AWS::WAFv2::WebACL"):
        protections = acl.properties["DataProtectionConfig"]["DataProtections"]
        protected = set()
        for each in protections:
            assert each["Action"] == "SUBSTITUTION"
            assert each["ExcludeRuleMatchDetails"] is each["ExcludeRateBasedDetails"] is False
            protected.add((each["Field"]["FieldType"], *each["Field"].get("FieldKeys", [])))
        assert protected >= {
            ("QUERY_STRING",), ("BODY",), ("SINGLE_HEADER", "authorization"),
            ("SINGLE_HEADER", "x-amz-security-token"),
        }  # fmt: skip
        for visible in (acl.properties, *acl.properties["Rules"]):
            assert visible["VisibilityConfig"]["SampledRequestsEnabled"] is False, "samples are whole requests"


def test_the_web_acl_logs_what_a_rule_met_into_an_encrypted_group(synthesis: Synthesis) -> None:
    found = template(synthesis)
    (logging,) = of_type(found, "AWS::WAFv2::LoggingConfiguration").values()
    redacted = [json.dumps(field) for field in logging["RedactedFields"]]
    assert '{"QueryString": {}}' in redacted
    assert '{"UriPath": {}}' in redacted
    assert any('"authorization"' in field for field in redacted)
    assert logging["LoggingFilter"]["DefaultBehavior"] == "DROP"
    (group,) = [
        each
        for each in of_type(found, "AWS::Logs::LogGroup").values()
        if str(each.get("LogGroupName", "")).startswith("aws-waf-logs-")
    ]
    assert "KmsKeyId" in group
    assert json.dumps(logging["LogDestinationConfigs"]).rstrip(']}"').endswith(group["LogGroupName"])


def test_a_stage_may_count_first_and_sets_the_rate_of_an_address() -> None:
    (acl,) = stack_template(departures.DEV, "consent").find_resources("AWS::WAFv2::WebACL").values()
    rate, *groups = acl["Properties"]["Rules"]
    assert rate["Statement"]["RateBasedStatement"]["Limit"] == 77
    assert rate["Action"] == {"Block": {}}
    assert all(group["OverrideAction"] == {"Count": {}} for group in groups)
