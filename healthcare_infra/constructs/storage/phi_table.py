"""A table that may hold PHI: customer-managed key, restorable to any second, kept where data is real (164.312(a))."""

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct

from healthcare_infra.compliance.acknowledgement import acknowledge
from healthcare_infra.config import StageConfig


class PhiTable(Construct):
    """A table on demand, encrypted with its domain's key, restorable to any second of the last 35 days.

    Parameters
    ----------
    recovery
        From what its content can be rebuilt or proved beyond those days, for the register: one clause, ends with a dot.
    expires_by
        The attribute by whose epoch seconds items expire; none: nothing expires.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        key: kms.IKey,
        partition: str,
        recovery: str,
        sort: dynamodb.Attribute | None = None,
        expires_by: str | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=text(partition),
            sort_key=sort,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,  # seed 002, scalability
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            time_to_live_attribute=expires_by,
            deletion_protection=not config.retention.destroy_with_stack,
            removal_policy=config.retention.removal_policy,
        )
        acknowledge(
            self.table,
            "DynamoDBInBackupPlan",
            "Point-in-time recovery restores the table to any second of 35 days, deletion protection is on wherever"
            f" data is real, and {recovery}",
        )


def text(name: str) -> dynamodb.Attribute:
    """A key attribute that holds text."""
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def number(name: str) -> dynamodb.Attribute:
    """A key attribute that holds a number."""
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.NUMBER)
