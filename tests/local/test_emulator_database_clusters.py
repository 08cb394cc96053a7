"""Aurora clusters of a stack are databases of a real PostgreSQL; the consent schema gets there by its own function."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from healthcare_runtime.consent.schema import migrations, schema_digest
from local_cloud.ports import any_free_port
from tests.local.emulators import REPOSITORY, ROLE, Emulator
from tests.postgres import Postgres, running_postgres


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with running_postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Emulator]:
    endpoint = ["--rds-endpoint", f"127.0.0.1:{postgres.port}"]
    started = Emulator(tmp_path_factory.mktemp("emulator"), any_free_port(), {}, options=endpoint)
    started.start()
    yield started
    started.stop()


def database_stack(**cluster: Any) -> dict[str, Any]:
    """What a CDK ``DatabaseCluster`` of Aurora PostgreSQL makes, and the network that it needs."""
    return {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.9.0.0/16"}},
        "Subnet": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.9.1.0/24"},
        },
        "Subnets": {
            "Type": "AWS::RDS::DBSubnetGroup",
            "Properties": {"DBSubnetGroupDescription": "data", "SubnetIds": [{"Ref": "Subnet"}]},
        },
        "Parameters": {
            "Type": "AWS::RDS::DBClusterParameterGroup",
            "Properties": {
                "Description": "TLS only",
                "Family": "aurora-postgresql16",
                "Parameters": {"rds.force_ssl": "1"},
            },
        },
        "Monitoring": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
        },
        "Cluster": {
            "Type": "AWS::RDS::DBCluster",
            "Properties": {
                "Engine": "aurora-postgresql",
                "EngineVersion": "16.6",
                "DatabaseName": "consent",
                "MasterUsername": "master",
                "ManageMasterUserPassword": True,
                "MasterUserSecret": {"KmsKeyId": "alias/documents"},
                "DBSubnetGroupName": {"Ref": "Subnets"},
                "DBClusterParameterGroupName": {"Ref": "Parameters"},
                "EnableIAMDatabaseAuthentication": True,
                "EnableCloudwatchLogsExports": ["postgresql"],
                "ServerlessV2ScalingConfiguration": {"MinCapacity": 0, "MaxCapacity": 2},
                "StorageEncrypted": True,
                **cluster,
            },
        },
        "Writer": {
            "Type": "AWS::RDS::DBInstance",
            "Properties": {
                "DBClusterIdentifier": {"Ref": "Cluster"},
                "DBInstanceClass": "db.serverless",
                "Engine": "aurora-postgresql",
                "EnablePerformanceInsights": True,
                "MonitoringInterval": 60,
                "MonitoringRoleArn": {"Fn::GetAtt": ["Monitoring", "Arn"]},
            },
        },
    }


OUTPUTS = {
    "Host": {"Fn::GetAtt": ["Cluster", "Endpoint.Address"]},
    "Port": {"Fn::GetAtt": ["Cluster", "Endpoint.Port"]},
    "ReaderHost": {"Fn::GetAtt": ["Cluster", "ReadEndpoint.Address"]},
    "Secret": {"Fn::GetAtt": ["Cluster", "MasterUserSecret.SecretArn"]},
    "WriterHost": {"Fn::GetAtt": ["Writer", "Endpoint.Address"]},
    "WriterPort": {"Fn::GetAtt": ["Writer", "Endpoint.Port"]},
    "ClusterId": {"Ref": "Cluster"},
}


def master(aws: Emulator, outputs: dict[str, str]) -> dict[str, str]:
    text = aws.client("secretsmanager").get_secret_value(SecretId=outputs["Secret"])["SecretString"]
    return dict(json.loads(text))


def test_given_a_cluster_when_deployed_then_its_endpoint_is_a_database_that_its_secret_opens(
    aws: Emulator, postgres: Postgres
) -> None:
    outputs = aws.deploy("database", database_stack(), OUTPUTS)
    here = ("127.0.0.1", str(postgres.port))
    assert (outputs["Host"], outputs["Port"]) == (outputs["WriterHost"], outputs["WriterPort"]) == here
    assert outputs["ReaderHost"] == "127.0.0.1"
    secret = master(aws, outputs)
    assert secret["username"] == "master"
    with psycopg.connect(host=here[0], port=postgres.port, dbname="consent", user="master") as connection:
        found = connection.execute(
            "SELECT rolsuper, rolcreaterole, pg_has_role('rds_iam', 'MEMBER'),"
            " (SELECT datdba::regrole::text FROM pg_database WHERE datname = 'consent')"
            " FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert found == (False, True, True, "master")
    with postgres.connect() as administrator:
        [(stored,)] = administrator.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'master'").fetchall()
    assert stored.startswith("SCRAM-SHA-256$")

    [described] = aws.client("rds").describe_db_clusters(DBClusterIdentifier=outputs["ClusterId"])["DBClusters"]
    assert (described["Endpoint"], described["Port"]) == ("127.0.0.1", postgres.port)
    assert described["MasterUserSecret"]["SecretArn"] == outputs["Secret"]

    with postgres.connect("consent") as connection:
        connection.execute("CREATE TABLE kept ()")
    aws.redeploy("database", database_stack(BackupRetentionPeriod=7))
    assert master(aws, outputs) == secret
    assert aws.remove("database") == "DELETE_COMPLETE"
    with postgres.connect("consent") as connection:
        connection.execute("DROP TABLE kept")  # the data outlives the cluster


def code() -> bytes:
    """The functions' code, as the CDK stages it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for package in ("healthcare_runtime", "lambdas"):
            for file in sorted((REPOSITORY / package).rglob("*")):
                if file.suffix in (".py", ".sql"):
                    archive.write(file, file.relative_to(REPOSITORY))
    return content.getvalue()


