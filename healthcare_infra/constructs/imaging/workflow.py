"""The import state machine, with the states of seed 002: one execution for each closed batch.

What travels is ``{"batchId", "jobId", "status"}``: digests and a word. No key, no UID, no name enters an execution,
its name, its history or its log.
"""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from healthcare_infra.config import StageConfig
from healthcare_infra.constructs.imaging.steps import ImportSteps
from healthcare_infra.constructs.workflows.function_workflow import function_workflow
from healthcare_infra.constructs.workflows.step_retries import LAMBDA_FAULTS, retry_crash, retry_passing
from healthcare_infra.exports import KeyExports
from healthcare_runtime.contracts.imaging import ImportFault, ImportState

# A history holds 25,000 events; a retried call costs three, a poll nine. 5,000 throttled starts (about 40 hours
# of waiting) leave room for more than nine hours of polling every 30 s.
START_ATTEMPTS: Final = 5_000
TRANSIENT_ATTEMPTS: Final = 100
# Step Functions counts this from the start; what is cut off here is found by the sweeper.
LONGEST_EXECUTION: Final = Duration.days(3)


class ImportWorkflow(Construct):
    """TriggerImport -> StartImportJob -> WaitForCompletion -> CheckStatus -> IsComplete -> Success | Failure.

    A failed execution loses nothing: the batch keeps its state and its due time, and SweepInstances starts it again
    under its next attempt. Failure exists to be counted and to raise the alarm.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, steps: ImportSteps, keys: KeyExports
    ) -> None:
        super().__init__(scope, construct_id)
        self._functions = steps.functions
        self.state_machine = function_workflow(
            self,
            "ImagingImport",
            config=config,
            keys=keys,
            capability="imaging-import",
            comment="Imports one closed batch of DICOM instances into HealthImaging",
            definition=self._definition(config),
            calls=self._functions.values(),
            identity="The import state machine: calls its three functions, writes its log",
            timeout=LONGEST_EXECUTION,
        )

    def _definition(self, config: StageConfig) -> sfn.IChainable:
        failure = sfn.Fail(
            self,
            ImportState.FAILURE,
            error="ImportFailed",
            cause="The job failed or a step kept failing; the batch and the steps' logs say why",
        )
        trigger = self._invoke(ImportState.TRIGGER_IMPORT, passes=("batchId",))
        start = self._invoke(ImportState.START_IMPORT_JOB, passes=("batchId", "jobId"))
        check = self._invoke(ImportState.CHECK_STATUS, passes=("batchId", "jobId", "status"))
        wait = sfn.Wait(
            self,
            ImportState.WAIT_FOR_COMPLETION,
            time=sfn.WaitTime.duration(Duration.seconds(config.imaging.poll_interval_seconds)),
        )

        # A throttled start waits; it never fails its batch.
        retry_passing(start, [ImportFault.START_THROTTLED], attempts=START_ATTEMPTS)
        for step in (trigger, start, check):
            retry_passing(step, [ImportFault.TRANSIENT, *LAMBDA_FAULTS], attempts=TRANSIENT_ATTEMPTS)
            retry_crash(step)
            step.add_catch(failure, errors=[sfn.Errors.ALL], result_path=sfn.JsonPath.DISCARD)

        is_complete = (
            sfn.Choice(self, ImportState.IS_COMPLETE)
            .when(sfn.Condition.string_equals("$.status", "COMPLETED"), sfn.Succeed(self, ImportState.SUCCESS))
            .when(sfn.Condition.string_equals("$.status", "FAILED"), failure)
            .otherwise(wait)
        )
        return trigger.next(start).next(wait).next(check).next(is_complete)

    def _invoke(self, state: ImportState, *, passes: Sequence[str]) -> tasks.LambdaInvoke:
        """A task that hands on exactly the named fields of what the function returns."""
        return tasks.LambdaInvoke(
            self,
            state,
            lambda_function=self._functions[state].function,
            payload_response_only=True,
            retry_on_service_exceptions=False,  # the retries above name more faults, with jitter
            result_selector={name: sfn.JsonPath.string_at(f"$.{name}") for name in passes},
        )
