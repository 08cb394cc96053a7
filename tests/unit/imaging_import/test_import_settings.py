"""A function whose environment cannot work does not start, and says which variable and the mend."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from healthcare_infra.config.imaging import ImagingConfig
from healthcare_runtime.contracts.imaging import ImportFault, ImportVariable
from healthcare_runtime.environment import EnvironmentFaultError
from healthcare_runtime.imaging import faults
from healthcare_runtime.imaging.settings import (
    CheckSettings,
    RegisterSettings,
    StartSettings,
    SweepSettings,
    TriggerSettings,
)
from tests.unit.imaging_import.import_account import instance_key
from tests.unit.imaging_import.import_world import ImportWorld

GOOD: Mapping[str, str] = {
    ImportVariable.DATASTORE_ID: "0" * 32,
    ImportVariable.DATA_ACCESS_ROLE_ARN: "arn:aws:iam::000000000000:role/path/import",
    ImportVariable.DICOM_BUCKET: "dicom",
    ImportVariable.RESULTS_BUCKET: "results",
    ImportVariable.JOB_TABLE: "jobs",
    ImportVariable.BATCH_TABLE: "batches",
    ImportVariable.INSTANCE_TABLE: "instances",
    ImportVariable.OBJECT_EVENT_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/000000000000/events",
    ImportVariable.STATE_MACHINE_ARN: "arn:aws:states:us-east-1:000000000000:stateMachine:import",
}
FUNCTIONS = (
    "register_instances",
    "trigger_import",
    "start_import_job",
    "check_status",
    "sweep_instances",
)
REPOSITORY = Path(__file__).parents[3]


def test_given_only_what_must_be_set_then_the_defaults_are_those_of_a_stage() -> None:
    stage = ImagingConfig()
    policy = RegisterSettings.from_environment(GOOD).policy
    assert (policy.quiet_period, policy.maximum_age) == (60, 900)
    assert (policy.quiet_period, policy.maximum_age) == (stage.quiet_period_seconds, stage.maximum_age_seconds)
    assert (policy.maximum_files, policy.maximum_bytes) == (stage.maximum_files, stage.maximum_bytes)
    quota = StartSettings.from_environment(GOOD).quota
    assert (quota.rate, quota.concurrent_jobs) == (stage.start_rate_per_second, stage.maximum_concurrent_jobs)
    sweep = SweepSettings.from_environment(GOOD)
    assert (sweep.minimum_age, sweep.maximum_attempts) == (stage.sweep_minimum_age_seconds, stage.maximum_attempts)
    assert CheckSettings.from_environment(GOOD).maximum_attempts == stage.maximum_attempts
    assert TriggerSettings.from_environment(GOOD).ledger.bucket == "dicom"


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("QUIET_PERIOD_SECONDS", "soon", "a whole number from 0 to 86400"),
        ("MAXIMUM_FILES", "5001", "a whole number from 1 to 5000"),
        ("MAXIMUM_BYTES", "-1", "a whole number from 1 to 10737418240"),
        ("START_RATE_PER_SECOND", "0", "a number from 0.001 to 1000"),
        ("MAXIMUM_CONCURRENT_JOBS", "0", "a whole number from 1 to 1000"),
        ("MAXIMUM_ATTEMPTS", "1.5", "a whole number from 1 to 20"),
        ("DATASTORE_ID", "ABC", "a data store id"),
        ("DICOM_BUCKET", "", "an S3 bucket name"),
        ("STATE_MACHINE_ARN", "import", "the ARN of the import state machine"),
        ("OBJECT_EVENT_QUEUE_URL", "queue", "the URL of the object event queue"),
        ("DATA_ACCESS_ROLE_ARN", "role\nx", "the ARN of the role"),
    ],
)
def test_given_a_value_that_cannot_work_then_one_line_names_it_and_the_mend(name: str, value: str, mend: str) -> None:
    environment = {**GOOD, name: value}
    faults = []
    for settings in (RegisterSettings, StartSettings, CheckSettings, SweepSettings):
        try:
            settings.from_environment(environment)
        except EnvironmentFaultError as error:
            faults.append(str(error))
    assert len(set(faults)) == 1
    text = faults[0]
    assert text.startswith(f"{name}=")
    assert mend in text
    assert "\n" not in text


@pytest.mark.parametrize("function", FUNCTIONS)
def test_given_a_missing_variable_then_the_function_ends_at_its_cold_start(function: str) -> None:
    environment = {name: value for name, value in GOOD.items() if name != ImportVariable.INSTANCE_TABLE}
    ended = subprocess.run(
        [sys.executable, "-c", f"import lambdas.imaging_import.{function}"],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "us-east-1", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode != 0
    assert "INSTANCE_TABLE=: must be a DynamoDB table name" in ended.stderr


def test_given_the_real_handlers_when_an_instance_arrives_then_it_goes_through_them_all(
    world: ImportWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = {
        **GOOD,
        ImportVariable.DATASTORE_ID: world.target.datastore_id,
        ImportVariable.DICOM_BUCKET: world.ledger.bucket,
        ImportVariable.RESULTS_BUCKET: world.target.results_bucket,
        ImportVariable.JOB_TABLE: world.target.job_table,
        ImportVariable.BATCH_TABLE: world.ledger.batch_table,
        ImportVariable.INSTANCE_TABLE: world.ledger.instance_table,
        ImportVariable.OBJECT_EVENT_QUEUE_URL: world.dispatch.queue_url,
        ImportVariable.STATE_MACHINE_ARN: world.dispatch.state_machine_arn,
        ImportVariable.QUIET_PERIOD_SECONDS: "0",
        "AWS_ENDPOINT_URL_MEDICAL_IMAGING": world.health_imaging.endpoint,
        **world.emulator.environment,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    loaded = {name: importlib.import_module(f"lambdas.imaging_import.{name}") for name in FUNCTIONS}
    handlers = {name: importlib.reload(module).handler for name, module in loaded.items()}

    event = world.store(instance_key())
    register = handlers["register_instances"]
    assert register({"Records": [{"messageId": "1", "body": event}]}, None) == {"batchItemFailures": []}
    [batch_id] = {each.batch_id for each in world.instances()}
    close = json.dumps({"kind": "close-batch", "batchId": batch_id})
    assert register({"Records": [{"messageId": "2", "body": close}]}, None) == {"batchItemFailures": []}
    state = {"batchId": batch_id}
    for name in ("trigger_import", "start_import_job", "check_status", "check_status"):
        state = handlers[name](state, None)
    assert state["status"] == "COMPLETED"
    assert set(world.outcomes().values()) == {("IMPORTED", None)}
    assert handlers["sweep_instances"]({}, None)["oldestUnimportedSeconds"] == 0

    with pytest.raises(faults.ImportStepError, match="no such batch"):
        handlers["check_status"]({"batchId": "0" * 32}, None)
    world.clients.dynamodb.delete_table(TableName=world.ledger.batch_table)
    with pytest.raises(faults.ImportStepError, match="GetItem answered ResourceNotFoundException"):
        handlers["check_status"](state, None)
    with pytest.raises(faults.ImportStepError, match=r"KeyError at state\.py:[0-9]+"):
        handlers["check_status"]({}, None)
    for line in capsys.readouterr().out.splitlines():
        json.loads(line)


def test_given_the_names_that_the_state_machine_retries_then_the_exceptions_bear_them() -> None:
    assert {faults.StartThrottled.__name__, faults.TransientImportError.__name__} == set(ImportFault)


def test_given_an_endpoint_that_does_not_answer_then_the_fault_is_transient_and_quotes_nothing() -> None:
    from botocore.exceptions import EndpointConnectionError

    translated = faults.shielded.translate(EndpointConnectionError(endpoint_url="http://secret"), "Step")
    assert isinstance(translated, faults.TransientImportError)
    assert "secret" not in str(translated)
