"""The page: one self-contained HTML file, English with Japanese headings, light and dark."""

from collections.abc import Iterable
from html import escape
from importlib.resources import files

from demo.report import Phase, Problem, RecordedOnly, RunReport, StudyReport


def render(report: RunReport) -> str:
    """Write the report as one HTML document without any outside reference."""
    template = files("demo").joinpath("page.html").read_text(encoding="utf-8")
    parts = {
        "started": escape(report.started),
        "figures": "".join(_figures(report)),
        "studies": "".join(_study(study) for study in report.studies),
        "phases": _phases(report.phases),
        "problems": "".join(_problem(problem) for problem in report.problems),
        "problem_count": str(len(report.problems)),
        "recorded_only": "".join(_recorded(item) for item in report.recorded_only),
        "recorded_count": str(sum(item.count for item in report.recorded_only)),
        "resource_count": str(report.resources),
        "stack_count": str(report.stacks),
        "steps": "".join(_step(name, seconds) for name, seconds in report.steps.items()),
    }
    for name, text in parts.items():
        template = template.replace("{{" + name + "}}", text)
    return template


def _figures(report: RunReport) -> Iterable[str]:
    figures = (
        (report.instances_sent, "instances sent", "送信", ""),
        (report.instances_stored, "acknowledged, durable", "保存確認", ""),
        (report.instances_imported, "in image sets", "取込済", "good"),
        (report.import_jobs, "import jobs", "取込ジョブ", ""),
        (report.instances_refused, "refused at the door", "受信拒否", "warn" if report.instances_refused else ""),
        (report.instances_failed, "not imported, with reason", "取込不可", "warn" if report.instances_failed else ""),
    )
    for count, english, japanese, mood in figures:
        yield f'<div class="figure {mood}"><b>{count:,}</b><span>{english}<i lang="ja">{japanese}</i></span></div>'


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


def _phases(phases: tuple[Phase, ...]) -> str:
    longest = max((phase.slowest for phase in phases), default=1.0) or 1.0
    return "".join(
        f"""<tr><th>{escape(phase.name)}<small>{escape(phase.explanation)}</small></th>
  <td class="number">{phase.median:.2f} s</td><td class="number">{phase.slowest:.2f} s</td>
  <td class="meter"><div style="width:{100 * phase.slowest / longest:.1f}%"></div>
  <div class="median" style="width:{100 * phase.median / longest:.1f}%"></div></td></tr>"""
        for phase in phases
    )


def _problem(problem: Problem) -> str:
    return (
        f"<tr><td>{escape(problem.study)}</td><td><code>{escape(problem.file)}</code></td>"
        f"<td>{escape(problem.stage)}</td><td>{escape(problem.reason)}</td></tr>"
    )


def _recorded(item: RecordedOnly) -> str:
    return f'<tr><td><code>{escape(item.resource_type)}</code></td><td class="number">{item.count}</td></tr>'


def _step(name: str, seconds: float) -> str:
    return f'<tr><td>{escape(name)}</td><td class="number">{seconds:.1f} s</td></tr>'
