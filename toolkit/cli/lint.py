"""`toolkit lint`: what is wrong in rules, dashboards, metric names and routes, without a server."""

import contextlib
import gc
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import leave, progress, result
from toolkit.cli.lint_options import FileOptions, FindingOptions
from toolkit.cli.option_groups import with_option_groups
from toolkit.cli.options import Output, formats
from toolkit.cli.target_option import prometheus_of
from toolkit.errors import ConfigurationError, ExitStatus, UsageError
from toolkit.unknown_name_did_you_mean import unknown_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.findings import Finding
    from toolkit.lint.rule import Rule
    from toolkit.project import Project
    from toolkit.prometheus.client import Prometheus

FORMATS = ("text", "json", "junit", "github", "sarif")


@with_option_groups
def lint(
    *,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Rule files, dashboards, alertmanager.yml or folders; none: the definitions."
        ),
    ] = None,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", help="Run only this rule; may be repeated.")
    ] = None,
    files: FileOptions,
    which: FindingOptions,
    form: Annotated[str, formats(*FORMATS)] = "text",
    output: Output = None,
) -> None:
    """Check expressions against the catalogue. Exit 1 on findings."""
    from toolkit.findings import are_clean
    from toolkit.lint import report, run

    prometheus = _asked(files.prometheus, files.target)
    _refuse_without_files(paths, files, prometheus)
    with _without_garbage_collection():
        linted = _with_profile(_linted(paths, files, prometheus), which.profile)
        rules = _rules_for(linted)
        findings = run.run(linted, rules, tuple(rule or ()))
        findings = _allowed(findings, files.allow, rules, linted)
    if which.write_baseline is not None:
        _write_baseline(findings, which.write_baseline)
        return
    findings = _only_new(findings, linted.config.root, which.since, which.baseline)
    ran = tuple(x for x in rules if not rule or x.id in rule)
    result(report.render(findings, ran, report.Format(form)), output)
    if not are_clean(findings):
        leave(ExitStatus.FINDINGS)


@contextlib.contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Keep Python from looking for circles of objects while a project is read and judged.

    What is read is kept until the end, and makes no circles: looking through all of it again and
    again found nothing, and was a quarter of the time for ten thousand rules. Afterwards `freeze`
    and `unfreeze` put it among the oldest objects, so that it is not all looked through at once.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():  # or it would thaw what somebody else froze
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def _asked(prometheus: str, target: str) -> "Prometheus | str":
    """The Prometheus at an address or of the environment, or a file; empty for none."""
    from dataclasses import replace

    from toolkit.config import pyproject
    from toolkit.lint.user_files_as_project import is_address, running_prometheus
    from toolkit.prometheus.cached_queries import Answers

    if target and prometheus:
        raise UsageError(
            "--prometheus and --target both say which Prometheus is asked.", fix="drop one."
        )
    if target:
        server = prometheus_of(pyproject.load(pyproject.find_root(Path.cwd())), target)
        return replace(server, answers=Answers())
    return running_prometheus(prometheus) if is_address(prometheus) else prometheus


def _refuse_without_files(
    paths: list[Path] | None, files: FileOptions, prometheus: "Prometheus | str"
) -> None:
    """Raise UsageError for options that say something about files where none are linted."""
    given = {
        "--target" if files.target else "--prometheus": prometheus,
        "--prometheus-version": files.prometheus_version,
        "--dialect": files.dialect,
    }
    for option, value in given.items():
        if value and not paths and not files.loaded:
            raise UsageError(f"{option} is for rule files.", fix="name the files it loads.")
    if files.loaded and (paths or isinstance(prometheus, str)):
        raise UsageError(
            "--loaded reads the rules of a running Prometheus, and no files.",
            fix="toolkit lint --loaded --prometheus http://127.0.0.1:9090.",
        )


