"""What the document stacks rest on: keys that compute, a bucket that keeps, an API behind IAM, a catalog."""

import json
from typing import Any

import pytest
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from tests.local.emulators import ROLE, Emulator

OWNER = {"AWS": "arn:aws:iam::000000000000:root"}
KEY_POLICY = {"Statement": [{"Effect": "Allow", "Principal": OWNER, "Action": "kms:*", "Resource": "*"}]}
ECHO = """
import json
def handler(event, context):
    said = {name: event.get(name) for name in ("resource", "path", "httpMethod", "pathParameters", "queryStringParameters")}
    return {"statusCode": 202, "headers": {"etag": 'W/"1"'}, "body": json.dumps(said)}
"""  # noqa: E501


def key(spec: str, usage: str) -> dict[str, Any]:
    return {"Type": "AWS::KMS::Key", "Properties": {"KeySpec": spec, "KeyUsage": usage, "KeyPolicy": KEY_POLICY}}


def test_given_an_hmac_key_when_a_mac_is_generated_then_it_is_the_same_again_and_another_under_another_key(
    emulator: Emulator,
) -> None:
    mac_key = key("HMAC_256", "GENERATE_VERIFY_MAC")
    found = emulator.deploy("macs", {"One": mac_key, "Other": mac_key})
    kms = emulator.client("kms")

    def mac(name: str, message: bytes) -> bytes:
        answer = kms.generate_mac(KeyId=found[name], Message=message, MacAlgorithm="HMAC_SHA_256")
        return bytes(answer["Mac"])

    assert mac("One", b"analytics/1") == mac("One", b"analytics/1")
    assert len({mac("One", b"analytics/1"), mac("One", b"analytics/2"), mac("Other", b"analytics/1")}) == 3


def test_given_an_elliptic_key_when_a_digest_is_signed_then_only_that_digest_verifies(emulator: Emulator) -> None:
    found = emulator.deploy("signing", {"Key": key("ECC_NIST_P256", "SIGN_VERIFY")})["Key"]
    kms = emulator.client("kms")
    how = {"KeyId": found, "MessageType": "DIGEST", "SigningAlgorithm": "ECDSA_SHA_256"}
    signature = kms.sign(Message=b"\1" * 32, **how)["Signature"]
    assert kms.verify(Message=b"\1" * 32, Signature=signature, **how)["SignatureValid"] is True
    with pytest.raises(ClientError, match="KMSInvalidSignature"):
        kms.verify(Message=b"\2" * 32, Signature=signature, **how)
    assert kms.get_public_key(KeyId=found)["KeySpec"] == "ECC_NIST_P256"


def test_given_a_bucket_with_a_default_lock_when_an_object_is_written_then_its_version_stays(
    emulator: Emulator,
) -> None:
    locked = {
        "ObjectLockEnabled": True,
        "VersioningConfiguration": {"Status": "Enabled"},
        "ObjectLockConfiguration": {
            "ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
        },
    }  # fmt: skip
    bucket = emulator.deploy("locked", {"B": {"Type": "AWS::S3::Bucket", "Properties": locked}})["B"]
    s3 = emulator.client("s3")
    version = s3.put_object(Bucket=bucket, Key="seal", Body=b"1", IfNoneMatch="*")["VersionId"]
    assert s3.head_object(Bucket=bucket, Key="seal")["ObjectLockMode"] == "GOVERNANCE"
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=bucket, Key="seal", VersionId=version)
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket=bucket, Key="seal", Body=b"2", IfNoneMatch="*")


