"""RegisterInstances: turns object events into batches, and starts the execution of each batch that closes."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_lambda_event_sources as event_sources
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.imaging.function import ImportFunction
from healthcare_infra.constructs.imaging.permissions import allow_register
from healthcare_infra.constructs.imaging.resources import ImportResources
from healthcare_infra.constructs.imaging.workflow import ImportWorkflow

REGISTER_TIMEOUT: Final = Duration.minutes(2)
# Instances of one study share an open batch: more writers would only meet in the same item.
CONCURRENCY: Final = 5
MESSAGES_AT_ONCE: Final = 500


class BatchRegistration(Construct):
    """The consumer of the object events. One bad message fails alone (partial batch responses)."""

    def __init__(
        self, scope: Construct, construct_id: str, *, resources: ImportResources, workflow: ImportWorkflow
    ) -> None:
        super().__init__(scope, construct_id)
        register = ImportFunction(
            self,
            "RegisterInstances",
            resources=resources,
            module="lambdas.imaging_import.register_instances",
            description="Counts every stored instance into one batch; closes batches and starts their import",
            allow=allow_register,
            starts=workflow.state_machine,
            reserved_concurrency=CONCURRENCY,
            timeout=REGISTER_TIMEOUT,
        )
        register.function.add_event_source(
            event_sources.SqsEventSource(
                resources.queue,
                batch_size=MESSAGES_AT_ONCE,
                max_batching_window=batching_window(resources.foundation.config),
                max_concurrency=CONCURRENCY,
                report_batch_item_failures=True,
            )
        )


def batching_window(config: StageConfig) -> Duration:
    """How long Lambda gathers messages: a sixth of the quiet period, from 1 to 10 seconds."""
    return Duration.seconds(max(1, min(10, config.imaging.quiet_period_seconds // 6)))
