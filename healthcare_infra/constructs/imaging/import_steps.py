"""The three functions behind the states of the import (seed 002, Lambda Functions)."""

from aws_cdk import Duration
from aws_cdk import aws_sns as sns
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.imaging.import_permissions import allow_check, allow_start, allow_trigger
from healthcare_infra.constructs.imaging.import_resources import ImportResources
from healthcare_infra.constructs.runtime_function import RuntimeFunction
from healthcare_infra.exports import NetworkExports
from healthcare_runtime.contracts.imaging import ImportState


class ImportSteps(Construct):
    """TriggerImport, StartImportJob and CheckStatus; each may run twice, at any time, after its effect."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        network: NetworkExports,
        resources: ImportResources,
        alerts: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self._network = network
        self._resources = resources
        self._alerts = alerts

        # Copying or settling 5,000 members is mostly waiting for S3; more memory buys threads their share of CPU.
        self.trigger = self._step(
            ImportState.TRIGGER_IMPORT,
            module="lambdas.imaging_import.trigger_import",
            description="Decides the input prefix of a closed batch and stages copies where it must",
            timeout=Duration.minutes(15),
            memory_mib=1024,
            reserved_concurrency=10,
        )
        allow_trigger(self.trigger.permissions, resources)

        self.start = self._step(
            ImportState.START_IMPORT_JOB,
            module="lambdas.imaging_import.start_import_job",
            description="Starts one import job for a batch, within the start quota",
            timeout=Duration.minutes(1),
            memory_mib=512,
            reserved_concurrency=5,
        )
        allow_start(self.start.permissions, resources)

        self.check = self._step(
            ImportState.CHECK_STATUS,
            module="lambdas.imaging_import.check_status",
            description="Reads the job and, when it ended, gives every instance its outcome",
            timeout=Duration.minutes(15),
            memory_mib=1024,
            reserved_concurrency=10,
        )
        allow_check(self.check.permissions, resources)

    def _step(
        self,
        state: ImportState,
        *,
        module: str,
        description: str,
        timeout: Duration,
        memory_mib: int,
        reserved_concurrency: int,
    ) -> RuntimeFunction:
        return RuntimeFunction(
            self,
            state,
            config=self._config,
            network=self._network,
            keys=self._resources.keys,
            environment_key=self._resources.keys.imaging,
            alerts=self._alerts,
            module=module,
            description=description,
            environment=self._resources.environment(),
            reserved_concurrency=reserved_concurrency,
            timeout=timeout,
            memory_mib=memory_mib,
        )
