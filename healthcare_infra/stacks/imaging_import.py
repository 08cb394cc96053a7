"""ImagingImport: received instances become image sets (seed 002, processing workflow; docs/decisions/0001)."""

from typing import Unpack

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from healthcare_infra.constructs.imaging.alarms import ImportAlarms
from healthcare_infra.constructs.imaging.datastore import DataAccessRole, ImagingDatastore, tag_all_but_datastore
from healthcare_infra.constructs.imaging.registration import BatchRegistration, InstanceEvents
from healthcare_infra.constructs.imaging.resources import ImportResources
from healthcare_infra.constructs.imaging.steps import ImportSteps
from healthcare_infra.constructs.imaging.sweeper import Sweeper
from healthcare_infra.constructs.imaging.tables import ImportTables
from healthcare_infra.constructs.imaging.workflow import ImportWorkflow
from healthcare_infra.exports import Foundation, ImagingExports, LakeExports
from healthcare_infra.stacks.options import StackOptions
from healthcare_runtime.contracts.stack_outputs import StackOutput


class ImagingImportStack(Stack):
    """Imports closed batches of instances into HealthImaging.

    Exports the data store and its tables. Consumes the buckets.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        foundation: Foundation,
        lake: LakeExports,
        **options: Unpack[StackOptions],
    ) -> None:
        tags = options.pop("tags", {})
        super().__init__(scope, construct_id, **options)
        tag_all_but_datastore(self, tags)
        config, keys, alerts = foundation.config, foundation.keys, foundation.alerts
        datastore = ImagingDatastore(self, "Datastore", config=config, key=keys.imaging)
        tables = ImportTables(self, "Tables", config=config, key=keys.imaging)
        data_access = DataAccessRole(self, "DataAccess", datastore=datastore, lake=lake, key=keys.imaging)
        events = InstanceEvents(self, "ObjectEvents", foundation=foundation, lake=lake)
        resources = ImportResources(
            foundation=foundation,
            lake=lake,
            tables=tables,
            datastore=datastore,
            data_access=data_access,
            queue=events.queue,
        )
        steps = ImportSteps(self, "Steps", resources=resources)
        workflow = ImportWorkflow(self, "Workflow", config=config, steps=steps, keys=keys)
        BatchRegistration(self, "Registration", resources=resources, workflow=workflow)
        Sweeper(self, "Sweeper", resources=resources, workflow=workflow)
        ImportAlarms(self, "Alarms", config=config, workflow=workflow, alerts=alerts.topic)
        self.imaging = ImagingExports(
            datastore=datastore.resource, instance_table=tables.instances, job_table=tables.jobs
        )

        for name, value in {
            StackOutput.DATASTORE_ID: datastore.datastore_id,
            StackOutput.IMPORT_JOB_TABLE_NAME: tables.jobs.table_name,
            StackOutput.BATCH_TABLE_NAME: tables.batches.table_name,
            StackOutput.INSTANCE_TABLE_NAME: tables.instances.table_name,
            StackOutput.OBJECT_EVENT_QUEUE_URL: events.queue.queue_url,
            StackOutput.IMAGING_IMPORT_STATE_MACHINE_ARN: workflow.state_machine.state_machine_arn,
        }.items():
            CfnOutput(self, name, value=value)
