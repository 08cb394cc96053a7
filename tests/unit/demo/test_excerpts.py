"""Excerpts mark exactly what was changed, in the source and in the output, or there is none."""

import json
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from demo.documents.excerpts import LONGEST, ChangedPassage, Excerpt, excerpt, read_manifest
from healthcare_runtime.documents.formats import ContentHint, read, render
from healthcare_runtime.documents.passage import DocumentText
from healthcare_runtime.masking.replacement import Action, Replacement, output_spans
from healthcare_runtime.phi_entity import PhiType

MESSAGE = "\r".join(
    (
        "MSH|^~\\&|LAB|DEMO|LAKE|DEMO|20200309101530||ORU^R01^ORU_R01|77|T|2.5.1||||||UNICODE UTF-8",
        "PID|1||28173759^^^^MR||Lee^Ann^^^^^L||19930618|F",
        "NTE|1|L|Ann \\T\\ Bob called.",
        "",
    )
)


def _read(text: str) -> DocumentText:
    found = read(text.encode(), declared=ContentHint(), maximum_bytes=100_000)
    assert isinstance(found, DocumentText)
    return found


def _masked(
    text: str, changes: dict[str, Sequence[tuple[str, str]]]
) -> tuple[bytes, bytes, tuple[ChangedPassage, ...]]:
    """Source, output and manifest where in the passages of a path each first text became the second."""
    document = _read(text)
    replacements = tuple(
        tuple(
            Replacement(begin, begin + len(old), new, PhiType.NAME, Action.SURROGATE)
            for old, new in changes.get(passage.path, ())
            if (begin := passage.text.find(old)) >= 0
        )
        for passage in document.passages
    )
    listed = [
        {
            "path": passage.path,
            "changes": [
                {
                    "type": span.replacement.type,
                    "action": span.replacement.action,
                    "source": [span.replacement.begin, span.replacement.end],
                    "output": [span.begin, span.end],
                }
                for span in output_spans(own)
            ],
        }
        for passage, own in zip(document.passages, replacements, strict=True)
        if own
    ]
    manifest = read_manifest(json.dumps({"passages": listed}).encode())
    return text.encode(), render(document, replacements).encode(), manifest


def _marked(found: Excerpt | None) -> list[tuple[str, str]]:
    assert found is not None
    before, after = found.before, found.after
    return list(
        zip(
            (before.text[span.begin : span.end] for span in before.spans),
            (after.text[span.begin : span.end] for span in after.spans),
            strict=True,
        )
    )


def test_given_a_message_then_fields_and_escaped_text_are_marked_where_they_stand() -> None:
    paths = {passage.text: passage.path for passage in _read(MESSAGE).passages}
    source, output, manifest = _masked(
        MESSAGE,
        {
            paths["Lee"]: [("Lee", "Okonkwo")],
            paths["Ann & Bob called."]: [("Ann", "Eve"), ("Bob", "Tom & Jo")],
        },
    )
    found = excerpt(source, output, manifest, title="HL7", document_id="0")
    assert _marked(found) == [("Lee", "Okonkwo"), ("Ann", "Eve"), ("Bob", "Tom \\T\\ Jo")]
    assert found is not None
    assert "\r" not in found.before.text


def test_given_an_output_that_is_not_what_the_manifest_says_then_there_is_no_excerpt() -> None:
    [passage] = _read("Seen by Ann Lee today.").passages
    source, output, manifest = _masked("Seen by Ann Lee today.", {passage.path: [("Ann Lee", "Eve Moe")]})
    assert excerpt(source, output, manifest, title="", document_id="") is not None
    assert excerpt(source, output.replace(b"today", b"then"), manifest, title="", document_id="") is None
    assert excerpt(b"PK\x03\x04" + source, output, manifest, title="", document_id="") is None


def test_given_paragraphs_of_one_path_of_which_the_second_was_changed_then_it_is_the_second_that_is_marked() -> None:
    text = (
        '<ClinicalDocument xmlns="urn:hl7-org:v3"><component><section><text><paragraph>Nobody is named.</paragraph>'
        "<paragraph>Ann came.</paragraph></text></section></component></ClinicalDocument>"
    )
    path = next(passage.path for passage in _read(text).passages if passage.text == "Ann came.")
    found = excerpt(*_masked(text, {path: [("Ann", "Evelyn")]}), title="", document_id="")
    assert _marked(found) == [("Ann", "Evelyn")]


WORDS = st.text(st.sampled_from("abcdefgh 山口\n"), min_size=1, max_size=60)


@given(st.lists(st.tuples(WORDS, st.text(st.sampled_from("xyz田"), max_size=9)), min_size=1, max_size=60))
def test_given_any_note_then_what_is_marked_before_became_what_is_marked_after(pieces: list[tuple[str, str]]) -> None:
    text, changes = "Note:", []
    for number, (literal, replaced) in enumerate(pieces):
        name = f"<{number}>"
        text += literal + name
        changes.append((name, replaced))
    [passage] = _read(text).passages
    source, output, manifest = _masked(text, {passage.path: changes})
    found = excerpt(source, output, manifest, title="", document_id="")
    assert found is not None
    assert len(found.before.text) <= LONGEST + max(map(len, text.split("\n"))) + 1
    names = [found.before.text[span.begin : span.end] for span in found.before.spans]
    kept = [new for old, new in changes if old in names and new]
    assert names
    assert [found.after.text[span.begin : span.end] for span in found.after.spans] == kept
