"""SweepInstances: finds what no event announced and what nobody finished."""

from dataclasses import replace
from typing import Final

from aws_cdk import Duration
from constructs import Construct

from healthcare_infra.constructs.functions.schedule import Schedule, seconds_between
from healthcare_infra.constructs.imaging.permissions import allow_sweep
from healthcare_infra.constructs.imaging.resources import ImportResources
from healthcare_infra.constructs.imaging.steps import StepPlan, import_function
from healthcare_infra.constructs.imaging.workflow import ImportWorkflow
from healthcare_runtime.contracts.imaging import ImportVariable

PLAN: Final = StepPlan(
    module="lambdas.imaging_import.sweep_instances",
    does="Announces objects that no event announced, and starts again what nobody finished",
    allow=allow_sweep,
    concurrency=1,
)


class Sweeper(Construct):
    """One copy at a time, every few minutes."""

    def __init__(
        self, scope: Construct, construct_id: str, *, resources: ImportResources, workflow: ImportWorkflow
    ) -> None:
        super().__init__(scope, construct_id)
        interval = Duration.minutes(resources.foundation.config.imaging.sweep_interval_minutes)
        plan = replace(PLAN, seconds=seconds_between(interval))
        sweep = import_function(self, "SweepInstances", plan=plan, resources=resources)
        sweep.may_start(workflow.state_machine, told_as=ImportVariable.STATE_MACHINE_ARN)
        workflow.state_machine.grant_execution(sweep.permissions, "states:DescribeExecution")
        Schedule(self, "Schedule", calls=sweep, interval=interval, description="Sweeps the imaging import")
