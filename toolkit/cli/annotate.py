"""`toolkit annotate`: mark this moment, such as a deployment, on the dashboards."""

from typing import Annotated

import typer

from toolkit.cli.console import result
from toolkit.cli.deploy import Url, server
from toolkit.cli.target_option import Target


def annotate(
    text: Annotated[str, typer.Argument(help="What happened, e.g. 'execution 1.4.2'.")],
    *,
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", help="May be repeated; the dashboards show `deploy`, the default."),
    ] = None,
    target: Target = "",
    url: Url = "",
) -> None:
    """Mark this moment on the dashboards. The token is in GRAFANA_TOKEN."""
    from pathlib import Path

    from toolkit.config import pyproject
    from toolkit.dashboards import DEPLOYED
    from toolkit.errors import UsageError

    if not text.strip():
        raise UsageError("the text is empty; say what happened.")
    grafana = server(pyproject.load(pyproject.find_root(Path.cwd())), url, target)
    grafana.version()  # where another program answers, that is said, and not its refusal
    tags = tuple(tag or (DEPLOYED,))
    number = grafana.annotate(text, tags)
    result(f"annotation {number} added with {', '.join(tags)}: {text}")
