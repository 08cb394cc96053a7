"""What holds for every resource of every stack of every stage, whoever adds it."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from healthcare_infra.assembly import Synthesis
from healthcare_infra.config import load_stage
from healthcare_runtime.contracts.functions import FunctionVariable
from healthcare_runtime.contracts.stack_outputs import StackOutput
from tests.infra.templates import TemplateResource, own, resources

STATEFUL: Final = (
    "AWS::S3::Bucket",
    "AWS::KMS::Key",
    "AWS::DynamoDB::Table",
    "AWS::DynamoDB::GlobalTable",
    "AWS::SQS::Queue",
    "AWS::Logs::LogGroup",
    "AWS::SecretsManager::Secret",
    "AWS::HealthImaging::Datastore",
    "AWS::RDS::DBCluster",
)
REAL_DATA: Final = ("staging", "production")


def statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    found = document["Statement"]
    return found if isinstance(found, list) else [found]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def bucket_policies(synthesis: Synthesis) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    return {
        (policy.stage, policy.stack, policy.properties["Bucket"]["Ref"]): statements(
            policy.properties["PolicyDocument"]
        )
        for policy in resources(synthesis, "AWS::S3::BucketPolicy")
    }


def is_log_target(bucket: TemplateResource) -> bool:
    return bucket.logical_id.startswith("AccessLogs")


def test_every_bucket_is_encrypted_with_a_customer_managed_key(synthesis: Synthesis) -> None:
    for bucket in resources(synthesis, "AWS::S3::Bucket"):
        rule = bucket.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
        default = rule["ServerSideEncryptionByDefault"]
        if is_log_target(bucket):  # log delivery refuses a customer-managed key; in the register
            assert default == {"SSEAlgorithm": "AES256"}, str(bucket)
        else:
            assert default["SSEAlgorithm"] == "aws:kms", str(bucket)
            assert default["KMSMasterKeyID"], str(bucket)
            assert rule["BucketKeyEnabled"] is True, str(bucket)


def test_every_bucket_is_private_versioned_logged_and_cleaned_up(synthesis: Synthesis) -> None:
    for bucket in resources(synthesis, "AWS::S3::Bucket"):
        properties = bucket.properties
        assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}, str(bucket)
        assert len(properties["PublicAccessBlockConfiguration"]) == 4, str(bucket)
        assert properties["VersioningConfiguration"] == {"Status": "Enabled"}, str(bucket)
        rules = properties["LifecycleConfiguration"]["Rules"]
        assert any("AbortIncompleteMultipartUpload" in rule for rule in rules), str(bucket)
        assert any("NoncurrentVersionExpiration" in rule for rule in rules), str(bucket)
        assert is_log_target(bucket) or properties["LoggingConfiguration"]["LogFilePrefix"], str(bucket)


def test_every_bucket_refuses_plain_http_and_old_tls(synthesis: Synthesis) -> None:
    policies = bucket_policies(synthesis)
    for bucket in resources(synthesis, "AWS::S3::Bucket"):
        conditions = [
            statement["Condition"]
            for statement in policies[bucket.stage, bucket.stack, bucket.logical_id]
            if statement["Effect"] == "Deny" and statement["Action"] == "s3:*"
        ]
        assert {"Bool": {"aws:SecureTransport": "false"}} in conditions, str(bucket)
        assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in conditions, str(bucket)


def test_every_log_group_is_encrypted_and_expires(synthesis: Synthesis) -> None:
    for group in resources(synthesis, "AWS::Logs::LogGroup"):
        assert group.properties["KmsKeyId"], str(group)
        assert group.properties["RetentionInDays"] == load_stage(group.stage).retention.log_days, str(group)


# KMS rotates symmetric encryption keys alone; what these make carries their version.
COMPUTING_KEYS: Final = {"HMAC_256": "GENERATE_VERIFY_MAC", "ECC_NIST_P256": "SIGN_VERIFY"}


def test_every_key_rotates_and_trusts_no_one_outside_the_account(synthesis: Synthesis) -> None:
    for key in resources(synthesis, "AWS::KMS::Key"):
        spec = key.properties.get("KeySpec", "SYMMETRIC_DEFAULT")
        if spec == "SYMMETRIC_DEFAULT":
            assert key.properties["EnableKeyRotation"] is True, str(key)
        else:
            assert key.properties["KeyUsage"] == COMPUTING_KEYS[spec], str(key)
        for statement in statements(key.properties["KeyPolicy"]):
            principal = statement["Principal"]
            assert principal != "*", str(key)
            assert principal.get("AWS") != "*", str(key)
            # A service may use a key only for this account's resources.
            assert "Service" not in principal or statement.get("Condition"), str(key)


def test_every_queue_and_topic_is_encrypted_and_refuses_plain_http(synthesis: Synthesis) -> None:
    protected = set()
    for policy in resources(synthesis, "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"):
        denied = [
            statement
            for statement in statements(policy.properties["PolicyDocument"])
            if statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        ]
        assert denied, str(policy)
        for target in (*policy.properties.get("Queues", ()), *policy.properties.get("Topics", ())):
            protected.add((policy.stage, policy.stack, target["Ref"]))
    for queue in resources(synthesis, "AWS::SQS::Queue"):
        assert queue.properties["KmsMasterKeyId"], str(queue)
        assert (queue.stage, queue.stack, queue.logical_id) in protected, str(queue)
    for topic in resources(synthesis, "AWS::SNS::Topic"):
        assert topic.properties["KmsMasterKeyId"], str(topic)
        assert (topic.stage, topic.stack, topic.logical_id) in protected, str(topic)


def test_every_queue_has_a_dead_letter_queue_or_is_one(synthesis: Synthesis) -> None:
    for queue in resources(synthesis, "AWS::SQS::Queue"):
        assert queue.properties.get("RedrivePolicy") or "DeadLetters" in queue.logical_id, str(queue)


def test_every_dead_letter_queue_is_watched(synthesis: Synthesis) -> None:
    watched = {
        (alarm.stage, alarm.stack, dimension["Value"]["Fn::GetAtt"][0])
        for alarm in resources(synthesis, "AWS::CloudWatch::Alarm")
        for dimension in alarm.properties.get("Dimensions", ())
        if dimension["Name"] == "QueueName"
    }
    for queue in resources(synthesis, "AWS::SQS::Queue"):
        assert (queue.stage, queue.stack, queue.logical_id) in watched, str(queue)


def test_every_alarm_tells_someone_and_says_what_to_do(synthesis: Synthesis) -> None:
    for alarm in resources(synthesis, "AWS::CloudWatch::Alarm"):
        assert alarm.properties["AlarmActions"], str(alarm)
        assert len(alarm.properties["AlarmDescription"]) > 40, str(alarm)


def test_every_table_is_encrypted_with_our_key_and_can_go_back_in_time(synthesis: Synthesis) -> None:
    for table in resources(synthesis, "AWS::DynamoDB::Table"):
        assert table.properties["SSESpecification"]["SSEType"] == "KMS", str(table)
        assert table.properties["SSESpecification"]["KMSMasterKeyId"], str(table)
        assert table.properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True, str(table)
        assert table.properties["BillingMode"] == "PAY_PER_REQUEST", str(table)


def test_every_function_is_bounded_private_encrypted_and_loses_no_call(synthesis: Synthesis) -> None:
    functions = list(own(synthesis, "AWS::Lambda::Function"))
    assert functions
    for function in functions:
        properties = function.properties
        if properties.get("PackageType") == "Image":
            (handler,) = properties["ImageConfig"]["Command"]
        else:
            assert properties["Runtime"] == "python3.13", str(function)
            handler = properties["Handler"]
        assert handler.startswith("lambdas."), str(function)
        assert handler.endswith(".handler"), str(function)
        assert properties["ReservedConcurrentExecutions"] > 0, str(function)
        assert properties["DeadLetterConfig"]["TargetArn"], str(function)
        assert properties["VpcConfig"]["SubnetIds"], str(function)
        assert properties["VpcConfig"]["SecurityGroupIds"], str(function)
        assert properties["LoggingConfig"]["LogGroup"], str(function)
        assert properties["KmsKeyArn"], str(function)


def test_every_function_is_told_when_it_will_be_cut_off(synthesis: Synthesis) -> None:
    for function in own(synthesis, "AWS::Lambda::Function"):
        variables = function.properties["Environment"]["Variables"]
        assert variables[FunctionVariable.TIME_LIMIT_SECONDS] == str(function.properties["Timeout"]), str(function)


def test_all_functions_are_one_archive_and_two_images(synthesis: Synthesis) -> None:
    """Sources, the light image, the detector's image: what differs between functions of one asset is the handler."""
    codes = [function.properties["Code"] for function in own(synthesis, "AWS::Lambda::Function")]
    assert len({code["S3Key"] for code in codes if "S3Key" in code}) == 1
    tags = {json.dumps(code["ImageUri"]).rpartition(":")[2] for code in codes if "ImageUri" in code}
    assert len(tags) == 2


