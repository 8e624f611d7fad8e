"""A preview but for the command line: which dashboards are drawn, how, and into which files."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from toolkit.errors import UsageError
from toolkit.generate import dashboards
from toolkit.preview import html_file, read_dashboard_json, revision_diff, variables
from toolkit.preview.data_source import DataSource, RequestedTime
from toolkit.preview.draw_dashboard import Drawing, DrawingOptions, collect
from toolkit.preview.time_range import TimeRange
from toolkit.project import Project
from toolkit.unknown_name_did_you_mean import did_you_mean

QUIET_SECONDS = 2.0  # work that is done sooner needs no progress

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ChosenDashboard:
    """A dashboard to draw: the name of its files, its JSON, and its path in the repository.

    `notes` are about what its file leaves open.
    """

    name: str
    model: Mapping[str, Any]
    path: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewOptions:
    """What is the same for every dashboard of a run.

    `variables` go to each dashboard that has them; with `only_known`, without the values that the
    server does not know. With `revision`, each is drawn next to what it was then, in the
    repository at `root`.
    """

    requested: RequestedTime
    variables: Mapping[str, tuple[str, ...]]
    expanded: bool = False
    revision: str = ""
    root: Path = Path()
    only_known: bool = False


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """What was drawn of one dashboard: itself, and, next to a revision, that first."""

    dashboard: ChosenDashboard
    time_range: TimeRange
    drawings: tuple[Drawing, ...]
    changes: Mapping[str, str]

    @property
    def timezone(self) -> str:
        """The zone in which the page writes times: `browser`, `utc`, or a name."""
        return str(self.dashboard.model.get("timezone") or "browser")

    @property
    def current(self) -> Drawing:
        """The dashboard as it is now."""
        return self.drawings[-1]


def chosen(
    project: Project | None, words: Sequence[str], inputs: Mapping[str, str] | None = None
) -> tuple[ChosenDashboard, ...]:
    """The dashboards named by uid or by file; all of the project's where none is named.

    `inputs` are values for what exported files ask for, by name.
    """
    files = [word for word in words if word.endswith(".json")]
    uids = [word for word in words if not word.endswith(".json")]
    asked: set[str] = set()
    found = [_read(Path(name), inputs or {}, asked) for name in files]
    for name in sorted((inputs or {}).keys() - asked):
        raise UsageError(f"--input: no file asks for {name!r}{did_you_mean(name, asked)}")
    if project is not None and (uids or not files):
        own = _of_project(project)
        for uid in uids:
            if uid not in own and Path(uid).exists():
                raise UsageError(f"{uid}: not a file named *.json.", fix=read_dashboard_json.EXPORT)
            if uid not in own:
                raise UsageError(f"there is no dashboard {uid!r}{did_you_mean(uid, own)}")
        found += [own[uid] for uid in uids] if uids else list(own.values())
    return tuple(found)


def _of_project(project: Project) -> dict[str, ChosenDashboard]:
    return {
        uid: ChosenDashboard(uid, model, dashboards.path(project.config, uid))
        for uid, model in dashboards.models(project).items()
    }


def _read(path: Path, inputs: Mapping[str, str], asked: set[str]) -> ChosenDashboard:
    """The dashboard in a file; the names of its inputs are added to `asked`."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not text: {error}.", fix=read_dashboard_json.EXPORT) from None
    read = read_dashboard_json.read_dashboard(text, str(path), inputs)
    asked |= read.inputs
    return ChosenDashboard(path.stem, read.model, path.as_posix(), read.notes)


def pages(
    chosen: Sequence[ChosenDashboard],
    source: DataSource,
    options: PreviewOptions,
    say: Callable[[str], None],
) -> Iterator[PreviewPage]:
    """Each dashboard, drawn; `say` hears which one is under way when it takes long."""
    drawn = [each.name for each in chosen]
    for dashboard in announced(chosen, "drawing dashboard", say):
        known = variables.names(dashboard.model)
        how = DrawingOptions(
            time_range=options.requested.range_of(dashboard.model),
            now=options.requested.now,
            is_relative=options.requested.is_relative(dashboard.model),
            notes=dashboard.notes,
            scrape_interval=options.requested.scrape_interval,
            variables={name: x for name, x in options.variables.items() if name in known},
            expanded=options.expanded,
            drawn=drawn,
            only_known=options.only_known,
        )
        yield draw(dashboard, source, how, revision=options.revision, root=options.root)


def draw(
    dashboard: ChosenDashboard,
    source: DataSource,
    options: DrawingOptions,
    *,
    revision: str = "",
    root: Path = Path(),
) -> PreviewPage:
    """Draw one dashboard, and with `revision` what it was then."""
    model = dashboard.model
    now = collect(model, source, options)
    if not revision:
        return PreviewPage(dashboard, options.time_range, (now,), {})
    old = revision_diff.committed(root, revision, dashboard.path)
    changes = revision_diff.changes(old, model)
    marked = {**revision_diff.marked(now.data, model, changes), "label": "now"}
    now = Drawing(marked, now.resolved)
    if old is None:
        return PreviewPage(dashboard, options.time_range, (now,), changes)
    then = collect(old, source, options)
    then = Drawing({**revision_diff.marked(then.data, old, changes), "label": revision})
    return PreviewPage(dashboard, options.time_range, (then, now), changes)


def page_html(page: PreviewPage, theme: str) -> str:
    """One self-contained page of HTML, which reaches no server.

    For a file, or for the `srcdoc` of an iframe in another report: `draw` gives the page of a
    dashboard's JSON at the times of a run. It has about 1.8 MB and its data.
    """
    return html_file.html(
        [drawing.data for drawing in page.drawings],
        time_range=page.time_range,
        theme=theme,
        timezone=page.timezone,
    )


def write(page: PreviewPage, folder: Path, theme: str) -> Path:
    """Write the page's file into `folder` and give its path."""
    text = page_html(page, theme)
    path = folder / f"{page.dashboard.name}.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        why = "this is a file" if folder.is_file() else error.strerror
        raise UsageError(
            f"--out {folder}: {path.name} cannot be written there: {why}.",
            fix="name a folder of yours, such as build/preview.",
        ) from None
    return path


def announced(
    items: Sequence[T],
    what: str,
    say: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[T]:
    """Each item of many; once two seconds are over, `say` hears which one is under way."""
    begun = clock()
    for number, item in enumerate(items, start=1):
        if len(items) > 1 and clock() - begun >= QUIET_SECONDS:
            say(f"{what} {number} of {len(items)}")
        yield item
