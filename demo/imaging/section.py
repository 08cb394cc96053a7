"""The imaging section of the page."""

from html import escape

from demo import markup
from demo.imaging.report import ImagingReport, Problem, StudyReport
from demo.markup import Figure


def render(report: ImagingReport) -> str:
    """The section as HTML."""
    return markup.fill(
        "demo.imaging",
        "section.html",
        {
            "figures": markup.figures(_figures(report)),
            "studies": "".join(_study(study) for study in report.studies),
            "phases": markup.phases(report.phases),
            "problems": "".join(_problem(problem) for problem in report.problems),
            "problem_count": str(len(report.problems)),
        },
    )


def _figures(report: ImagingReport) -> tuple[Figure, ...]:
    refused, failed = report.instances_refused, report.instances_failed
    return (
        Figure(f"{report.instances_sent:,}", "instances sent", "送信"),
        Figure(f"{report.instances_stored:,}", "acknowledged, durable", "保存確認"),
        Figure(f"{report.instances_imported:,}", "in image sets", "取込済", "good"),
        Figure(f"{report.import_jobs:,}", "import jobs", "取込ジョブ"),
        Figure(f"{refused:,}", "refused at the door", "受信拒否", "warn" if refused else ""),
        Figure(f"{failed:,}", "not imported, with reason", "取込不可", "warn" if failed else ""),
    )


def _study(study: StudyReport) -> str:
    images = "".join(f'<img alt="" src="data:image/png;base64,{image}">' for image in study.thumbnails)
    done = study.imported + study.warned
    share = 100 * done / study.stored if study.stored else 0
    same = study.stored - done - study.failed
    repeated = f" ({same} the same bytes again)" if same > 0 and study.import_seconds is not None else ""
    times = f"sent in {study.sending_seconds:.2f} s"
    if study.import_seconds is not None:
        plural = "" if study.image_sets == 1 else "s"
        times += f" · {study.image_sets} image set{plural}, settled after {study.import_seconds:.1f} s"
    marks = [f'<em class="good">{done} imported</em>'] if done else []
    if study.warned:
        marks.append(f'<em class="warn">{study.warned} with a warning</em>')
    if study.failed:
        marks.append(f'<em class="bad">{study.failed} not imported</em>')
    if study.refused:
        marks.append(f'<em class="bad">{study.refused} refused</em>')
    return f"""
<article>
  <header><h3>{escape(study.title)}</h3><small>{escape(study.source)} · {escape(study.sender)} ·
    {_size(study.size)}</small></header>
  <div class="strip">{images or '<span class="none">no frames</span>'}</div>
  <div class="bar"><div style="width:{share:.0f}%"></div></div>
  <p class="marks"><em>{study.sent} sent</em><em>{study.stored} stored{repeated}</em>{"".join(marks)}</p>
  <p class="times">{times}</p>
</article>"""


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 100_000 else f"{count / 1e3:,.1f} KB"


def _problem(problem: Problem) -> str:
    return (
        f"<tr><td>{escape(problem.study)}</td><td><code>{escape(problem.file)}</code></td>"
        f"<td>{escape(problem.stage)}</td><td>{escape(problem.reason)}</td></tr>"
    )
