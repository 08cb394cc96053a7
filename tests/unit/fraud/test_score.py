"""The client: believes an answer in the agreed form only, and tells what passes from what does not."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest
from botocore.config import Config

from healthcare_runtime.fraud.faults import FraudScoreContractError, FraudScoreUnavailableError
from healthcare_runtime.fraud.features import FEATURE_NAMES, FeatureVector
from healthcare_runtime.fraud.score import FraudScorer

VECTOR = FeatureVector((0.5,) * len(FEATURE_NAMES))
GOOD = {"model_version": "abc123", "predictions": [{"score": 0.93, "reasons": ["repeats", "size"]}]}


@contextmanager
def endpoint(status: int, body: bytes, error: str = "", *, silent: bool = False) -> Iterator[FraudScorer]:
    """A scorer whose endpoint gives one answer, or none."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert asked == {"names": list(FEATURE_NAMES), "instances": [list(VECTOR.values)]}
            if silent:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            self.send_response(status)
            if error:
                self.send_header("x-amzn-errortype", error)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    client: Any = boto3.client(
        "sagemaker-runtime",
        endpoint_url=f"http://127.0.0.1:{server.server_port}",
        region_name="us-east-1",
        aws_access_key_id="000000000000",
        aws_secret_access_key="local",
        config=Config(retries={"total_max_attempts": 1}),
    )
    yield FraudScorer(client, "fraud-risk", 0.9)
    server.shutdown()
    server.server_close()


def test_given_a_good_answer_when_scored_then_the_threshold_decides() -> None:
    with endpoint(200, json.dumps(GOOD).encode()) as scorer:
        score = scorer.score(VECTOR)
    assert (score.score, score.permille, score.high, score.model_version) == (0.93, 930, True, "abc123")
    assert score.reasons == ("repeats", "size")
    low = {**GOOD, "predictions": [{"score": 0.899, "reasons": []}]}
    with endpoint(200, json.dumps(low).encode()) as scorer:
        assert scorer.score(VECTOR).high is False


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b"x" * 70_000,
        json.dumps({**GOOD, "predictions": []}).encode(),
        json.dumps({**GOOD, "predictions": [{"score": 1.01, "reasons": []}]}).encode(),
        json.dumps({**GOOD, "predictions": [{"score": -0.1, "reasons": []}]}).encode(),
        json.dumps({**GOOD, "predictions": [{"score": True, "reasons": []}]}).encode(),
        json.dumps({**GOOD, "predictions": [{"score": "0.5", "reasons": []}]}).encode(),
        json.dumps({**GOOD, "predictions": [{"score": float("nan"), "reasons": []}]}).encode(),
        json.dumps({**GOOD, "predictions": [{"score": 0.5}]}).encode(),
        json.dumps({**GOOD, "model_version": "a b"}).encode(),
    ],
)
def test_given_an_answer_in_another_form_when_scored_then_it_is_not_believed(answer: bytes) -> None:
    with endpoint(200, answer) as scorer, pytest.raises(FraudScoreContractError):
        scorer.score(VECTOR)


def test_given_reasons_that_are_no_features_when_scored_then_they_are_left_out() -> None:
    strange = {**GOOD, "predictions": [{"score": 0.5, "reasons": ["Taro Sato", 7, ["x"], "size"]}]}
    with endpoint(200, json.dumps(strange).encode()) as scorer:
        assert scorer.score(VECTOR).reasons == ("size",)


@pytest.mark.parametrize(
    ("status", "error", "body", "expected"),
    [
        (429, "ThrottlingException", {}, FraudScoreUnavailableError),
        (503, "ServiceUnavailable", {}, FraudScoreUnavailableError),
        (500, "InternalFailure", {}, FraudScoreUnavailableError),
        (429, "ModelNotReadyException", {}, FraudScoreUnavailableError),
        (530, "InternalDependencyException", {}, FraudScoreUnavailableError),
        (424, "ModelError", {"OriginalStatusCode": 500}, FraudScoreUnavailableError),
        (424, "ModelError", {"OriginalStatusCode": 400}, FraudScoreContractError),
        (400, "ValidationError", {}, FraudScoreContractError),
        (403, "AccessDeniedException", {}, FraudScoreContractError),
    ],
)
def test_given_an_error_when_scored_then_what_passes_is_told_from_what_does_not(
    status: int, error: str, body: dict[str, object], expected: type[Exception]
) -> None:
    content = json.dumps({"Message": "Taro Sato", **body}).encode()
    with endpoint(status, content, error) as scorer, pytest.raises(expected) as caught:
        scorer.score(VECTOR)
    assert "Sato" not in str(caught.value)


def test_given_a_connection_that_breaks_when_scored_then_it_may_pass() -> None:
    with endpoint(200, b"", silent=True) as scorer, pytest.raises(FraudScoreUnavailableError):
        scorer.score(VECTOR)
