"""What the demo shows: numbers that add up, reasons that are there, and no markup from outside."""

from pathlib import Path

from demo.page import render
from demo.progress import table
from demo.report import Phase, Problem, RecordedOnly, RunReport, StudyReport


def _study(title: str = "CT thorax", **counts: int) -> StudyReport:
    numbers = {"sent": 4, "stored": 3, "imported": 2, "warned": 0, "failed": 1, "refused": 1, "image_sets": 1} | counts
    return StudyReport(
        title=title, source="generated", sender="pynetdicom", size=1000, sending_seconds=0.5, import_seconds=4.0,
        thumbnails=("QUJD",), **numbers,
    )  # fmt: skip


def _report(*studies: StudyReport) -> RunReport:
    return RunReport(
        started="2026-01-05 10:00 UTC",
        steps={"Send": 1.25},
        studies=studies,
        problems=(Problem("CT thorax", "truncated.dcm", "refused by the SCP", "0xC000 - data set is truncated"),),
        phases=(Phase("Import job", "HealthImaging", 1.5, 3.0),),
        recorded_only=(RecordedOnly("AWS::Backup::BackupSelection", 2),),
        resources=120,
        stacks=5,
        import_jobs=1,
    )


def test_given_two_studies_then_the_totals_are_their_sums() -> None:
    report = _report(_study(), _study(warned=1))
    assert (report.instances_sent, report.instances_stored, report.instances_refused) == (8, 6, 2)
    assert report.instances_imported == 5
    assert report.instances_failed == 2


def test_given_a_report_then_the_page_is_one_file_with_every_fact() -> None:
    page = render(_report(_study()))
    assert "{{" not in page
    for fact in (
        "0xC000 - data set is truncated",
        "AWS::Backup::BackupSelection",
        "1.50 s",
        "data:image/png;base64,QUJD",
    ):
        assert fact in page
    assert "http://" not in page
    assert "https://" not in page
    assert "<script" not in page


def test_given_markup_in_a_title_then_it_is_shown_and_not_run() -> None:
    page = render(_report(_study(title="<img src=x onerror=alert(1)>")))
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_given_wide_characters_then_columns_still_align() -> None:
    lines = table(["study", "sent"], [["頭部 MR", "32"], ["CT", "4"]]).splitlines()
    assert lines[2].endswith("  32")
    assert lines[3].endswith("   4")
    assert len({len(line) + sum(ord(character) > 0x2E80 for character in line) for line in lines}) == 1


def test_given_the_template_then_it_is_shipped_beside_the_code() -> None:
    assert (Path(render.__code__.co_filename).parent / "page.html").exists()