def function(handler: str, **variables: Any) -> dict[str, Any]:
    environment = {
        "CONSENT_DB_HOST": {"Fn::GetAtt": ["Cluster", "Endpoint.Address"]},
        "CONSENT_DB_PORT": {"Fn::GetAtt": ["Cluster", "Endpoint.Port"]},
        "CONSENT_DB_NAME": "platform",
        "CONSENT_DB_USER": "consent_api",
        "CONSENT_DB_AUTHENTICATION": "trust",
        **variables,
    }
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "python3.11",
            "Handler": handler,
            "Role": ROLE,
            "Timeout": 60,
            "Code": {"S3Bucket": "code", "S3Key": "code.zip"},
            "Environment": {"Variables": environment},
        },
    }


AUDIT_TABLE: dict[str, Any] = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "shard", "AttributeType": "S"},
            {"AttributeName": "position", "AttributeType": "N"},
        ],
        "KeySchema": [
            {"AttributeName": "shard", "KeyType": "HASH"},
            {"AttributeName": "position", "KeyType": "RANGE"},
        ],
    },
}


def test_given_the_migration_as_custom_resource_when_deployed_then_the_api_works_on_the_schema(
    aws: Emulator, postgres: Postgres, tmp_path: Path
) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="code")
    s3.put_object(Bucket="code", Key="code.zip", Body=code())
    resources = database_stack(DatabaseName="platform", MasterUsername="platform_master")
    resources["Migrate"] = function(
        "lambdas.consent.migrate.handler",
        CONSENT_DB_ADMIN_SECRET={"Fn::GetAtt": ["Cluster", "MasterUserSecret.SecretArn"]},
    )
    resources["Audit"] = AUDIT_TABLE
    resources["Api"] = function(
        "lambdas.consent.api.handler",
        AUDIT_TABLE={"Ref": "Audit"},
        AUDIT_SHARDS="2",
        CRITICAL_TOPIC_ARN="arn:aws:sns:us-east-1:000000000000:critical",
    )
    resources["Schema"] = {
        "Type": "AWS::CloudFormation::CustomResource",
        "Properties": {"ServiceToken": {"Fn::GetAtt": ["Migrate", "Arn"]}, "MigrationsDigest": "1"},
        "DependsOn": ["Writer"],
    }
    outputs = aws.deploy(
        "platform", resources, {"Digest": {"Fn::GetAtt": ["Schema", "SchemaDigest"]}, "Api": {"Ref": "Api"}}
    )
    assert outputs["Digest"] == schema_digest(migrations())

    event = {
        "httpMethod": "GET",
        "path": "/Consent",
        "headers": {},
        "queryStringParameters": {"patient": "Patient/a"},
        "requestContext": {
            "accountId": "000000000000",
            "extendedRequestId": "request-1",
            "identity": {"userArn": "arn:aws:iam::000000000000:user/clerk", "caller": "AIDACLERK"},
        },
    }
    payload = aws.client("lambda").invoke(FunctionName=outputs["Api"], Payload=json.dumps(event))["Payload"].read()
    answer = json.loads(payload)
    assert (answer["statusCode"], json.loads(answer["body"])["type"]) == (200, "searchset")
    with postgres.connect("platform") as connection:
        owners = connection.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'consent'").fetchall()
    assert owners == [("platform_master",)]
    assert aws.remove("platform") == "DELETE_COMPLETE"
