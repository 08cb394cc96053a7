"""The two hundred documents of the demo: each is read as what it is, or refused for one of its own reasons."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from defusedxml.ElementTree import fromstring

from demo.documents import DemoDocument, documents
from healthcare_runtime.contracts.documents import DocumentStatus
from healthcare_runtime.documents.formats import ContentHint, Unreadable, read
from healthcare_runtime.documents.passage import DocumentFormat, DocumentText, PassageRole
from tests.unit.formats.format_samples import masked, unchanged


@pytest.fixture(scope="module")
def demo() -> tuple[DemoDocument, ...]:
    return documents(7)


def test_given_the_demo_when_read_then_no_document_is_refused_that_should_be_processed(
    demo: tuple[DemoDocument, ...],
) -> None:
    answers = [(one, read(one.body, declared=ContentHint(one.name))) for one in demo]
    refused = [(one, answer.reason) for one, answer in answers if isinstance(answer, Unreadable)]
    assert [(one.title, reason) for one, reason in refused if reason not in one.expected_reasons] == []
    assert len(refused) >= 15


def test_given_the_demo_when_masked_then_every_document_keeps_its_format_and_its_text(
    demo: tuple[DemoDocument, ...],
) -> None:
    formats = set()
    for one in demo:
        text = read(one.body, declared=ContentHint(one.name))
        if not isinstance(text, DocumentText) or one.expected is not DocumentStatus.PROCESSED:
            continue
        formats.add(text.format)
        assert unchanged(text) == text.source
        out = masked(text)
        if text.format is DocumentFormat.FHIR:
            json.loads(out)
        elif text.format in (DocumentFormat.CDA, DocumentFormat.XML):
            assert isinstance(fromstring(out.encode()), ET.Element)
        again = read(out.encode(), declared=ContentHint(one.name))
        assert isinstance(again, DocumentText)
        free = [passage.text for passage in text.passages if passage.role is PassageRole.FREE_TEXT]
        assert [passage.text for passage in again.passages if passage.role is PassageRole.FREE_TEXT] == free, one.title
    assert formats >= set(DocumentFormat) - {DocumentFormat.XML}


def test_given_the_demo_when_read_then_the_patient_in_the_content_is_the_one_it_was_sent_for(
    demo: tuple[DemoDocument, ...],
) -> None:
    found = 0
    for one in demo:
        text = read(one.body, declared=ContentHint(one.name))
        if isinstance(text, DocumentText) and text.patient and one.expected is DocumentStatus.PROCESSED:
            found += 1
            assert text.patient.partition("|")[2] == one.patient.partition("|")[2], one.title
    assert found >= 30
