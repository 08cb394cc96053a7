"""The page: one self-contained HTML file, English with Japanese headings, light and dark."""

from html import escape

from demo import markup
from demo.documents import section as documents
from demo.imaging import section as imaging
from demo.report import RecordedOnly, RunReport


def render(report: RunReport) -> str:
    """Write the report as one HTML document without any outside reference."""
    return markup.fill(
        "demo",
        "page.html",
        {
            "started": escape(report.started),
            "seed": str(report.seed),
            "steps": "".join(_step(name, seconds) for name, seconds in report.steps.items()),
            "recorded_only": "".join(_recorded(item) for item in report.recorded_only),
            "recorded_count": str(sum(item.count for item in report.recorded_only)),
            "resource_count": str(report.resources),
            "stack_count": str(report.stacks),
            "imaging": imaging.render(report.imaging),
            # The last one: what documents say is never looked through for places to fill.
            "documents": documents.render(report.documents),
        },
    )


def _recorded(item: RecordedOnly) -> str:
    return f'<tr><td><code>{escape(item.resource_type)}</code></td><td class="number">{item.count}</td></tr>'


def _step(name: str, seconds: float) -> str:
    return f'<tr><td>{escape(name)}</td><td class="number">{seconds:.1f} s</td></tr>'
