"""Excerpts of documents before and after masking, with what was changed marked in both; from the manifest, not by diff.

The people are invented. An excerpt of a real document would be PHI and belongs on no page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from demo.documents.delivery import Delivery
from demo.documents.document import Kind
from healthcare_runtime.contracts.documents import DocumentStatus
from healthcare_runtime.documents.document import Document
from healthcare_runtime.documents.formats import ContentHint, read
from healthcare_runtime.documents.passage import DocumentText, Passage, PassageRole

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LONGEST: Final = 1_000
"""Characters of an excerpt, about."""
_MAXIMUM_BYTES: Final = 1 << 20
_REMOVED: Final = "REMOVED"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters of an excerpt that were changed; ``type`` is a ``PhiType``, ``action`` how it was masked."""

    begin: int
    end: int
    type: str
    action: str


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with its spans, in order."""

    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The same stretch of a document, as it came and as it left."""

    title: str
    document_id: str
    before: Marked
    after: Marked


@dataclass(frozen=True, slots=True)
class Change:
    """One span of a passage by the manifest, in the passage's own offsets."""

    type: str
    action: str
    source: tuple[int, int]
    output: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ChangedPassage:
    """A passage of the manifest. Passages of one path come in the document's order."""

    path: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, order=True)
class _Edit:
    """Where source and output differ: characters of the source, and how many stand there instead."""

    start: int
    end: int
    length: int
    type: str
    action: str


def _is(kind: Kind, language: str = "") -> Callable[[Delivery], bool]:
    return lambda sent: sent.document.kind is kind and language in ("", sent.document.language)


_WANTED: Final = (
    ("Clinical note, English", _is(Kind.TEXT, "en")),
    ("診療記録 · Clinical note, Japanese", _is(Kind.TEXT, "ja")),
    ("Clinical note in both languages", _is(Kind.TEXT, "mixed")),
    ("HL7 v2 message", _is(Kind.HL7V2)),
    ("C-CDA discharge summary", _is(Kind.CDA)),
)
_PATIENT: Final = ("MSH|", "<recordTarget>")
"""With what the stretch begins in which messages and C-CDA name their patient."""


def excerpts(
    s3: S3Client, processed_bucket: str, deliveries: Sequence[Delivery], documents: dict[str, Document]
) -> Iterator[Excerpt]:
    """One excerpt of each form, of the document with most entities; none of a form of which nothing was processed."""
    for title, wanted in _WANTED:
        chosen = [
            (sent, document)
            for sent in deliveries
            if wanted(sent)
            and (document := documents.get(sent.document_id)) is not None
            and document.status is DocumentStatus.PROCESSED
        ]
        for sent, document in sorted(chosen, key=lambda pair: -pair[1].entities):
            processed = _body(s3, processed_bucket, document.processed_key)
            listed = read_manifest(_body(s3, processed_bucket, document.manifest_key))
            found = excerpt(sent.document.body, processed, listed, title=title, document_id=document.document_id)
            if found is not None:
                yield found
                break


def read_manifest(body: bytes) -> tuple[ChangedPassage, ...]:
    """The passages of a manifest (``healthcare_runtime.masking.replacement.manifest``)."""
    return tuple(
        ChangedPassage(
            passage["path"],
            tuple(
                Change(change["type"], change["action"], tuple(change["source"]), tuple(change["output"]))
                for change in passage["changes"]
            ),
        )
        for passage in json.loads(body)["passages"]
    )


def excerpt(
    raw: bytes, processed: bytes, listed: Iterable[ChangedPassage], *, title: str, document_id: str
) -> Excerpt | None:
    """The stretch of lines with most kinds of changes; None if both texts do not fit each other by the manifest."""
    source, output = _text(raw), _text(processed)
    if source is None or output is None:
        return None
    edits = sorted(_edits(source, output, listed))
    if not edits or not _fits(source.source, output.source, edits):
        return None
    begin, end = _window(source.source, edits)
    inside = [edit for edit in edits if begin <= edit.start and edit.end <= end]
    moved = sum(edit.length - (edit.end - edit.start) for edit in edits if edit.end <= begin)
    before, after = [], []
    out_begin, at = begin + moved, moved
    for edit in inside:
        before.append(Span(edit.start - begin, edit.end - begin, edit.type, edit.action))
        after.append(
            Span(edit.start + at - out_begin, edit.start + at + edit.length - out_begin, edit.type, edit.action)
        )
        at += edit.length - (edit.end - edit.start)
    return Excerpt(
        title,
        document_id,
        Marked(_lines(source.source[begin:end]), tuple(before)),
        Marked(_lines(output.source[out_begin : end + at]), tuple(span for span in after if span.begin < span.end)),
    )


