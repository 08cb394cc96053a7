"""Stacks of types and properties that stock ministack refuses or drops, seen through the public API."""

import json
from typing import TYPE_CHECKING, Any

import botocore.exceptions
import pytest

from local_cloud import recorded
from tests.local.emulators import Emulator, zipped

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient

VPC: dict[str, Any] = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.9.0.0/16"}}
SUBNET: dict[str, Any] = {
    "Type": "AWS::EC2::Subnet",
    "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.9.1.0/24"},
}


def test_given_an_unknown_type_when_deployed_then_the_error_names_it_and_the_mend(emulator: Emulator) -> None:
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        emulator.deploy("unknown", {"X": {"Type": "AWS::HealthLake::FHIRDatastore"}})
    assert "AWS::HealthLake::FHIRDatastore" in str(refused.value)
    assert "local_cloud/emulator" in str(refused.value)


def test_given_a_vpc_when_its_cidr_is_asked_for_then_get_att_answers(emulator: Emulator) -> None:
    outputs = emulator.deploy("vpc-cidr", {"Vpc": VPC}, {"Cidr": {"Fn::GetAtt": ["Vpc", "CidrBlock"]}})
    assert outputs["Cidr"] == "10.9.0.0/16"
    assert emulator.remove("vpc-cidr") == "DELETE_COMPLETE"


def test_given_network_acls_when_deployed_then_the_subnet_has_exactly_that_list_with_its_ports(
    emulator: Emulator, ec2: Any
) -> None:
    entry = {
        "NetworkAclId": {"Ref": "Acl"}, "RuleNumber": 110, "Protocol": 6, "RuleAction": "allow",
        "Egress": True, "CidrBlock": "10.9.0.0/16", "PortRange": {"From": 443, "To": 444},
    }  # fmt: skip
    association = {"SubnetId": {"Ref": "Subnet"}, "NetworkAclId": {"Ref": "Acl"}}
    resources: dict[str, Any] = {
        "Vpc": VPC,
        "Subnet": SUBNET,
        "Acl": {"Type": "AWS::EC2::NetworkAcl", "Properties": {"VpcId": {"Ref": "Vpc"}}},
        "Entry": {"Type": "AWS::EC2::NetworkAclEntry", "Properties": entry},
        "Association": {"Type": "AWS::EC2::SubnetNetworkAclAssociation", "Properties": association},
    }
    ids = emulator.deploy("acl", resources)

    [acl] = ec2.describe_network_acls(NetworkAclIds=[ids["Acl"]])["NetworkAcls"]
    [rule] = acl["Entries"]
    assert (rule["RuleNumber"], rule["Egress"], rule["PortRange"]) == (110, True, {"From": 443, "To": 444})
    assert [one["SubnetId"] for one in acl["Associations"]] == [ids["Subnet"]]

    resources["Entry"] = {"Type": "AWS::EC2::NetworkAclEntry", "Properties": {**entry, "RuleAction": "deny"}}
    emulator.redeploy("acl", resources)
    [acl] = ec2.describe_network_acls(NetworkAclIds=[ids["Acl"]])["NetworkAcls"]
    assert [rule["RuleAction"] for rule in acl["Entries"]] == ["deny"]
    assert emulator.remove("acl") == "DELETE_COMPLETE"


def test_given_rules_beside_their_group_when_removed_then_only_they_go(emulator: Emulator, ec2: Any) -> None:
    def rule(kind: str, port: int) -> dict[str, Any]:
        range_ = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": "10.9.0.0/16"}
        return {
            "Type": f"AWS::EC2::SecurityGroup{kind}",
            "Properties": {"GroupId": {"Fn::GetAtt": ["Group", "GroupId"]}, **range_},
        }

    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "g", "VpcId": {"Ref": "Vpc"}}}
    resources = {
        "Vpc": VPC,
        "Group": group,
        "In": rule("Ingress", 11112),
        "Other": rule("Ingress", 104),
        "Out": rule("Egress", 443),
    }
    ids = emulator.deploy("rules", resources)
    [found] = ec2.describe_security_groups(GroupIds=[ids["Group"]])["SecurityGroups"]
    assert {one["FromPort"] for one in found["IpPermissions"]} == {11112, 104}
    assert 443 in {one.get("FromPort") for one in found["IpPermissionsEgress"]}

    del resources["Other"]
    emulator.redeploy("rules", resources)
    [found] = ec2.describe_security_groups(GroupIds=[ids["Group"]])["SecurityGroups"]
    assert {one["FromPort"] for one in found["IpPermissions"]} == {11112}
    assert emulator.remove("rules") == "DELETE_COMPLETE"


