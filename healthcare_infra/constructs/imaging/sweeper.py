"""SweepInstances: finds what no event announced and what nobody finished."""

from aws_cdk import Duration
from constructs import Construct

from healthcare_infra.constructs.functions.schedule import Schedule, time_between
from healthcare_infra.constructs.imaging.function import ImportFunction
from healthcare_infra.constructs.imaging.permissions import allow_sweep
from healthcare_infra.constructs.imaging.resources import ImportResources
from healthcare_infra.constructs.imaging.workflow import ImportWorkflow


class Sweeper(Construct):
    """One copy at a time, every few minutes."""

    def __init__(
        self, scope: Construct, construct_id: str, *, resources: ImportResources, workflow: ImportWorkflow
    ) -> None:
        super().__init__(scope, construct_id)
        interval = Duration.minutes(resources.foundation.config.imaging.sweep_interval_minutes)
        sweep = ImportFunction(
            self,
            "SweepInstances",
            resources=resources,
            module="lambdas.imaging_import.sweep_instances",
            description="Announces objects that no event announced, and starts again what nobody finished",
            allow=allow_sweep,
            starts=workflow.state_machine,
            reserved_concurrency=1,
            timeout=time_between(interval),
        )
        workflow.state_machine.grant_execution(sweep.permissions, "states:DescribeExecution")
        Schedule(self, "Schedule", calls=sweep, interval=interval, description="Sweeps the imaging import")
