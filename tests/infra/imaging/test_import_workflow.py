"""The state machine of the import keeps the promises of seed 002 and of decision 0001, and its alarms say so."""

import json
from typing import Any

import pytest

from healthcare_infra.assembly import Synthesis
from healthcare_runtime.contracts.imaging import (
    IMAGING_NAMESPACE,
    ImagingMetric,
    ImportFault,
    ImportState,
)
from healthcare_runtime.contracts.stack_outputs import StackOutput
from tests.infra.imaging.import_templates import STACK, definition
from tests.infra.policies import permissions
from tests.infra.templates import Resources, of_type, only, stack_resources

TABLE = "AWS::DynamoDB::Table"


class TestWorkflow:
    def test_the_states_are_those_of_the_seed_in_its_order(self, workflow: dict[str, Any]) -> None:
        states = workflow["States"]
        assert states.keys() == {*ImportState}
        assert workflow["StartAt"] == "TriggerImport"
        assert states["TriggerImport"]["Next"] == "StartImportJob"
        assert states["StartImportJob"]["Next"] == "WaitForCompletion"
        assert states["WaitForCompletion"] == {"Type": "Wait", "Seconds": 30, "Next": "CheckStatus"}
        assert states["CheckStatus"]["Next"] == "IsComplete"
        assert states["IsComplete"]["Choices"] == [
            {"Variable": "$.status", "StringEquals": "COMPLETED", "Next": "Success"},
            {"Variable": "$.status", "StringEquals": "FAILED", "Next": "Failure"},
        ]
        assert states["IsComplete"]["Default"] == "WaitForCompletion"
        assert states["Success"]["Type"] == "Succeed"
        assert states["Failure"]["Type"] == "Fail"

    def test_the_local_stage_polls_every_two_seconds(self, synthesis: Synthesis) -> None:
        states = definition(stack_resources(synthesis, "local", STACK))["States"]
        assert states["WaitForCompletion"]["Seconds"] == 2

    @pytest.mark.parametrize("state", ["TriggerImport", "StartImportJob", "CheckStatus"])
    def test_each_task_calls_its_function_directly(self, workflow: dict[str, Any], state: str) -> None:
        # As in the seed: the function's ARN is the resource, so its answer is the state's output, without envelope.
        assert workflow["States"][state]["Resource"].startswith(f"Steps{state}Function")

    def test_nothing_travels_but_batch_job_and_status(self, workflow: dict[str, Any]) -> None:
        selected = {
            name: state["ResultSelector"] for name, state in workflow["States"].items() if "ResultSelector" in state
        }
        assert selected == {
            "TriggerImport": {"batchId.$": "$.batchId"},
            "StartImportJob": {"batchId.$": "$.batchId", "jobId.$": "$.jobId"},
            "CheckStatus": {"batchId.$": "$.batchId", "jobId.$": "$.jobId", "status.$": "$.status"},
        }

    def test_a_throttled_start_waits_for_more_than_a_day_before_it_gives_up(self, workflow: dict[str, Any]) -> None:
        throttled = workflow["States"]["StartImportJob"]["Retry"][0]
        assert throttled["ErrorEquals"] == [ImportFault.START_THROTTLED]
        assert throttled["JitterStrategy"] == "FULL"
        assert throttled["MaxDelaySeconds"] == 60
        # Full jitter waits half the longest delay on average.
        assert throttled["MaxAttempts"] * throttled["MaxDelaySeconds"] / 2 > 24 * 3600

    def test_all_retries_and_hours_of_polling_fit_into_one_history(self, workflow: dict[str, Any]) -> None:
        retries = sum(rule["MaxAttempts"] for state in workflow["States"].values() for rule in state.get("Retry", []))
        poll = workflow["States"]["WaitForCompletion"]["Seconds"]
        polls = (25_000 - 3 * retries) // 9
        assert polls * poll > 8 * 3600

    @pytest.mark.parametrize("state", ["TriggerImport", "StartImportJob", "CheckStatus"])
    def test_transient_faults_and_taken_concurrency_are_retried(self, workflow: dict[str, Any], state: str) -> None:
        rules = workflow["States"][state]["Retry"]
        retried = {error: rule for rule in rules for error in rule["ErrorEquals"]}
        for error in (ImportFault.TRANSIENT, "Lambda.TooManyRequestsException", "Lambda.ServiceException"):
            assert retried[error]["MaxAttempts"] >= 100
            assert retried[error]["JitterStrategy"] == "FULL"
        assert rules[-1]["ErrorEquals"] == ["States.ALL"]

    @pytest.mark.parametrize("state", ["TriggerImport", "StartImportJob", "CheckStatus"])
    def test_what_keeps_failing_ends_in_failure_without_its_message(self, workflow: dict[str, Any], state: str) -> None:
        # ResultPath null drops the error's cause: an exception text could quote an identifier.
        assert workflow["States"][state]["Catch"] == [
            {"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": "Failure"}
        ]

    def test_its_log_is_complete_encrypted_and_holds_no_data(self, production: Resources) -> None:
        machine = only(production, "AWS::StepFunctions::StateMachine")
        assert machine["LoggingConfiguration"]["Level"] == "ALL"
        assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False
        assert machine["TracingConfiguration"] == {"Enabled": True}
        group = only(production, "AWS::Logs::LogGroup", "WorkflowLogs")
        assert group["LogGroupName"].startswith("/aws/vendedlogs/states/")
        assert "KmsKeyId" in group

    def test_it_may_call_its_three_functions_and_no_other(self, production: Resources) -> None:
        called = {
            each.resource for each in permissions(production, "WorkflowIdentity") if each.action.startswith("lambda:")
        }
        assert len(called) == 3
        assert all(any(step in each for each in called) for step in ("TriggerImport", "StartImportJob", "CheckStatus"))