def test_a_queue_hides_a_message_six_times_as_long_as_its_function_may_run(synthesis: Synthesis) -> None:
    """Or Lambda receives a message again while it is still being handled."""
    found = {(item.stage, item.stack, item.logical_id): item.properties for item in resources(synthesis)}
    mappings = list(resources(synthesis, "AWS::Lambda::EventSourceMapping"))
    assert mappings
    for mapping in mappings:
        source = mapping.properties["EventSourceArn"]["Fn::GetAtt"][0]
        function = mapping.properties["FunctionName"]["Ref"]
        queue = found[mapping.stage, mapping.stack, source]
        timeout = found[mapping.stage, mapping.stack, function]["Timeout"]
        assert queue["VisibilityTimeout"] >= 6 * timeout, str(mapping)


def test_no_identity_has_an_inline_policy(synthesis: Synthesis) -> None:
    assert [str(policy) for policy in own(synthesis, "AWS::IAM::Policy", "AWS::IAM::RolePolicy")] == []
    assert [str(role) for role in own(synthesis, "AWS::IAM::Role") if "Policies" in role.properties] == []


def allowed_actions(synthesis: Synthesis) -> Iterator[tuple[TemplateResource, str, dict[str, Any]]]:
    for policy in own(synthesis, "AWS::IAM::ManagedPolicy"):
        for statement in statements(policy.properties["PolicyDocument"]):
            if statement["Effect"] == "Allow":
                for action in as_list(statement["Action"]):
                    yield policy, action, statement


