"""The functions behind the states of the import (seed 002, Lambda Functions)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aws_cdk import aws_iam as iam
from constructs import Construct

from healthcare_infra.constructs.functions.function_plan import FunctionPlan
from healthcare_infra.constructs.functions.runtime_function import RuntimeFunction
from healthcare_infra.constructs.imaging import permissions as permit
from healthcare_infra.constructs.imaging.resources import ImportResources
from healthcare_runtime.contracts.imaging import ImportState


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan(FunctionPlan):
    """What a function of the import may."""

    allow: Callable[[iam.ManagedPolicy, ImportResources], None]


# Copying or settling 5,000 members is mostly waiting for S3; more memory buys threads their share of CPU.
PLANS: Final = {
    ImportState.TRIGGER_IMPORT: StepPlan(
        module="lambdas.imaging_import.trigger_import",
        does="Decides the input prefix of a closed batch and stages copies where it must",
        allow=permit.allow_trigger,
        seconds=900,
        memory_mib=1024,
        concurrency=10,
    ),
    ImportState.START_IMPORT_JOB: StepPlan(
        module="lambdas.imaging_import.start_import_job",
        does="Starts one import job for a batch, within the start quota",
        allow=permit.allow_start,
    ),
    ImportState.CHECK_STATUS: StepPlan(
        module="lambdas.imaging_import.check_status",
        does="Reads the job and, when it ended, gives every instance its outcome",
        allow=permit.allow_check,
        seconds=900,
        memory_mib=1024,
        concurrency=10,
    ),
}


class ImportSteps(Construct):
    """One function per plan; each may run twice, at any time, after its effect."""

    def __init__(self, scope: Construct, construct_id: str, *, resources: ImportResources) -> None:
        super().__init__(scope, construct_id)
        self.functions = {
            state: import_function(self, state, plan=plan, resources=resources) for state, plan in PLANS.items()
        }


def import_function(
    scope: Construct, construct_id: str, *, plan: StepPlan, resources: ImportResources
) -> RuntimeFunction:
    """A function that works on the import's resources, under the imaging key."""
    function = RuntimeFunction(
        scope,
        construct_id,
        foundation=resources.foundation,
        plan=plan,
        environment_key=resources.keys.imaging,
        environment=resources.environment(),
    )
    plan.allow(function.permissions, resources)
    return function
