"""A state machine over functions: it may call them and nothing else, is traced, and logs no data."""

from collections.abc import Collection

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.access.grants import THIS_ACCOUNT
from healthcare_infra.constructs.access.least_privilege_role import LeastPrivilegeRole
from healthcare_infra.constructs.functions.runtime_function import RuntimeFunction
from healthcare_infra.constructs.observability.encrypted_log_group import EncryptedLogGroup
from healthcare_infra.exports import KeyExports


def function_workflow(
    scope: Construct,
    construct_id: str,
    *,
    config: StageConfig,
    keys: KeyExports,
    capability: str,
    comment: str,
    definition: sfn.IChainable,
    calls: Collection[RuntimeFunction],
    identity: str,
    timeout: Duration,
) -> sfn.StateMachine:
    """Make the state machine in ``scope``, beside its log group ``Logs`` and its role ``Identity``.

    Parameters
    ----------
    capability
        Of the stack, such as ``imaging-import``: names the log group.
    identity
        The role's description.
    """
    log_group = EncryptedLogGroup(
        scope,
        "Logs",
        config=config,
        key=keys.logs,
        # The prefix keeps log delivery from growing the account's resource policy past its limit.
        log_group_name=f"/aws/vendedlogs/states/{config.stack_name(capability)}",
    )
    return sfn.StateMachine(
        scope,
        construct_id,
        comment=comment,
        definition_body=sfn.DefinitionBody.from_chainable(definition),
        role=_identity(scope, identity, calls).role,
        timeout=timeout,
        tracing_enabled=True,
        logs=sfn.LogOptions(
            destination=log_group,
            level=sfn.LogLevel.ALL,
            include_execution_data=False,  # 164.312(c): what is not written cannot leak
        ),
    )


def _identity(scope: Construct, description: str, calls: Collection[RuntimeFunction]) -> LeastPrivilegeRole:
    """The role that Step Functions assumes for a state machine of this account."""
    identity = LeastPrivilegeRole(
        scope,
        "Identity",
        service="states.amazonaws.com",
        description=description,
        conditions=THIS_ACCOUNT,
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
