"""From what was sent, the table and the trail to the report: nothing is forgotten, nothing wrong is called right."""

from dataclasses import replace

import pytest

from demo.documents.delivery import Delivery
from demo.documents.document import DemoDocument, Kind
from demo.documents.outcomes import RUNBOOK, agreement, alerts, held_rows, kind_rows, outcomes, phases, reason_rows
from demo.documents.report import Agreement
from demo.documents.trail import StepEvent
from healthcare_runtime.contracts.documents import DocumentStatus
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.reasons import ReasonCode

PROCESSED, QUARANTINED = DocumentStatus.PROCESSED, DocumentStatus.QUARANTINED
REJECTED, RECEIVED = DocumentStatus.REJECTED, DocumentStatus.RECEIVED


def _sent(name: str, expected: DocumentStatus = PROCESSED, *reasons: ReasonCode, kind: Kind = Kind.TEXT) -> Delivery:
    document = DemoDocument(
        name=name, body=b"", metadata={}, title=name, kind=kind, expected=expected, expected_reasons=reasons
    )
    return Delivery(document, name, 100.0)


def _found(name: str, status: DocumentStatus, *reasons: str) -> Document:
    return Document(
        document_id=name,
        bucket="raw",
        object_key=name,
        version_id="v",
        size=1,
        etag="e",
        received_at=0,
        updated_at=0,
        status=status,
        reasons=reasons,
    )


@pytest.mark.parametrize(
    ("expected", "status", "reasons", "verdict"),
    [
        (PROCESSED, PROCESSED, (), Agreement.AS_EXPECTED),
        (PROCESSED, QUARANTINED, ("FRAUD_RISK",), Agreement.HELD),
        (PROCESSED, REJECTED, ("OBJECT_GONE",), Agreement.HELD),
        (QUARANTINED, QUARANTINED, ("CONSENT_DENIED",), Agreement.AS_EXPECTED),
        (QUARANTINED, QUARANTINED, ("STEP_FAILED",), Agreement.OTHER_REASON),
        (QUARANTINED, REJECTED, ("CONSENT_DENIED",), Agreement.OTHER_REASON),
        (QUARANTINED, PROCESSED, (), Agreement.RELEASED),
        (REJECTED, PROCESSED, (), Agreement.RELEASED),
        (PROCESSED, None, (), Agreement.MISSING),
        (QUARANTINED, None, (), Agreement.MISSING),
    ],
)
def test_given_an_outcome_when_held_against_the_expected_one_then_the_verdict_is(
    expected: DocumentStatus, status: DocumentStatus | None, reasons: tuple[str, ...], verdict: Agreement
) -> None:
    held = (ReasonCode.CONSENT_DENIED,) if expected is not PROCESSED else ()
    assert agreement(_sent("a", expected, *held).document, status, reasons) is verdict


def test_given_documents_on_their_way_or_unknown_then_they_have_no_outcome() -> None:
    sent = [_sent("known"), _sent("unknown")]
    found = outcomes(sent, {"known": _found("known", RECEIVED)}, [])
    assert [(one.status, one.agreement) for one in found] == [(None, Agreement.MISSING)] * 2
    assert kind_rows(found)[-1].missing == 2


def test_given_the_trail_then_seconds_run_from_sending_to_the_step_that_settled() -> None:
    sent = [_sent("a"), _sent("b", QUARANTINED, ReasonCode.EMPTY, kind=Kind.PDF)]
    events = [
        StepEvent("a", "SendToAnalytics", "PASS", 104.0),
        StepEvent("b", "Quarantine", "HOLD", 102.5),
        StepEvent("b", "SendAlert", "HIGH", 109.0),
    ]
    states = {"a": _found("a", PROCESSED), "b": _found("b", QUARANTINED, "EMPTY")}
    found = outcomes(sent, states, events)
    assert [one.seconds for one in found] == [4.0, 2.5]
    text, pdf, both = kind_rows(found)
    assert (text.name, text.processed, text.median, pdf.name, pdf.quarantined) == ("text", 1, 4.0, "pdf", 1)
    assert (both.name, both.sent, both.median, both.p95) == ("all", 2, 3.25, 4.0)
    assert alerts(events) == {"HIGH": 1}


def test_given_the_trail_then_a_step_takes_from_the_event_before_to_its_own_and_strangers_do_not_count() -> None:
    events = [
        StepEvent("a", "Intake", "RECEIVED", 101.0),
        StepEvent("stranger", "ValidateInput", "PASS", 900.0),
        StepEvent("a", "ValidateInput", "PASS", 103.5),
    ]
    assert [(one.name, one.median) for one in phases([_sent("a")], events)] == [("Intake", 1.0), ("ValidateInput", 2.5)]


def test_given_what_was_held_then_equals_are_one_row_and_what_was_not_expected_comes_first() -> None:
    sent = [_sent(name, QUARANTINED, ReasonCode.XML_ENTITY) for name in "ab"] + [_sent("c"), _sent("d")]
    states = {name: _found(name, QUARANTINED, "XML_ENTITY") for name in "ab"}
    states |= {"c": _found("c", QUARANTINED, "FRAUD_RISK"), "d": _found("d", PROCESSED)}
    sent = [replace(one, document=replace(one.document, title="Note")) for one in sent]
    rows = held_rows(outcomes(sent, states, []))
    assert [(row.count, row.reasons, row.agreement) for row in rows] == [
        (1, "FRAUD_RISK", Agreement.HELD),
        (2, "XML_ENTITY", Agreement.AS_EXPECTED),
    ]


def test_given_the_runbook_then_every_reason_of_the_platform_has_a_meaning_and_a_remedy() -> None:
    held = [_sent(code, QUARANTINED, code) for code in ReasonCode]
    states = {str(code): _found(code, QUARANTINED, code) for code in ReasonCode}
    rows = reason_rows(outcomes(held, states, []), RUNBOOK.read_text(encoding="utf-8"))
    assert {row.code for row in rows} == set(ReasonCode)
    assert [row.code for row in rows if not (row.meaning and row.remedy)] == []