class TestAlarms:
    def test_every_failure_has_an_alarm_that_says_what_to_do(self, production: Resources) -> None:
        alarms = [each["Properties"] for each in of_type(production, "AWS::CloudWatch::Alarm").values()]
        watched = {alarm["MetricName"] for alarm in alarms}
        assert watched >= {
            "ExecutionsFailed",
            "ExecutionsTimedOut",
            "ApproximateNumberOfMessagesVisible",
            "ApproximateAgeOfOldestMessage",
            ImagingMetric.INSTANCES_FAILED,
            ImagingMetric.NON_PRIMARY_IMAGE_SETS,
            ImagingMetric.MANIFESTS_MISSING,
            ImagingMetric.OLDEST_UNIMPORTED_SECONDS,
        }
        for alarm in alarms:
            assert len(alarm["AlarmDescription"]) > 60, alarm["MetricName"]
            assert "AlertsTopic" in json.dumps(alarm["AlarmActions"]), alarm["MetricName"]

    def test_a_sweeper_that_falls_silent_raises_the_alarm(self, production: Resources) -> None:
        (oldest,) = [
            each["Properties"]
            for each in of_type(production, "AWS::CloudWatch::Alarm").values()
            if each["Properties"]["MetricName"] == ImagingMetric.OLDEST_UNIMPORTED_SECONDS
        ]
        assert oldest["Namespace"] == IMAGING_NAMESPACE
        assert oldest["TreatMissingData"] == "breaching"
        assert oldest["Period"] == 300


def test_the_outputs_are_those_that_operators_and_the_local_cloud_read(synthesis: Synthesis) -> None:
    outputs: Any = synthesis.of_stage("local")["imaging-import"].template["Outputs"]
    assert {
        StackOutput.DATASTORE_ID,
        StackOutput.IMPORT_JOB_TABLE_NAME,
        StackOutput.BATCH_TABLE_NAME,
        StackOutput.INSTANCE_TABLE_NAME,
        StackOutput.OBJECT_EVENT_QUEUE_URL,
        StackOutput.IMAGING_IMPORT_STATE_MACHINE_ARN,
    } <= outputs.keys()
