"""`toolkit build`, `build-dashboards`, `build-alerts`: definitions → generated files."""

from typing import Annotated

import typer

from toolkit.cli.console import leave, progress, result
from toolkit.errors import ExitStatus

Check = Annotated[
    bool,
    typer.Option(
        "--check",
        help="Write nothing; show the diff and exit 1 if a committed file is stale, missing or "
        "orphaned.",
    ),
]


def build_dashboards(*, check: Check = False) -> None:
    """Write dashboards/generated/ from the dashboards' definitions."""
    _build(("dashboards",), check=check)


def build_alerts(*, check: Check = False) -> None:
    """Write alerts/generated/: rule files, promtool tests, Alertmanager configuration, runbooks."""
    _build(("alerts",), check=check)


def build(*, check: Check = False) -> None:
    """Write everything that is generated: dashboards, alerts, prometheus.yml, tables in docs."""
    _build(("dashboards", "alerts", "stack"), check=check)


def _build(names: tuple[str, ...], *, check: bool) -> None:
    from toolkit import generate, project

    loaded = project.load()
    root = loaded.config.root
    output = generate.render(loaded, tuple(generate.Part(name) for name in names))
    if not check:
        for difference in generate.write(root, output):
            verb = "removed" if difference.state is generate.State.ORPHANED else "wrote"
            progress(f"{verb} {difference.path}")
        result(f"{len(output.texts)} files are up to date.")
        return
    differences = generate.check(root, output)
    for difference in differences:
        result(f"{difference.path}: {difference.state.value}\n{difference.diff}")
    if differences:
        result(
            f"{len(differences)} of {len(output.texts)} files differ from the definitions.\n"
            "  fix: run `toolkit build` and commit what it writes."
        )
        leave(ExitStatus.FINDINGS)
    result(f"{len(output.texts)} files are up to date.")
