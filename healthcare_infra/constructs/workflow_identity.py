"""The role of a state machine: calls its functions, writes its log, sends its traces."""

from collections.abc import Iterable

from aws_cdk import Aws
from constructs import Construct

from healthcare_infra.constructs.least_privilege_role import LeastPrivilegeRole
from healthcare_infra.constructs.runtime_function import RuntimeFunction


def workflow_identity(
    scope: Construct, construct_id: str, *, description: str, calls: Iterable[RuntimeFunction]
) -> LeastPrivilegeRole:
    """A role that Step Functions assumes for a state machine of this account, and that may call these functions."""
    identity = LeastPrivilegeRole(
        scope,
        construct_id,
        service="states.amazonaws.com",
        description=description,
        conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
    )
    for step in calls:
        identity.allow("lambda:InvokeFunction", on=[step.function.function_arn])
    # Log delivery and X-Ray know no resource-level permission.
    identity.allow(
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
        on=["*"],
    )
    identity.allow(
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
        on=["*"],
    )
    return identity