@pytest.fixture(scope="module")
def api(emulator: Emulator) -> str:
    """The base URL of a REST API whose methods ask IAM and go to one function."""
    paths = {"Consent": ("Rest", "POST"), "Decide": ("Consent", "POST"), "One": ("Consent", "GET")}
    parts = {"Consent": "Consent", "Decide": "$decide", "One": "{id}"}
    resources: dict[str, Any] = {
        "Rest": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "consents"}},
        "Echo": {"Type": "AWS::Lambda::Function", "Properties": {
            "Runtime": "python3.13", "Handler": "index.handler", "Role": ROLE, "Code": {"ZipFile": ECHO},
        }},
    }  # fmt: skip
    uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${Echo.Arn}/invocations"
    for name, (parent, method) in paths.items():
        above = {"Fn::GetAtt": ["Rest", "RootResourceId"]} if parent == "Rest" else {"Ref": parent}
        resources[name] = {"Type": "AWS::ApiGateway::Resource", "Properties": {
            "RestApiId": {"Ref": "Rest"}, "ParentId": above, "PathPart": parts[name],
        }}  # fmt: skip
        resources[f"{name}Method"] = {"Type": "AWS::ApiGateway::Method", "Properties": {
            "RestApiId": {"Ref": "Rest"}, "ResourceId": {"Ref": name}, "HttpMethod": method,
            "AuthorizationType": "AWS_IAM",
            "Integration": {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Sub": uri}},
        }}  # fmt: skip
    resources["Deployment"] = {
        "Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": {"Ref": "Rest"}, "StageName": "v1"},
        "DependsOn": [f"{name}Method" for name in paths],
    }  # fmt: skip
    found = emulator.deploy("rest", resources)["Rest"]
    return f"{emulator.endpoint}/restapis/{found}/v1/_user_request_"


def ask(method: str, url: str, *, signed: bool = True) -> tuple[int, dict[str, Any]]:
    request = AWSRequest(method, url, data=b"{}" if method == "POST" else None)
    if signed:
        SigV4Auth(Credentials("000000000000", "local"), "execute-api", "us-east-1").add_auth(request)
    body = b"{}" if method == "POST" else None
    answer = urllib3.request(method, url, body=body, headers=dict(request.headers), retries=False, timeout=20)
    return answer.status, json.loads(answer.data)


def test_given_an_operation_with_a_dollar_when_asked_then_its_own_resource_answers_and_not_the_variable_one(
    api: str,
) -> None:
    status, said = ask("POST", f"{api}/Consent/$decide")
    assert (status, said["resource"], said["pathParameters"]) == (202, "/Consent/$decide", None)
    status, said = ask("GET", f"{api}/Consent/abc?_summary=true")
    assert (status, said["resource"], said["pathParameters"]) == (202, "/Consent/{id}", {"id": "abc"})
    assert said["queryStringParameters"] == {"_summary": "true"}


def test_given_no_signature_or_no_method_when_asked_then_the_function_never_hears_of_it(api: str) -> None:
    assert ask("POST", f"{api}/Consent", signed=False)[0] == 403
    assert ask("DELETE", f"{api}/Consent/abc")[0] == 403


def test_given_a_table_with_projected_partitions_when_deployed_then_the_catalog_describes_it(
    emulator: Emulator,
) -> None:
    emulator.deploy(
        "catalog",
        {
            "Database": {"Type": "AWS::Glue::Database", "Properties": {
                "CatalogId": "000000000000", "DatabaseInput": {"Name": "masked"},
            }},
            "Table": {"Type": "AWS::Glue::Table", "Properties": {
                "CatalogId": "000000000000", "DatabaseName": {"Ref": "Database"},
                "TableInput": {
                    "Name": "documents", "Parameters": {"projection.enabled": "true"},
                    "PartitionKeys": [{"Name": "ingest_date", "Type": "string"}],
                    "StorageDescriptor": {"Columns": [{"Name": "document_id", "Type": "string"}]},
                },
            }},
        },
    )  # fmt: skip
    table = emulator.client("glue").get_table(DatabaseName="masked", Name="documents")["Table"]
    assert table["Parameters"]["projection.enabled"] == "true"
    assert [column["Name"] for column in table["StorageDescriptor"]["Columns"]] == ["document_id"]
