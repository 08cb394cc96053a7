"""Intake: object events become documents and executions, however often each event is delivered."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_lambda_event_sources as event_sources
from constructs import Construct

from healthcare_infra.constructs.documents import permissions as permit
from healthcare_infra.constructs.documents.resources import DocumentResources
from healthcare_infra.constructs.documents.steps import StepPlan, document_function
from healthcare_infra.constructs.documents.workflow import DocumentWorkflow
from healthcare_infra.constructs.messaging.object_events import ObjectEvents
from healthcare_runtime.contracts.documents import DocumentVariable

PLAN: Final = StepPlan(
    module="lambdas.phi_pipeline.intake",
    does="Registers each document that arrives and starts its execution",
    allow=permit.allow_intake,
    variables=(DocumentVariable.RAW_BUCKET,),
)


class DocumentIntake(Construct):
    """The consumer of the raw bucket's events. One bad message fails alone (partial batch responses)."""

    def __init__(
        self, scope: Construct, construct_id: str, *, resources: DocumentResources, workflow: DocumentWorkflow
    ) -> None:
        super().__init__(scope, construct_id)
        events = ObjectEvents(
            self,
            "Arrivals",
            foundation=resources.foundation,
            bucket=resources.lake.raw,
            consumer_timeout=Duration.seconds(PLAN.seconds),
            rule_name="DocumentArrived",
            description="An object of the raw bucket",
        )
        intake = document_function(self, "Intake", plan=PLAN, resources=resources)
        intake.may_start(workflow.state_machine, told_as=DocumentVariable.STATE_MACHINE_ARN)
        events.queue.grant_consume_messages(intake.permissions)
        resources.keys.messaging.grant_decrypt(intake.permissions)
        intake.function.add_event_source(
            event_sources.SqsEventSource(
                events.queue,
                batch_size=10,
                max_concurrency=PLAN.concurrency,
                report_batch_item_failures=True,
            )
        )
