"""Comprehend Medical reads what comes in and what goes out; what it alone finds does not leave."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

import pytest

from healthcare_runtime.aws_clients import AwsClients
from healthcare_runtime.contracts.documents import DocumentState, DocumentStatus
from healthcare_runtime.documents.comprehend import ComprehendMedical, chunks, union
from healthcare_runtime.documents.reasons import ReasonCode
from healthcare_runtime.phi_entity import PhiEntity, PhiType
from tests.aws_emulator import AwsEmulator
from tests.unit.documents.document_world import IDENTIFIERS, NOTE, DocumentWorld

# No word that any detector of ours takes for a name.
SECRET = "the tall one from the corner house"


@dataclass
class OtherDetector:
    """A service in the shape of DetectPHI that knows some words; where ``only_masked``, in output alone."""

    words: tuple[str, ...]
    only_masked: bool = False
    fails: bool = False
    asked: list[str] = field(default_factory=list)

    def answer(self, text: str) -> list[dict[str, object]]:
        self.asked.append(text)
        if self.only_masked and "Zyxwvut" in text:
            return []
        return [
            {"BeginOffset": found.start(), "EndOffset": found.end(), "Type": "NAME", "Score": 0.9, "Text": found[0]}
            for word in self.words
            for found in re.finditer(re.escape(word), text)
        ]


@pytest.fixture
def other() -> OtherDetector:
    return OtherDetector((SECRET,))


@pytest.fixture
def united(
    world: DocumentWorld, aws: AwsEmulator, other: OtherDetector, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DocumentWorld]:
    """A world that asks ``other`` as a stage with ``comprehend_medical`` asks the service: with boto3, over HTTP."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = json.loads(self.rfile.read(int(self.headers["content-length"])))["Text"]
            status, body = (400, b"{}") if other.fails else (200, json.dumps({"Entities": other.answer(text)}).encode())
            self.send_response(status)
            self.send_header("content-type", "application/x-amz-json-1.1")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL_COMPREHENDMEDICAL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("COMPREHEND_MEDICAL", "true")
    world.beside = ComprehendMedical.where_it_is_asked(AwsClients(aws.session()), world.workspace)
    world.permit()
    yield world
    server.shutdown()
    server.server_close()


def masked_text(world: DocumentWorld, document_id: str) -> str:
    return world.body("processed", world.document(document_id).processed_key).decode()


def test_given_a_word_that_only_the_other_detector_knows_then_it_does_not_leave(
    united: DocumentWorld, other: OtherDetector
) -> None:
    document = united.process(united.send(NOTE + f"She is {SECRET}.\n"))
    assert document.status is DocumentStatus.PROCESSED
    text = masked_text(united, document.document_id)
    assert SECRET not in text
    assert not [identifier for identifier in IDENTIFIERS if identifier in text]


def test_given_what_the_other_detector_finds_only_in_the_output_then_it_does_not_leave_either(
    united: DocumentWorld, other: OtherDetector
) -> None:
    other.only_masked = True
    document = united.process(united.send(NOTE + f"She is {SECRET}.\n"))
    assert document.status is DocumentStatus.PROCESSED
    assert SECRET not in masked_text(united, document.document_id)


def test_given_an_output_that_cannot_be_checked_then_nothing_is_stored(
    united: DocumentWorld, other: OtherDetector
) -> None:
    def failing_at_the_end(state: DocumentState, given: object) -> object:
        other.fails = state is DocumentState.MASK_AND_STORE
        return united.step(state)(given)  # type: ignore[arg-type]

    document = united.process(united.send(), run=failing_at_the_end)  # type: ignore[arg-type]
    assert (document.status, document.reasons) == (DocumentStatus.QUARANTINED, (ReasonCode.STEP_FAILED,))
    assert united.keys("processed") == []


def test_given_a_step_that_is_repeated_then_the_same_text_is_not_paid_for_again(
    united: DocumentWorld, other: OtherDetector
) -> None:
    document_id = united.send()

    def twice(state: DocumentState, given: object) -> object:
        if state in (DocumentState.DETECT_PHI, DocumentState.MASK_AND_STORE):
            united.step(state)(given)  # type: ignore[arg-type]
        return united.step(state)(given)  # type: ignore[arg-type]

    united.process(document_id, run=twice)  # type: ignore[arg-type]
    assert len(other.asked) == 2  # what came in, and what goes out
    assert other.asked[0] == NOTE
    assert other.asked[1] == masked_text(united, document_id)


def test_given_a_stage_that_does_without_then_nothing_is_asked(
    world: DocumentWorld, aws: AwsEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPREHEND_MEDICAL", "false")
    assert ComprehendMedical.where_it_is_asked(AwsClients(aws.session()), world.workspace) is None


def test_given_a_text_longer_than_the_service_takes_then_its_chunks_overlap_and_cover_it() -> None:
    text = "word " * 2_000 + "\u60a3\u8005" * 500
    found = list(chunks(text, largest=1_000))
    assert found[0][0] == 0
    assert found[-1][1] == len(text)
    assert all(begin < end and len(text[begin:end].encode()) <= 1_000 for begin, end in found)
    assert all(later[0] < former[1] for former, later in pairwise(found))


def test_given_findings_that_overlap_then_the_union_covers_both_under_our_name() -> None:
    ours = (PhiEntity(0, 5, PhiType.NAME, 0.6), PhiEntity(20, 25, PhiType.DATE, 0.9))
    theirs = (PhiEntity(3, 9, PhiType.ADDRESS, 0.8), PhiEntity(12, 15, PhiType.AGE, 0.7))
    assert [(one.begin, one.end, one.type) for one in union(ours, theirs)] == [
        (0, 9, PhiType.NAME),
        (12, 15, PhiType.AGE),
        (20, 25, PhiType.DATE),
    ]
