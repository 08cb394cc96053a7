"""RegisterInstances: turns object events into batches, and starts the execution of each batch that closes."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_lambda_event_sources as event_sources
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.imaging.permissions import allow_register
from healthcare_infra.constructs.imaging.resources import ImportResources
from healthcare_infra.constructs.imaging.steps import StepPlan, import_function
from healthcare_infra.constructs.imaging.workflow import ImportWorkflow
from healthcare_infra.constructs.messaging.object_events import ObjectEvents
from healthcare_infra.exports import Foundation, LakeExports
from healthcare_runtime.contracts.imaging import DEAD_LETTER_PREFIX, STAGING_PREFIX, ImportVariable

PLAN: Final = StepPlan(
    module="lambdas.imaging_import.register_instances",
    does="Counts every stored instance into one batch; closes batches and starts their import",
    allow=allow_register,
    seconds=120,
    concurrency=5,  # instances of one study share an open batch: more writers would only meet in the same item
)
MESSAGES_AT_ONCE: Final = 500


class InstanceEvents(ObjectEvents):
    """The events of received instances. Their queue also carries the delayed "close this batch" messages.

    docs/decisions/0001, 2.
    """

    def __init__(self, scope: Construct, construct_id: str, *, foundation: Foundation, lake: LakeExports) -> None:
        super().__init__(
            scope,
            construct_id,
            foundation=foundation,
            bucket=lake.dicom,
            consumer_timeout=Duration.seconds(PLAN.seconds),
            rule_name="InstanceStored",
            description="An object of the DICOM bucket that is neither an import's own copy nor a dead letter",
            without_prefixes=(STAGING_PREFIX, DEAD_LETTER_PREFIX),
        )


class BatchRegistration(Construct):
    """The consumer of the object events. One bad message fails alone (partial batch responses)."""

    def __init__(
        self, scope: Construct, construct_id: str, *, resources: ImportResources, workflow: ImportWorkflow
    ) -> None:
        super().__init__(scope, construct_id)
        register = import_function(self, "RegisterInstances", plan=PLAN, resources=resources)
        register.may_start(workflow.state_machine, told_as=ImportVariable.STATE_MACHINE_ARN)
        register.function.add_event_source(
            event_sources.SqsEventSource(
                resources.queue,
                batch_size=MESSAGES_AT_ONCE,
                max_batching_window=batching_window(resources.foundation.config),
                max_concurrency=PLAN.concurrency,
                report_batch_item_failures=True,
            )
        )


def batching_window(config: StageConfig) -> Duration:
    """How long Lambda gathers messages: a sixth of the quiet period, from 1 to 10 seconds."""
    return Duration.seconds(max(1, min(10, config.imaging.quiet_period_seconds // 6)))
