"""`toolkit validate`: is the stack there, configured, and fed what was declared."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import complain, leave, progress, result
from toolkit.cli.options import Output, formats
from toolkit.cli.target_option import Target, target_hint, target_named
from toolkit.cli.typer_error_messages import INTERRUPTED
from toolkit.errors import ExitStatus, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.config.pyproject import Config
    from toolkit.grafana.client import Grafana
    from toolkit.project import Project
    from toolkit.validate.check import Check, CheckedStack, CheckResult
    from toolkit.validate.watch_run import WatchOptions

FORMATS = ("text", "json", "junit", "github")
_LISTENS_SECONDS = 2.0

Only = Annotated[
    list[str] | None, typer.Option("--only", help="Run only this check; may be repeated.")
]
Skip = Annotated[
    list[str] | None, typer.Option("--skip", help="Leave this check out; may be repeated.")
]
Wait = Annotated[float, typer.Option(min=0, help="Seconds to wait for what is not known yet.")]
Deadline = Annotated[float, typer.Option(min=0.1, help="Seconds that each check may take.")]
Watch = Annotated[
    str,
    typer.Option(
        "--watch",
        metavar="DURATION",
        help="Go on for so long (10m) after the checks; what goes wrong then fails at once.",
    ),
]
Every = Annotated[
    str,
    typer.Option(metavar="DURATION", help="How often a watch looks; else each scrape interval."),
]
Listed = Annotated[bool, typer.Option("--list", help="List the checks and what to do; run none.")]


def validate(
    *,
    only: Only = None,
    skip: Skip = None,
    target: Target = "",
    wait: Wait = 0.0,
    deadline: Deadline = 60.0,
    watched: Watch = "",
    every: Every = "",
    form: Annotated[str, formats(*FORMATS)] = "text",
    output: Output = None,
    listed: Listed = False,
) -> None:
    """Check the running stack against the definitions. Exit 3 when something cannot be known."""
    from toolkit import find_definitions
    from toolkit.formats import github_annotations
    from toolkit.validate import report
    from toolkit.validate import run_checks as validation

    loaded = find_definitions.load()
    options = _watch_options(loaded.config, watched, every, deadline)
    selection = _selection(loaded.config, only or [], skip or [], watches=bool(options))
    if listed:
        result(report.listing(selection), output)
        return
    stack = target_of(loaded, target) if target else stack_of(loaded)
    if options:
        results = _watch(stack, selection, options, wait)
    else:
        results = validation.run_patiently(stack, selection, wait, deadline, progress)
    result(report.render(results, form), output)
    if form == "github":
        github_annotations.add_to_summary(report.markdown(results))
    status = validation.verdict(results)
    if status is not ExitStatus.CLEAN:
        leave(status)


def _watch_options(
    config: "Config", watched: str, every: str, deadline: float
) -> "WatchOptions | None":
    """How to watch; None where the option is not given."""
    from toolkit.durations import in_words, seconds
    from toolkit.validate import watch_run

    if not watched:
        if every:
            raise UsageError("--every belongs to a watch.", fix="add --watch 10m.")
        return None
    scrape = seconds(config.scrape_interval)
    lasts = _duration("--watch", watched)
    pause = _duration("--every", every) if every else scrape
    least = watch_run.LEAST_SCRAPES * scrape
    if lasts < least:
        raise UsageError(
            f"--watch {watched}: is too short to see anything: Prometheus scrapes every "
            f"{config.scrape_interval}.",
            fix=f"watch for {in_words(least)} at least; ten minutes are usual: --watch 10m.",
        )
    if not 0 < pause <= lasts:
        raise UsageError(
            f"--every {every}: must be more than nothing, and at most {watched}, the whole watch."
        )
    return watch_run.WatchOptions(seconds=lasts, every_seconds=pause, deadline_seconds=deadline)


def _duration(option: str, text: str) -> float:
    from toolkit.durations import seconds
    from toolkit.errors import ConfigurationError

    try:
        return seconds(text)
    except ConfigurationError as error:
        raise UsageError(f"{option}: {error.message}", fix=error.fix) from None


def _selection(
    config: "Config", only: list[str], skip: list[str], *, watches: bool
) -> "tuple[Check, ...]":
    """The checks asked for, those of a watch included where there is one."""
    from toolkit.validate import run_checks as validation
    from toolkit.validate import watch_run
    from toolkit.validate.check import CheckGroup

    of_watch = watch_run.checks()
    if not watches:
        for name in (*only, *skip):
            if name in {check.id for check in of_watch}:
                raise UsageError(
                    f"{name!r} is a check of a watch, and none was asked for.",
                    fix="add --watch 10m.",
                )
    known = validation.checks(config.validators)
    chosen = validation.select((*known, *of_watch) if watches else known, only, skip)
    if watches and not any(check.group is CheckGroup.WATCH for check in chosen):
        names = ", ".join(check.id for check in of_watch)
        raise UsageError(
            "no check of the watch is left.", fix=f"leave one of them: {names}; or drop --watch."
        )
    return chosen


def _watch(
    stack: "CheckedStack",
    selection: "Sequence[Check]",
    options: "WatchOptions",
    wait: float,
) -> "tuple[CheckResult, ...]":
    """Run the checks once, then the watch unless one of them failed."""
    from toolkit.stack.process_signals import interruptible
    from toolkit.validate import watch_run

    with interruptible():
        try:
            return watch_run.after_checks(stack, selection, options, wait, progress)
        except KeyboardInterrupt:
            complain("watch: interrupted before its end, so that nothing is known.")
            raise typer.Exit(INTERRUPTED) from None


def target_of(project: "Project", name: str) -> "CheckedStack":
    """The environment called `name`, with its credentials."""
    import os
    from dataclasses import replace

    from toolkit import http_client
    from toolkit.alertmanager.client import Alertmanager
    from toolkit.grafana.client import Grafana
    from toolkit.prometheus.client import Prometheus
    from toolkit.validate.check import CheckedStack
    from toolkit.validate.measured_services import measured

    target = target_named(project.config, name)
    here = replace(project.config.stack, shared=target.shared)
    project = replace(project, config=replace(project.config, stack=here))
    way = http_client.access_to(name, target)
    hint = target_hint(name)
    token_env = target.grafana_token_env
    grafana = Grafana(
        target.grafana, os.environ.get(token_env, ""), hint, token_env=token_env, access=way
    )
    where = target.services or {project.config.primary.name: target.service}
    addresses = {name: (url,) for name, url in where.items()}
    return CheckedStack(
        project=project,
        services=measured(project.config, addresses, hint, way),
        prometheus=Prometheus(target.prometheus, hint, access=way),
        alertmanager=Alertmanager(target.alertmanager, hint, way),
        grafana=grafana if target.grafana else None,
    )


def grafana_of(config: "Config") -> "Grafana | None":
    """The configured Grafana where something listens; `toolkit up` starts none, so it may lack.

    One that is shared with others is there, so that its silence is not an absence.
    """
    import os
    import socket
    from urllib.parse import urlsplit

    from toolkit.grafana.client import TOKEN, Grafana

    grafana = Grafana(config.stack.grafana, os.environ.get(TOKEN, ""))
    if "grafana" in config.stack.shared:
        return grafana
    address = urlsplit(config.stack.grafana)
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        socket.create_connection((address.hostname or "", port), _LISTENS_SECONDS).close()
    except OSError:
        return None
    return grafana


def stack_of(project: "Project") -> "CheckedStack":
    """The stack that runs here, or the configured addresses when none was started here."""
    from toolkit.alertmanager.client import Alertmanager
    from toolkit.config.pyproject import Addresses
    from toolkit.prometheus.client import Prometheus
    from toolkit.stack import start_and_stop
    from toolkit.validate.check import CheckedStack
    from toolkit.validate.measured_services import measured

    running = start_and_stop.running(project.config.state)
    addresses = running.addresses if running else Addresses.of(project.config)
    return CheckedStack(
        project=project,
        services=measured(project.config, addresses.services),
        prometheus=Prometheus(addresses.prometheus),
        alertmanager=Alertmanager(addresses.alertmanager),
        grafana=grafana_of(project.config),
    )
