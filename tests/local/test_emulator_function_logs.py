"""Lambda: what a function wrote during an invocation is in the log of that invocation, to the last word."""

import base64
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from tests.local.emulators import Emulator

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

Function = Callable[..., str]

LAST_WORDS = """
import os, sys, time
def handler(event, context):
    how, words = event["how"], event["words"]
    if how == "print": print(words)
    if how == "no newline": sys.stderr.write(words)
    if how == "child": os.system(f"echo {words} >&2")
    if how == "raise": print(words); raise ValueError
    if how == "exit": print(words); os._exit(3)
    if how == "sleep": print(words); time.sleep(30)
    if how == "many": sys.stderr.write("x" * 99 + "\\n" * 1); [print("y" * 99) for _ in range(3000)]; print(words)
    if how == "replaced": sys.stderr = open(os.devnull, "w"); os.write(2, words.encode())
"""


def log_of(lambdas: "LambdaClient", arn: str, event: Any) -> str:
    answer = lambdas.invoke(FunctionName=arn, Payload=json.dumps(event), LogType="Tail")
    return base64.b64decode(answer["LogResult"]).decode()


@pytest.mark.parametrize("how", ["print", "no newline", "child", "raise", "exit", "sleep", "many", "replaced"])
def test_given_a_function_that_ends_in_any_way_then_its_last_words_are_in_its_log(
    lambdas: "LambdaClient", function: Function, how: str
) -> None:
    arn = function(LAST_WORDS, Timeout=2)
    assert "adieu" in log_of(lambdas, arn, {"how": how, "words": "adieu"})


def test_given_words_without_a_newline_then_the_next_log_does_not_begin_with_them(
    lambdas: "LambdaClient", function: Function
) -> None:
    arn = function(LAST_WORDS)
    log_of(lambdas, arn, {"how": "no newline", "words": "first"})
    assert "first" not in log_of(lambdas, arn, {"how": "print", "words": "second"})


def test_given_many_invocations_at_once_then_each_log_has_its_own_words_and_no_others(
    emulator: Emulator, function: Function
) -> None:
    arn = function(LAST_WORDS)
    with ThreadPoolExecutor(12) as pool:
        clients = [emulator.client("lambda") for _ in range(12)]
        logs = pool.map(
            lambda number: log_of(clients[number % 12], arn, {"how": "print", "words": f"<{number}>"}), range(240)
        )
        found = [[line for line in log.splitlines() if line.startswith("<")] for log in logs]
    assert found == [[f"<{number}>"] for number in range(240)]
