"""The `toolkit` command: registers every command, and turns errors into exit statuses.

Heavy libraries are imported inside the commands that need them: `toolkit --help` loads
none of locust, ccxt, grafanalib or fastapi.
"""

import sys

import typer

from toolkit.cli import (
    annotate,
    build,
    demo,
    deploy,
    down,
    drill,
    lint,
    load,
    logs,
    preview,
    serve,
    status,
    test,
    up,
    validate,
)
from toolkit.errors import ExitStatus, ToolkitError

app = typer.Typer(
    help="Observability as code and load testing.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(build.build)
app.command("build-dashboards")(build.build_dashboards)
app.command("build-alerts")(build.build_alerts)
app.command()(lint.lint)
app.command()(lint.explain)
app.command()(up.up)
app.command()(down.down)
app.command()(status.status)
app.command()(logs.logs)
app.command()(load.load)
app.command()(validate.validate)
app.command()(drill.drill)
app.command()(demo.demo)
app.command()(preview.preview)
app.command()(deploy.deploy)
app.command()(annotate.annotate)
app.command("test")(test.run_tests)
app.command(
    context_settings={
        "allow_extra_args": True,
        "ignore_unknown_options": True,
        "help_option_names": [],
    }
)(serve.serve)


def run(arguments: list[str]) -> int:
    """Run the command line `arguments` in this process and give its exit status."""
    try:
        app(arguments, prog_name="toolkit")
    except ToolkitError as error:
        sys.stderr.write(f"error: {error}\n")
        return int(error.status)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return 130
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(ExitStatus.WRONG)
    return int(ExitStatus.CLEAN)


def main() -> None:
    """Entry point of the installed command."""
    sys.exit(run(sys.argv[1:]))
