"""Lint rules: what one is, where they are found, and how they are run.

A rule is a module that exports RULE and is named for the pattern that it flags; its
docstring is its documentation. Rules look at values, never at files, and change nothing.
"""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.errors import ConfigurationError, DefinitionError, UsageError, did_you_mean
from toolkit.findings import Finding, Level
from toolkit.project import Expression, Project


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern that is wrong, how bad it is, and the function that finds it."""

    id: str
    level: Level
    check: Callable[[Project], Iterator[Finding]]

    @property
    def explanation(self) -> str:
        """The docstring of the rule's module, which is its documentation."""
        return inspect.cleandoc(sys.modules[self.check.__module__].__doc__ or "")

    @property
    def title(self) -> str:
        """The first sentence of the explanation."""
        return " ".join(self.explanation.partition("\n\n")[0].split())

    def finding(
        self, expression: Expression, span: tuple[int, int], message: str, *, fix: str
    ) -> Finding:
        """A finding of this rule about the characters `span` of an expression."""
        reasons = (allow.reason for allow in expression.allow if allow.rule == self.id)
        return Finding(
            rule=self.id,
            level=self.level,
            message=message,
            fix=fix,
            location=expression.location,
            subject=expression.subject,
            excerpt=expression.text,
            span=span,
            allowed=next(reasons, ""),
        )


def rules(packages: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules of every module in `packages`, by id.

    Raises ConfigurationError for a package that is not there, DefinitionError for a module
    without RULE or whose rule is not named for its file.
    """
    found: dict[str, Rule] = {}
    for package in packages:
        try:
            paths = list(importlib.import_module(package).__path__)
        except (ModuleNotFoundError, AttributeError):
            raise ConfigurationError(
                f"[tool.toolkit] lint: there is no package {package!r}."
            ) from None
        for info in pkgutil.iter_modules(paths):
            if info.name.startswith("_"):
                continue
            rule = getattr(importlib.import_module(f"{package}.{info.name}"), "RULE", None)
            if not isinstance(rule, Rule) or rule.id != info.name.replace("_", "-"):
                wanted = info.name.replace("_", "-")
                raise DefinitionError(f"{package}.{info.name}: exports no RULE named {wanted!r}.")
            if rule.id in found:
                raise DefinitionError(f"two lint rules are named {rule.id!r}.")
            found[rule.id] = rule
    return tuple(found[name] for name in sorted(found))


def run(
    project: Project, selection: tuple[Rule, ...], only: tuple[str, ...] = ()
) -> tuple[Finding, ...]:
    """Every finding of the rules, by file, line and rule. `only` narrows by rule id."""
    known = {rule.id for rule in selection}
    for name in only:
        if name not in known:
            raise UsageError(f"unknown rule {name!r}{did_you_mean(name, known)}")
    chosen = (rule for rule in selection if not only or rule.id in only)
    root = project.config.root
    found = (_seen_from(root, finding) for rule in chosen for finding in rule.check(project))
    return tuple(sorted(found, key=_order))


def _seen_from(root: Path, finding: Finding) -> Finding:
    if finding.location is None:
        return finding
    return replace(finding, location=finding.location.relative_to(root))


def _order(finding: Finding) -> tuple[str, int, str, str, tuple[int, int]]:
    place = finding.location
    return (
        place.path if place else "",
        place.line if place else 0,
        finding.rule,
        finding.subject,
        finding.span or (0, 0),
    )