def _text(body: bytes) -> DocumentText | None:
    found = read(body, declared=ContentHint(), maximum_bytes=_MAXIMUM_BYTES)
    return found if isinstance(found, DocumentText) else None


def _edits(source: DocumentText, output: DocumentText, listed: Iterable[ChangedPassage]) -> Iterator[_Edit]:
    """Every place in which the output differs: what the manifest lists, and what never leaves."""
    for passage in source.passages:
        if passage.role is PassageRole.DROP:
            yield _whole(passage, str(passage.phi_type or _REMOVED), _REMOVED)
    befores, afters = source.passages, output.passages
    for changed in listed:
        at, before, after = _pair(befores, afters, changed)
        if before is None:
            continue
        befores = befores[at + 1 :]
        if after is None:
            yield _whole(before, changed.changes[0].type, changed.changes[0].action)
            continue
        afters = afters[afters.index(after) + 1 :]
        for change in changed.changes:
            start, end = before.source_position(change.source[0]), before.source_end(change.source[1])
            length = after.source_end(change.output[1]) - after.source_position(change.output[0])
            yield _Edit(start, end, length, change.type, change.action)


def _pair(
    befores: Sequence[Passage], afters: Sequence[Passage], changed: ChangedPassage
) -> tuple[int, Passage | None, Passage | None]:
    """The passage that was changed and what it became, with the first's place; several passages may have one path."""
    removed: tuple[int, Passage | None, Passage | None] = (0, None, None)
    for at, before in enumerate(befores):
        if before.path != changed.path or changed.changes[-1].source[1] > len(before.text):
            continue
        for after in afters:
            if after.path == changed.path and _literals(before.text, _sources(changed)) == _literals(
                after.text, _outputs(changed)
            ):
                return at, before, after
        if removed[1] is None and _sources(changed) == [(0, len(before.text))]:
            removed = (at, before, None)
    return removed


def _sources(changed: ChangedPassage) -> list[tuple[int, int]]:
    return [change.source for change in changed.changes]


def _outputs(changed: ChangedPassage) -> list[tuple[int, int]]:
    return [change.output for change in changed.changes]


def _literals(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """What stands between the spans."""
    borders = [0, *(border for span in spans for border in span), len(text)]
    return [text[borders[index] : borders[index + 1]] for index in range(0, len(borders), 2)]


def _whole(passage: Passage, kind: str, action: str) -> _Edit:
    if passage.removal is None:
        return _Edit(passage.start, passage.end, 0, kind, action)
    return _Edit(passage.removal.start, passage.removal.end, len(passage.removal.text), kind, action)


def _fits(source: str, output: str, edits: Sequence[_Edit]) -> bool:
    """Whether everything but the edits is the same, character for character."""
    if any(one.end > other.start for one, other in pairwise(edits)):
        return False
    spans = [(edit.start, edit.end) for edit in edits]
    moved, results = 0, []
    for edit in edits:
        results.append((edit.start + moved, edit.start + moved + edit.length))
        moved += edit.length - (edit.end - edit.start)
    return _literals(source, spans) == _literals(output, results)


def _window(text: str, edits: Sequence[_Edit]) -> tuple[int, int]:
    """Where the patient is named, else the lines with most kinds of changes; about ``LONGEST`` characters of them."""
    ends = [at + 1 for at, character in enumerate(text) if character in "\r\n"]
    lines = dict.fromkeys((0, *ends, len(text)))
    borders = [at for at in lines if not any(edit.start < at < edit.end for edit in edits)]
    best, chosen = (-1, -1), (0, len(text))
    named = [at for at in borders[:-1] if text[at:].lstrip().startswith(_PATIENT)]
    for begin in named or borders[:-1]:
        end = max((at for at in borders if begin < at <= begin + LONGEST), default=0)
        end = end or next(at for at in borders if at > begin)  # one long line
        inside = [edit for edit in edits if begin <= edit.start and edit.end <= end]
        worth = (len({edit.type for edit in inside}), len(inside))
        if worth > best:
            best, chosen = worth, (begin, end)
    return chosen


def _lines(text: str) -> str:
    """Segments of HL7 end with a carriage return, which a page shows as nothing."""
    return text.replace("\r\n", " \n").replace("\r", "\n")


def _body(s3: S3Client, bucket: str, key: str) -> bytes:
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read()
