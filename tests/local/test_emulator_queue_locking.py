"""A message that arrives while a queue is being swept is kept. In one process, so that the moment can be chosen."""

import json
import subprocess
import sys

import pytest

from tests.local.emulators import REPOSITORY

# While the sweep for dead letters walks the queue, EventBridge delivers one more message.
SCENARIO = """
import json, sys, threading
from pathlib import Path
from ministack.core.arn import parse_arn
from ministack.services import eventbridge, sns, sqs
if sys.argv[1] == "patched":
    from local_cloud.emulator import patching, queue_locking
    from local_cloud.emulator.settings import EmulatorSettings
    patching.apply([queue_locking.PATCHES], EmulatorSettings(1, Path("unused"), {}))

def arn_of(name):
    url = sqs._act_create_queue({"QueueName": name}, "")["QueueUrl"]
    return url, sqs._queues[url]["attributes"]["QueueArn"]

_, dead = arn_of("dead")
url, arn = arn_of("live")
queue = sqs._queues[url]
queue["attributes"]["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 3})
sqs._act_send_message({"QueueUrl": url, "MessageBody": "first"}, url)

class Watched(list):
    def __iter__(self):
        walked = list(super().__iter__())
        self.arrival = threading.Thread(target=eventbridge._dispatch_to_sqs, args=(parse_arn(arn), "second"))
        self.arrival.start()
        self.arrival.join(0.3)  # unlocked, it is through by now
        return iter(walked)

queue["messages"] = watched = Watched(queue["messages"])
sqs._dlq_sweep(queue)
watched.arrival.join()
print(json.dumps([message["body"] for message in list.__iter__(queue["messages"])]))
"""


@pytest.mark.parametrize(("emulator_kind", "expected"), [("stock", ["first"]), ("patched", ["first", "second"])])
def test_given_a_sweep_when_a_message_arrives_in_its_middle_then_only_the_lock_keeps_it(
    emulator_kind: str, expected: list[str]
) -> None:
    result = subprocess.run(
        [sys.executable, "-c", SCENARIO, emulator_kind],
        cwd=REPOSITORY,
        env={"PYTHONPATH": str(REPOSITORY), "LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == expected
