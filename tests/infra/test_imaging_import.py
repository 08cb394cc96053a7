"""The import stack keeps the promises of seed 002 and of decision 0001."""

import json
from typing import Any

import pytest

from healthcare_infra.assembly import Synthesis
from healthcare_infra.config import load_stage
from healthcare_runtime.contracts.imaging import (
    IMAGING_NAMESPACE,
    ImagingMetric,
    ImportFault,
    ImportState,
    ImportVariable,
)
from healthcare_runtime.contracts.stack_outputs import StackOutput
from tests.infra.policies import Permission, permissions

Resources = dict[str, Any]

TABLE = "AWS::DynamoDB::Table"
FUNCTIONS = {
    "TriggerImport": "lambdas.imaging_import.trigger_import.handler",
    "StartImportJob": "lambdas.imaging_import.start_import_job.handler",
    "CheckStatus": "lambdas.imaging_import.check_status.handler",
    "RegisterInstances": "lambdas.imaging_import.register_instances.handler",
    "SweepInstances": "lambdas.imaging_import.sweep_instances.handler",
}
POLICIES = {
    "TriggerImport": "StepsTriggerImportIdentityPermissions",
    "StartImportJob": "StepsStartImportJobIdentityPermissions",
    "CheckStatus": "StepsCheckStatusIdentityPermissions",
    "RegisterInstances": "RegistrationRegisterInstancesIdentityPermissions",
    "SweepInstances": "SweeperSweepInstancesIdentityPermissions",
}


@pytest.fixture(scope="module")
def production(synthesis: Synthesis) -> Resources:
    return resources_of(synthesis, "production")


@pytest.fixture(scope="module")
def workflow(production: Resources) -> dict[str, Any]:
    return definition(production)


def resources_of(synthesis: Synthesis, stage: str) -> Resources:
    found: Any = synthesis.of_stage(stage)["imaging-import"].template["Resources"]
    assert isinstance(found, dict)
    return found


def of_type(resources: Resources, kind: str) -> Resources:
    return {logical_id: body for logical_id, body in resources.items() if body["Type"] == kind}


def only(resources: Resources, kind: str, part: str = "") -> Any:
    found = [body for logical_id, body in of_type(resources, kind).items() if part in logical_id]
    assert len(found) == 1, f"{kind} {part}: {len(found)} found"
    return found[0]["Properties"]


def definition(resources: Resources) -> dict[str, Any]:
    """The state machine's definition, with the logical id of each function in place of its ARN."""
    pieces = only(resources, "AWS::StepFunctions::StateMachine")["DefinitionString"]["Fn::Join"][1]
    text = "".join(piece if isinstance(piece, str) else piece["Fn::GetAtt"][0] for piece in pieces)
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def environment_of(resources: Resources, function: str) -> dict[str, Any]:
    variables: dict[str, Any] = only(resources, "AWS::Lambda::Function", function)["Environment"]["Variables"]
    return variables


class TestDatastore:
    @pytest.mark.parametrize("stage", ["dev", "staging", "production", "local"])
    def test_it_survives_its_stack_and_its_replacement_in_every_stage(self, synthesis: Synthesis, stage: str) -> None:
        (datastore,) = of_type(resources_of(synthesis, stage), "AWS::HealthImaging::Datastore").values()
        assert datastore["DeletionPolicy"] == "Retain"
        assert datastore["UpdateReplacePolicy"] == "Retain"

    def test_it_has_no_property_that_a_routine_change_could_touch(self, production: Resources) -> None:
        assert only(production, "AWS::HealthImaging::Datastore").keys() == {"DatastoreName", "KmsKeyArn"}

    def test_no_tag_of_the_stack_reaches_it_through_cloudformation(self, synthesis: Synthesis) -> None:
        # CloudFormation hands stack tags to every resource; a changed tag would replace the data store.
        stack = synthesis.of_stage("production")["imaging-import"]
        manifest = json.loads((stack.template_file.parent / "manifest.json").read_text())["artifacts"]
        (artifact,) = [
            each for each in manifest.values() if each["properties"].get("stackName", "").endswith("imaging-import")
        ]
        assert "tags" not in artifact["properties"]

    def test_everything_else_carries_the_tags_of_the_stage(self, production: Resources) -> None:
        table = only(production, "AWS::DynamoDB::Table", "DicomImportJobTable")
        assert {"Key": "Stage", "Value": "production"} in table["Tags"]


