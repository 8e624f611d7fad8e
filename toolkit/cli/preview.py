"""`toolkit preview`: dashboards drawn without a Grafana server."""

import functools
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import leave, progress, result
from toolkit.errors import (
    ConfigurationError,
    ExitStatus,
    UnreachableError,
    UsageError,
    did_you_mean,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.preview.data_source import Asked, Source
    from toolkit.preview.run import Page, Subject
    from toolkit.preview.serve import Drawn
    from toolkit.project import Project

THEMES = ("dark", "light")
SCRAPE_INTERVAL = "15s"  # what most scrape at; a project says its own
Variables = dict[str, tuple[str, ...]]


def preview(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[UID|FILE.json]…",
            help="Dashboards by uid, or any dashboard's JSON; left out, all of the project's.",
        ),
    ] = None,
    *,
    out: Annotated[Path, typer.Option(help="Where the pages go.")] = Path("build/preview"),
    theme: Annotated[str, typer.Option(help="dark or light.", metavar="THEME")] = "dark",
    since: Annotated[
        str, typer.Option("--from", help="Begin, such as now-1h; left out, the dashboard's own.")
    ] = "",
    until: Annotated[str, typer.Option("--to", help="End, such as now.")] = "now",
    var: Annotated[
        list[str] | None,
        typer.Option("--var", metavar="NAME=VALUE", help="A variable's value; repeatable."),
    ] = None,
    png: Annotated[bool, typer.Option("--png", help="A picture too, by a Chromium here.")] = False,
    prometheus: Annotated[
        str, typer.Option(help="The server to ask; left out, the running stack's.", metavar="URL")
    ] = "",
    record: Annotated[
        Path | None, typer.Option(help="Store the data, to draw from it later.", metavar="FILE")
    ] = None,
    snapshot: Annotated[
        Path | None, typer.Option(help="Draw from stored data, not a server.", metavar="FILE")
    ] = None,
    against: Annotated[
        str, typer.Option(help="Beside a git revision, changed panels marked.", metavar="REV")
    ] = "",
    expand: Annotated[bool, typer.Option("--expand", help="Open every folded row.")] = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="A table of queries and last values on stdout.")
    ] = False,
    serve: Annotated[
        bool, typer.Option("--serve", help="Draw again and reload as definitions change.")
    ] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port of --serve; left out, a free one.")
    ] = 0,
) -> None:
    """Draw dashboards, one self-contained HTML file each. Exit 1 when a query fails."""
    from toolkit.preview import markdown_report as tables
    from toolkit.preview import run
    from toolkit.preview import time_range as windows
    from toolkit.preview.data_source import Recorder
    from toolkit.preview.panel_data import Wanted

    if theme not in THEMES:
        raise UsageError(f"unknown theme {theme!r}{did_you_mean(theme, THEMES)}")
    if record and snapshot:
        raise UsageError("--record and --snapshot exclude each other.")
    if serve and markdown:
        raise UsageError("--serve and --markdown exclude each other.")
    files = [target for target in targets or () if target.endswith(".json")]
    project = _project(required=not files or len(files) < len(targets or ()))
    subjects = run.subjects(project, targets or ())
    if serve:
        _serve(out, project, [Path(name) for name in files], port)
        return
    source, asked = _data(project, prometheus, snapshot, since, until)
    variables = _variables(var or [], subjects)
    recorder = Recorder(source)
    pages: dict[Path, Page] = {}
    for subject in subjects:
        begun = time.perf_counter()
        own = str((subject.model.get("time") or {}).get("from") or "now-1h")
        wanted = Wanted(
            window=windows.window(asked.since or own, asked.until, asked.now),
            scrape_interval=asked.scrape_interval,
            variables=_of(variables, subject),
            expanded=expand,
            drawn=[each.name for each in subjects],
        )
        root = project.config.root if project else Path.cwd()
        page = run.draw(subject, recorder, wanted, revision=against, root=root)
        path = run.write(page, out, wanted, theme)
        pages[path] = page
        _say(subject.name, page, time.perf_counter() - begun, against)
    if record:
        recorder.write(record, asked)
    written = [*pages, *(run.pictures(pages, progress) if png else [])]
    if markdown:
        result("\n".join(tables.table(page.after) for page in pages.values()))
    else:
        result("\n".join(str(path) for path in written))
    problems = [problem for page in pages.values() for problem in page.after.problems]
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
        return None  # somebody's JSON may be drawn anywhere


