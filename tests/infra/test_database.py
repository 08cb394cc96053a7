"""The consent database: who may connect and how, what its log keeps, how it survives a zone; and the two tables."""

from typing import Any

import pytest
from aws_cdk.assertions import Template

from healthcare_infra.assembly import Synthesis
from healthcare_infra.config import StageConfig, load_stage
from healthcare_infra.constructs.database import schema_migration
from healthcare_infra.constructs.database.schema_migration import migrations_digest
from tests.infra import departures
from tests.infra.policies import permissions
from tests.infra.templates import resources, stack_template

STAGES = ("dev", "staging", "production", "local")


def one(synthesis: Synthesis, kind: str, stage: str = "production") -> dict[str, Any]:
    (found,) = [each for each in resources(synthesis, kind) if each.stage == stage and each.stack == "database"]
    return found.body


def test_the_cluster_is_encrypted_protected_and_asks_iam_who_connects(synthesis: Synthesis) -> None:
    for stage in STAGES:
        properties = one(synthesis, "AWS::RDS::DBCluster", stage)["Properties"]
        assert properties["StorageEncrypted"] is True
        assert properties["KmsKeyId"]
        assert properties["EnableIAMDatabaseAuthentication"] is True
        assert properties["DeletionProtection"] is (stage in ("staging", "production"))


def test_rds_keeps_and_rotates_the_master_password_and_no_template_holds_one(synthesis: Synthesis) -> None:
    properties = one(synthesis, "AWS::RDS::DBCluster")["Properties"]
    assert properties["ManageMasterUserPassword"] is True
    assert properties["MasterUserSecret"]["KmsKeyId"]
    assert "MasterUserPassword" not in properties
    assert list(resources(synthesis, "AWS::SecretsManager::Secret")) == []


def test_no_plain_connection_and_nothing_of_a_statement_in_the_log(synthesis: Synthesis) -> None:
    parameters = one(synthesis, "AWS::RDS::DBClusterParameterGroup")["Properties"]["Parameters"]
    assert parameters["rds.force_ssl"] == "1"
    assert parameters["log_statement"] == "none"
    assert parameters["log_error_verbosity"] == "terse"  # DETAIL would quote the patient of a broken constraint
    assert parameters["log_min_error_statement"] == "panic"
    assert {parameters[f"log_parameter_max_length{suffix}"] for suffix in ("", "_on_error")} == {"0"}


def test_the_exported_log_has_our_key_and_a_time_because_its_group_was_there_first(synthesis: Synthesis) -> None:
    cluster = one(synthesis, "AWS::RDS::DBCluster")
    (group,) = [
        each
        for each in resources(synthesis, "AWS::Logs::LogGroup")
        if each.stage == "production" and "/aws/rds/" in str(each.properties.get("LogGroupName"))
    ]
    identifier = cluster["Properties"]["DBClusterIdentifier"]
    assert group.properties["LogGroupName"] == f"/aws/rds/cluster/{identifier}/postgresql"
    assert group.logical_id in cluster["DependsOn"]


@pytest.mark.parametrize(("stage", "zones"), [("production", ["a", "b"]), ("staging", ["a", "b"]), ("dev", ["a"])])
def test_a_reader_stands_in_another_zone_than_the_writer_where_data_is_real(
    synthesis: Synthesis, stage: str, zones: list[str]
) -> None:
    found = [each.properties for each in resources(synthesis, "AWS::RDS::DBInstance") if each.stage == stage]
    assert [each["AvailabilityZone"] for each in found] == [f"us-east-1{zone}" for zone in zones]
    for each in found:
        assert each["PubliclyAccessible"] is False
        assert each["MonitoringInterval"] == 60
        assert each["EnablePerformanceInsights"] is True
        assert each["PerformanceInsightsKMSKeyId"]


def test_the_cluster_stands_in_the_isolated_data_subnets(synthesis: Synthesis) -> None:
    subnets = one(synthesis, "AWS::RDS::DBSubnetGroup")["Properties"]["SubnetIds"]
    assert len(subnets) == 3
    assert all("dataSubnet" in subnet["Fn::ImportValue"] for subnet in subnets)


def test_a_pausing_database_says_when_and_another_does_not() -> None:
    def scaling(config: StageConfig) -> dict[str, Any]:
        (cluster,) = stack_template(config, "database").find_resources("AWS::RDS::DBCluster").values()
        found: dict[str, Any] = cluster["Properties"]["ServerlessV2ScalingConfiguration"]
        return found

    assert departures.DEV.database.minimum_capacity == 0
    assert scaling(departures.DEV) == {"MinCapacity": 0, "MaxCapacity": 4, "SecondsUntilAutoPause": 600}
    assert scaling(departures.STAGING) == {"MinCapacity": 0.5, "MaxCapacity": 4}


def migration(template: Template) -> dict[str, Any]:
    (schema,) = template.find_resources("Custom::ConsentSchema").values()
    return dict(schema)


