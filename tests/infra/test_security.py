"""Keys per data domain, each open to exactly the services that must use it; alarms can reach the topic."""

from typing import Any

import pytest

from healthcare_infra.assembly import Synthesis
from tests.infra import departures
from tests.infra.templates import resources, stack_template


def key_policies(synthesis: Synthesis) -> dict[str, list[dict[str, Any]]]:
    """Domain -> statements that let a service in, in production."""
    domains = {
        alias.properties["TargetKeyId"]["Fn::GetAtt"][0]: alias.properties["AliasName"].rpartition("/")[2]
        for alias in resources(synthesis, "AWS::KMS::Alias")
        if alias.stage == "production"
    }
    return {
        domains[key.logical_id]: [
            statement for statement in key.properties["KeyPolicy"]["Statement"] if "Service" in statement["Principal"]
        ]
        for key in resources(synthesis, "AWS::KMS::Key")
        if key.stage == "production"
    }


def test_there_is_one_key_per_data_domain_with_an_alias_that_names_it(synthesis: Synthesis) -> None:
    domains = {"imaging", "messaging", "logs", "secrets", "documents", "audit", "masking", "audit-signing"}
    assert set(key_policies(synthesis)) == domains
    names = {alias.properties["AliasName"] for alias in resources(synthesis, "AWS::KMS::Alias")}
    assert "alias/healthcare/production/imaging" in names


def test_no_service_may_use_the_keys_of_patient_data_and_of_secrets_by_itself(synthesis: Synthesis) -> None:
    policies = key_policies(synthesis)
    for domain in ("imaging", "secrets", "documents", "audit", "masking", "audit-signing"):
        assert policies[domain] == [], domain


def test_only_cloudwatch_logs_uses_the_log_key_and_only_for_this_accounts_groups(synthesis: Synthesis) -> None:
    (statement,) = key_policies(synthesis)["logs"]
    assert statement["Principal"] == {"Service": "logs.us-east-1.amazonaws.com"}
    arn = statement["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    assert arn == {"Fn::Join": ["", ["arn:aws:logs:us-east-1:", {"Ref": "AWS::AccountId"}, ":log-group:*"]]}


def test_events_and_alarms_use_the_messaging_key_for_this_account_only(synthesis: Synthesis) -> None:
    statements = key_policies(synthesis)["messaging"]
    assert {statement["Principal"]["Service"] for statement in statements} == {
        "events.amazonaws.com",
        "cloudwatch.amazonaws.com",
    }
    for statement in statements:
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
        assert {"kms:Decrypt", "kms:GenerateDataKey"} <= set(statement["Action"]) | {
            action.rstrip("*") for action in statement["Action"]
        }


def test_alarms_of_this_account_may_publish_and_nobody_else(synthesis: Synthesis) -> None:
    policies = [policy for policy in resources(synthesis, "AWS::SNS::TopicPolicy") if policy.stage == "production"]
    allowed = [
        statement
        for policy in policies
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    assert len(allowed) == 4  # alarms, and held documents by three severities
    for statement in allowed:
        assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_configured_addresses_hear_of_alarms() -> None:
    stack_template(departures.DEV, "security").has_resource_properties(
        "AWS::SNS::Subscription", {"Protocol": "email", "Endpoint": "on-call@example.org"}
    )


@pytest.mark.parametrize("severity", ["critical", "high", "medium"])
def test_held_documents_are_told_to_the_addresses_of_their_severity(severity: str) -> None:
    subscriptions = stack_template(departures.DEV, "security").find_resources("AWS::SNS::Subscription").values()
    (topic,) = [
        each["Properties"]["TopicArn"]["Ref"]
        for each in subscriptions
        if each["Properties"]["Endpoint"] == f"{severity}@example.org"
    ]
    assert topic.startswith(f"{severity.capitalize()}Alerts")


def test_no_event_rule_publishes_to_the_encrypted_topic(synthesis: Synthesis) -> None:
    """EventBridge ignores nothing and delivers nothing: SNS does not support the key policy's conditions for it."""
    for rule in resources(synthesis, "AWS::Events::Rule"):
        for target in rule.properties.get("Targets", ()):
            assert "sns" not in str(target["Arn"]).lower(), str(rule)
            assert "Alerts" not in str(target["Arn"]), str(rule)


def test_a_key_waits_thirty_days_before_it_is_gone_where_data_is_real(synthesis: Synthesis) -> None:
    for key in resources(synthesis, "AWS::KMS::Key"):
        days = 30 if key.stage in ("staging", "production") else 7
        assert key.properties["PendingWindowInDays"] == days, str(key)