def _variables(texts: list[str], subjects: "Sequence[Subject]") -> Variables:
    from toolkit.preview.variables import listed

    known = {variable["name"] for each in subjects for variable in listed(each.model)}
    found: Variables = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"--var {text!r}: write it like exchange=paper.")
        if name not in known:
            raise UsageError(f"--var: no variable {name!r}{did_you_mean(name, known)}")
        found[name] = (*found.get(name, ()), value)
    return found


def _data(
    project: "Project | None", prometheus: str, snapshot: Path | None, since: str, until: str
) -> "tuple[Source, Asked]":
    """Where the data comes from, and as of when."""
    from toolkit.errors import RefusedError
    from toolkit.preview import data_source as sources
    from toolkit.prometheus import client

    if snapshot is not None:
        recorded = sources.recording(snapshot)
        return recorded, recorded.asked
    url = prometheus or _stack_prometheus(project)
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
    return server, sources.Asked(time.time(), since, until, scrape_interval)


def _of(variables: Variables, subject: "Subject") -> Variables:
    """Of several dashboards each takes the variables that it has."""
    from toolkit.preview.variables import listed

    names = {variable["name"] for variable in listed(subject.model)}
    return {name: values for name, values in variables.items() if name in names}


def _stack_prometheus(project: "Project | None") -> str:
    from toolkit.config import StackConfig
    from toolkit.stack import local

    if project is None:
        return StackConfig().prometheus
    running = local.running(project.config.state)
    return running.addresses.prometheus if running else project.config.stack.prometheus


def _say(name: str, page: "Page", took_seconds: float, against: str) -> None:
    panels = sum(1 for _panel in page.after.panels)
    queries = len(page.after.answers)
    progress(f"{name}: {panels} panels, {queries} queries in {took_seconds:.1f} s")
    for panel, change in sorted(page.changes.items()):
        progress(f"  {change}: {panel}")
    if against and not page.changes:
        progress(f"  as in {against}")
    for note in page.after.data["notes"]:
        progress(f"  {note}")


def _serve(out: Path, project: "Project | None", files: list[Path], port: int) -> None:
    from toolkit.preview import serve as serving

    root = project.config.root if project else Path("/nonexistent")
    look = functools.partial(serving.stamp, root, files)
    with serving.server(out, bell := serving.Bell(), port) as server:
        seen = look()  # before it is drawn: what changes meanwhile is drawn again
        status, drawn = _drawn_apart()
        if not drawn.pages:  # nothing to show yet: the words above are for the terminal
            raise typer.Exit(status)
        bell.ring(drawn)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        progress(f"http://127.0.0.1:{server.server_address[1]}/ shows it until Ctrl-C.")
        try:
            serving.watch(seen, look, lambda: _drawn_apart()[1], bell, threading.Event())
        except KeyboardInterrupt:
            return  # as promised
        finally:
            server.shutdown()


def _drawn_apart() -> "tuple[int, Drawn]":
    """The same command in a process of its own, since Python loads a module only once."""
    from toolkit.preview.serve import Drawn

    words = [word for word in sys.argv[1:] if word != "--serve"]
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", *words], capture_output=True, text=True, check=False
    )
    sys.stderr.write(done.stderr)
    pages = tuple(Path(x).name for x in done.stdout.splitlines() if x.endswith(".html"))
    return done.returncode, Drawn(pages, "" if pages else done.stderr)
