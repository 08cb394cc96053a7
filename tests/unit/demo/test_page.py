"""What the demo shows: numbers that add up, reasons, marked excerpts, and no markup from outside."""

from demo.documents import section
from demo.documents.document import Kind
from demo.documents.excerpts import Excerpt, Marked, Span
from demo.documents.report import Agreement, DocumentsReport, Outcome, ReasonRow
from demo.documents.trail import Verification
from demo.imaging.report import ImagingReport, Problem, StudyReport
from demo.page import render
from demo.phase import Phase
from demo.progress import table
from demo.report import RecordedOnly, RunReport
from healthcare_runtime.contracts.documents import DocumentStatus

SCRIPT = "<img src=x onerror=alert(1)>"
INTACT = Verification(intact=True, events=1234, shards=8, checkpoints=8, unsigned=0, findings=(), seconds=1.0)


def _study(title: str = "CT thorax", **counts: int) -> StudyReport:
    numbers = {"sent": 4, "stored": 3, "imported": 2, "warned": 0, "failed": 1, "refused": 1, "image_sets": 1} | counts
    return StudyReport(
        title=title, source="generated", sender="pynetdicom", size=1000, sending_seconds=0.5, import_seconds=4.0,
        thumbnails=("QUJD",), **numbers,
    )  # fmt: skip


def _imaging(*studies: StudyReport) -> ImagingReport:
    return ImagingReport(
        studies=studies,
        problems=(Problem("CT thorax", "truncated.dcm", "refused by the SCP", "0xC000 - data set is truncated"),),
        phases=(Phase("Import job", "HealthImaging", 1.5, 3.0),),
        import_jobs=1,
        missing=0,
    )


def _outcome(status: DocumentStatus | None, agreement: Agreement = Agreement.AS_EXPECTED, **facts: str) -> Outcome:
    return Outcome(
        document_id="0" * 32,
        title=facts.get("title", "Note in English"),
        kind=Kind.TEXT,
        status=status,
        reasons=(facts["reason"],) if "reason" in facts else (),
        findings=(),
        severity=facts.get("severity", ""),
        agreement=agreement,
        seconds=None if status is None else 2.5,
    )


def _documents(
    *outcomes: Outcome, excerpts: tuple[Excerpt, ...] = (), verification: Verification = INTACT
) -> DocumentsReport:
    return DocumentsReport(
        patients=25,
        consents=23,
        revoked=2,
        outcomes=outcomes,
        reasons=(ReasonRow("CONSENT_DENIED", 1, "a `consent` says no", "reject"),),
        phases=(Phase("DetectPhi", "English and Japanese", 0.25, 1.0),),
        alerts={"HIGH": 3},
        verification=verification,
        excerpts=excerpts,
    )


def _page(imaging: ImagingReport | None = None, documents: DocumentsReport | None = None) -> str:
    return render(
        RunReport(
            started="2026-01-05 10:00 UTC",
            seed=7,
            steps={"Send": 1.25},
            imaging=imaging or _imaging(_study()),
            documents=documents or _documents(_outcome(DocumentStatus.PROCESSED)),
            recorded_only=(RecordedOnly("AWS::Backup::BackupSelection", 2),),
            resources=120,
            stacks=5,
        )
    )


def test_given_two_studies_then_the_totals_are_their_sums() -> None:
    report = _imaging(_study(), _study(warned=1))
    assert (report.instances_sent, report.instances_stored, report.instances_refused) == (8, 6, 2)
    assert report.instances_imported == 5
    assert report.instances_failed == 2


def test_given_a_report_then_the_page_is_one_file_with_every_fact() -> None:
    page = _page()
    assert "{{" not in page
    for fact in (
        "0xC000 - data set is truncated",
        "AWS::Backup::BackupSelection",
        "1.50 s",
        "data:image/png;base64,QUJD",
        "CONSENT_DENIED",
        "a <code>consent</code> says no",
        "Verified: intact",
        "1,234 events",
        "python -m local_cloud env",
        "python -m healthcare_runtime.documents list",
        "python -m demo --seed 7",
    ):
        assert fact in page
    assert "http://" not in page
    assert "https://" not in page
    assert "<script" not in page


def test_given_markup_in_what_is_shown_then_it_is_shown_and_not_run() -> None:
    excerpt = Excerpt(SCRIPT, "0" * 32, Marked(SCRIPT, (Span(1, 4, "NAME", SCRIPT),)), Marked(SCRIPT, ()))
    documents = _documents(
        _outcome(DocumentStatus.QUARANTINED, title=SCRIPT, reason=SCRIPT, severity=SCRIPT),
        excerpts=(excerpt,),
        verification=Verification(False, 1, 1, 1, 0, (SCRIPT,), 1.0),
    )
    page = _page(_imaging(_study(title=SCRIPT)), documents)
    assert "<img src=x" not in page
    assert page.count("&lt;img src=x") >= 6


def test_given_what_looks_like_a_place_of_the_template_in_a_document_then_it_stays_what_it_is() -> None:
    marked = Marked("{{problems}} {{steps}}", ())
    page = _page(documents=_documents(excerpts=(Excerpt("Note", "0" * 32, marked, marked),)))
    assert page.count("{{steps}}") == 2


def test_given_an_excerpt_then_its_spans_are_coloured_by_type_and_only_those_types_are_in_the_legend() -> None:
    before = Marked("Ann Lee, 48", (Span(0, 7, "NAME", "SURROGATE"), Span(9, 11, "AGE", "KEPT")))
    after = Marked("Eve Moe, 48", (Span(0, 7, "NAME", "SURROGATE"), Span(9, 11, "AGE", "KEPT")))
    page = section.render(_documents(excerpts=(Excerpt("Note", "0" * 32, before, after),)))
    assert '<mark class="t-name" title="NAME, surrogate">Ann Lee</mark>, <mark class="t-age kept"' in page
    assert '<mark class="t-name" title="NAME, surrogate">Eve Moe</mark>' in page
    assert page.count('<mark class="t-name">') == 1  # the legend
    assert "t-email" not in page


def test_given_a_damaged_trail_then_the_page_says_so_and_what_was_found() -> None:
    damaged = Verification(False, 10, 8, 8, 0, ("event missing: shard 0003",), 1.0)
    page = section.render(_documents(verification=damaged))
    assert "NOT intact" in page
    assert "event missing: shard 0003" in page


def test_given_a_run_then_it_succeeds_only_with_every_outcome_no_release_by_mistake_and_an_intact_trail() -> None:
    fine = (_outcome(DocumentStatus.PROCESSED), _outcome(DocumentStatus.QUARANTINED, Agreement.HELD))
    assert _documents(*fine).succeeded
    assert not _documents(*fine, _outcome(None, Agreement.MISSING)).succeeded
    assert not _documents(*fine, _outcome(DocumentStatus.PROCESSED, Agreement.RELEASED)).succeeded
    assert not _documents(*fine, verification=Verification(False, 1, 1, 1, 0, ("x",), 1.0)).succeeded


def test_given_wide_characters_then_columns_still_align() -> None:
    lines = table(["study", "sent"], [["頭部 MR", "32"], ["CT", "4"]]).splitlines()
    assert lines[2].endswith("  32")
    assert lines[3].endswith("   4")
    assert len({len(line) + sum(ord(character) > 0x2E80 for character in line) for line in lines}) == 1
