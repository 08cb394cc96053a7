"""PhiPipeline: documents arrive, and leave masked or are held (seed 004, processing flow)."""

from typing import Unpack

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from healthcare_infra.constructs.audit.checkpoint import AuditCheckpoint
from healthcare_infra.constructs.documents.alarms import DocumentAlarms
from healthcare_infra.constructs.documents.fraud_endpoint import FraudEndpoint
from healthcare_infra.constructs.documents.intake import DocumentIntake
from healthcare_infra.constructs.documents.resources import DocumentResources
from healthcare_infra.constructs.documents.steps import DocumentSteps
from healthcare_infra.constructs.documents.sweeper import DocumentSweeper
from healthcare_infra.constructs.documents.workflow import DocumentWorkflow
from healthcare_infra.constructs.storage.analytics_table import AnalyticsTable
from healthcare_infra.exports import DatabaseExports, Foundation, LakeExports
from healthcare_infra.stacks.options import StackOptions
from healthcare_runtime.contracts.stack_outputs import StackOutput


class PhiPipelineStack(Stack):
    """Takes each document from the raw bucket to its masked copy, or to a reviewer.

    Exports nothing. Consumes the buckets and the databases.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        foundation: Foundation,
        lake: LakeExports,
        databases: DatabaseExports,
        **options: Unpack[StackOptions],
    ) -> None:
        super().__init__(scope, construct_id, **options)
        config, network, keys = foundation.config, foundation.network, foundation.keys
        fraud = FraudEndpoint(self, "FraudRisk", config=config, network=network, keys=keys)
        analytics = AnalyticsTable(self, "Analytics", config=config, processed=lake.processed)
        resources = DocumentResources(foundation=foundation, lake=lake, databases=databases, fraud=fraud)
        steps = DocumentSteps(self, "Steps", resources=resources)
        workflow = DocumentWorkflow(self, "Workflow", config=config, steps=steps, keys=keys)
        DocumentIntake(self, "Intake", resources=resources, workflow=workflow)
        DocumentSweeper(self, "Sweeper", resources=resources, workflow=workflow)
        DocumentAlarms(self, "Alarms", resources=resources, steps=steps, workflow=workflow)
        AuditCheckpoint(self, "AuditTrail", foundation=foundation, lake=lake, databases=databases)

        for name, value in {
            StackOutput.PHI_PIPELINE_STATE_MACHINE_ARN: workflow.state_machine.state_machine_arn,
            StackOutput.FRAUD_ENDPOINT_NAME: fraud.name,
            StackOutput.ANALYTICS_TABLE_NAME: analytics.name,
        }.items():
            CfnOutput(self, name, value=value)
