"""The imaging flow in the terminal."""

from demo.imaging.report import ImagingReport
from demo.progress import table


def show(report: ImagingReport) -> None:
    """Print what became of each study, what was refused and why, and the totals."""
    headings = ["study", "sender", "sent", "stored", "imported", "warning", "failed", "refused", "to image set"]
    rows = [
        [study.title[:44], study.sender, *(str(count) for count in (
            study.sent, study.stored, study.imported, study.warned, study.failed, study.refused)),
         "-" if study.import_seconds is None else f"{study.import_seconds:.1f} s"]
        for study in report.studies
    ]  # fmt: skip
    print(f"\n{table(headings, rows)}")
    if report.problems:
        print("\nRefused, not imported, or imported with a warning:")
        shown = [[problem.file[:40], problem.stage, problem.reason[:110]] for problem in report.problems]
        print(table(["file", "where", "why"], shown))
    print(
        f"\n{report.instances_sent} sent, {report.instances_stored} acknowledged, {report.instances_imported} in image"
        f" sets, {report.import_jobs} jobs, {report.instances_refused} refused, {report.instances_failed} not imported."
    )
