"""The web ACL before the Consent API: known attacks end there, and its log has no word of a request (164.312(e)(1)).

It reads what IAM has not seen yet, so whoever has no credentials meets it too. It is a second look: the function reads
bodies strictly and speaks to the database with parameters alone.
"""

from typing import Final

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.observability.encrypted_log_group import EncryptedLogGroup
from healthcare_infra.exports import KeyExports

Acl = wafv2.CfnWebACL

# AWS WAF developer guide, "AWS Managed Rules rule groups list", in the order in which they are asked; and of each the
# rules that only count, because consents look like what they look for.
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "AWSManagedRulesCommonRuleSet": (
        "SizeRestrictions_BODY",  # above 8 KB; the API takes 256 KiB and says 413 itself
        "CrossSiteScripting_BODY",  # Consent.text is XHTML with xmlns, which no browser of ours ever shows
    ),
    "AWSManagedRulesKnownBadInputsRuleSet": (),
    "AWSManagedRulesSQLiRuleSet": (),
}
RATE_RULE: Final = "RateOfOneAddress"
WINDOW_SECONDS: Final = 300
INSPECTED_BODY: Final = "KB_64"  # the most that API Gateway hands over; what is behind, the function alone reads
# Searches name patients, bodies are consents, the signature and its token are credentials.
PROTECTED_HEADERS: Final = ("authorization", "x-amz-security-token", "cookie")


class ConsentWebAcl(Construct):
    """Managed rules, a limit for each address, and a log of what was blocked or counted."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        keys: KeyExports,
        stage: apigateway.Stage,
    ) -> None:
        super().__init__(scope, construct_id)
        acl = Acl(
            self,
            "Acl",
            name=config.stack_name("consent"),
            description="Before the Consent API",
            scope="REGIONAL",
            default_action=Acl.DefaultActionProperty(allow={}),
            rules=[_rate(config), *(_group(config, number, name) for number, name in enumerate(GROUPS, 1))],
            association_config=Acl.AssociationConfigProperty(
                request_body={
                    "API_GATEWAY": Acl.RequestBodyAssociatedResourceTypeConfigProperty(
                        default_size_inspection_limit=INSPECTED_BODY
                    )
                }
            ),
            data_protection_config=_protected(),
            visibility_config=_visible("ConsentApi"),
        )
        wafv2.CfnWebACLAssociation(self, "Association", resource_arn=stage.stage_arn, web_acl_arn=acl.attr_arn)
        _log(self, config=config, keys=keys, acl=acl)


def _rate(config: StageConfig) -> Acl.RuleProperty:
    """First, so that a flood costs nothing behind it; it blocks in every stage."""
    limit = Acl.RateBasedStatementProperty(
        aggregate_key_type="IP",
        limit=config.consent.requests_per_address,
        evaluation_window_sec=WINDOW_SECONDS,
    )
    return Acl.RuleProperty(
        name=RATE_RULE,
        priority=0,
        action=Acl.RuleActionProperty(block={}),
        statement=Acl.StatementProperty(rate_based_statement=limit),
        visibility_config=_visible(RATE_RULE),
    )


def _group(config: StageConfig, priority: int, name: str) -> Acl.RuleProperty:
    counts = Acl.RuleActionProperty(count={})
    group = Acl.ManagedRuleGroupStatementProperty(
        vendor_name="AWS",
        name=name,
        rule_action_overrides=[
            Acl.RuleActionOverrideProperty(name=rule, action_to_use=counts) for rule in GROUPS[name]
        ],
    )
    blocks = config.consent.managed_rules == "block"
    return Acl.RuleProperty(
        name=name,
        priority=priority,
        override_action=Acl.OverrideActionProperty(none={}) if blocks else Acl.OverrideActionProperty(count={}),
        statement=Acl.StatementProperty(managed_rule_group_statement=group),
        visibility_config=_visible(name),
    )


def _protected() -> Acl.DataProtectionConfigProperty:
    """What no log shows, neither of a request nor of what a rule matched in it (``matchedData``)."""
    fields = [
        Acl.FieldToProtectProperty(field_type="QUERY_STRING"),
        Acl.FieldToProtectProperty(field_type="BODY"),
        *(Acl.FieldToProtectProperty(field_type="SINGLE_HEADER", field_keys=[name]) for name in PROTECTED_HEADERS),
    ]
    return Acl.DataProtectionConfigProperty(
        data_protections=[
            Acl.DataProtectProperty(
                action="SUBSTITUTION",  # a hash of a patient's number is found by trying
                field=each,
                exclude_rule_match_details=False,
                exclude_rate_based_details=False,
            )
            for each in fields
        ]
    )


def _visible(metric: str) -> Acl.VisibilityConfigProperty:
    """Counted. Never sampled: samples are whole requests, which the console shows for three hours."""
    return Acl.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=metric, sampled_requests_enabled=False
    )


def _log(scope: Construct, *, config: StageConfig, keys: KeyExports, acl: wafv2.CfnWebACL) -> None:
    """Only what a rule met; the access log has every request already."""
    name = f"aws-waf-logs-{config.stack_name('consent')}"  # the prefix is WAF's demand
    group = EncryptedLogGroup(scope, "Logs", config=config, key=keys.logs, log_group_name=name)
    # Without the ":*" of the group's own ARN, which WAF would not know again.
    destination = Stack.of(scope).format_arn(
        service="logs", resource="log-group", resource_name=name, arn_format=ArnFormat.COLON_RESOURCE_NAME
    )
    logging = wafv2.CfnLoggingConfiguration(
        scope,
        "Logging",
        resource_arn=acl.attr_arn,
        log_destination_configs=[destination],
        redacted_fields=[
            wafv2.CfnLoggingConfiguration.FieldToMatchProperty(uri_path={}),
            wafv2.CfnLoggingConfiguration.FieldToMatchProperty(query_string={}),
            *(
                wafv2.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": header})
                for header in PROTECTED_HEADERS
            ),
        ],
        logging_filter={
            "DefaultBehavior": "DROP",
            "Filters": [
                {
                    "Behavior": "KEEP",
                    "Requirement": "MEETS_ANY",
                    "Conditions": [
                        {"ActionCondition": {"Action": action}} for action in ("BLOCK", "COUNT", "EXCLUDED_AS_COUNT")
                    ],
                }
            ],
        },
    )
    logging.node.add_dependency(group)
