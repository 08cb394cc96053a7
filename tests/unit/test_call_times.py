"""A call to a service that does not answer ends before the function that made it."""

import socket
import threading
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Final

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.call_times import LONGEST_FUNCTION, SHARE, CallTimes, FunctionLimits
from healthcare_runtime.environment import EnvironmentFaultError

HANDLERS: Final = sorted((Path(__file__).parents[2] / "lambdas").glob("*/*.py"))
LIMITS: Final = st.integers(min_value=10, max_value=LONGEST_FUNCTION)


@given(LIMITS, st.sampled_from([None, 1, 2]))
def test_given_any_time_limit_then_the_longest_call_leaves_time_to_say_so(limit: int, attempts: int | None) -> None:
    times = CallTimes.within(limit, attempts=attempts)
    assert times.longest <= SHARE * limit + 1e-9
    assert times.read >= times.connect > 0.4


def test_given_the_consent_api_then_its_calls_fit_between_it_and_api_gateway() -> None:
    times = CallTimes.within(28)
    assert (times.attempts, round(times.connect), round(times.read)) == (3, 2, 4)


def test_given_a_function_with_much_time_then_its_calls_are_patient() -> None:
    assert CallTimes.within(300) == CallTimes.within(LONGEST_FUNCTION) == CallTimes(5, 5.0, 30.0)


CLIENTS: Final = {
    "dynamodb": 3, "s3": 3, "sqs": 3, "stepfunctions": 3, "kms": 3, "sns": 3, "comprehend_medical": 3, "rds": 3,
    "secretsmanager": 3, "sagemaker_runtime": 2, "medical_imaging": 1,
}  # fmt: skip


def test_given_a_time_limit_then_every_client_keeps_to_it() -> None:
    made = [name for name, value in vars(AwsClients).items() if isinstance(value, cached_property)]
    assert sorted(made) == sorted(CLIENTS)
    clients = AwsClients(boto3.session.Session("k", "s", region_name="us-east-1"), time_limit=28)
    for name, attempts in CLIENTS.items():
        config = getattr(clients, name).meta.config
        assert config.retries["total_max_attempts"] == attempts, name
        assert attempts * (config.connect_timeout + config.read_timeout) <= SHARE * 28, name


def test_given_the_handlers_then_each_takes_the_clients_of_its_function() -> None:
    for handler in HANDLERS:
        assert "AwsClients()" not in handler.read_text(), handler
    assert sum("AwsClients.of_function()" in handler.read_text() for handler in HANDLERS) > 15


@pytest.mark.parametrize("value", ["0", "9", "901", "soon"])
def test_given_a_limit_that_no_function_has_then_the_start_ends_with_its_name(value: str) -> None:
    with pytest.raises(EnvironmentFaultError, match=r"^TIME_LIMIT_SECONDS="):
        FunctionLimits.from_environment({"TIME_LIMIT_SECONDS": value})


@pytest.fixture
def silent() -> Iterator[tuple[str, list[socket.socket]]]:
    """A service that takes connections and never answers, and the connections that it took."""
    taken: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                taken.append(connection)

        threading.Thread(target=take, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", taken
        server.shutdown(socket.SHUT_RDWR)
    for connection in taken:
        connection.close()


def test_given_a_service_that_never_answers_when_called_then_it_is_asked_three_times_and_given_up(
    silent: tuple[str, list[socket.socket]], monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, taken = silent
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    clients = AwsClients(boto3.session.Session("k", "s", region_name="us-east-1"), time_limit=10)
    with pytest.raises(ReadTimeoutError):
        clients.dynamodb.list_tables()
    assert len(taken) == 3
