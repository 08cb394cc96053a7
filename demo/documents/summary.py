"""The document flow in the terminal."""

from demo.documents.outcomes import held_rows, kind_rows
from demo.documents.report import Agreement, DocumentsReport
from demo.progress import table
from healthcare_runtime.contracts.documents import DocumentStatus


def show(report: DocumentsReport) -> None:
    """Print the outcomes of each kind, what was held or rejected and why, and what was not as expected."""
    headings = ["kind", "sent", "processed", "quarantined", "rejected", "no outcome", "median", "95 %"]
    rows = [
        [row.name, *(str(count) for count in (row.sent, row.processed, row.quarantined, row.rejected, row.missing)),
         _seconds(row.median), _seconds(row.p95)]
        for row in kind_rows(report.outcomes)
    ]  # fmt: skip
    print(f"\n{table(headings, rows)}")
    held = held_rows(report.outcomes)
    if held:
        print("\nHeld or rejected:")
        shown = [
            [row.title[:44], str(row.count), row.status, row.reasons[:60], row.severity or "-", row.agreement or "yes"]
            for row in held
        ]
        print(table(["document", "count", "outcome", "reasons and rules", "alert", "as expected"], shown))
    count = {status: report.count(status) for status in DocumentStatus}
    print(
        f"\n{len(report.outcomes)} documents: {count[DocumentStatus.PROCESSED]} processed,"
        f" {count[DocumentStatus.QUARANTINED]} quarantined, {count[DocumentStatus.REJECTED]} rejected,"
        f" {report.count(None)} without an outcome."
    )
    print(
        f"Against what was expected: {report.disagreeing(Agreement.AS_EXPECTED)} as they must,"
        f" {report.disagreeing(Agreement.HELD)} held that could go, {report.disagreeing(Agreement.OTHER_REASON)} for"
        f" another reason, {report.disagreeing(Agreement.RELEASED)} released that must not be."
    )
    verified = report.verification
    print(
        f"Audit trail: {verified.events} events, {verified.checkpoints} checkpoints,"
        f" {'intact' if verified.intact else 'NOT INTACT'}. Alerts: {sum(report.alerts.values())}."
    )
    for finding in verified.findings:
        print(f"  {finding}")


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} s"
