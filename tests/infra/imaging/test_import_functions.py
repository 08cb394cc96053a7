"""The functions of the import: what calls them, what they are told, what they may."""

import json

import pytest

from healthcare_infra.assembly import Synthesis
from healthcare_infra.config import load_stage
from healthcare_runtime.contracts.functions import FunctionVariable
from healthcare_runtime.contracts.imaging import (
    ImportVariable,
)
from tests.infra.imaging.import_templates import FUNCTIONS, POLICIES, STACK, environment_of
from tests.infra.policies import Permission, permissions
from tests.infra.templates import Resources, of_type, only, stack_resources


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
        mapping = only(stack_resources(synthesis, "local", STACK), "AWS::Lambda::EventSourceMapping")
        assert mapping["MaximumBatchingWindowInSeconds"] == 1


class TestFunctions:
    @pytest.mark.parametrize(("function", "handler"), FUNCTIONS.items())
    def test_each_function_is_its_module_with_the_whole_environment(
        self, production: Resources, function: str, handler: str
    ) -> None:
        assert only(production, "AWS::Lambda::Function", function)["Handler"] == handler
        starts = function in ("RegisterInstances", "SweepInstances")
        expected = {*FunctionVariable, *ImportVariable} - (set() if starts else {ImportVariable.STATE_MACHINE_ARN})
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
