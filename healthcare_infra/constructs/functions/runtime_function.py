"""A Python function of the repository's ``lambdas/`` package, deployed the one way that every rule accepts."""

from collections.abc import Mapping, Sequence

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from healthcare_infra.constructs.access.least_privilege_role import LeastPrivilegeRole
from healthcare_infra.constructs.functions.function_package import packed
from healthcare_infra.constructs.functions.function_plan import FunctionPlan
from healthcare_infra.constructs.messaging.encrypted_queue import DeadLetterQueue
from healthcare_infra.constructs.observability.encrypted_log_group import EncryptedLogGroup
from healthcare_infra.exports import Foundation
from healthcare_runtime.contracts.functions import FunctionVariable


class RuntimeFunction(Construct):
    """One function with its own role, log group and dead-letter queue, in the application subnets.

    Grants go to :attr:`permissions`: ``table.grant_read_data(step.permissions)``.

    Parameters
    ----------
    environment_key
        The key of the data domain: encrypts the environment.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        foundation: Foundation,
        plan: FunctionPlan,
        environment_key: kms.IKey,
        environment: Mapping[str, str],
    ) -> None:
        super().__init__(scope, construct_id)
        config, network, keys = foundation.config, foundation.network, foundation.keys
        self.log_group = EncryptedLogGroup(self, "Logs", config=config, key=keys.logs)
        self.dead_letters = DeadLetterQueue(
            self,
            "DeadLetters",
            config=config,
            key=keys.messaging,
            alerts=foundation.alerts.topic,
            holds=f"Calls of {construct_id}",
        )
        identity = LeastPrivilegeRole(
            self, "Identity", service="lambda.amazonaws.com", description=f"{construct_id}: {plan.does}"
        )
        self._identity = identity
        self.permissions = identity.permissions
        self._allow_runtime(identity)
        environment_key.grant_decrypt(self.permissions)
        identity.allow("sqs:SendMessage", on=[self.dead_letters.queue.queue_arn])
        identity.allow("kms:Decrypt", "kms:GenerateDataKey", on=[keys.messaging.key_arn])
        code = packed(plan.package, plan.module)
        self.function = lambda_.Function(
            self,
            "Function",
            description=plan.does,
            runtime=code.runtime,
            architecture=code.architecture,
            code=code.code,
            handler=code.handler,
            role=identity.role,
            environment={**environment, FunctionVariable.TIME_LIMIT_SECONDS: str(plan.seconds)},
            environment_encryption=environment_key,
            log_group=self.log_group,
            vpc=network.vpc,
            vpc_subnets=network.application,
            security_groups=[network.security_groups.functions],
            dead_letter_queue=self.dead_letters.queue,
            reserved_concurrent_executions=plan.concurrency,
            timeout=Duration.seconds(plan.seconds),
            memory_size=plan.memory_mib,
            tracing=lambda_.Tracing.ACTIVE,
        )

    def allow(self, *actions: str, on: Sequence[str]) -> None:
        """Allow actions on resources, where no grant method of the resource says it."""
        self._identity.allow(*actions, on=on)

    def may_start(self, machine: sfn.IStateMachine, *, told_as: str) -> None:
        """Let the function start executions; the environment variable ``told_as`` names the state machine."""
        self.function.add_environment(told_as, machine.state_machine_arn)
        machine.grant_start_execution(self.permissions)

    def _allow_runtime(self, identity: LeastPrivilegeRole) -> None:
        """What the Lambda service does in the function's name: write logs, send traces, keep its interfaces."""
        identity.allow("logs:CreateLogStream", "logs:PutLogEvents", on=[self.log_group.log_group_arn])
        # X-Ray and interface calls know no resource-level permission.
        identity.allow("xray:PutTraceSegments", "xray:PutTelemetryRecords", on=["*"])
        interfaces = (
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:AssignPrivateIpAddresses",
            "ec2:UnassignPrivateIpAddresses",
        )
        identity.allow(*interfaces, on=["*"])
        # The service needs these, the code never does: deny them to calls that come from inside a function.
        any_function = Stack.of(self).format_arn(
            service="lambda", resource="function", resource_name="*", arn_format=ArnFormat.COLON_RESOURCE_NAME
        )
        identity.deny(*interfaces, on=["*"], conditions={"ArnLike": {"lambda:SourceFunctionArn": any_function}})
