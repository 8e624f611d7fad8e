"""Lint rules: what one is, where they are found, and how they are run.

A rule is a module that exports RULE and is named for the pattern that it flags; its
docstring is its documentation. Rules look at values, never at files, and change nothing.
"""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from toolkit import rulesource
from toolkit.catalogue import Catalogue
from toolkit.config import Config
from toolkit.errors import ConfigurationError, DefinitionError, UsageError, did_you_mean
from toolkit.findings import Allow, Finding, Level
from toolkit.project import Project
from toolkit.rulesource import Expression, WrittenRule


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern that is wrong, how bad it is, and the function that finds it."""

    id: str
    level: Level
    check: Callable[[Project], Iterator[Finding]]
    # For a rule about the other rules: called last, with what they found and which they were.
    afterwards: Callable[[Project, Sequence[Finding], frozenset[str]], Iterator[Finding]] | None = (
        None
    )

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
        return Finding(
            rule=self.id,
            level=self.level,
            message=message,
            fix=fix,
            location=expression.place(span[0]),
            subject=expression.subject,
            excerpt=expression.text,
            span=span,
            allowed=self.allowed(expression.allow),
        )

    def about(self, rule: WrittenRule, key: str, message: str, *, fix: str) -> Finding:
        """A finding of this rule about one field of an alert or recording rule."""
        return Finding(
            rule=self.id,
            level=self.level,
            message=message,
            fix=fix,
            location=rule.place(key),
            subject=f"{rule.name}.{key}" if key else rule.name,
            allowed=self.allowed(rule.allow),
        )

    def allowed(self, allowances: tuple[Allow, ...]) -> str:
        """The owner's reason for accepting a finding of this rule; empty when there is none."""
        return next((allow.reason for allow in allowances if allow.rule == self.id), "")


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


def plain_project(base: Project | None, paths: Sequence[Path], prometheus: Path | None) -> Project:
    """A project of the plain rule files at `paths`, judged by the catalogue of `base`, if any.

    `prometheus` is the prometheus.yml that loads them; without one, that of `base` is taken.
    """
    server: dict[str, object] = {}
    if prometheus is not None:
        try:
            loaded = yaml.safe_load(prometheus.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise UsageError(f"{prometheus}: {error}") from None
        if not isinstance(loaded, dict):
            raise UsageError(f"{prometheus}: is no configuration of Prometheus.")
        server = loaded
    if base is None:
        base = Project(Config(root=Path.cwd(), catalogue=""), Catalogue(()), (), None, ())
    plain = replace(rulesource.read(paths), server=server)
    return replace(base, rule_files=(), routing=None, pages=(), plain=plain)


def run(
    project: Project, selection: tuple[Rule, ...], only: tuple[str, ...] = ()
) -> tuple[Finding, ...]:
    """Every finding of the rules, by file, line and rule. `only` narrows by rule id."""
    known = {rule.id for rule in selection}
    for name in only:
        if name not in known:
            raise UsageError(f"unknown rule {name!r}{did_you_mean(name, known)}")
    chosen = tuple(rule for rule in selection if not only or rule.id in only)
    found = [finding for rule in chosen for finding in rule.check(project)]
    ran = frozenset(rule.id for rule in chosen)
    for rule in chosen:
        if rule.afterwards is not None:
            found += rule.afterwards(project, tuple(found), ran)
    root = project.config.root
    return tuple(sorted((_seen_from(root, finding) for finding in found), key=_order))


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
