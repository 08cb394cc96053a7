"""One function of the import, with what all of them are told."""

from collections.abc import Callable

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from healthcare_infra.constructs.functions.runtime_function import RuntimeFunction
from healthcare_infra.constructs.imaging.resources import ImportResources
from healthcare_runtime.contracts.imaging import ImportVariable


class ImportFunction(RuntimeFunction):
    """A function that works on the import's resources, under the imaging key.

    Parameters
    ----------
    allow
        Its sentence in the access review (:mod:`.permissions`).
    starts
        The state machine whose executions it starts.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        resources: ImportResources,
        module: str,
        description: str,
        allow: Callable[[iam.ManagedPolicy, ImportResources], None],
        reserved_concurrency: int,
        timeout: Duration,
        memory_mib: int = 512,
        starts: sfn.IStateMachine | None = None,
    ) -> None:
        environment = resources.environment()
        if starts is not None:
            environment[ImportVariable.STATE_MACHINE_ARN] = starts.state_machine_arn
        super().__init__(
            scope,
            construct_id,
            foundation=resources.foundation,
            environment_key=resources.keys.imaging,
            module=module,
            description=description,
            environment=environment,
            reserved_concurrency=reserved_concurrency,
            timeout=timeout,
            memory_mib=memory_mib,
        )
        allow(self.permissions, resources)
        if starts is not None:
            starts.grant_start_execution(self.permissions)