def _linted(
    paths: list[Path] | None, files: FileOptions, prometheus: "Prometheus | str"
) -> "Project":
    """The files or the loaded rules as a project, or the definitions where neither is named."""
    from toolkit import find_definitions

    if not paths and not files.loaded:
        return find_definitions.load()
    linted = _plain(paths or [], files, prometheus)
    return _judged_by(linted, None if isinstance(prometheus, str) else prometheus)


def _with_profile(linted: "Project", profile: str) -> "Project":
    """The project with another profile than the one of its settings, where one is named."""
    from dataclasses import replace

    from toolkit.config.lint_settings import PROFILES

    if not profile:
        return linted
    if profile not in PROFILES:
        raise UsageError(f"--profile: {unknown_name('profile', profile, PROFILES)}")
    settings = replace(linted.config.lint_settings, profile=profile)
    return replace(linted, config=replace(linted.config, lint_settings=settings))


def _rules_for(linted: "Project") -> "tuple[Rule, ...]":
    """The project's rules; a file that was named is judged, also where those are others."""
    from toolkit.lint import run

    also = (
        *(run.ALERTMANAGER_RULES if linted.alertmanager_files else ()),
        *(run.DASHBOARD_FILE_RULES if linted.dashboard_files else ()),
    )
    return run.rules(tuple(dict.fromkeys((*linted.config.lint, *also))))


def _only_new(
    findings: "tuple[Finding, ...]", root: Path, since: str, baseline: Path | None
) -> "tuple[Finding, ...]":
    """The findings in files that changed since a revision, those of the baseline accepted."""
    from toolkit.lint import baseline as known_findings
    from toolkit.lint import changed_files

    if since:
        findings = changed_files.only_in(findings, changed_files.since(since, root), root)
    if baseline is not None:
        findings, gone = known_findings.accepted(findings, known_findings.read(baseline))
        if gone and not since:
            progress(f"{gone} findings of {baseline} are gone; write it again.")
    return findings


def _write_baseline(findings: "tuple[Finding, ...]", path: Path) -> None:
    from toolkit.lint import baseline

    try:
        path.write_text(baseline.text(findings), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--write-baseline {path}: {error.strerror}.") from None
    count = sum(not finding.allowed for finding in findings)
    result(f"wrote {count} findings to {path}\n")


def _plain(paths: list[Path], files: FileOptions, prometheus: "Prometheus | str") -> "Project":
    """What the user wrote, judged by the catalogue of the project around, if there is one."""
    from toolkit import find_definitions
    from toolkit.config import pyproject
    from toolkit.config.lint_settings import settings_beside
    from toolkit.lint.user_files_as_project import plain_project

    try:
        pyproject.find_root(Path.cwd())
    except ConfigurationError:
        base, settings = None, settings_beside(paths[0] if paths else Path.cwd())
    else:
        base, settings = find_definitions.load(), None
    return plain_project(
        base,
        paths,
        prometheus,
        release=files.prometheus_version,
        dialect=files.dialect,
        settings=settings,
    )


def _allowed(
    findings: "tuple[Finding, ...]", file: Path | None, rules: "Sequence[Rule]", linted: "Project"
) -> "tuple[Finding, ...]":
    """The findings, those in dashboards accepted that the file accepts."""
    if file is None:
        return findings
    from toolkit.lint.dashboard_allowances import accepted, read_allowances

    entries = read_allowances(file, frozenset(each.id for each in rules))
    return tuple(accepted(findings, entries, linted.dashboard_files))


def _judged_by(linted: "Project", server: "Prometheus | None") -> "Project":
    """The project, whose dashboards are judged by the server that runs, or by its catalogue."""
    from dataclasses import replace

    if not linted.dashboard_files:
        return linted
    from toolkit.lint.series_of_catalogue_or_server import CataloguedSeries, LiveSeries

    if server is not None:
        known: CataloguedSeries | LiveSeries = LiveSeries(server)
    elif linted.known.series:
        known = CataloguedSeries(linted)
    else:
        return linted
    return replace(linted, dashboard_files=replace(linted.dashboard_files, known=known))
