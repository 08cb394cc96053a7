"""The buckets: what expires, what stays, who hears of new objects."""

from typing import Any

import pytest
from aws_cdk.assertions import Template

from healthcare_infra.assembly import Synthesis
from healthcare_runtime.contracts.imaging import STAGING_PREFIX
from tests.infra import departures
from tests.infra.templates import resources, stack_template


def bucket(template: Template, name: str) -> dict[str, Any]:
    found = template.find_resources("AWS::S3::Bucket")
    (properties,) = [body["Properties"] for logical_id, body in found.items() if logical_id.startswith(f"{name}Bucket")]
    return dict(properties)


def rules(template: Template, name: str) -> dict[str, dict[str, Any]]:
    return {rule["Id"]: rule for rule in bucket(template, name)["LifecycleConfiguration"]["Rules"]}


def test_only_what_arrives_from_outside_is_announced(synthesis: Synthesis) -> None:
    for resource in resources(synthesis, "AWS::S3::Bucket"):
        announced = resource.properties.get("NotificationConfiguration")
        if resource.logical_id.startswith(("Dicom", "Raw")):
            assert announced == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}, str(resource)
        else:
            assert announced is None, str(resource)


def test_staged_copies_expire_and_received_instances_do_not() -> None:
    found = rules(stack_template(departures.PRODUCTION, "data-lake"), "Dicom")
    assert found["staged-copies"]["Prefix"] == STAGING_PREFIX
    assert found["staged-copies"]["ExpirationInDays"] == 3
    expiring = [rule["Id"] for rule in found.values() if "ExpirationInDays" in rule]
    assert expiring == ["staged-copies"]
    assert found["received-instances"]["Transitions"] == [{"StorageClass": "STANDARD_IA", "TransitionInDays": 30}]


def test_lifecycle_follows_the_configuration() -> None:
    template = stack_template(departures.STAGING, "data-lake")
    dicom, results, logs = (rules(template, name) for name in ("Dicom", "Results", "AccessLogs"))
    assert "received-instances" not in dicom
    assert dicom["old-versions"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 11}
    assert dicom["abandoned-uploads"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 2}
    assert results["results"]["ExpirationInDays"] == 99
    assert logs["retention"]["ExpirationInDays"] == 400


def test_each_bucket_logs_below_a_prefix_of_its_own(synthesis: Synthesis) -> None:
    prefixes = [
        resource.properties["LoggingConfiguration"]["LogFilePrefix"]
        for resource in resources(synthesis, "AWS::S3::Bucket")
        if resource.stage == "production" and "LoggingConfiguration" in resource.properties
    ]
    names = ("audit", "dicom", "processed", "quarantine", "raw", "results", "work")
    assert sorted(prefixes) == [f"s3/{name}/" for name in names]


def test_only_stages_with_synthetic_data_empty_their_buckets(synthesis: Synthesis) -> None:
    assert {resource.stage for resource in resources(synthesis, "Custom::S3AutoDeleteObjects")} == {"dev", "local"}


def test_extractions_expire_with_every_version_and_documents_do_not() -> None:
    template = stack_template(departures.PRODUCTION, "data-lake")
    extractions = rules(template, "Work")["extractions"]
    assert extractions["ExpirationInDays"] == 12
    assert extractions["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    for name in ("Raw", "Processed", "Quarantine", "Audit"):
        assert [rule for rule in rules(template, name).values() if "ExpirationInDays" in rule] == [], name


@pytest.mark.parametrize(
    ("stage", "mode", "days"),
    [("production", "COMPLIANCE", 2557), ("staging", "GOVERNANCE", 30), ("dev", "GOVERNANCE", 1)],
)
def test_the_audit_bucket_is_locked_and_kept_in_every_stage(
    synthesis: Synthesis, stage: str, mode: str, days: int
) -> None:
    """164.316(b)(2)(i). Only production's lock cannot be lifted by anybody."""
    (locked,) = [
        bucket
        for bucket in resources(synthesis, "AWS::S3::Bucket")
        if bucket.stage == stage and bucket.properties.get("ObjectLockEnabled")
    ]
    assert locked.logical_id.startswith("Audit")
    retention = locked.properties["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert retention == {"Mode": mode, "Days": days}
    assert locked.body["DeletionPolicy"] == "Retain"
    emptied = [each.properties["BucketName"] for each in resources(synthesis, "Custom::S3AutoDeleteObjects")]
    assert {"Ref": locked.logical_id} not in emptied
