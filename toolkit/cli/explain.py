"""`toolkit explain`: what a lint rule finds, and why."""

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.console import result
from toolkit.errors import ConfigurationError, UsageError
from toolkit.unknown_name_did_you_mean import unknown_name


def explain(
    rule: Annotated[str, typer.Argument(help="A rule's name, as findings show it.")] = "",
) -> None:
    """Say why a lint rule exists. Without a name, list them all, with the levels that hold here."""
    from toolkit.config import pyproject
    from toolkit.config.lint_settings import LintSettings, settings_beside
    from toolkit.lint import predefined_profiles, run

    try:
        loaded = pyproject.load(pyproject.find_root(Path.cwd()))
        packages, settings = loaded.lint, loaded.lint_settings
    except ConfigurationError:
        packages, settings = run.RULES, settings_beside(Path.cwd()) or LintSettings()
    rules = {known.id: known for known in run.rules(packages)}
    if not rule:
        levels = predefined_profiles.active(settings, tuple(rules.values()))
        result("".join(f"{x.id} ({levels[x.id]}): {x.title}\n" for x in rules.values()))
        return
    if rule not in rules:
        raise UsageError(unknown_name("rule", rule, rules))
    found = rules[rule]
    result(f"{found.id} ({found.level.value})\n\n{found.explanation}\n")
