"""Which dashboards are drawn, and into which files: the whole of a run but the command line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import UsageError, did_you_mean
from toolkit.generate import dashboards
from toolkit.preview import browser, dashboard_files, html_page, revision_diff
from toolkit.preview.data_source import Source
from toolkit.preview.panel_data import Drawing, Wanted, collect
from toolkit.project import Project

BOTH_WIDTH = 2 * browser.WIDTH  # of a picture of two revisions, so that each looks as alone


@dataclass(frozen=True, slots=True)
class Subject:
    """A dashboard to draw: the name of its files, its JSON, and its path in the repository."""

    name: str
    model: Mapping[str, Any]
    path: str


@dataclass(frozen=True, slots=True)
class Page:
    """What was drawn of one subject: itself, and, beside a revision, that first."""

    subject: Subject
    drawings: tuple[Drawing, ...]
    changes: Mapping[str, str]

    @property
    def after(self) -> Drawing:
        """The dashboard as it is now."""
        return self.drawings[-1]


def subjects(project: Project | None, targets: Sequence[str]) -> tuple[Subject, ...]:
    """The dashboards named by uid or by file; all of the project's where none is named."""
    files = [target for target in targets if target.endswith(".json")]
    uids = [target for target in targets if not target.endswith(".json")]
    found = [_read(Path(name)) for name in files]
    if project is not None and (uids or not files):
        own = _of_project(project)
        for uid in uids:
            if uid not in own and Path(uid).exists():
                raise UsageError(f"{uid}: not a file named *.json.", fix=dashboard_files.EXPORT)
            if uid not in own:
                raise UsageError(f"there is no dashboard {uid!r}{did_you_mean(uid, own)}")
        found += [own[uid] for uid in uids] if uids else list(own.values())
    return tuple(found)


def _of_project(project: Project) -> dict[str, Subject]:
    return {
        uid: Subject(uid, model, dashboards.path(project.config, uid))
        for uid, model in dashboards.models(project).items()
    }


def _read(path: Path) -> Subject:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not text: {error}.", fix=dashboard_files.EXPORT) from None
    return Subject(path.stem, dashboard_files.dashboard(text, str(path)), path.as_posix())


def draw(
    subject: Subject,
    source: Source,
    wanted: Wanted,
    *,
    revision: str = "",
    root: Path = Path(),
) -> Page:
    """Collect one subject, and with `revision` what it was then."""
    now = collect(subject.model, source, wanted)
    if not revision:
        return Page(subject, (now,), {})
    old = revision_diff.committed(root, revision, subject.path)
    changes = revision_diff.changes(old, subject.model)
    revision_diff.mark(now.data, revision_diff.ids(subject.model), changes)
    now = Drawing({**now.data, "label": "now"}, now.answers)
    if old is None:
        return Page(subject, (now,), changes)
    then = collect(old, source, wanted)
    revision_diff.mark(then.data, revision_diff.ids(old), changes)
    then = Drawing({**then.data, "label": revision}, then.answers)
    return Page(subject, (then, now), changes)


def write(page: Page, folder: Path, wanted: Wanted, theme: str) -> Path:
    """Write the page's file into `folder` and give its path."""
    zone = str(page.subject.model.get("timezone") or "browser")
    text = html_page.html(
        [drawing.data for drawing in page.drawings],
        window=wanted.window,
        theme=theme,
        timezone=zone,
    )
    path = folder / f"{page.subject.name}.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(
            f"--out {folder}: {path.name} cannot be written there: {error.strerror}.",
            fix="name a folder of yours, such as build/preview.",
        ) from None
    return path


def pictures(pages: Mapping[Path, Page], say: Callable[[str], None]) -> list[Path]:
    """A PNG beside each page, by one browser; none where there is no browser."""
    program = browser.find()
    if not program:
        names = ", ".join(browser.NAMES[:3])
        say(f"no picture: none of {names} is on PATH; the HTML shows the same in any browser.")
        return []
    found = []
    with browser.started(program) as running:
        for path, page in pages.items():
            width = browser.WIDTH if len(page.drawings) == 1 else BOTH_WIDTH
            target = path.with_suffix(".png")
            target.write_bytes(running.picture(path, width=width))
            found.append(target)
    return found