def test_no_policy_allows_a_wildcard_action(synthesis: Synthesis) -> None:
    assert sorted({f"{policy}: {action}" for policy, action, _ in allowed_actions(synthesis) if "*" in action}) == []


# Actions that IAM cannot limit to a resource (Service Authorization Reference).
WITHOUT_RESOURCE: Final = frozenset(
    {
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
        "ecr:GetAuthorizationToken",
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
        "cloudwatch:PutMetricData",
        "comprehendmedical:DetectPHI",
        "ec2:CreateNetworkInterfacePermission",
        "ec2:DeleteNetworkInterfacePermission",
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeVpcs",
    }
)


def test_only_actions_without_a_resource_are_allowed_on_every_resource(synthesis: Synthesis) -> None:
    unlimited = {
        f"{policy}: {action}"
        for policy, action, statement in allowed_actions(synthesis)
        if "*" in as_list(statement["Resource"]) and action not in WITHOUT_RESOURCE
    }
    assert sorted(unlimited) == []


def test_every_role_is_assumed_by_services_alone(synthesis: Synthesis) -> None:
    for role in own(synthesis, "AWS::IAM::Role"):
        for statement in statements(role.properties["AssumeRolePolicyDocument"]):
            assert set(statement["Principal"]) == {"Service"}, str(role)


