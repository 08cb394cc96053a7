"""The documents section of the page."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from demo import markup
from demo.documents.excerpts import Excerpt, Marked
from demo.documents.outcomes import held_rows, kind_rows
from demo.documents.report import Agreement, DocumentsReport, HeldRow, KindRow, ReasonRow
from demo.documents.trail import VERIFY, Verification
from demo.markup import Figure
from healthcare_runtime.contracts.documents import DocumentStatus
from healthcare_runtime.phi_entity import PhiType

REVIEW: Final = "python -m healthcare_runtime.documents"
_OTHER: Final = "OTHER"


def render(report: DocumentsReport) -> str:
    """The section as HTML."""
    held = held_rows(report.outcomes)
    waiting = report.count(DocumentStatus.QUARANTINED)
    return markup.fill(
        "demo.documents",
        "section.html",
        {
            "consents": escape(_consents(report)),
            "expectation": escape(_expectation(report)),
            "figures": markup.figures(_figures(report)),
            "kinds": "".join(_kind(row) for row in kind_rows(report.outcomes)),
            "legend": _legend(report.excerpts),
            "excerpts": "".join(_excerpt(one) for one in report.excerpts),
            "reasons": "".join(_reason(row) for row in report.reasons),
            "held_count": str(sum(row.count for row in held)),
            "held": "".join(_held(row) for row in held),
            "together": str(len(report.outcomes)),
            "phases": markup.phases(report.phases),
            "audit_mood": "good" if report.verification.intact else "bad",
            "audit_verdict": "Verified: intact" if report.verification.intact else "Verified: NOT intact",
            "audit_said": escape(_audit(report.verification)),
            "findings": _findings(report.verification),
            "verify": escape(VERIFY),
            "alerts": "".join(_alert(severity, count) for severity, count in report.alerts.items()),
            "waiting": str(waiting),
            "review": escape(_review(report)),
        },
    )


def _consents(report: DocumentsReport) -> str:
    return (
        f"{report.patients} patients had said what may be done with theirs: {report.consents} consents over the Consent"
        f" API, {report.revoked} of them revoked."
    )


def _expectation(report: DocumentsReport) -> str:
    right = report.disagreeing(Agreement.AS_EXPECTED)
    said = f"{right} of {len(report.outcomes)} ended as they must"
    wrong = [
        f"{count} {agreement.lower()}"
        for agreement in Agreement
        if agreement is not Agreement.AS_EXPECTED and (count := report.disagreeing(agreement))
    ]
    return f"{said}{''.join(f'; {part}' for part in wrong)}."


def _figures(report: DocumentsReport) -> tuple[Figure, ...]:
    lost = report.count(None)
    released = report.disagreeing(Agreement.RELEASED)
    return (
        Figure(str(len(report.outcomes)), "documents sent", "送信"),
        Figure(str(report.count(DocumentStatus.PROCESSED)), "masked and released", "マスク済み", "good"),
        Figure(str(report.count(DocumentStatus.QUARANTINED)), "held in quarantine", "隔離", "warn"),
        Figure(str(report.count(DocumentStatus.REJECTED)), "rejected", "拒否"),
        Figure(str(lost), "without an outcome", "未処理", "bad" if lost else "good"),
        Figure(str(released), "released by mistake", "誤公開", "bad" if released else "good"),
    )


def _kind(row: KindRow) -> str:
    share = 100 / (row.sent or 1)
    bar = "".join(
        f'<i class="{mood}" style="width:{share * count:.1f}%"></i>'
        for mood, count in (("good", row.processed), ("warn", row.quarantined), ("bad", row.rejected + row.missing))
    )
    return (
        f"<tr><th>{escape(row.name)}</th>{markup.number(row.sent)}{markup.number(row.processed, 'good')}"
        f"{markup.number(row.quarantined, 'warn')}{markup.number(row.rejected)}{markup.number(row.missing, 'bad')}"
        f"{markup.number(markup.seconds(row.median))}{markup.number(markup.seconds(row.p95))}"
        f'<td class="share"><span>{bar}</span></td></tr>'
    )


def _legend(excerpts: Iterable[Excerpt]) -> str:
    present = {_type(span.type) for one in excerpts for span in (*one.before.spans, *one.after.spans)}
    return "".join(
        f'<mark class="{_style(kind)}">{escape(kind.lower().replace("_", " "))}</mark>'
        for kind in (*PhiType, _OTHER)
        if kind in present
    )


def _excerpt(one: Excerpt) -> str:
    return (
        f'<figure class="excerpt"><figcaption>{escape(one.title)}<small>{escape(one.document_id)}</small></figcaption>'
        f'<div><pre lang="mul">{_marked(one.before)}</pre><pre lang="mul">{_marked(one.after)}</pre></div></figure>'
    )


def _marked(marked: Marked) -> str:
    parts, at = [], 0
    for span in marked.spans:
        kept = " kept" if span.action == "KEPT" else ""
        parts.append(escape(marked.text[at : span.begin]))
        parts.append(
            f'<mark class="{_style(span.type)}{kept}" title="{escape(span.type)}, {escape(span.action.lower())}">'
            f"{escape(marked.text[span.begin : span.end])}</mark>"
        )
        at = span.end
    return "".join((*parts, escape(marked.text[at:])))


def _type(name: str) -> str:
    return name if name in {*PhiType} else _OTHER


def _style(name: str) -> str:
    return f"t-{_type(name).lower().replace('_', '-')}"


def _reason(row: ReasonRow) -> str:
    return (
        f'<tr><td><code class="whole">{escape(row.code)}</code></td>{markup.number(row.count)}'
        f"<td>{_with_code(row.meaning)}</td><td>{_with_code(row.remedy)}</td></tr>"
    )


def _with_code(text: str) -> str:
    """The runbook's backquotes as code."""
    pieces = escape(text).split("`")
    return "".join(f"<code>{piece}</code>" if index % 2 else piece for index, piece in enumerate(pieces))


