"""Refuses services that are closed to new accounts.

Synthesis, the rule packs and an emulator all accept them; only AWS, on the day of the deployment, would not. The list
is dated: read again on every upgrade of aws-cdk-lib at
docs.aws.amazon.com/general/latest/gr/service-lifecycle.html.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import jsii
from aws_cdk import Annotations, Aspects, CfnResource, IAspect
from aws_cdk import aws_sns as sns
from constructs import IConstruct

from healthcare_infra.config.checks import require

LIST_READ: Final = date(2026, 11, 21)


@dataclass(frozen=True, slots=True)
class ClosedService:
    """One service, or one feature of it, that an account can use only if it already does."""

    name: str
    type_prefixes: tuple[str, ...]
    closed: date | None
    """None where its documentation gives no date."""
    instead: str


CLOSED: Final = (
    ClosedService(
        "SageMaker Model Monitor and Clarify",
        (
            "AWS::SageMaker::MonitoringSchedule",
            "AWS::SageMaker::DataQualityJobDefinition",
            "AWS::SageMaker::ModelQualityJobDefinition",
            "AWS::SageMaker::ModelBiasJobDefinition",
            "AWS::SageMaker::ModelExplainabilityJobDefinition",
        ),
        date(2026, 7, 30),
        "endpoint data capture and an own processing job that publishes a CloudWatch metric",
    ),
    ClosedService(
        "SageMaker Augmented AI", ("AWS::SageMaker::HumanTaskUi", "AWS::SageMaker::FlowDefinition"), date(2026, 7, 30),
        "a Step Functions task token and an own review queue",
    ),
    ClosedService("Audit Manager", ("AWS::AuditManager::",), date(2026, 4, 30), "AWS Config conformance packs"),
    ClosedService(
        "CloudTrail Lake",
        ("AWS::CloudTrail::EventDataStore", "AWS::CloudTrail::Dashboard", "AWS::CloudTrail::Channel"),
        date(2026, 5, 31),
        "a trail into a locked bucket, queried with Athena",
    ),
    ClosedService(
        "Systems Manager Incident Manager",
        ("AWS::SSMIncidents::", "AWS::SSMContacts::"),
        date(2025, 11, 7),
        "an SNS topic and the escalation policy of the on-call service",
    ),
    ClosedService(
        "Route 53 ARC readiness checks",
        ("AWS::Route53RecoveryReadiness::",),
        date(2026, 4, 30),
        "AWS::ARCRegionSwitch::Plan",
    ),
    ClosedService("App Runner", ("AWS::AppRunner::",), date(2026, 4, 30), "ECS on Fargate"),
    ClosedService("CloudWatch Evidently", ("AWS::Evidently::",), None, "AppConfig feature flags"),
    ClosedService("Fraud Detector", ("AWS::FraudDetector::",), None, "an own model behind a SageMaker endpoint"),
    ClosedService(
        "HealthOmics annotation and variant stores",
        ("AWS::Omics::AnnotationStore", "AWS::Omics::VariantStore"),
        None,
        "Iceberg tables queried with Athena",
    ),
)  # fmt: skip

_TOPIC_DATA_PROTECTION: Final = ClosedService(
    "SNS message data protection",
    ("AWS::SNS::Topic",),
    date(2026, 4, 30),
    "messages that never hold PHI, which the log and alarm rules of this platform already demand",
)


def refuse_closed_services(scope: IConstruct, *, existing_customer_of: frozenset[str]) -> None:
    """Make synthesis fail on a resource of a closed service below ``scope``.

    Parameters
    ----------
    existing_customer_of
        Names of services (:attr:`ClosedService.name`) that the stage's account already uses.

    Raises
    ------
    ConfigError
        A name is not on the list.
    """
    names = {service.name for service in (*CLOSED, _TOPIC_DATA_PROTECTION)}
    for unknown in sorted(existing_customer_of - names):
        require(False, "existing_customer_of", unknown, f"one of {', '.join(sorted(names))}")
    Aspects.of(scope).add(_ClosedServiceGuard(existing_customer_of))


@jsii.implements(IAspect)
class _ClosedServiceGuard:
    def __init__(self, existing_customer_of: frozenset[str]) -> None:
        self._existing_customer_of = existing_customer_of

    def visit(self, node: IConstruct) -> None:
        if not isinstance(node, CfnResource):
            return
        service = _closed_service(node)
        if service is None or service.name in self._existing_customer_of:
            return
        since = f" since {service.closed:%d %B %Y}" if service.closed else ""
        Annotations.of(node).add_error(
            f"{node.cfn_resource_type}: {service.name} is closed to new accounts{since} (list of {LIST_READ:%d %B %Y})."
            f" Use {service.instead}; or, if this account already uses it, add {service.name!r} to"
            " existing_customer_of in the stage's configuration."
        )


def _closed_service(resource: CfnResource) -> ClosedService | None:
    for service in CLOSED:
        if resource.cfn_resource_type.startswith(service.type_prefixes):
            return service
    if isinstance(resource, sns.CfnTopic) and resource.data_protection_policy is not None:
        return _TOPIC_DATA_PROTECTION
    return None
