"""Where the import keeps things: the data store, the role it reads with, the tables."""

import json

import pytest

from healthcare_infra.assembly import Synthesis
from tests.infra.imaging.import_templates import STACK
from tests.infra.policies import permissions
from tests.infra.templates import Resources, of_type, only, stack_resources

TABLE = "AWS::DynamoDB::Table"


class TestDatastore:
    @pytest.mark.parametrize("stage", ["dev", "staging", "production", "local"])
    def test_it_survives_its_stack_and_its_replacement_in_every_stage(self, synthesis: Synthesis, stage: str) -> None:
        (datastore,) = of_type(stack_resources(synthesis, stage, STACK), "AWS::HealthImaging::Datastore").values()
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
