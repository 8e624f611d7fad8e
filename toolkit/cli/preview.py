"""`toolkit preview`: dashboards drawn without a Grafana server."""

import functools
import re
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import complain, leave, progress, result
from toolkit.cli.option_groups import with_option_groups
from toolkit.cli.preview_options import THEMES, DataOptions, PageOptions, ServeOptions
from toolkit.cli.target_option import prometheus_of
from toolkit.errors import ConfigurationError, ExitStatus, UnreachableError, UsageError
from toolkit.unknown_name_did_you_mean import did_you_mean, unknown_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from toolkit.preview.data_source import DataSource, RequestedTime
    from toolkit.preview.redraw_served_page import LiveDashboards
    from toolkit.preview.run import ChosenDashboard, PreviewPage
    from toolkit.preview.screenshots_and_page_errors import SeenPages
    from toolkit.preview.serve import DrawnPages
    from toolkit.project import Project
    from toolkit.prometheus.client import Prometheus

SCRAPE_INTERVAL = "15s"  # the most usual one; a project has its own


@with_option_groups
def preview(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[UID|FILE.json]…",
            help="Dashboards by uid, or any dashboard's JSON; left out, all of the project's.",
        ),
    ] = None,
    *,
    data: DataOptions,
    page: PageOptions,
    serve: ServeOptions,
) -> None:
    """Draw dashboards, one self-contained HTML file each. Exit 1 when a part of one fails."""
    from toolkit.preview import run
    from toolkit.preview.data_source import Recorder
    from toolkit.preview.redraw_served_page import LiveDashboards, write_dashboards
    from toolkit.preview.screenshots_and_page_errors import see

    _refuse_contradictions(data, page, serve)
    words = targets or []
    files = [word for word in words if word.endswith(".json")]
    project = _project(required=len(files) < max(1, len(words)))
    dashboards = run.chosen(project, words, _inputs(data.inputs or []))
    if not dashboards and not serve.serve:
        raise UsageError(
            "the project has no dashboard to draw.", fix="name a dashboard's JSON file."
        )
    root = project.config.root if project else None
    variables = _variables(data.var or [], dashboards)
    if serve.models:
        write_dashboards(serve.models, dashboards)
    source, requested = _data_source(data, project)
    recorder = Recorder(source)
    options = run.PreviewOptions(
        requested=requested,
        variables=variables,
        expanded=page.expand,
        revision=page.against,
        root=root or Path.cwd(),
    )
    if serve.serve:
        live = None if data.snapshot else LiveDashboards(source, options, page.theme)
        _serve(page.out, serve.port, root, files, live)
        return
    drawn = _written(run.pages(dashboards, recorder, options, progress), page)
    if data.record:
        recorder.write(data.record, requested)
    _finish(drawn, see(drawn, progress, png=page.png), markdown=page.markdown)


def _written(pages: "Iterable[PreviewPage]", options: PageOptions) -> "dict[Path, PreviewPage]":
    """Each page by the file that it was written to; says what was drawn as soon as it is."""
    from toolkit.preview import run

    drawn: dict[Path, PreviewPage] = {}
    begun = time.perf_counter()
    for page in pages:
        drawn[run.write(page, options.out, options.theme)] = page
        _report(page, time.perf_counter() - begun, options.against)
        begun = time.perf_counter()
    return drawn


def _refuse_contradictions(data: DataOptions, page: PageOptions, serve: ServeOptions) -> None:
    if page.theme not in THEMES:
        raise UsageError(unknown_name("theme", page.theme, THEMES))
    if data.record and data.snapshot:
        raise UsageError("--record and --snapshot exclude each other.")
    if serve.serve and page.markdown:
        raise UsageError("--serve and --markdown exclude each other.")


def _finish(pages: "dict[Path, PreviewPage]", seen: "SeenPages", *, markdown: bool) -> None:
    from toolkit.preview.markdown_report import markdown as as_markdown

    if markdown:
        result("\n".join(as_markdown(page.current) for page in pages.values()))
    else:
        result("\n".join(str(path) for path in (*pages, *seen.pictures)))
    problems = [problem for page in pages.values() for problem in page.current.problems]
    problems += seen.problems
    for problem in problems:
        complain(f"failed: {problem}")
    if problems:
        leave(ExitStatus.FINDINGS)


def _project(*, required: bool) -> "Project | None":
    from toolkit import find_definitions

    try:
        return find_definitions.load()
    except ConfigurationError:
        if required:
            raise
        return None  # the JSON of any dashboard may be drawn anywhere


def _inputs(words: list[str]) -> dict[str, str]:
    found = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise UsageError(f"--input {word!r}: write it like DS_PROMETHEUS=main.")
        found[name] = value
    return found


