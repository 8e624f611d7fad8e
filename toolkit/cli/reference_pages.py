"""The reference of the command line: commands, configuration and exit statuses, as pages.

Made from the commands' own help and from the fields of `[tool.toolkit]`. `toolkit build`
writes them next to the pages of lint rules and checks.
"""

import dataclasses
import textwrap
from collections.abc import Iterator, Mapping
from typing import get_type_hints

import typer
from typer.core import TyperGroup, TyperOption

from toolkit.config.lint_settings import Policy
from toolkit.config.load_mixes import MixedScenario
from toolkit.config.pyproject import Config, DrillConfig, StackConfig
from toolkit.config.services import FaultEndpoint, ServiceConfig, ServiceRun
from toolkit.config.targets import TargetConfig
from toolkit.errors import ExitStatus
from toolkit.formats.tables import markdown_table
from toolkit.generate.reference_pages import MARK

_TABLES = (
    ("[tool.toolkit]", Config),
    ("[tool.toolkit.services.NAME]", ServiceConfig),
    ("[tool.toolkit.stack]", StackConfig),
    ("[tool.toolkit.drill]", DrillConfig),
    ("[tool.toolkit.targets.NAME]", TargetConfig),
    ("[tool.toolkit.mixes.NAME] SCENARIO", MixedScenario),
    ("[[tool.toolkit.lint.policies]]", Policy),
)
# Not keys: the folder and the name, and tables of their own.
_ELSEWHERE = {"root", "name", "stack", "drill", "targets", "services", "lint_settings", "mixes"}


def pages(commands: TyperGroup) -> dict[str, str]:
    """File name → text."""
    return {
        "commands.md": MARK.format(source="the commands' help") + "".join(_commands(commands)),
        "configuration.md": MARK.format(source="`toolkit.config.pyproject`")
        + "".join(_configuration()),
        "exit-status.md": MARK.format(source="`toolkit.errors`") + _exit_status(),
    }


def _commands(group: TyperGroup) -> Iterator[str]:
    yield "# Commands\n\n`toolkit COMMAND --help` prints the same on the terminal.\n"
    for name, command in group.commands.items():
        inner = typer.Context(command, info_name=f"toolkit {name}", parent=None)
        usage = " ".join(["toolkit", name, *command.collect_usage_pieces(inner)])
        yield f"\n## toolkit {name}\n\n{_paragraphs(command.help or '')}\n\n```text\n{usage}\n```\n"
        if command.epilog:
            title, _, lines = _paragraphs(command.epilog).partition("\n")
            yield f"\n{title}\n\n```text\n{textwrap.dedent(lines)}\n```\n"
        rows = [_option(x) for x in command.params if isinstance(x, TyperOption) and not x.hidden]
        if rows:
            yield "\n" + markdown_table(("option", "what it does", "default"), rows)


def _paragraphs(text: str) -> str:
    return text.strip().replace("\b\n", "")


def _option(option: TyperOption) -> tuple[str, str, str]:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    known = option.show_default is not False and option.default not in (None, "", (), [], False)
    default = option.default() if callable(option.default) else option.default
    shown = getattr(default, "value", default)
    return names, option.help or "", f"`{shown}`" if known else ""


def _configuration() -> Iterator[str]:
    yield (
        "# Configuration\n\nEverything stands in pyproject.toml. An unknown key, a wrong type or "
        "an address that is not an address is an error that names the file and the key.\n"
    )
    for title, shape in _TABLES:
        away = _ELSEWHERE if shape in (Config, ServiceConfig) else set()
        keys = (x for x in dataclasses.fields(shape) if x.name not in away)
        rows = [_key(key, shape) for key in keys]
        yield f"\n## {title}\n\n" + markdown_table(("key", "type", "default", "meaning"), rows)


def _key(field: "dataclasses.Field[object]", shape: type) -> tuple[str, str, str, str]:
    hints = get_type_hints(shape)
    kind = hints[field.name]
    name = {
        str: "text",
        ServiceRun: "text",
        int: "number",
        float: "number",
        FaultEndpoint: "table",
    }.get(kind, "table" if "Mapping" in str(kind) else "list")
    if field.default is dataclasses.MISSING:
        default = "" if field.default_factory is not dataclasses.MISSING else "required"
    else:
        default = _toml(field.default)
    return f"`{field.name}`", name, default, str(field.metadata["help"])


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{item}"' for item in value) + "]`"
    if value == "":
        return ""
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


_MEANINGS: Mapping[ExitStatus, str] = {
    ExitStatus.CLEAN: "clean",
    ExitStatus.FINDINGS: "findings, failed checks, missed thresholds, stale files",
    ExitStatus.WRONG: "the definition, the configuration or the command line is wrong",
    ExitStatus.UNKNOWN: "the stack did not answer, so nothing is known",
    ExitStatus.BUG: "toolkit itself is at fault: report it",
}


def _exit_status() -> str:
    rows = [(str(int(status)), _MEANINGS[status]) for status in ExitStatus]
    return (
        "# Exit status\n\nThe same for every command. Results go to stdout, progress to stderr. "
        "Where several apply, the first of 4, 2, 1, 3 is given.\n\n"
        + markdown_table(("status", "meaning"), rows)
    )
