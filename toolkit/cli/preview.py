"""`toolkit preview`: dashboards drawn without a Grafana server."""

import functools
import re
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import leave, progress, result
from toolkit.cli.option_groups import with_option_groups
from toolkit.errors import (
    ConfigurationError,
    ExitStatus,
    UnreachableError,
    UsageError,
    did_you_mean,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.preview.data_source import DataSource, RequestedTime
    from toolkit.preview.run import ChosenDashboard, PreviewPage
    from toolkit.project import Project

THEMES = ("dark", "light")
SCRAPE_INTERVAL = "15s"  # the most usual one; a project has its own


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewCommand:
    """The command line of `toolkit preview`."""

    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[UID|FILE.json]…",
            help="Dashboards by uid, or any dashboard's JSON; left out, all of the project's.",
        ),
    ] = None
    out: Annotated[Path, typer.Option(help="Where the pages go.")] = Path("build/preview")
    theme: Annotated[str, typer.Option(help="dark or light.", metavar="THEME")] = "dark"
    since: Annotated[
        str, typer.Option("--from", help="Begin, such as now-1h; left out, the dashboard's own.")
    ] = ""
    until: Annotated[str, typer.Option("--to", help="End, such as now.")] = "now"
    var: Annotated[
        list[str] | None,
        typer.Option("--var", metavar="NAME=VALUE", help="A variable's value; repeatable."),
    ] = None
    png: Annotated[
        bool, typer.Option("--png", help="A picture too, taken by a Chromium of this machine.")
    ] = False
    prometheus: Annotated[
        str,
        typer.Option(help="The server to ask; left out, the running stack's.", metavar="URL"),
    ] = ""
    record: Annotated[
        Path | None, typer.Option(help="Store the data, to draw from it later.", metavar="FILE")
    ] = None
    snapshot: Annotated[
        Path | None, typer.Option(help="Draw from stored data, not a server.", metavar="FILE")
    ] = None
    against: Annotated[
        str, typer.Option(help="Next to a git revision, changed panels marked.", metavar="REV")
    ] = ""
    expand: Annotated[bool, typer.Option("--expand", help="Open every folded row.")] = False
    markdown: Annotated[
        bool, typer.Option("--markdown", help="A table of queries and last values on stdout.")
    ] = False
    serve: Annotated[
        bool, typer.Option("--serve", help="Draw again and reload as definitions change.")
    ] = False
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port of --serve; left out, a free one.")
    ] = 0

    @property
    def files(self) -> list[str]:
        """The targets that are files."""
        return [target for target in self.targets or () if target.endswith(".json")]

    def refuse_contradictions(self) -> None:
        """Raise UsageError for an unknown theme, and for options that exclude each other."""
        if self.theme not in THEMES:
            raise UsageError(f"unknown theme {self.theme!r}{did_you_mean(self.theme, THEMES)}")
        if self.record and self.snapshot:
            raise UsageError("--record and --snapshot exclude each other.")
        if self.serve and self.markdown:
            raise UsageError("--serve and --markdown exclude each other.")


@with_option_groups
def preview(command: PreviewCommand) -> None:
    """Draw dashboards, one self-contained HTML file each. Exit 1 when a query fails."""
    from toolkit.preview import run
    from toolkit.preview.data_source import Recorder

    command.refuse_contradictions()
    project = _project(required=len(command.files) < max(1, len(command.targets or ())))
    dashboards = run.chosen(project, command.targets or ())
    root = project.config.root if project else None
    if command.serve:
        _serve(command, root)
        return
    source, requested = _data_source(command, project)
    recorder = Recorder(source)
    options = run.PreviewOptions(
        requested=requested,
        variables=_variables(command.var or [], dashboards),
        expanded=command.expand,
        revision=command.against,
        root=root or Path.cwd(),
    )
    pages: dict[Path, PreviewPage] = {}
    begun = time.perf_counter()
    for page in run.pages(dashboards, recorder, options, progress):
        pages[run.write(page, command.out, command.theme)] = page
        _report(page, time.perf_counter() - begun, command.against)
        begun = time.perf_counter()
    if command.record:
        recorder.write(command.record, requested)
    pictures = run.pictures(pages, progress) if command.png else []
    _finish(pages, pictures, markdown=command.markdown)


def _finish(pages: "dict[Path, PreviewPage]", pictures: list[Path], *, markdown: bool) -> None:
    from toolkit.preview.markdown_report import markdown as as_markdown

    if markdown:
        result("\n".join(as_markdown(page.current) for page in pages.values()))
    else:
        result("\n".join(str(path) for path in (*pages, *pictures)))
    problems = [problem for page in pages.values() for problem in page.current.problems]
    for problem in problems:
        progress(f"failed: {problem}")
    if problems:
        leave(ExitStatus.FINDINGS)


def _project(*, required: bool) -> "Project | None":
    from toolkit import discovery

    try:
        return discovery.load()
    except ConfigurationError:
        if required:
            raise
        return None  # the JSON of any dashboard may be drawn anywhere


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
    command: PreviewCommand, project: "Project | None"
) -> "tuple[DataSource, RequestedTime]":
    """What answers the queries, and the time range that they are about."""
    from toolkit.errors import RefusedError
    from toolkit.preview.data_source import RequestedTime, read_recording
    from toolkit.prometheus import client

    if command.snapshot is not None:
        recorded = read_recording(command.snapshot)
        return recorded, recorded.requested
    url = command.prometheus or _stack_prometheus(project)
    if not re.match(r"https?://[^/]", url):
        raise UsageError(
            f"--prometheus {url!r}: not an address.", fix="write it like http://127.0.0.1:9090."
        )
    server = client.Prometheus(
        url, hint="start it, as `toolkit up` does, or name another with --prometheus."
    )
    try:
        server.version()  # not there: say so once, not once a panel
    except RefusedError as error:
        fix = "name Prometheus' own address with --prometheus."
        raise UnreachableError(f"no Prometheus there: {error.message}", fix=fix) from None
    scrape_interval = project.config.scrape_interval if project else SCRAPE_INTERVAL
    return server, RequestedTime(time.time(), command.since, command.until, scrape_interval)


def _stack_prometheus(project: "Project | None") -> str:
    from toolkit.config import StackConfig
    from toolkit.stack import local

    if project is None:
        return StackConfig().prometheus
    running = local.running(project.config.state)
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


def _serve(command: PreviewCommand, root: Path | None) -> None:
    from toolkit.preview import serve as serving

    files = [Path(name) for name in command.files]
    words = [word for word in sys.argv[1:] if word != "--serve"]
    draw = functools.partial(serving.drawn_in_a_child, words)
    look = functools.partial(serving.written_times, root or Path("/nonexistent"), files)
    updates = serving.PageUpdates()
    with serving.server(command.out, updates, command.port) as server:
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