def test_given_nat_addresses_and_flow_logs_when_deployed_then_ec2_describes_them(emulator: Emulator, ec2: Any) -> None:
    flow_log = {"ResourceId": {"Ref": "Vpc"}, "ResourceType": "VPC", "TrafficType": "ALL", "LogGroupName": "flows"}
    gateway = {"SubnetId": {"Ref": "Subnet"}, "AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]}}
    ids = emulator.deploy(
        "nat",
        {
            "Vpc": VPC,
            "Subnet": SUBNET,
            "Address": {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}},
            "Gateway": {"Type": "AWS::EC2::NatGateway", "Properties": gateway},
            "Flow": {"Type": "AWS::EC2::FlowLog", "Properties": flow_log},
        },
    )
    [nat] = ec2.describe_nat_gateways(NatGatewayIds=[ids["Gateway"]])["NatGateways"]
    assert nat["SubnetId"] == ids["Subnet"]
    assert ids["Flow"] in {one["FlowLogId"] for one in ec2.describe_flow_logs()["FlowLogs"]}
    assert emulator.remove("nat") == "DELETE_COMPLETE"


def test_given_every_bucket_property_when_deployed_then_s3_shows_each(emulator: Emulator, s3: "S3Client") -> None:
    key_arn = "arn:aws:kms:us-east-1:000000000000:key/11111111-1111-1111-1111-111111111111"
    by_default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key_arn}
    encryption = [{"ServerSideEncryptionByDefault": by_default, "BucketKeyEnabled": True}]
    rules = [
        {"Id": "old", "Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 30}},
        {"Id": "staging", "Status": "Enabled", "Prefix": "staging/", "ExpirationInDays": 2},
        {"Id": "parts", "Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
    ]
    properties = {
        "VersioningConfiguration": {"Status": "Enabled"},
        "BucketEncryption": {"ServerSideEncryptionConfiguration": encryption},
        "LifecycleConfiguration": {"Rules": rules},
        "LoggingConfiguration": {"DestinationBucketName": {"Ref": "Logs"}, "LogFilePrefix": "phi/"},
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "BlockPublicPolicy": True},
        "NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
        "Tags": [{"Key": "domain", "Value": "imaging"}],
    }
    lock = {"Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 3}}}
    ids = emulator.deploy(
        "bucket-properties",
        {
            "Logs": {"Type": "AWS::S3::Bucket"},
            "Phi": {"Type": "AWS::S3::Bucket", "Properties": properties},
            "Locked": {
                "Type": "AWS::S3::Bucket",
                "Properties": {"ObjectLockEnabled": True, "ObjectLockConfiguration": lock},
            },
        },
    )
    bucket = ids["Phi"]
    [rule] = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"] == by_default
    lifecycle = {one["ID"]: one for one in s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]}
    assert lifecycle["old"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert (lifecycle["staging"]["Expiration"], lifecycle["staging"]["Filter"]) == ({"Days": 2}, {"Prefix": "staging/"})
    assert lifecycle["parts"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    logging = s3.get_bucket_logging(Bucket=bucket)["LoggingEnabled"]
    assert (logging["TargetBucket"], logging["TargetPrefix"]) == (ids["Logs"], "phi/")
    [ownership] = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]
    assert ownership["ObjectOwnership"] == "BucketOwnerEnforced"
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == properties["Tags"]
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    retention = s3.get_object_lock_configuration(Bucket=ids["Locked"])["ObjectLockConfiguration"]["Rule"][
        "DefaultRetention"
    ]
    assert retention == {"Mode": "GOVERNANCE", "Days": 3}
    assert s3.put_object(Bucket=bucket, Key="a", Body=b"x")["SSEKMSKeyId"] == key_arn
    s3.delete_object(Bucket=bucket, Key="a", VersionId=s3.head_object(Bucket=bucket, Key="a")["VersionId"])
    assert emulator.remove("bucket-properties") == "DELETE_COMPLETE"


def test_given_a_bucket_with_objects_when_its_stack_is_deleted_then_only_auto_delete_lets_it_go(
    emulator: Emulator, s3: "S3Client"
) -> None:
    versioned = {"Type": "AWS::S3::Bucket", "Properties": {"VersioningConfiguration": {"Status": "Enabled"}}}
    bucket = emulator.deploy("full-bucket", {"Bucket": versioned})["Bucket"]
    s3.put_object(Bucket=bucket, Key="kept", Body=b"1")
    assert emulator.remove("full-bucket") == "DELETE_FAILED"
    assert s3.get_object(Bucket=bucket, Key="kept")["Body"].read() == b"1"

    emptied = {"BucketName": {"Ref": "Bucket"}, "ServiceToken": "arn:aws:lambda:us-east-1:000000000000:function:none"}
    resources = {"Bucket": versioned, "Emptied": {"Type": "Custom::S3AutoDeleteObjects", "Properties": emptied}}
    bucket = emulator.deploy("emptied-bucket", resources)["Bucket"]
    for body in (b"1", b"2"):
        s3.put_object(Bucket=bucket, Key="a", Body=body)
    s3.delete_object(Bucket=bucket, Key="a")  # a delete marker has to go as well
    assert emulator.remove("emptied-bucket") == "DELETE_COMPLETE"
    with pytest.raises(s3.exceptions.ClientError, match="NoSuchBucket"):
        s3.list_objects_v2(Bucket=bucket)


def test_given_a_default_security_group_when_restricted_then_it_has_no_rules(emulator: Emulator, ec2: Any) -> None:
    group = {"Fn::GetAtt": ["Vpc", "DefaultSecurityGroup"]}
    properties = {
        "DefaultSecurityGroupId": group,
        "ServiceToken": "arn:aws:lambda:us-east-1:000000000000:function:none",
    }
    resources = {"Vpc": VPC, "Closed": {"Type": "Custom::VpcRestrictDefaultSG", "Properties": properties}}
    outputs = emulator.deploy("closed-group", resources, {"Group": group})
    [found] = ec2.describe_security_groups(GroupIds=[outputs["Group"]])["SecurityGroups"]
    assert (found["IpPermissions"], found["IpPermissionsEgress"]) == ([], [])


def test_given_a_bucket_deployment_when_it_changes_then_files_arrive_and_old_ones_are_pruned(
    emulator: Emulator, s3: "S3Client"
) -> None:
    s3.create_bucket(Bucket="deployment-source")
    s3.create_bucket(Bucket="deployment-target")
    s3.put_object(Bucket="deployment-source", Key="1.zip", Body=zipped("<html>1", "index.html"))
    s3.put_object(Bucket="deployment-source", Key="2.zip", Body=zipped("{}", "data/x.json"))

    def resources(key: str) -> dict[str, Any]:
        properties = {
            "ServiceToken": "arn:aws:lambda:us-east-1:000000000000:function:none",
            "SourceBucketNames": ["deployment-source"], "SourceObjectKeys": [key],
            "DestinationBucketName": "deployment-target", "DestinationBucketKeyPrefix": "site", "Prune": True,
        }  # fmt: skip
        return {"Files": {"Type": "Custom::CDKBucketDeployment", "Properties": properties}}

    emulator.deploy("files", resources("1.zip"))
    assert s3.get_object(Bucket="deployment-target", Key="site/index.html")["ContentType"] == "text/html"
    emulator.redeploy("files", resources("2.zip"))
    listed = s3.list_objects_v2(Bucket="deployment-target")["Contents"]
    assert [item["Key"] for item in listed] == ["site/data/x.json"]


def test_given_a_generated_secret_when_referred_to_then_ref_is_its_arn_and_exclusions_hold(
    emulator: Emulator, secrets: "SecretsManagerClient"
) -> None:
    generate = {"PasswordLength": 200, "ExcludePunctuation": True, "ExcludeUppercase": True, "ExcludeNumbers": True}
    resources = {"Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"GenerateSecretString": generate}}}
    outputs = emulator.deploy("secret", resources, {"Arn": {"Ref": "Secret"}})
    assert outputs["Arn"].startswith("arn:aws:secretsmanager:us-east-1:000000000000:secret:")
    value = secrets.get_secret_value(SecretId=outputs["Arn"])["SecretString"]
    assert len(value) == 200
    assert value.isalpha()
    assert value.islower()
    assert emulator.remove("secret") == "DELETE_COMPLETE"


def test_given_types_that_are_only_recorded_when_deployed_then_the_report_lists_them_until_they_go(
    emulator: Emulator,
) -> None:
    register = emulator.state / "recorded.json"
    metrics = [{"Id": "e", "Expression": "a/b", "ReturnData": True}]
    alarm = {"Metrics": metrics, "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "Threshold": 1}
    resources = {
        "Trail": {"Type": "AWS::CloudTrail::Trail", "Properties": {"IsLogging": True, "S3BucketName": "b"}},
        "Ratio": {"Type": "AWS::CloudWatch::Alarm", "Properties": alarm},
    }
    outputs = emulator.deploy("recorded", resources, {"Trail": {"Fn::GetAtt": ["Trail", "Arn"]}})
    assert outputs["Trail"].startswith("arn:aws:cloudtrail:us-east-1:000000000000:trail/")
    listed = {one.type: one.logical_ids for one in recorded.summarize(register)}
    assert listed["AWS::CloudTrail::Trail"] == ["recorded/Trail"]
    assert listed["AWS::CloudWatch::Alarm (metric math)"] == ["recorded/Ratio"]
    assert emulator.remove("recorded") == "DELETE_COMPLETE"
    assert not any("recorded/" in one for line in recorded.summarize(register) for one in line.logical_ids)


def test_given_a_health_imaging_datastore_when_deployed_then_it_exists_in_the_service_beside(
    emulator: Emulator,
) -> None:
    resources = {"Store": {"Type": "AWS::HealthImaging::Datastore", "Properties": {"DatastoreName": "images"}}}
    outputs = emulator.deploy("datastore", resources, {"Id": {"Fn::GetAtt": ["Store", "DatastoreId"]}})
    found = emulator.client("medical-imaging").get_datastore(datastoreId=outputs["Id"])["datastoreProperties"]
    assert found["datastoreStatus"] == "ACTIVE"
    assert json.dumps(found, default=str)
    assert emulator.remove("datastore") == "DELETE_COMPLETE"


def test_given_an_image_that_was_not_pushed_when_described_then_ecr_says_it_is_not_found(emulator: Emulator) -> None:
    registry = emulator.client("ecr")
    registry.create_repository(repositoryName="images")
    with pytest.raises(registry.exceptions.ImageNotFoundException):
        registry.describe_images(repositoryName="images", imageIds=[{"imageTag": "absent"}])
