"""SweepInstances: finds what no event announced and what nobody finished."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.imaging.import_permissions import allow_sweep
from healthcare_infra.constructs.imaging.import_resources import ImportResources
from healthcare_infra.constructs.imaging.import_workflow import ImportWorkflow
from healthcare_infra.constructs.runtime_function import RuntimeFunction
from healthcare_infra.exports import NetworkExports
from healthcare_runtime.contracts.imaging import ImportVariable


class Sweeper(Construct):
    """One copy at a time, every few minutes; an overlapping call waits or is dropped, the next one does its work."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        network: NetworkExports,
        resources: ImportResources,
        workflow: ImportWorkflow,
        alerts: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        interval = Duration.minutes(config.imaging.sweep_interval_minutes)
        self.sweep = RuntimeFunction(
            self,
            "SweepInstances",
            config=config,
            network=network,
            keys=resources.keys,
            environment_key=resources.keys.imaging,
            alerts=alerts,
            module="lambdas.imaging_import.sweep_instances",
            description="Announces objects that no event announced, and starts again what nobody finished",
            environment={
                **resources.environment(),
                ImportVariable.STATE_MACHINE_ARN: workflow.state_machine.state_machine_arn,
            },
            reserved_concurrency=1,
            timeout=Duration.seconds(min(interval.to_seconds(), Duration.minutes(10).to_seconds())),
        )
        allow_sweep(self.sweep.permissions, resources)
        workflow.state_machine.grant_start_execution(self.sweep.permissions)
        workflow.state_machine.grant_execution(self.sweep.permissions, "states:DescribeExecution")
        events.Rule(
            self,
            "Schedule",
            description="Sweeps the imaging import",
            schedule=events.Schedule.rate(interval),
            targets=[targets.LambdaFunction(self.sweep.function)],
        )
