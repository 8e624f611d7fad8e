"""`toolkit build`, `build-dashboards`, `build-alerts`: definitions → generated files."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from toolkit.cli.console import leave, progress, result
from toolkit.errors import ExitStatus, UsageError
from toolkit.unknown_name_did_you_mean import unknown_name

if TYPE_CHECKING:
    from toolkit.generate.write import Output

KINDS = ("classic", "v1", "v2", "operator")
Check = Annotated[
    bool,
    typer.Option(
        "--check",
        help="Write nothing; show the diff and exit 1 if a committed file is stale, missing or "
        "orphaned.",
    ),
]


def _no_target(given: str) -> None:
    """What is built is the same for every environment; `--target` was once another word for it."""
    if given:
        raise UsageError(
            f"--target {given!r}: what is built is the same for every environment.",
            fix="say --kind operator for Kubernetes manifests.",
        )


def build_dashboards(*, check: Check = False) -> None:
    """Write dashboards/generated/ from the definitions."""
    _build(("dashboards",), check=check)


def build_alerts(*, check: Check = False) -> None:
    """Write alerts/generated/ from the definitions.

    Rule files, promtool tests, Alertmanager's configuration, and a runbook for every alert.
    """
    _build(("alerts",), check=check)


def build(
    context: typer.Context,
    *,
    check: Check = False,
    kind: Annotated[
        str,
        typer.Option(
            help="`classic`: the files; `v1`, `v2`: dashboards as Grafana's resources alone; "
            "`operator`: Kubernetes manifests.",
            metavar="KIND",
        ),
    ] = "classic",
    _target: Annotated[
        str, typer.Option("--target", hidden=True, callback=_no_target, expose_value=False)
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            help="Where manifests and resources go, to be deployed from. [default: build/KIND]",
            show_default=False,
        ),
    ] = None,
    namespace: Annotated[str, typer.Option(help="Namespace of the manifests.")] = "",
    label: Annotated[
        list[str] | None,
        typer.Option("--label", metavar="NAME=VALUE", help="Label of the manifests; repeatable."),
    ] = None,
) -> None:
    """Write everything that is generated.

    Dashboards, alerts, prometheus.yml, and the tables in the docs.
    """
    from toolkit import find_definitions

    if kind not in KINDS:
        raise UsageError(unknown_name("kind", kind, KINDS))
    if kind == "classic":
        _build(("dashboards", "alerts", "stack"), check=check, commands=_all_commands(context))
        return
    folder = out or Path("build") / kind
    if kind != "operator":
        _build_resources(kind, folder, check=check)
        return
    from toolkit.generate import kubernetes

    labels = dict(_name_and_value(text) for text in label or ())
    cluster = kubernetes.Cluster(namespace=namespace, labels=labels)
    output = kubernetes.render(find_definitions.load(), cluster)
    _finish(folder, output, check=check, command=kubernetes.COMMAND)


def _build_resources(kind: str, folder: Path, *, check: bool) -> None:
    """Write the dashboards as resources; they repeat the committed files, so they go elsewhere."""
    from toolkit import find_definitions
    from toolkit.generate import dashboards, write

    texts = dashboards.resources(find_definitions.load(), kind)
    output = write.Output(texts, ())
    _finish(folder, output, check=check, command=f"toolkit build --kind {kind}")


def _all_commands(context: typer.Context) -> TyperGroup | None:
    root = context.find_root().command
    return root if isinstance(root, TyperGroup) else None


def _name_and_value(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"--label {text!r}: write it like release=monitoring.")
    return name, value


def _build(names: tuple[str, ...], *, check: bool, commands: TyperGroup | None = None) -> None:
    from toolkit import find_definitions
    from toolkit.generate import write

    loaded = find_definitions.load()
    output = write.render(loaded, tuple(write.Part(name) for name in names))
    folder = loaded.config.reference
    if folder and commands is not None:
        from toolkit.cli import reference_pages

        pages = {f"{folder}/{name}": text for name, text in reference_pages.pages(commands).items()}
        output = replace(output, texts={**output.texts, **pages})
    _finish(loaded.config.root, output, check=check, command="toolkit build")


def _finish(root: Path, output: "Output", *, check: bool, command: str) -> None:
    from toolkit.generate import write

    if not check:
        for difference in write.write(root, output):
            verb = "removed" if difference.state is write.FileState.ORPHANED else "wrote"
            progress(f"{verb} {difference.path}")
        result(f"{len(output.texts)} files are up to date.")
        return
    differences = write.check(root, output)
    for difference in differences:
        result(f"{difference.path}: {difference.state.value}\n{difference.diff}")
    if differences:
        result(
            f"{len(differences)} of {len(output.texts)} files differ from the definitions.\n"
            f"  fix: run `{command}` and commit what it writes."
        )
        leave(ExitStatus.FINDINGS)
    result(f"{len(output.texts)} files are up to date.")