class TestDataAccessRole:
    def test_only_this_data_store_of_this_account_may_assume_it(self, production: Resources) -> None:
        (statement,) = only(production, "AWS::IAM::Role", "DataAccess")["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "medical-imaging.amazonaws.com"}
        assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
        assert "DatastoreArn" in json.dumps(statement["Condition"]["ArnEquals"]["aws:SourceArn"])

    def test_it_reads_instances_and_writes_results_and_never_the_other_way_round(self, production: Resources) -> None:
        granted = {
            (permission.action, "Dicom" if permission.about("DicomBucket") else "Results")
            for permission in permissions(production, "DataAccess")
            if permission.action.startswith("s3:")
        }
        assert granted == {
            ("s3:ListBucket", "Dicom"),
            ("s3:ListBucket", "Results"),
            ("s3:GetObject", "Dicom"),
            ("s3:PutObject", "Results"),
        }


class TestTables:
    def test_the_keys_are_those_of_the_contracts(self, production: Resources) -> None:
        keys = {
            part: [(key["AttributeName"], key["KeyType"]) for key in only(production, TABLE, part)["KeySchema"]]
            for part in ("Instances", "Batches", "DicomImportJobTable")
        }
        assert keys == {
            "Instances": [("prefix", "HASH"), ("object", "RANGE")],
            "Batches": [("batchId", "HASH")],
            "DicomImportJobTable": [("jobId", "HASH")],
        }

    def test_due_batches_and_single_instances_are_found_by_index(self, production: Resources) -> None:
        (by_state,) = only(production, TABLE, "Batches")["GlobalSecondaryIndexes"]
        assert by_state["IndexName"] == "byState"
        assert [key["AttributeName"] for key in by_state["KeySchema"]] == ["batchState", "dueAt"]
        types = {
            attribute["AttributeName"]: attribute["AttributeType"]
            for attribute in only(production, TABLE, "Batches")["AttributeDefinitions"]
        }
        assert types["dueAt"] == "N"
        (by_instance,) = only(production, TABLE, "Instances")["GlobalSecondaryIndexes"]
        assert by_instance["IndexName"] == "bySopInstance"
        assert [key["AttributeName"] for key in by_instance["KeySchema"]] == ["sopInstanceUID"]

    def test_production_tables_cannot_be_lost(self, production: Resources) -> None:
        tables = of_type(production, TABLE)
        assert len(tables) == 3
        for table in tables.values():
            properties = table["Properties"]
            assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
            assert properties["DeletionProtectionEnabled"] is True
            assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
            assert properties["SSESpecification"]["SSEType"] == "KMS"
            assert properties["BillingMode"] == "PAY_PER_REQUEST"


class TestObjectEvents:
    def test_every_stored_instance_is_announced_and_no_copy_of_the_import_is(self, production: Resources) -> None:
        rule = only(production, "AWS::Events::Rule", "InstanceStored")
        pattern = rule["EventPattern"]
        assert pattern["source"] == ["aws.s3"]
        assert pattern["detail-type"] == ["Object Created"]
        assert pattern["detail"]["object"]["key"] == [{"anything-but": {"prefix": ["staging/", "dead-letter/"]}}]
        assert "DicomBucket" in json.dumps(pattern["detail"]["bucket"])

    def test_only_that_rule_may_write_into_the_queue_from_outside(self, production: Resources) -> None:
        queue = only(production, "AWS::SQS::QueuePolicy", "ObjectEventsQueue")
        allowed = [each for each in queue["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"]
        (statement,) = allowed
        assert statement["Principal"] == {"Service": "events.amazonaws.com"}
        assert "InstanceStored" in json.dumps(statement["Condition"]["ArnEquals"]["aws:SourceArn"])

    def test_a_message_in_work_is_not_received_again(self, production: Resources) -> None:
        queue = only(production, "AWS::SQS::Queue", "ObjectEventsQueue")
        timeout = only(production, "AWS::Lambda::Function", "RegisterInstances")["Timeout"]
        assert queue["VisibilityTimeout"] >= 6 * timeout
        assert queue["RedrivePolicy"]["maxReceiveCount"] == 5

    def test_bursts_become_batches_and_a_bad_message_fails_alone(self, production: Resources) -> None:
        mapping = only(production, "AWS::Lambda::EventSourceMapping")
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["BatchSize"] > 100
        assert mapping["MaximumBatchingWindowInSeconds"] == 10
        concurrency = mapping["ScalingConfig"]["MaximumConcurrency"]
        reserved = only(production, "AWS::Lambda::Function", "RegisterInstances")["ReservedConcurrentExecutions"]
        # Fewer reserved than polled: throttled deliveries would be counted as failed receives.
        assert concurrency <= reserved

    def test_the_local_stage_gathers_for_a_second_only(self, synthesis: Synthesis) -> None:
        mapping = only(resources_of(synthesis, "local"), "AWS::Lambda::EventSourceMapping")
        assert mapping["MaximumBatchingWindowInSeconds"] == 1


class TestFunctions:
    @pytest.mark.parametrize(("function", "handler"), FUNCTIONS.items())
    def test_each_function_is_its_module_with_the_whole_environment(
        self, production: Resources, function: str, handler: str
    ) -> None:
        assert only(production, "AWS::Lambda::Function", function)["Handler"] == handler
        starts = function in ("RegisterInstances", "SweepInstances")
        expected = {*ImportVariable} - (set() if starts else {ImportVariable.STATE_MACHINE_ARN})
        assert environment_of(production, function).keys() == expected

    def test_the_limits_are_those_of_the_stage(self, production: Resources) -> None:
        limits = load_stage("production").imaging
        environment = environment_of(production, "CheckStatus")
        assert environment["QUIET_PERIOD_SECONDS"] == "60"
        assert environment["MAXIMUM_FILES"] == str(limits.maximum_files)
        assert environment["MAXIMUM_BYTES"] == str(limits.maximum_bytes)
        assert environment["START_RATE_PER_SECOND"] == str(limits.start_rate_per_second)
        assert environment["MAXIMUM_CONCURRENT_JOBS"] == str(limits.maximum_concurrent_jobs)

    def test_the_sweeper_runs_alone_and_often_enough(self, production: Resources) -> None:
        assert only(production, "AWS::Lambda::Function", "SweepInstances")["ReservedConcurrentExecutions"] == 1
        assert only(production, "AWS::Events::Rule", "SweeperSchedule")["ScheduleExpression"] == "rate(5 minutes)"


class TestPermissions:
    """Least privilege, function by function: what is listed here is everything beyond the runtime's own."""

    def granted(self, production: Resources, function: str) -> list[Permission]:
        return [each for each in permissions(production, POLICIES[function]) if each.effect == "Allow"]

    def actions(self, production: Resources, function: str, service: str) -> set[str]:
        return {
            each.action.partition(":")[2]
            for each in self.granted(production, function)
            if each.action.startswith(f"{service}:")
        }

    @pytest.mark.parametrize("function", FUNCTIONS)
    def test_no_function_scans_or_deletes_items(self, production: Resources, function: str) -> None:
        assert not self.actions(production, function, "dynamodb") & {"Scan", "DeleteItem", "DeleteTable"}

    def test_only_start_import_job_starts_jobs_and_only_in_the_data_access_role(self, production: Resources) -> None:
        starters = {
            function
            for function in FUNCTIONS
            if self.actions(production, function, "medical-imaging") & {"StartDICOMImportJob"}
            or self.actions(production, function, "iam")
        }
        assert starters == {"StartImportJob"}
        (passing,) = [each for each in self.granted(production, "StartImportJob") if each.action == "iam:PassRole"]
        assert passing.about("DataAccessIdentityRole")
        assert json.loads(passing.conditions) == {
            "StringEquals": {"iam:PassedToService": "medical-imaging.amazonaws.com"}
        }

    @pytest.mark.parametrize("function", FUNCTIONS)
    def test_imaging_actions_are_limited_to_the_data_store(self, production: Resources, function: str) -> None:
        for each in self.granted(production, function):
            if each.action.startswith("medical-imaging:"):
                (datastore,) = of_type(production, "AWS::HealthImaging::Datastore")
                assert json.loads(each.resource) == {"Fn::GetAtt": [datastore, "DatastoreArn"]}

    def test_only_what_starts_executions_may_start_them(self, production: Resources) -> None:
        starters = {
            function for function in FUNCTIONS if "StartExecution" in self.actions(production, function, "states")
        }
        assert starters == {"RegisterInstances", "SweepInstances"}

    @pytest.mark.parametrize("function", FUNCTIONS)
    def test_received_instances_are_never_written_or_deleted(self, production: Resources, function: str) -> None:
        for each in self.granted(production, function):
            if each.action.startswith(("s3:Put", "s3:Delete", "s3:Abort")):
                assert each.about("/staging/*") or each.about("/dead-letter/*"), each

    def test_only_staged_copies_are_deleted(self, production: Resources) -> None:
        for function in FUNCTIONS:
            for each in self.granted(production, function):
                if each.action.startswith("s3:Delete"):
                    assert function in ("CheckStatus", "SweepInstances")
                    assert each.about("/staging/*")

    def test_nothing_is_granted_on_everything_but_what_knows_no_resource(self, production: Resources) -> None:
        unbound = {
            each.action.partition(":")[0]
            for policy in (*POLICIES.values(), "DataAccess", "WorkflowIdentity")
            for each in permissions(production, policy)
            if each.effect == "Allow" and each.resource == '"*"'
        }
        assert unbound <= {"ec2", "xray", "logs"}


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
        states = definition(resources_of(synthesis, "local"))["States"]
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
