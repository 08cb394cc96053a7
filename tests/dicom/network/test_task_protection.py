"""ECS task scale-in protection, against an agent that speaks HTTP."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from dicom_scp.task_protection import TaskProtection


@dataclass
class Agent:
    """What the container agent was asked to do."""

    uri: str = ""
    states: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    status: int = 200

    def wait(self, count: int) -> list[tuple[str, dict[str, object]]]:
        deadline = time.monotonic() + 5
        while len(self.states) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.states


@pytest.fixture
def agent() -> Iterator[Agent]:
    agent = Agent()

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            agent.states.append((self.path, json.loads(body)))
            self.send_response(agent.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    agent.uri = f"http://127.0.0.1:{server.server_port}/api/task-id"
    yield agent
    server.shutdown()
    server.server_close()
    thread.join()


def test_given_associations_that_come_and_go_then_protected_while_busy_and_a_while_longer(agent: Agent) -> None:
    busy = threading.Event()
    protection = TaskProtection(agent.uri, busy.is_set, poll_seconds=0.01, release_after=0.2)
    protection.start()
    time.sleep(0.05)
    assert agent.states == []
    busy.set()
    path, state = agent.wait(1)[0]
    assert path == "/api/task-id/task-protection/v1/state"
    assert state == {"ProtectionEnabled": True, "ExpiresInMinutes": 60}
    busy.clear()
    cleared = time.monotonic()
    assert agent.wait(2)[1][1] == {"ProtectionEnabled": False}
    assert time.monotonic() - cleared >= 0.15
    protection.close()
    assert len(agent.states) == 2


def test_given_the_end_of_the_task_then_the_protection_is_lifted(agent: Agent) -> None:
    protection = TaskProtection(agent.uri, lambda: True, poll_seconds=0.01)
    protection.start()
    agent.wait(1)
    protection.close()
    assert agent.states[-1][1] == {"ProtectionEnabled": False}


def test_given_an_agent_that_refuses_then_it_is_harmless_and_not_hammered(agent: Agent) -> None:
    agent.status = 500
    protection = TaskProtection(agent.uri, lambda: True, poll_seconds=0.01)
    protection.start()
    agent.wait(1)
    time.sleep(0.2)
    protection.close()
    assert len(agent.states) == 1


def test_given_no_agent_then_it_is_harmless() -> None:
    protection = TaskProtection("http://127.0.0.1:9", lambda: True, poll_seconds=0.01)
    protection.start()
    time.sleep(0.1)
    protection.close()