def test_nothing_is_open_to_the_world_unless_the_stage_says_so(synthesis: Synthesis) -> None:
    for group in resources(synthesis, "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress"):
        named = load_stage(group.stage).dicom.client_cidrs
        for rule in group.properties.get("SecurityGroupIngress", [group.properties]):
            assert "CidrIpv6" not in rule, str(group)
            assert rule.get("CidrIp") != "0.0.0.0/0" or "0.0.0.0/0" in named, str(group)


def test_real_data_outlives_its_stack(synthesis: Synthesis) -> None:
    kept = [resource for resource in resources(synthesis, *STATEFUL) if resource.stage in REAL_DATA]
    assert {resource.type for resource in kept} >= {"AWS::S3::Bucket", "AWS::KMS::Key", "AWS::DynamoDB::Table"}
    for resource in kept:
        assert resource.body.get("DeletionPolicy") == "Retain", str(resource)
        assert resource.body.get("UpdateReplacePolicy") == "Retain", str(resource)


def test_the_data_store_carries_no_tags_and_is_always_kept(synthesis: Synthesis) -> None:
    """Every property change of a HealthImaging data store replaces it, and with it every image set."""
    stores = list(resources(synthesis, "AWS::HealthImaging::Datastore"))
    assert {store.stage for store in stores} == {"dev", "staging", "production", "local"}
    for store in stores:
        assert "Tags" not in store.properties, str(store)
        assert store.properties["KmsKeyArn"], str(store)


def test_the_stack_of_the_data_store_has_no_stack_tags(synthesis: Synthesis) -> None:
    """CloudFormation would hand them down to the data store."""
    for stage in ("dev", "production"):
        directory = synthesis.of_stage(stage)["imaging-import"].template_file.parent
        artifacts = json.loads((directory / "manifest.json").read_text())["artifacts"]
        for artifact in artifacts.values():
            properties = artifact.get("properties", {})
            if properties.get("stackName") == load_stage(stage).stack_name("imaging-import"):
                assert not properties.get("tags")


def test_state_machines_are_logged_without_their_data_and_traced(synthesis: Synthesis) -> None:
    machines = list(resources(synthesis, "AWS::StepFunctions::StateMachine"))
    assert machines
    for machine in machines:
        logging = machine.properties["LoggingConfiguration"]
        assert logging["IncludeExecutionData"] is False, str(machine)
        assert logging["Destinations"], str(machine)
        assert machine.properties["TracingConfiguration"] == {"Enabled": True}, str(machine)


def test_templates_stay_below_cloudformations_limits(synthesis: Synthesis) -> None:
    for stack in synthesis.stacks:
        found: Any = stack.template["Resources"]
        assert len(found) < 500, f"{stack.stage}/{stack.capability}"
        assert stack.template_file.stat().st_size < 1_000_000, f"{stack.stage}/{stack.capability}"


def test_every_output_of_the_contract_exists_once_per_stage(synthesis: Synthesis) -> None:
    for stage in ("dev", "staging", "production", "local"):
        names: Counter[str] = Counter()
        for stack in synthesis.of_stage(stage).values():
            outputs: Any = stack.template.get("Outputs", {})
            names.update(name for name in outputs if not name.startswith("Exports"))
        assert names == Counter(StackOutput), stage


def test_references_between_stacks_are_strong(synthesis: Synthesis) -> None:
    """CloudFormation then refuses to delete what another stack uses."""
    text = "".join(stack.template_file.read_text() for stack in synthesis.stacks)
    assert "Fn::ImportValue" in text
    assert "Fn::GetStackOutput" not in text


def test_no_template_names_an_account_or_a_machine(synthesis: Synthesis) -> None:
    for stack in synthesis.stacks:
        if stack.stage != "local":
            text = stack.template_file.read_text()
            assert "000000000000" not in text
            assert "127.0.0.1" not in text, "a template must not know where it is tried out"
