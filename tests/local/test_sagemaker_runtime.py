"""InvokeEndpoint of an unmodified client, alone and through the emulator; the endpoint's container as a process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
import urllib3

from healthcare_runtime.fraud.faults import FraudScoreContractError
from healthcare_runtime.fraud.features import FEATURE_NAMES, FeatureVector
from healthcare_runtime.fraud.score import FraudScorer
from local_cloud.ports import any_free_port
from tests.local.emulators import REPOSITORY, Emulator, eventually, session

if TYPE_CHECKING:
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

NAME = "local-fraud-risk"
QUIET = FeatureVector((0.0,) * len(FEATURE_NAMES))
LOUD = FeatureVector(tuple(3.0 if name in {"repeats", "claim_impossible"} else 0.0 for name in FEATURE_NAMES))


@contextmanager
def process(*arguments: str, port: int) -> Iterator[str]:
    """A server process of ours that answers /ping; ended by SIGTERM, which it obeys."""
    started = subprocess.Popen(
        [sys.executable, "-m", *arguments, "--port", str(port)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        assert started.poll() is None, started.communicate()[0]
        try:
            return urllib3.request("GET", f"{url}/ping", retries=False, timeout=2).status == 200
        except urllib3.exceptions.HTTPError:
            return False

    try:
        assert eventually(answers)
        yield url
    finally:
        started.send_signal(signal.SIGTERM)
        output, _ = started.communicate(timeout=20)
    assert started.returncode == 0, output
    assert "0.123456" not in output


@pytest.fixture(scope="module")
def runtime() -> Iterator[str]:
    endpoint = f"{NAME}=ml.fraud_risk.inference"
    with process("local_cloud.sagemaker_runtime", "--endpoint", endpoint, port=any_free_port()) as url:
        yield url


def client(url: str) -> SageMakerRuntimeClient:
    return boto3.Session(
        aws_access_key_id="000000000000", aws_secret_access_key="local", region_name="us-east-1"
    ).client("sagemaker-runtime", endpoint_url=url)


def test_given_the_local_endpoint_when_scored_then_the_repositorys_model_answers(runtime: str) -> None:
    scorer = FraudScorer(client(runtime), NAME, 0.5)
    quiet, loud = scorer.score(QUIET), scorer.score(LOUD)
    assert quiet.score < loud.score
    assert loud.high
    assert set(loud.reasons) & {"repeats", "claim_impossible"}
    assert quiet.model_version == loud.model_version


def test_given_errors_of_the_service_when_invoked_then_they_are_typed_as_on_aws(runtime: str) -> None:
    sagemaker = client(runtime)
    with pytest.raises(sagemaker.exceptions.ClientError, match="ValidationError"):
        sagemaker.invoke_endpoint(EndpointName="unknown", Body=b"{}", ContentType="application/json")
    with pytest.raises(sagemaker.exceptions.ModelError) as caught:
        sagemaker.invoke_endpoint(EndpointName=NAME, Body=b"{}", ContentType="application/json")
    assert caught.value.response["OriginalStatusCode"] == 400  # type: ignore[typeddict-item]
    with pytest.raises(sagemaker.exceptions.ModelError):
        sagemaker.invoke_endpoint(EndpointName=NAME, Body=b"1,2", ContentType="text/csv")
    with pytest.raises(FraudScoreContractError, match="ValidationError"):
        FraudScorer(sagemaker, "unknown", 0.5).score(QUIET)


def test_given_the_emulator_in_front_when_scored_then_one_endpoint_url_is_enough(tmp_path: Path, runtime: str) -> None:
    emulator = Emulator(tmp_path, any_free_port(), {"sagemaker": runtime})
    emulator.start()
    try:
        sagemaker = session().client("sagemaker-runtime", endpoint_url=emulator.endpoint)
        assert FraudScorer(sagemaker, NAME, 0.5).score(LOUD).high
    finally:
        emulator.stop()


@pytest.mark.parametrize("option", ["nothing", "a=no.such.module", "a=json", "-=ml.fraud_risk.inference"])
def test_given_an_endpoint_that_cannot_be_served_when_started_then_one_line_says_why(option: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "local_cloud.sagemaker_runtime", "--port", "0", f"--endpoint={option}"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith(f"--endpoint {option}")


def test_given_the_endpoints_container_as_a_process_when_sagemaker_calls_then_it_keeps_the_contract() -> None:
    port = any_free_port()
    body = json.dumps({"names": FEATURE_NAMES, "instances": [(0.123456,) * len(FEATURE_NAMES)]})
    kind = {"Content-Type": "application/json"}
    with process("ml.fraud_risk.serve", "serve", port=port) as url:
        answer = urllib3.request("POST", f"{url}/invocations", body=body, headers=kind)
        assert answer.status == 200
        assert 0 <= answer.json()["predictions"][0]["score"] <= 1
        statuses = {
            "other path": urllib3.request("POST", f"{url}/else", body=b"{}", headers=kind).status,
            "no JSON": urllib3.request("POST", f"{url}/invocations", body=b"0.123456", headers=kind).status,
            "other type": urllib3.request(
                "POST", f"{url}/invocations", body=b"", headers={"Content-Type": "text/csv"}
            ).status,
            "other accept": urllib3.request(
                "POST", f"{url}/invocations", body=body, headers={**kind, "Accept": "text/csv"}
            ).status,
            "too large": urllib3.request(
                "POST", f"{url}/invocations", headers={**kind, "Content-Length": str(2**30)}, retries=False
            ).status,
        }
        assert statuses == {
            "other path": 404,
            "no JSON": 400,
            "other type": 415,
            "other accept": 406,
            "too large": 413,
        }
        assert urllib3.request("GET", f"{url}/ping").status == 200


def test_given_the_image_when_its_files_are_all_there_is_then_the_server_starts(tmp_path: Path) -> None:
    """What the Dockerfile copies is enough: nothing of training or of the platform is imported."""
    copied = [
        line.split()[1:-1]
        for line in (REPOSITORY / "ml/fraud_risk/Dockerfile").read_text().splitlines()
        if line.startswith("COPY")
    ]
    for source in (REPOSITORY / name for names in copied for name in names):
        for path in [source] if source.is_file() else source.rglob("*.json"):
            target = tmp_path / path.relative_to(REPOSITORY)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    code = (
        "import sys; from ml.fraud_risk import serve, inference; inference.model_fn(str(inference.MODEL_DIR));"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in {'sklearn', 'scipy', 'boto3', 'tests'}))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (result.returncode, result.stdout) == (0, "[]\n"), result.stderr
