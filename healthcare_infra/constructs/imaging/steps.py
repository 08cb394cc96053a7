"""The three functions behind the states of the import (seed 002, Lambda Functions)."""

from aws_cdk import Duration
from constructs import Construct

from healthcare_infra.constructs.imaging.function import ImportFunction
from healthcare_infra.constructs.imaging.permissions import allow_check, allow_start, allow_trigger
from healthcare_infra.constructs.imaging.resources import ImportResources
from healthcare_runtime.contracts.imaging import ImportState


class ImportSteps(Construct):
    """TriggerImport, StartImportJob and CheckStatus; each may run twice, at any time, after its effect."""

    def __init__(self, scope: Construct, construct_id: str, *, resources: ImportResources) -> None:
        super().__init__(scope, construct_id)
        # Copying or settling 5,000 members is mostly waiting for S3; more memory buys threads their share of CPU.
        self.trigger = ImportFunction(
            self,
            ImportState.TRIGGER_IMPORT,
            resources=resources,
            module="lambdas.imaging_import.trigger_import",
            description="Decides the input prefix of a closed batch and stages copies where it must",
            allow=allow_trigger,
            timeout=Duration.minutes(15),
            memory_mib=1024,
            reserved_concurrency=10,
        )
        self.start = ImportFunction(
            self,
            ImportState.START_IMPORT_JOB,
            resources=resources,
            module="lambdas.imaging_import.start_import_job",
            description="Starts one import job for a batch, within the start quota",
            allow=allow_start,
            timeout=Duration.minutes(1),
            reserved_concurrency=5,
        )
        self.check = ImportFunction(
            self,
            ImportState.CHECK_STATUS,
            resources=resources,
            module="lambdas.imaging_import.check_status",
            description="Reads the job and, when it ended, gives every instance its outcome",
            allow=allow_check,
            timeout=Duration.minutes(15),
            memory_mib=1024,
            reserved_concurrency=10,
        )
