"""`toolkit import`: rule files, dashboards and routes that exist, as definitions in Python."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import leave, progress, result
from toolkit.cli.options import Output, formats
from toolkit.errors import ExitStatus

if TYPE_CHECKING:
    from toolkit.adopt.import_result import Imported


def import_(
    *,
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Rule files, dashboards, alertmanager.yml, or folders; openapi.json, .har.",
            show_default=False,
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")
    ] = False,
    form: Annotated[str, formats("text", "json")] = "text",
    output: Output = None,
) -> None:
    """Write rules, panels, routes or requests as Python. Exit 1 where a part is left out."""
    from toolkit import find_definitions
    from toolkit.adopt import report, write_imported
    from toolkit.adopt.input_files import import_all
    from toolkit.config.pyproject import find_root, load

    root = find_root(Path.cwd())
    imported = import_all(paths, load(root), lambda: find_definitions.load(root))
    if dry_run:
        write_imported.refuse_existing(root, imported)
    else:
        write_imported.write(root, imported)
        if imported.texts:
            number = len(imported.texts)
            files = f"{number} file{'' if number == 1 else 's'}"
            progress(f"wrote {files}; next: {_next(imported)}")
    shown = report.as_json(imported) if form == "json" else report.as_text(imported)
    result(shown, output)
    if imported.left:
        leave(ExitStatus.FINDINGS)


def _next(imported: "Imported") -> str:
    """What to type after this: the definitions are built, and a scenario is run."""
    steps = []
    if any(set(source.counts) != {"requests"} for source in imported.sources):
        steps.append("toolkit build, then toolkit lint")
    steps += (
        f"toolkit load {Path(source.target).stem}"
        for source in imported.sources
        if "requests" in source.counts
    )
    return "; ".join(steps)
