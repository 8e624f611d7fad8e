"""How long `toolkit build` takes, beside grafanalib's own generator on the same panels.

Whole processes, started cold, the best of several; CPU time, because the wall's clock
counts whatever else the machine does. The last column divides by the first line of each
block: ratios carry over to other machines, seconds do not.
"""

import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[2]
TRIES = 5
PANELS = 20
SIZES = (50, 100, 200)

PROJECT = """\
[tool.toolkit]
catalogue = "bench.catalogue:CATALOGUE"
alerts = "bench.alerts"
dashboards = "bench.dashboards"
"""
CATALOGUE = '''\
"""What is measured."""

from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit

ZONE = Label("zone", at_most=8)
EVENTS = Metric("app_events_total", Kind.COUNTER, "Events.", unit=Unit.COUNT, labels=(ZONE,))
CATALOGUE = Catalogue.of(globals())
'''
OURS = '''\
"""One page."""

from bench import catalogue as m
from toolkit.dashboards import Dashboard, Panel, PanelUnit, Query, Row
from toolkit.promql import RATE

DASHBOARD = Dashboard(
    uid="page-{number}",
    title="Page {number}",
    help="Events.",
    rows=(
        Row("All", tuple(
            Panel(
                title=f"Events {{n}}",
                help="Events a second.",
                unit=PanelUnit.EVENTS_PER_SECOND,
                width=6,
                queries=(Query("{{{{zone}}}}", f"sum by (zone) (rate({{m.EVENTS}}[{{RATE}}]))"),),
            )
            for n in range({panels})
        )),
    ),
)
'''
THEIRS = '''\
"""One page."""

from grafanalib.core import Dashboard, GridPos, RowPanel, Target, TimeSeries

dashboard = Dashboard(
    uid="page-{number}",
    title="Page {number}",
    description="Events.",
    panels=[
        RowPanel(title="All", gridPos=GridPos(h=1, w=24, x=0, y=0)),
        *(
            TimeSeries(
                title=f"Events {{n}}",
                description="Events a second.",
                unit="cps",
                dataSource="${{datasource}}",
                gridPos=GridPos(h=8, w=6, x=n % 4 * 6, y=1 + n // 4 * 8),
                targets=[
                    Target(
                        expr="sum by (zone) (rate(app_events_total[$__rate_interval]))",
                        legendFormat="{{{{zone}}}}",
                        refId="A",
                    )
                ],
            )
            for n in range({panels})
        ),
    ],
).auto_panel_ids()
'''


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement: best CPU and wall seconds of whole processes."""

    what: str
    cpu: float
    wall: float


@dataclass(frozen=True, slots=True)
class Job:
    """A command to measure in a folder, and the files that it must write anew each time.

    `statuses` are the exit statuses of a run that did its work.
    """

    what: str
    command: list[str]
    folder: Path
    rewrites: str = ""
    statuses: tuple[int, ...] = (0,)


def measure(jobs: list[Job], tries: int = TRIES) -> list[Line]:
    """The best of several runs of each, in rounds: a slow minute of the machine hits all alike."""
    cpu: list[list[float]] = [[] for _ in jobs]
    wall: list[list[float]] = [[] for _ in jobs]
    for _ in range(tries):
        for index, job in enumerate(jobs):
            for path in job.folder.rglob(job.rewrites) if job.rewrites else ():
                path.unlink()
            used, started = _children(), time.perf_counter()
            done = subprocess.run(job.command, cwd=job.folder, check=False, capture_output=True)
            if done.returncode not in job.statuses:
                done.check_returncode()
            wall[index].append(time.perf_counter() - started)
            cpu[index].append(_children() - used)
    return [Line(job.what, min(cpu[index]), min(wall[index])) for index, job in enumerate(jobs)]


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def write_ours(folder: Path, pages: int) -> Path:
    """A project of that many dashboards."""
    (folder / "bench" / "dashboards").mkdir(parents=True)
    (folder / "bench" / "alerts").mkdir()
    (folder / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    for package in ("", "dashboards", "alerts"):
        (folder / "bench" / package / "__init__.py").write_text("", encoding="utf-8")
    (folder / "bench" / "catalogue.py").write_text(CATALOGUE, encoding="utf-8")
    for number in range(pages):
        text = OURS.format(number=number, panels=PANELS)
        path = folder / "bench" / "dashboards" / f"page_{number}.py"
        path.write_text(text, encoding="utf-8")
    return folder


def write_theirs(folder: Path, pages: int) -> list[str]:
    """As many definitions for grafanalib, and their paths."""
    folder.mkdir(parents=True)
    paths = []
    for number in range(pages):
        path = folder / f"page{number}.dashboard.py"
        path.write_text(THEIRS.format(number=number, panels=PANELS), encoding="utf-8")
        paths.append(str(path))
    return paths


def reference() -> list[Job]:
    """The reference project, compared with an interpreter that does nothing."""
    check = [sys.executable, "-m", "toolkit", "build", "--check"]
    return [
        Job("an interpreter that does nothing", [sys.executable, "-c", ""], ROOT),
        Job("toolkit build --check, reference project", check, ROOT),
    ]


def ours(folder: Path) -> list[Job]:
    """The toolkit on growing numbers of dashboards."""
    command = [sys.executable, "-m", "toolkit", "build-dashboards"]
    return [
        Job(
            f"toolkit build-dashboards, {pages} × {PANELS} panels",
            command,
            write_ours(folder / f"ours{pages}", pages),
            "*.json",
        )
        for pages in (1, *SIZES)
    ]


def theirs(folder: Path) -> list[Job]:
    """Grafanalib's own generator on the same panels."""
    command = str(Path(sys.executable).with_name("generate-dashboards"))
    return [
        Job(
            f"grafanalib generate-dashboards, {pages} × {PANELS} panels",
            [command, *write_theirs(folder / f"theirs{pages}", pages)],
            folder / f"theirs{pages}",
            "*.json",
        )
        for pages in (1, *SIZES)
    ]


def report(title: str, lines: list[Line]) -> str:
    """A Markdown table; ratios are of CPU time."""
    rows = "".join(
        f"| {line.what} | {line.cpu:.3f} | {line.wall:.3f} | {line.cpu / lines[0].cpu:.1f} |\n"
        for line in lines
    )
    head = f"| {title} | CPU s | wall s | × first |\n|---|---:|---:|---:|\n"
    return head + rows


def growth(lines: list[Line]) -> str:
    """What one more dashboard costs, and whether the cost stays the same."""
    steps = pairwise(zip((1, *SIZES), lines, strict=True))
    return ", ".join(
        f"{(b.cpu - a.cpu) / (more - less) * 1000:.1f} ms ({less} to {more})"
        for (less, a), (more, b) in steps
    )


def main() -> None:
    """Measure and print."""
    say = sys.stdout.write
    say(report("reference project", measure(reference())) + "\n")
    with tempfile.TemporaryDirectory() as folder:
        lines = measure([*ours(Path(folder)), *theirs(Path(folder))])
    say(report("many dashboards, written anew", lines) + "\n")
    half = len(lines) // 2
    say(f"one more dashboard of {PANELS} panels, toolkit:    {growth(lines[:half])}\n")
    say(f"one more dashboard of {PANELS} panels, grafanalib: {growth(lines[half:])}\n")


if __name__ == "__main__":
    main()
