"""RegisterInstances: turns object events into batches, and starts the execution of each batch that closes."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_sns as sns
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.imaging.import_permissions import allow_register
from healthcare_infra.constructs.imaging.import_resources import ImportResources
from healthcare_infra.constructs.imaging.import_workflow import ImportWorkflow
from healthcare_infra.constructs.runtime_function import RuntimeFunction
from healthcare_infra.exports import NetworkExports
from healthcare_runtime.contracts.imaging import ImportVariable

REGISTER_TIMEOUT: Final = Duration.minutes(2)
# Instances of one study share an open batch: more writers would only meet in the same item.
CONCURRENCY: Final = 5
MESSAGES_AT_ONCE: Final = 500


class BatchRegistration(Construct):
    """The consumer of the object events. One bad message fails alone (partial batch responses)."""

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
        self.register = RuntimeFunction(
            self,
            "RegisterInstances",
            config=config,
            network=network,
            keys=resources.keys,
            environment_key=resources.keys.imaging,
            alerts=alerts,
            module="lambdas.imaging_import.register_instances",
            description="Counts every stored instance into one batch; closes batches and starts their import",
            environment={
                **resources.environment(),
                ImportVariable.STATE_MACHINE_ARN: workflow.state_machine.state_machine_arn,
            },
            reserved_concurrency=CONCURRENCY,
            timeout=REGISTER_TIMEOUT,
        )
        allow_register(self.register.permissions, resources)
        workflow.state_machine.grant_start_execution(self.register.permissions)
        self.register.function.add_event_source(
            event_sources.SqsEventSource(
                resources.queue,
                batch_size=MESSAGES_AT_ONCE,
                max_batching_window=batching_window(config),
                max_concurrency=CONCURRENCY,
                report_batch_item_failures=True,
            )
        )


def batching_window(config: StageConfig) -> Duration:
    """How long Lambda gathers messages: a sixth of the quiet period, from 1 to 10 seconds."""
    return Duration.seconds(max(1, min(10, config.imaging.quiet_period_seconds // 6)))