def _variables(
    words: list[str], dashboards: "Sequence[ChosenDashboard]"
) -> dict[str, tuple[str, ...]]:
    from toolkit.preview.variables import names

    known = {name for each in dashboards for name in names(each.model)}
    found: dict[str, tuple[str, ...]] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise UsageError(f"--var {word!r}: write it like exchange=paper.")
        if name not in known:
            raise UsageError(f"--var: no variable {name!r}{did_you_mean(name, known)}")
        found[name] = (*found.get(name, ()), value)
    return found


def _data_source(
    data: DataOptions, project: "Project | None"
) -> "tuple[DataSource, RequestedTime]":
    """What answers the queries, and the time range that they are about."""
    from toolkit.errors import RefusedError
    from toolkit.preview.data_source import RequestedTime, read_recording

    if data.snapshot is not None:
        recorded = read_recording(data.snapshot)
        return recorded, recorded.requested
    server = _asked(data, project)
    try:
        server.version()  # not there: say so once, not once a panel
    except RefusedError as error:
        fix = "name Prometheus' own address with --prometheus."
        raise UnreachableError(f"no Prometheus there: {error.message}", fix=fix) from None
    scrape_interval = project.config.scrape_interval if project else SCRAPE_INTERVAL
    return server, RequestedTime(time.time(), data.since, data.until, scrape_interval)


def _asked(data: DataOptions, project: "Project | None") -> "Prometheus":
    """The Prometheus that is named, of the environment, or of the running stack."""
    from toolkit.prometheus.client import Prometheus

    if data.target:
        if data.prometheus:
            raise UsageError(
                "--prometheus and --target both say which Prometheus is asked.", fix="drop one."
            )
        if project is None:
            raise UsageError(
                "--target names an environment of a project, and there is none here.",
                fix="name the server with --prometheus.",
            )
        return prometheus_of(project.config, data.target)
    url = data.prometheus or _stack_prometheus(project)
    if not re.match(r"https?://[^/]", url):
        raise UsageError(
            f"--prometheus {url!r}: not an address.", fix="write it like http://127.0.0.1:9090."
        )
    hint = "start it, as `toolkit up` does, or name another with --prometheus."
    return Prometheus(url, hint=hint)


def _stack_prometheus(project: "Project | None") -> str:
    from toolkit.config.pyproject import StackConfig
    from toolkit.stack import start_and_stop

    if project is None:
        return StackConfig().prometheus
    running = start_and_stop.running(project.config.state)
    return running.addresses.prometheus if running else project.config.stack.prometheus


def _report(page: "PreviewPage", took_seconds: float, against: str) -> None:
    drawing = page.current
    panels = sum(1 for _panel in drawing.panels)
    queries = len(drawing.answers)
    progress(f"{page.dashboard.name}: {panels} panels, {queries} queries in {took_seconds:.1f} s")
    for panel, change in sorted(page.changes.items()):
        progress(f"  {change}: {panel}")
    if against and not page.changes:
        progress(f"  as in {against}")
    for note in drawing.data["notes"]:
        progress(f"  {note}")


def _serve(
    out: Path, port: int, root: Path | None, files: list[str], live: "LiveDashboards | None"
) -> None:
    from toolkit.preview import serve as serving

    look = functools.partial(
        serving.written_times, root or Path("/nonexistent"), [*map(Path, files)]
    )
    updates = serving.PageUpdates()
    with (
        tempfile.TemporaryDirectory() as folder,
        serving.server(out, updates, port, live) as server,
    ):
        words = [word for word in sys.argv[1:] if word != "--serve"]
        draw = functools.partial(_drawn, words, Path(folder, "dashboards.json"), live)
        seen = look()  # before it is drawn: what changes meanwhile is drawn again
        status, drawn = draw()
        if not drawn.pages:  # nothing to show yet: the words above are for the terminal
            raise typer.Exit(status)
        updates.publish(drawn)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        progress(f"http://127.0.0.1:{server.server_address[1]}/ shows it until Ctrl-C.")
        try:
            serving.redraw_on_change(seen, look, lambda: draw()[1], updates, threading.Event())
        except KeyboardInterrupt:
            return  # as the message above says
        finally:
            server.shutdown()


def _drawn(
    words: list[str], models: Path, live: "LiveDashboards | None"
) -> "tuple[int, DrawnPages]":
    """Draw in a process of its own, and answer for the dashboards that it found."""
    from toolkit.preview.redraw_served_page import read_dashboards
    from toolkit.preview.serve import drawn_in_a_child

    if live is None:
        return drawn_in_a_child(words)
    status, drawn = drawn_in_a_child([*words, "--models", str(models)])
    if drawn.pages:
        live.take(read_dashboards(models))
    return status, drawn
