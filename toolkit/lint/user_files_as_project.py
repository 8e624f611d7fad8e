"""Rule files, alertmanager.yml and dashboards that the user wrote, as a project to be linted."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from toolkit.alertmanager.read_config import files_in, read_file
from toolkit.catalogue import Catalogue
from toolkit.config.lint_settings import LintSettings
from toolkit.config.pyproject import Config
from toolkit.errors import ConfigurationError, UsageError
from toolkit.grafana.dashboard_files.find_dashboards import read_folder
from toolkit.project import Project
from toolkit.prometheus.facts_from_prometheus_yml import ServerFacts
from toolkit.prometheus.read_user_rule_files import read
from toolkit.prometheus.rule_file_dialects import Dialect
from toolkit.prometheus.rules import PlainRules

if TYPE_CHECKING:
    from toolkit.prometheus.client import Prometheus


def is_address(text: str) -> bool:
    """Whether `--prometheus` names a server, and no file."""
    return text.startswith(("http://", "https://"))


def running_prometheus(address: str) -> "Prometheus":
    """The server at an address, for all that one command asks: each question once."""
    from toolkit.prometheus.cached_queries import Answers
    from toolkit.prometheus.client import Prometheus

    hint = "start it, or correct --prometheus."
    return Prometheus(address.rstrip("/"), hint=hint, answers=Answers())


def plain_project(
    base: Project | None,
    paths: Sequence[Path],
    prometheus: "Path | str | Prometheus | None",
    *,
    release: str = "",
    dialect: Dialect | None = None,
    settings: LintSettings | None = None,
) -> Project:
    """A project of the plain rule files at `paths`, judged by the catalogue of `base`, if any.

    Files that configure Alertmanager are told by their keys, dashboards by ending with .json,
    and read as such.
    `prometheus` is the prometheus.yml that loads them, or a Prometheus that runs, or its address;
    without either, that of `base` is taken. Without paths, the rules are those that it has loaded.
    `release` is Prometheus' own, such as "2.42", and `dialect` says which program reads them.
    `settings` take the place of those of `base`.
    Raises UsageError for a path without rules, and for a prometheus.yml that is not one;
    UnreachableError for a Prometheus that does not answer.
    """
    running = None if isinstance(prometheus, Path | str) else prometheus
    if isinstance(prometheus, str) and is_address(prometheus):
        running = running_prometheus(prometheus)
    server = _facts(base, running or prometheus, release)
    dashboards = read_folder(paths)
    others = [path for path in paths if path.suffix != ".json"] if dashboards else paths
    found = tuple(files_in(others))
    ruled = _with_rules(_without(others, found)) if dashboards else _without(others, found)
    if base is None:
        base = Project(Config(root=Path.cwd(), catalogue=""), Catalogue(()), (), None, ())
    config = base.config if settings is None else replace(base.config, lint_settings=settings)
    return Project(
        config=config,
        catalogue=Catalogue(()),
        rule_files=(),
        routing=None,
        pages=(),
        known=base.catalogue,
        plain=_loaded(running, server)
        if running is not None and not paths
        else read(ruled, server, dialect),
        alertmanager_files=tuple(read_file(path) for path in found),
        dashboard_files=dashboards,
    )


def _loaded(running: "Prometheus", server: ServerFacts) -> PlainRules:
    from toolkit.prometheus import facts_from_server

    return facts_from_server.loaded_rules(running, server)


def _facts(
    base: Project | None, prometheus: "Path | str | Prometheus | None", release: str
) -> ServerFacts:
    """What is known of the Prometheus that loads the files, of the release that was named."""
    if not isinstance(prometheus, Path | str | None):
        from toolkit.prometheus import facts_from_server

        server = facts_from_server.facts(prometheus)
    elif prometheus:
        server = _server(Path(prometheus))
    elif base is not None:
        # Its jobs say nothing here: the rules may be about systems that nobody declares.
        server = replace(base.server, jobs=())
    else:
        server = ServerFacts()
    return replace(server, release=_release(release)) if release else server


def _with_rules(paths: Sequence[Path]) -> list[Path]:
    """The paths without folders that hold dashboards, and no rule file beside them."""
    return [path for path in paths if not path.is_dir() or any(map(_has_groups, path.rglob("*")))]


def _has_groups(path: Path) -> bool:
    if path.suffix not in {".yml", ".yaml"} or not path.is_file():
        return False
    try:
        return re.search(r"^groups\s*:", path.read_text("utf-8"), re.MULTILINE) is not None
    except (OSError, UnicodeDecodeError):
        return False


def _without(paths: Sequence[Path], found: Sequence[Path]) -> list[Path]:
    """The paths that may hold rule files, those that only hold files of `found` left out."""
    return [
        path
        for path in paths
        if path not in found
        and not (path.is_dir() and set(path.rglob("*.y*ml")) <= set(found) and found)
    ]


def _release(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"v?(\d+)\.(\d+)(?:\.\d+)?", text)
    if match is None:
        raise UsageError(
            f"--prometheus-version {text!r}: is not a release.", fix="write it like 2.42 or 3.5."
        )
    return int(match[1]), int(match[2])


def _server(path: Path) -> ServerFacts:
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}.") from None
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise UsageError(f"{path}: {error}") from None
    if not isinstance(loaded, Mapping):
        raise UsageError(f"{path}: is not a configuration of Prometheus.")
    try:
        return ServerFacts.of(loaded)
    except ConfigurationError as error:
        raise UsageError(f"{path}: {error.message}", fix=error.fix) from None
