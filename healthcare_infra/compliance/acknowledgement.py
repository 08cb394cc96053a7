"""Acknowledging a finding: on its resource, by its prefixed ids, with the compensating control.

The prefixed id is what makes the acknowledgement appear in the validation report, from which the register in
``docs/compliance/acknowledgements.md`` is generated. There is no way here to acknowledge for a stack or the app.
"""

from typing import Final

from aws_cdk import Acknowledgment, CfnResource, Resource, Validations
from constructs import Construct

PACKS: Final = ("HIPAA.Security", "NIST.800.53.R5")


def acknowledge(resource: Construct, rule: str, compensating_control: str) -> None:
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
    if not isinstance(resource, (Resource, CfnResource)):
        raise TypeError(f"{resource.node.path}: acknowledge {rule} on the resource itself, not on what contains it")
    for pack in PACKS:
        Validations.of(resource).acknowledge(Acknowledgment(id=f"{pack}::{pack}-{rule}", reason=compensating_control))
