"""SweepDocuments: finds what no event announced and what no execution carries on."""

from dataclasses import replace
from typing import Final

from aws_cdk import Duration
from constructs import Construct

from healthcare_infra.constructs.documents import permissions as permit
from healthcare_infra.constructs.documents.resources import DocumentResources
from healthcare_infra.constructs.documents.steps import StepPlan, document_function
from healthcare_infra.constructs.documents.workflow import DocumentWorkflow
from healthcare_infra.constructs.functions.schedule import Schedule, seconds_between
from healthcare_runtime.contracts.documents import DocumentVariable

PLAN: Final = StepPlan(
    module="lambdas.phi_pipeline.sweep_documents",
    does="Announces documents that no event announced, and starts again what nobody finished",
    allow=permit.allow_sweep,
    variables=(DocumentVariable.RAW_BUCKET, DocumentVariable.SWEEP_MINIMUM_AGE_SECONDS),
    concurrency=1,
)


class DocumentSweeper(Construct):
    """One copy at a time, every few minutes."""

    def __init__(
        self, scope: Construct, construct_id: str, *, resources: DocumentResources, workflow: DocumentWorkflow
    ) -> None:
        super().__init__(scope, construct_id)
        interval = Duration.minutes(resources.config.documents.sweep_interval_minutes)
        plan = replace(PLAN, seconds=seconds_between(interval))
        sweep = document_function(self, "SweepDocuments", plan=plan, resources=resources)
        sweep.may_start(workflow.state_machine, told_as=DocumentVariable.STATE_MACHINE_ARN)
        workflow.state_machine.grant_execution(sweep.permissions, "states:DescribeExecution")
        Schedule(self, "Schedule", calls=sweep, interval=interval, description="Sweeps the document pipeline")
