"""The constructs that every stack builds on keep their promise by themselves."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Match, Template

from healthcare_infra.config import load_stage
from healthcare_infra.constructs.access.least_privilege_role import LeastPrivilegeRole
from healthcare_infra.constructs.observability.encrypted_log_group import EncryptedLogGroup
from tests.infra.templates import stack_template


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(analytics_reporting=False, builtin_cloud_formation_validation=False), "Stack")


def role(stack: cdk.Stack) -> LeastPrivilegeRole:
    return LeastPrivilegeRole(
        stack,
        "Identity",
        service="lambda.amazonaws.com",
        description="reads one bucket",
        conditions={"StringEquals": {"aws:SourceAccount": "111122223333"}},
    )


def test_grants_become_one_managed_policy(stack: cdk.Stack) -> None:
    identity = role(stack)
    s3.Bucket(stack, "Bucket").grant_read(identity.permissions)
    identity.allow("sqs:SendMessage", on=["arn:aws:sqs:us-east-1:111122223333:queue"])
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::IAM::Policy", 0)
    template.resource_count_is("AWS::IAM::ManagedPolicy", 1)
    template.has_resource_properties(
        "AWS::IAM::Role", {"Policies": Match.absent(), "ManagedPolicyArns": Match.any_value()}
    )


def test_a_construct_cannot_slip_an_inline_policy_into_the_role(stack: cdk.Stack) -> None:
    identity = role(stack)
    identity.allow("sqs:SendMessage", on=["arn:aws:sqs:us-east-1:111122223333:queue"])
    identity.role.add_to_principal_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=["*"]))
    Template.from_stack(stack).resource_count_is("AWS::IAM::Policy", 0)


def test_the_service_assumes_the_role_under_its_conditions_only(stack: cdk.Stack) -> None:
    role(stack).allow("sqs:SendMessage", on=["arn:aws:sqs:us-east-1:111122223333:queue"])
    Template.from_stack(stack).has_resource_properties(
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": {
                "Statement": [
                    {
                        "Action": "sts:AssumeRole",
                        "Effect": "Allow",
                        "Principal": {"Service": "lambda.amazonaws.com"},
                        "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}},
                    }
                ]
            }
        },
    )


def test_code_inside_a_function_cannot_use_the_interface_permissions_of_its_service() -> None:
    template = stack_template(load_stage("dev"), "imaging-import")
    template.has_resource_properties(
        "AWS::IAM::ManagedPolicy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with(
                    [
                        Match.object_like(
                            {
                                "Effect": "Deny",
                                "Action": Match.array_with(["ec2:CreateNetworkInterface"]),
                                "Condition": {"ArnLike": {"lambda:SourceFunctionArn": Match.any_value()}},
                            }
                        )
                    ]
                )
            }
        },
    )


@pytest.mark.parametrize(("stage", "policy"), [("dev", "Delete"), ("production", "Retain")])
def test_a_log_group_outlives_its_stack_where_data_is_real(stack: cdk.Stack, stage: str, policy: str) -> None:
    EncryptedLogGroup(stack, "Logs", config=load_stage(stage), key=kms.Key(stack, "Key"))
    Template.from_stack(stack).has_resource("AWS::Logs::LogGroup", {"DeletionPolicy": policy})