def test_the_schema_waits_for_the_instances_and_is_provided_by_the_migration_itself() -> None:
    template = stack_template(departures.PRODUCTION, "database")
    schema = migration(template)
    writers = [name for name in template.find_resources("AWS::RDS::DBInstance") if name in schema["DependsOn"]]
    assert len(writers) == 2
    function, attribute = schema["Properties"]["ServiceToken"]["Fn::GetAtt"]
    assert attribute == "Arn"
    (command,) = template.find_resources("AWS::Lambda::Function")[function]["Properties"]["ImageConfig"]["Command"]
    assert command == "lambdas.consent.migrate.handler"


def test_a_new_migration_changes_the_resource_and_so_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    assert migration(stack_template(load_stage("dev"), "database"))["Properties"]["MigrationsDigest"] == (
        migrations_digest()
    )
    monkeypatch.setattr(schema_migration, "_MIGRATIONS", tmp_path)
    (tmp_path / "0001_first.sql").write_text("CREATE TABLE a ();")
    first = migrations_digest()
    (tmp_path / "0002_second.sql").write_text("CREATE TABLE b ();")
    second = migrations_digest()
    (tmp_path / "0002_second.sql").write_text("CREATE TABLE c ();")
    assert len({first, second, migrations_digest()}) == 3


def test_only_the_migration_reads_the_master_password(synthesis: Synthesis) -> None:
    readers = [
        f"{policy.stack}/{policy.logical_id}"
        for policy in resources(synthesis, "AWS::IAM::ManagedPolicy")
        if policy.stage == "production" and "MasterUserSecret" in str(policy.properties["PolicyDocument"])
    ]
    assert readers == ["database/MigrationMigrateSchemaIdentityPermissions4A5F986C"]


@pytest.mark.parametrize(
    ("stack", "policy", "user"),
    [
        ("consent", "FunctionConsentApiIdentityPermissions", "consent_api"),
        ("phi-pipeline", "StepsCheckConsentIdentityPermissions", "consent_reader"),
        ("phi-pipeline", "StepsMaskAndStoreIdentityPermissions", "consent_reader"),
    ],
)
def test_each_function_signs_in_as_one_user_of_this_cluster(
    synthesis: Synthesis, stack: str, policy: str, user: str
) -> None:
    found: Any = synthesis.of_stage("production")[stack].template["Resources"]
    (connect,) = [each for each in permissions(found, policy) if each.action == "rds-db:connect"]
    assert connect.resource.endswith(f'"/{user}"]]}}')
    assert "DBClusterResourceId" in connect.resource


def test_nobody_else_signs_in(synthesis: Synthesis) -> None:
    allowed = [
        policy.logical_id
        for policy in resources(synthesis, "AWS::IAM::ManagedPolicy")
        if policy.stage == "production" and "rds-db:connect" in str(policy.properties["PolicyDocument"])
    ]
    assert len(allowed) == 3


def test_the_tables_have_the_keys_of_the_contract(synthesis: Synthesis) -> None:
    tables = {
        each.logical_id: each.properties
        for each in resources(synthesis, "AWS::DynamoDB::Table")
        if each.stage == "production" and each.stack == "database"
    }
    (documents,) = [found for name, found in tables.items() if name.startswith("Documents")]
    (audit,) = [found for name, found in tables.items() if name.startswith("Audit")]
    assert keys(documents["KeySchema"]) == {"HASH": "documentId"}
    (index,) = documents["GlobalSecondaryIndexes"]
    assert (index["IndexName"], keys(index["KeySchema"])) == ("byStatus", {"HASH": "status", "RANGE": "updatedAt"})
    assert documents["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}
    assert keys(audit["KeySchema"]) == {"HASH": "shard", "RANGE": "position"}
    assert {"AttributeName": "position", "AttributeType": "N"} in audit["AttributeDefinitions"]
    assert "TimeToLiveSpecification" not in audit
    assert documents["DeletionProtectionEnabled"] is audit["DeletionProtectionEnabled"] is True


def keys(schema: list[dict[str, str]]) -> dict[str, str]:
    return {each["KeyType"]: each["AttributeName"] for each in schema}


def test_no_role_of_the_platform_deletes_from_the_audit_trail(synthesis: Synthesis) -> None:
    """164.312(c)(1): neither an item of the table nor a version of the bucket, locked or not."""
    forbidden = {
        "dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "s3:DeleteObject", "s3:DeleteObjectVersion",
        "s3:BypassGovernanceRetention", "s3:PutObjectRetention", "s3:PutBucketObjectLockConfiguration",
    }  # fmt: skip
    for stack in synthesis.of_stage("production").values():
        found: Any = stack.template["Resources"]
        for name, body in found.items():
            if body["Type"] != "AWS::IAM::ManagedPolicy":
                continue
            for each in permissions({name: body}, name):
                if "Audit" in each.resource and each.effect == "Allow":
                    assert each.action not in forbidden, f"{stack.capability}/{name}: {each.action}"
