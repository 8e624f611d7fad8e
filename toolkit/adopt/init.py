"""A new project for a service that exports metrics already: what is written where.

Nothing that exists is overwritten: pyproject.toml and .gitignore are added to at their end, and
where another file is there already, nothing is written at all.
"""

import difflib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from toolkit.adopt import starter_files
from toolkit.adopt.discover import discover
from toolkit.adopt.request_metrics import signals
from toolkit.adopt.starter_files import NewProject
from toolkit.config.read_toml import read_tool
from toolkit.errors import ConfigurationError, ToolkitError
from toolkit.http_client import HttpClient
from toolkit.prometheus import exposition, fetch_scrape

DEFAULT_URL = "http://127.0.0.1:8000"
_AWAY = "move it away, or begin in another folder."
_ASKED_PATHS = 5
_PATIENCE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What each file is to hold, and the diffs of those that hold something else already."""

    texts: Mapping[str, str]
    conflicts: Mapping[str, str]

    def write(self, root: Path) -> list[str]:
        """Write what is not there yet; the paths, in order."""
        written = []
        for name, content in sorted(self.texts.items()):
            path = root / name
            if not path.exists() or path.read_text(encoding="utf-8") != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, encoding="utf-8")
                written.append(name)
        return written


def new_project(scrape: str, source: str, name: str, command: tuple[str, ...] = ()) -> NewProject:
    """The project for what `scrape`, read from `source`, holds. Raises UsageError."""
    named = fetch_scrape.without_credentials(source)
    found = discover(scrape, source=named)
    parts = urlsplit(named)
    is_address = fetch_scrape.is_address(source)
    url = f"{parts.scheme}://{parts.netloc}" if is_address else DEFAULT_URL
    seen = signals(found, exposition.families(scrape))
    return NewProject(
        name=starter_files.slug(name),
        url=url,
        path=_answered(url, seen.paths) if is_address else seen.paths[0],
        metrics=parts.path or "/" if is_address else "/metrics",
        found=found,
        signals=seen,
        command=command,
    )


def _answered(url: str, paths: tuple[str, ...]) -> str:
    """The first of a few paths that answers a GET with 200; the first of all where none does.

    A scrape tells paths, but seldom which of them are for GET.
    """
    for path in paths[:_ASKED_PATHS]:
        client = HttpClient(
            name="the service",
            url=url,
            hint="",
            timeout_seconds=_PATIENCE_SECONDS,
            follows_redirects=False,
        )
        with suppress(ToolkitError):
            if client.request("GET", path).status_code == HTTPStatus.OK:
                return path
    return paths[0]


def plan(root: Path, project: NewProject) -> Plan:
    """What to write into the folder.

    Raises ConfigurationError for a pyproject.toml in ruins, and for what cannot be added to.
    """
    texts = starter_files.files(project)
    _refuse_files_for_folders(root, texts)
    conflicts = {}
    for name, content in texts.items():
        path = root / name
        if path.exists() and (there := _read(path)) != content:
            conflicts[name] = _diff(name, there, content)
    table = starter_files.configuration(project)
    there = _read(root / "pyproject.toml")
    texts["pyproject.toml"] = there if table in there else _added(there, table)
    if table not in there and _has_table(root / "pyproject.toml"):
        conflicts["pyproject.toml"] = _diff("pyproject.toml", there, table)
    texts[".gitignore"] = _with_lines(_read(root / ".gitignore"), starter_files.IGNORED)
    return Plan(texts, dict(sorted(conflicts.items())))


def _read(path: Path) -> str:
    if not path.exists():
        return ""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path}: is not text in UTF-8.", fix=_AWAY) from None
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}.", fix=_AWAY) from None


def _refuse_files_for_folders(root: Path, names: Iterable[str]) -> None:
    """Raise ConfigurationError where a folder is to be made and a file is there."""
    for name in names:
        for folder in (root / name).relative_to(root).parents:
            if (root / folder).exists() and not (root / folder).is_dir():
                raise ConfigurationError(f"{root / folder}: is a file, not a folder.", fix=_AWAY)


def _has_table(path: Path) -> bool:
    return path.exists() and "toolkit" in read_tool(path)


def _added(content: str, table: str) -> str:
    return f"{content.rstrip()}\n\n{table}" if content.strip() else table


def _with_lines(content: str, lines: tuple[str, ...]) -> str:
    lacking = [line for line in lines if line not in content.splitlines()]
    if not lacking:
        return content
    beginning = content if not content or content.endswith("\n") else f"{content}\n"
    return beginning + "\n".join(lacking) + "\n"


def _diff(name: str, old: str, new: str) -> str:
    lines = difflib.unified_diff(
        old.splitlines(),
        new.splitlines(),
        f"{name} (there)",
        f"{name} (from the scrape)",
        lineterm="",
    )
    return "\n".join(lines)