def _held(row: HeldRow) -> str:
    expected = "yes" if row.agreement is Agreement.AS_EXPECTED else row.agreement
    mood = "" if row.agreement is Agreement.AS_EXPECTED else "bad"
    return (
        f"<tr><td>{escape(row.title)}</td>{markup.number(row.count)}<td>{row.status.lower()}</td>"
        f"<td><code>{escape(row.reasons)}</code></td><td>{escape(row.severity.lower())}</td>"
        f'<td class="{mood}">{escape(expected)}</td></tr>'
    )


def _audit(found: Verification) -> str:
    return (
        f"{found.events:,} events in {found.shards} chains, {found.checkpoints} signed checkpoints, {found.unsigned}"
        f" events not signed for yet; verified in {found.seconds:.1f} s by the public key. Up to the last checkpoints"
        " every event is there, in its order, and says what it said when it was signed."
        if found.intact
        else f"{found.events:,} events in {found.shards} chains, {found.checkpoints} checkpoints: the trail is not what"
        " it was."
    )


def _findings(found: Verification) -> str:
    listed = "".join(f"<li>{escape(one)}</li>" for one in found.findings)
    return f"<ul>{listed}</ul>" if listed else ""


def _alert(severity: str, count: int) -> str:
    mood: markup.Mood = "bad" if severity == "CRITICAL" else "warn"
    return f'<tr><th class="{mood}">{escape(severity.lower())}</th>{markup.number(count)}</tr>'


def _review(report: DocumentsReport) -> str:
    waiting = next(
        (one.document_id for one in report.outcomes if one.status is DocumentStatus.QUARANTINED), "DOCUMENT_ID"
    )
    return "\n".join(
        (
            "source .venv/bin/activate",
            'eval "$(python -m local_cloud env)"',
            f"{REVIEW} list",
            f"{REVIEW} show {waiting}",
            f"{REVIEW} reject {waiting} --reviewer you",
        )
    )
