"""Acknowledging a finding: on its resource, by its prefixed ids, with the compensating control.

The prefixed id is what makes the acknowledgement appear in the validation report, from which the register in
``docs/compliance/acknowledgements.md`` is generated. There is no way here to acknowledge for a stack or the app.
"""

from typing import Final

from aws_cdk import Acknowledgment, CfnResource, Resource, Validations
from constructs import IConstruct

PACKS: Final = ("HIPAA.Security", "NIST.800.53.R5")
# Marks the construct in the assembly, so that a test finds an acknowledgement that outlived its finding.
ACKNOWLEDGED: Final = "healthcare:acknowledged"
TEMPLATE_RULES: Final = "CloudFormation-Validate"


def acknowledge(resource: IConstruct, rule: str, compensating_control: str) -> None:
    """Acknowledge one rule's finding on one resource, in both packs.

    Parameters
    ----------
    resource
        The resource that the finding names; a construct that merely contains it is refused.
    rule
        The rule's short name, such as ``S3BucketReplicationEnabled``.
    compensating_control
        What protects the data instead, in one sentence.
    """
    resource.node.add_metadata(ACKNOWLEDGED, rule)
    for pack in PACKS:
        _acknowledge(resource, f"{pack}::{pack}-{rule}", compensating_control)


def acknowledge_template_rule(resource: IConstruct, rule: str, reason: str) -> None:
    """Acknowledge a warning of the built-in template validation, such as ``W3010``, on one resource."""
    _acknowledge(resource, f"{TEMPLATE_RULES}::{rule}", reason)


def _acknowledge(resource: IConstruct, prefixed_id: str, reason: str) -> None:
    if not isinstance(resource, (Resource, CfnResource)):
        raise TypeError(f"{resource.node.path}: acknowledge {prefixed_id} on the resource, not on what contains it")
    Validations.of(resource).acknowledge(Acknowledgment(id=prefixed_id, reason=reason))
