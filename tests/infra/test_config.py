"""A stage's configuration is right when it is built, or it says in one line what to change."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcare_infra.config import (
    STAGES,
    AuditConfig,
    Capability,
    ConfigError,
    ConsentConfig,
    DatabaseConfig,
    DicomConfig,
    DocumentAlertAddresses,
    DocumentsConfig,
    ImagingConfig,
    NetworkConfig,
    RetentionConfig,
    StageName,
    load_stage,
)
from healthcare_infra.config.regions import require_capabilities
from healthcare_infra.repository import REPOSITORY
from local_cloud.services import IMPORT_STARTS_PER_SECOND


def test_every_stage_loads_and_is_frozen() -> None:
    assert set(STAGES) == {"dev", "staging", "production", "local"}
    for name in STAGES:
        config = load_stage(name)
        assert config.stage == name
        with pytest.raises(FrozenInstanceError):
            config.region = "elsewhere"  # type: ignore[misc]


def test_local_is_dev_with_the_emulators_account_and_short_waits() -> None:
    dev, local = load_stage("dev"), load_stage("local")
    assert (local.account, local.region) == ("000000000000", "us-east-1")
    assert (local.imaging.quiet_period_seconds, local.imaging.poll_interval_seconds) == (5, 2)
    waits = replace(
        local.imaging,
        quiet_period_seconds=dev.imaging.quiet_period_seconds,
        poll_interval_seconds=dev.imaging.poll_interval_seconds,
        start_rate_per_second=dev.imaging.start_rate_per_second,
    )
    assert local.imaging.start_rate_per_second == IMPORT_STARTS_PER_SECOND  # as the local HealthImaging grants
    changed = ("imaging", "documents", "audit", "database")
    same = {name: getattr(dev, name) for name in changed if name != "imaging"}
    assert replace(local, stage=StageName.DEV, account=None, imaging=waits, **same) == dev


def test_local_waits_shortly_and_asks_no_service_that_only_aws_has() -> None:
    local = load_stage("local")
    documents = local.documents
    assert (documents.malware_protection, documents.comprehend_medical) == ("content", False)
    assert (documents.review_timeout_days, documents.sweep_interval_minutes) == (1, 1)
    assert (local.database.authentication, local.database.minimum_capacity) == ("trust", 0)
    for stage in ("dev", "staging", "production"):
        documents = load_stage(stage).documents
        assert (documents.malware_protection, documents.comprehend_medical) == ("guardduty", True), stage


@pytest.mark.parametrize("stage", ["dev", "staging", "production"])
def test_a_database_on_aws_never_trusts_who_connects(stage: str) -> None:
    with pytest.raises(ConfigError, match=r"^database\.authentication='trust': must be iam in"):
        replace(load_stage(stage), database=DatabaseConfig(authentication="trust"))


def test_the_audit_trail_of_production_cannot_be_unlocked() -> None:
    with pytest.raises(ConfigError, match=r"^audit\.lock_mode='GOVERNANCE': must be COMPLIANCE in production"):
        replace(load_stage("production"), audit=AuditConfig(lock_mode="GOVERNANCE", lock_days=2557))


def test_comprehend_medical_is_asked_for_only_where_the_region_has_it() -> None:
    require_capabilities("ap-northeast-1", frozenset())
    with pytest.raises(ConfigError, match=r"region='ap-northeast-1': has no Amazon Comprehend Medical"):
        require_capabilities("ap-northeast-1", frozenset({Capability.COMPREHEND_MEDICAL}))
    tokyo = replace(load_stage("local"), region="ap-northeast-1", capabilities=frozenset())
    with pytest.raises(ConfigError, match="Comprehend Medical"):
        replace(tokyo, documents=DocumentsConfig(comprehend_medical=True))


def test_production_waits_as_the_seed_says() -> None:
    imaging = load_stage("production").imaging
    assert (imaging.quiet_period_seconds, imaging.poll_interval_seconds) == (60, 30)


def test_account_and_region_come_from_the_command_line() -> None:
    config = load_stage("dev", account="111122223333", region="us-west-2")
    assert (config.account, config.region) == ("111122223333", "us-west-2")
    assert config.availability_zones == ("us-west-2a", "us-west-2b")


@pytest.mark.parametrize("name", ["prod", "Dev", "", None, 3, ["dev"]])
def test_an_unknown_stage_is_refused_with_the_known_ones(name: object) -> None:
    with pytest.raises(ConfigError, match=r"stage=.*must be one of dev, staging, production, local"):
        load_stage(name)


@pytest.mark.parametrize("region", ["ap-northeast-1", "us-east-2", "nowhere"])
def test_a_region_without_healthimaging_is_refused_by_name(region: str) -> None:
    with pytest.raises(ConfigError, match=rf"region='{region}': has no AWS HealthImaging; must be one of .*us-east-1"):
        load_stage("dev", region=region)


@pytest.mark.parametrize("region", ["us-east-1", "us-west-2", "ap-southeast-2", "eu-west-1", "eu-west-2"])
def test_every_region_with_healthimaging_is_accepted(region: str) -> None:
    assert load_stage("production", region=region).region == region


Mistake = tuple[Callable[..., object], dict[str, Any], str]


@pytest.mark.parametrize(
    ("build", "values", "message"),
    [
        (NetworkConfig, {"vpc_cidr": "10.0.0.0/20"}, r"network\.vpc_cidr='10.0.0.0/20': must be a /16"),
        (NetworkConfig, {"vpc_cidr": "10.0.0.1/16"}, r"network\.vpc_cidr=.*host bits zero"),
        (NetworkConfig, {"availability_zones": ("a",)}, r"network\.availability_zones=.*two or three"),
        (NetworkConfig, {"availability_zones": ("a", "a")}, r"network\.availability_zones=.*different"),
        (NetworkConfig, {"nat_gateways": "two"}, r"network\.nat_gateways='two': must be none, one or per_az"),
        (NetworkConfig, {"interface_endpoints": "some"}, r"network\.interface_endpoints='some'"),
        (NetworkConfig, {"endpoint_zones": "two"}, r"network\.endpoint_zones='two': must be one or all"),
        (NetworkConfig, {"interface_endpoints": "none"}, r"network\.interface_endpoints=.*could reach no AWS service"),
        (DicomConfig, {"ae_title": "A" * 17}, r"dicom\.ae_title=.*1 to 16 .*PS3\.5 6\.2"),
        (DicomConfig, {"ae_title": "A\\B"}, r"dicom\.ae_title="),
        (DicomConfig, {"calling_ae_titles": ("OK", "")}, r"dicom\.calling_ae_titles="),
        (DicomConfig, {"port": 104}, r"dicom\.port=104: must be from 1024 to 65535"),
        (DicomConfig, {"health_port": 11112}, r"dicom\.health_port=11112: must be another port"),
        (DicomConfig, {"client_cidrs": ("10.9.0.0/99",)}, r"dicom\.client_cidrs='10.9.0.0/99'"),
        (DicomConfig, {"internet_facing": True}, r"dicom\.internet_facing=True: must be False without TLS"),
        (
            DicomConfig,
            {"tls_certificate_arn": "arn:c", "mutual_tls_secret_arn": "arn:s"},
            r"dicom\.mutual_tls_secret_arn=",
        ),
        (DicomConfig, {"task_cpu": 300}, r"dicom\.task_cpu=300: must be one of \[256,"),
        (DicomConfig, {"task_memory_mib": 512}, r"dicom\.task_memory_mib=512: must be 2048 to 8192 .*task_cpu=1024"),
        (DicomConfig, {"memory_budget_mib": 2048}, r"dicom\.memory_budget_mib=2048: must be from 64 to 1024"),
        (DicomConfig, {"minimum_tasks": 0}, r"dicom\.minimum_tasks=0: must be at least 1"),
        (DicomConfig, {"maximum_tasks": 1}, r"dicom\.maximum_tasks=1: must be at least 2"),
        (DicomConfig, {"maximum_pdu_size": 12}, r"dicom\.maximum_pdu_size=12: must be 0 or from 4096 to .*PS3\.8 D\.1"),
        (DicomConfig, {"maximum_pdu_size": 1 << 27}, r"dicom\.maximum_pdu_size=134217728: must be 0 or from 4096"),
        (DicomConfig, {"maximum_associations": 10_001}, r"dicom\.maximum_associations=10001: must be from 1 to 10000"),
        (DicomConfig, {"dimse_timeout_seconds": 0}, r"dicom\.dimse_timeout_seconds=0: must be from 1 to 86400"),
        (DicomConfig, {"supported_sop_class_uids": ("CT",)}, r"dicom\.supported_sop_class_uids='CT': .*PS3\.5 9\.1"),
        (DicomConfig, {"storage_commitment_peers": ("A=b c:104",)}, r"dicom\.storage_commitment_peers=.*AE=host:port"),
        (DicomConfig, {"log_level": "TRACE"}, r"dicom\.log_level='TRACE': must be one of DEBUG, INFO"),
        (DicomConfig, {"tls_certificate_arn": "my-certificate"}, r"dicom\.tls_certificate_arn=.*ACM certificate"),
        (
            DicomConfig,
            {"mutual_tls_secret_arn": "arn:aws:secretsmanager:us-east-1:111122223333:secret:tls"},
            r"dicom\.mutual_tls_secret_arn=.*six last characters",
        ),
        (DicomConfig, {"stop_timeout_seconds": 120}, r"dicom\.stop_timeout_seconds=120: must be from 1 to 115"),
        (ImagingConfig, {"quiet_period_seconds": 901}, r"imaging\.quiet_period_seconds=901: must be from 1 to 900"),
        (ImagingConfig, {"maximum_age_seconds": 30}, r"imaging\.maximum_age_seconds=30: must be at least 60"),
        (ImagingConfig, {"maximum_files": 5001}, r"imaging\.maximum_files=5001: must be from 1 to 5000"),
        (ImagingConfig, {"start_rate_per_second": 0.0}, r"imaging\.start_rate_per_second=0.0: must be above zero"),
        (ImagingConfig, {"maximum_concurrent_jobs": 101}, r"imaging\.maximum_concurrent_jobs=101"),
        (DocumentsConfig, {"maximum_document_bytes": 0}, r"documents\.maximum_document_bytes=0: must be from 1"),
        (DocumentsConfig, {"purpose_of_use": "research"}, r"documents\.purpose_of_use='research': .*HL7 v3"),
        (DocumentsConfig, {"recipient": "A b"}, r"documents\.recipient='A b': .*lower-case"),
        (DocumentsConfig, {"masking_key_version": 0}, r"documents\.masking_key_version=0: must be from 1 to 9999"),
        (DocumentsConfig, {"masking_profile": "none"}, r"documents\.masking_profile='none': must be safe-harbor or"),
        (DocumentsConfig, {"malware_protection": "off"}, r"documents\.malware_protection='off': must be guardduty or"),
        (DocumentsConfig, {"fraud_threshold": 1.0}, r"documents\.fraud_threshold=1.0: must be between 0 and 1"),
        (DocumentsConfig, {"review_timeout_days": 0}, r"documents\.review_timeout_days=0: must be from 1 to 90"),
        (AuditConfig, {"shards": 0}, r"audit\.shards=0: must be from 1 to 64"),
        (AuditConfig, {"lock_mode": "NONE"}, r"audit\.lock_mode='NONE': must be COMPLIANCE or GOVERNANCE"),
        (DatabaseConfig, {"minimum_capacity": 0.3}, r"database\.minimum_capacity=0.3: .*steps of 0.5"),
        (DatabaseConfig, {"maximum_capacity": 0.5}, r"database\.maximum_capacity=0.5: must be from 1 to 256"),
        (DatabaseConfig, {"readers": 16}, r"database\.readers=16: must be from 0 to 15"),
        (DatabaseConfig, {"backup_days": 0}, r"database\.backup_days=0: must be from 1 to 35"),
        (DatabaseConfig, {"enhanced_monitoring_seconds": 7}, r"database\.enhanced_monitoring_seconds=7: .*RDS offers"),
        (ConsentConfig, {"burst": 1}, r"consent\.burst=1: must be at least 50"),
        (ConsentConfig, {"requests_per_address": 9}, r"consent\.requests_per_address=9: must be from 10"),
        (ConsentConfig, {"managed_rules": "off"}, r"consent\.managed_rules='off': must be block or count"),
        (ConsentConfig, {"care_roles": ("team/Ward",)}, r"consent\.care_roles='team/Ward': must be .*without path"),
        (ConsentConfig, {"emergency_roles": ("A,B",)}, r"consent\.emergency_roles='A,B': must be .*or comma"),
        (DocumentAlertAddresses, {"high": ("x",)}, r"document_alert_addresses\.high='x': must be an e-mail address"),
        (RetentionConfig, {"log_days": 2000}, r"retention\.log_days=2000: must be one that CloudWatch Logs offers"),
        (RetentionConfig, {"staging_days": 0}, r"retention\.staging_days=0: must be at least 1"),
        (RetentionConfig, {"dicom_infrequent_access_days": 7}, r"retention\.dicom_infrequent_access_days=7: .*30"),
    ],
)
def test_a_value_that_cannot_work_names_its_field_and_the_mend(
    build: Callable[..., object], values: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=rf"^{message}"):
        build(**values)


def test_an_account_that_is_not_one_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"^account='12': must be twelve digits"):
        load_stage("dev", account="12")


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"^alert_addresses='nobody': must be an e-mail address"):
        replace(load_stage("dev"), alert_addresses=("nobody",))


@given(name=st.text(), account=st.none() | st.text(), region=st.none() | st.text())
def test_whatever_the_command_line_says_is_accepted_or_refused_by_field(
    name: str, account: str | None, region: str | None
) -> None:
    for stage in (name, "dev"):
        blamed = None
        try:
            load_stage(stage, account=account, region=region)
        except ConfigError as error:
            blamed = str(error).partition("=")[0]
        assert blamed in {None, "stage", "account", "region"}


@pytest.mark.parametrize("stage", ["staging", "production"])
def test_real_data_cannot_be_destroyed_with_its_stack(stage: str) -> None:
    with pytest.raises(ConfigError, match=r"^retention\.destroy_with_stack=True: must be False"):
        replace(load_stage(stage), retention=RetentionConfig(destroy_with_stack=True))


def test_a_wrong_command_line_ends_in_one_line() -> None:
    """``cdk deploy`` prints what the app prints: the mistake, not a traceback."""
    run = subprocess.run(
        [sys.executable, "app.py"],
        cwd=REPOSITORY,
        env={**os.environ, "CDK_CONTEXT_JSON": '{"stage": "dev", "region": "ap-northeast-1"}'},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 1
    lines = [line for line in run.stderr.splitlines() if "!!" not in line]
    assert len(lines) == 1
    assert lines[0].startswith("Configuration: region='ap-northeast-1': has no AWS HealthImaging")
