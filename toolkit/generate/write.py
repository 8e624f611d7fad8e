"""Project → {path: text}; writes the files, or compares them with what is committed.

Every generated file is a function of the definitions alone: same input, same bytes. Each
part owns whole folders, so that a file which nothing generates any more is noticed.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from toolkit.alertmanager.write_config import MESSAGE_TEMPLATES, MESSAGES, alertmanager_config
from toolkit.alerts import Proof
from toolkit.config.pyproject import Addresses, Config
from toolkit.errors import ConfigurationError
from toolkit.formats.yaml_text import yaml_text
from toolkit.generate import dashboards, reference_pages, runbooks
from toolkit.grafana import provisioning
from toolkit.project import Project
from toolkit.prometheus import write_promtool_tests, write_rule_files
from toolkit.prometheus.write_config import prometheus_config, scrape_configs
from toolkit.rule_tests.boundary_cases import generated_proofs


class Part(StrEnum):
    """What can be built on its own."""

    DASHBOARDS = "dashboards"
    ALERTS = "alerts"
    STACK = "stack"


class FileState(StrEnum):
    """How a file on the disk compares with what the definitions say."""

    CHANGED = "changed"
    MISSING = "missing"
    ORPHANED = "orphaned"


@dataclass(frozen=True, slots=True)
class Difference:
    """One file that differs: `diff`, of a changed one, leads from the disk to the definitions."""

    path: str
    state: FileState
    diff: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """Generated texts by path from the root, and the folders in which no other file may be.

    With `mark`, a file in these folders counts only if it begins so: the others are the
    user's, in a folder that is not ours alone.
    """

    texts: Mapping[str, str]
    folders: tuple[str, ...]
    mark: str = ""


def render(project: Project, parts: tuple[Part, ...] = tuple(Part)) -> Output:
    """All generated files of `parts`. Raises DefinitionError where definitions disagree."""
    texts: dict[str, str] = {}
    folders: list[str] = []
    alerts = f"{project.config.alerts.replace('.', '/')}/generated"
    if Part.DASHBOARDS in parts:
        pages = dashboards.folder(project.config)
        folders.append(pages)
        texts |= dict(_dashboards(project, pages))
    if Part.ALERTS in parts:
        folders += [f"{alerts}/{name}" for name in ("rules", "tests", "runbooks", "templates")]
        texts |= dict(_alerts(project, alerts))
    if Part.STACK in parts:
        name, data = _for_prometheus(project.config)
        texts[f"{alerts}/{name}"] = yaml_text(data, "pyproject.toml", "toolkit build")
        texts |= reference_pages.pages(project)
        if project.config.reference:
            folders += [f"{project.config.reference}/{name}" for name in reference_pages.FOLDERS]
    return Output(texts, tuple(folders))


def _for_prometheus(config: Config) -> tuple[str, dict[str, Any]]:
    """Name and data of its whole configuration, or of the jobs alone where others write it."""
    addresses = Addresses.of(config)
    if "prometheus" in config.stack.shared:
        return "scrape_configs.yml", scrape_configs(config, addresses)
    return "prometheus.yml", prometheus_config(config, addresses)


def _dashboards(project: Project, folder: str) -> Iterator[tuple[str, str]]:
    for uid, model in dashboards.models(project).items():
        yield dashboards.path(project.config, uid), dashboards.text(model)
    for name, data in (
        ("datasources/datasources.yaml", provisioning.datasources(project.config)),
        ("dashboards/dashboards.yaml", provisioning.providers(project.config)),
    ):
        text = yaml_text(data, "pyproject.toml", "toolkit build-dashboards")
        yield f"{folder}/provisioning/{name}", text


def _alerts(project: Project, folder: str) -> Iterator[tuple[str, str]]:
    command = "toolkit build-alerts"
    urls = project.dashboard_urls
    boundaries: dict[str, tuple[Proof, ...]] = {}
    for file in project.rule_files:
        boundaries |= generated_proofs(project, file)
        source = f"{project.config.alerts.replace('.', '/')}/{file.name}/"
        data = write_rule_files.rule_file(
            file, runbook_url=project.config.runbook_url, dashboard_urls=urls
        )
        yield f"{folder}/rules/{file.name}_alerts.yml", yaml_text(data, source, command)
        paths = tuple(f"../rules/{x.name}_alerts.yml" for x in project.read_by(file))
        interval = project.config.scrape_interval
        tests = write_promtool_tests.promtool_tests(file, paths, interval, boundaries)
        for every, cases in tests.items():
            name = f"{folder}/tests/{file.name}_alerts_every_{every}_test.yml"
            yield name, yaml_text(cases, source, command)
    for name, text in runbooks.pages(project, boundaries).items():
        yield f"{folder}/runbooks/{name}", text
    if project.routing is not None:
        data = alertmanager_config(project.routing)
        source = f"{project.config.alerts.replace('.', '/')}/"
        yield f"{folder}/alertmanager.yml", yaml_text(data, source, command)
        if project.routing.as_written is None:  # an imported one has templates of its own
            yield f"{folder}/{MESSAGES}", MESSAGE_TEMPLATES


def check(root: Path, output: Output) -> tuple[Difference, ...]:
    """Every file that is changed, missing or orphaned; writes nothing."""
    found = []
    for path, text in sorted(output.texts.items()):
        present = _read(root / path)
        if present != text:
            if present is None:
                found.append(Difference(path, FileState.MISSING))
            else:
                found.append(Difference(path, FileState.CHANGED, _diff(path, present, text)))
    orphans = (Difference(path, FileState.ORPHANED) for path in _orphans(root, output))
    return (*found, *orphans)


def write(root: Path, output: Output) -> tuple[Difference, ...]:
    """Bring the disk up to date and say what differed; an up-to-date file is not touched."""
    differences = check(root, output)
    for difference in differences:
        target = root / difference.path
        try:
            if difference.state is FileState.ORPHANED:
                target.unlink()
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(output.texts[difference.path], encoding="utf-8", newline="\n")
        except OSError as error:
            orphaned = difference.state is FileState.ORPHANED
            what = "removed" if orphaned else "written"
            raise ConfigurationError(
                f"{difference.path}: cannot be {what}: {_reason(root, target, error)}.",
                fix="make it writable, or move away what is in its place.",
            ) from None
    return differences


def _reason(root: Path, target: Path, error: OSError) -> str:
    """What the system says; of a file where a folder belongs, which file that is."""
    for folder in target.relative_to(root).parents:
        if (root / folder).is_file():
            return f"{folder.as_posix()} is a file, not a folder"
    return str(error.strerror)


def _orphans(root: Path, output: Output) -> Iterator[str]:
    for folder in output.folders:
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            if not path.is_file() or name in output.texts:
                continue
            if not output.mark or (_read(path) or "").startswith(output.mark):
                yield name


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8", errors="replace")
    except OSError:
        return None


def _diff(path: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        f"{path} (on disk)",
        f"{path} (from the definitions)",
        n=2,
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)
