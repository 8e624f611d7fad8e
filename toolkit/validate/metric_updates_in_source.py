"""Where a service's source updates its metrics, read from the syntax trees of its modules.

Nothing is imported or run. A metric is known by the constant that the catalogue gives it; a
use counts where it stands inside a function, and, if it is kept in an attribute there, where
that attribute is read somewhere.
"""

import ast
import functools
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from toolkit.config.services import ServiceConfig
from toolkit.findings import Location, parsed
from toolkit.project import Project
from toolkit.validate.check import Skip

# What makes a metric that no catalogue knows.
MAKERS = frozenset({"Counter", "Gauge", "Histogram", "Summary", "Info", "Enum"})
LIBRARY = "prometheus_client"
# Several checks look at one source, and one that was too slow is asked again: what was read is
# kept, so that each try goes on where the last one was.
_READING = threading.Lock()


@dataclass(frozen=True, slots=True)
class ServiceSource:
    """The modules of the service's package."""

    root: Path
    trees: tuple[tuple[Path, ast.Module], ...]

    @classmethod
    def of(cls, project: Project, service: ServiceConfig | None = None) -> "ServiceSource":
        """The package that starts a service, or else that of its catalogue.

        Raises Skip where it is not here, and for a program that is not Python.
        """
        service = service or project.config.primary
        if service.command:
            raise Skip(f"{service.name} is started by a command, so its scrape alone is judged")
        root, package = project.config.root, _package(service)
        paths = sorted((root / package).rglob("*.py"))
        if not paths:
            raise Skip(f"the service's source, {package}/, is not here")
        with _READING:
            return cls(root, _trees(tuple((path, path.stat().st_mtime_ns) for path in paths)))

    @classmethod
    def each(cls, project: Project) -> "Iterator[tuple[ServiceConfig, ServiceSource]]":
        """Every service that has a catalogue of the project's own, and its source.

        Services of one package share one source, which is read once. Raises Skip where none has
        its source here.
        """
        why = "no service has a catalogue of this project"
        found = False
        read: dict[str, ServiceSource] = {}
        for service in project.config.all_services:
            if service.catalogue and not service.catalogue.startswith("toolkit."):
                try:
                    if service.command or _package(service) not in read:
                        read[_package(service)] = cls.of(project, service)
                except Skip as skip:
                    why = str(skip)
                    continue
                found = True
                yield service, read[_package(service)]
        if not found:
            raise Skip(why)

    def used(self) -> frozenset[str]:
        """The names of all constants that some function uses, directly or by an attribute."""
        with _READING:
            return _used(self.trees)

    def made(self) -> Iterator[tuple[str, Location]]:
        """Every metric that is made with the client library directly, and where."""
        for path, tree in self.trees:
            local = _imported(tree)
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and _maker(node.func, local):
                    yield (
                        _maker(node.func, local),
                        Location(path.relative_to(self.root).as_posix(), node.lineno),
                    )


@functools.lru_cache(maxsize=16)
def _trees(files: tuple[tuple[Path, int], ...]) -> tuple[tuple[Path, ast.Module], ...]:
    """The syntax trees of files, each with the time of its last change."""
    return tuple((path, parsed(path.read_text(encoding="utf-8"))) for path, _ in files)


@functools.lru_cache(maxsize=16)
def _used(trees: tuple[tuple[Path, ast.Module], ...]) -> frozenset[str]:
    kept: dict[str, set[str]] = {}
    found: set[str] = set()
    read = {name for _, tree in trees for name in _attributes_read(tree)}
    for _, tree in trees:
        for function in _functions(tree):
            for statement in ast.walk(function):
                if isinstance(statement, ast.Assign | ast.AnnAssign):
                    for attribute in _attributes_set(statement):
                        kept.setdefault(attribute, set()).update(_names(statement))
            found |= _names(function)
    only_kept = {name for names in kept.values() for name in names}
    alive = {name for attribute, names in kept.items() if attribute in read for name in names}
    return frozenset((found - only_kept) | alive)


def _package(service: ServiceConfig) -> str:
    return (service.python or service.catalogue).partition(":")[0].partition(".")[0]


def _functions(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _names(node: ast.AST) -> set[str]:
    """Names and attributes that look like constants."""
    found = {x.id for x in ast.walk(node) if isinstance(x, ast.Name)}
    found |= {x.attr for x in ast.walk(node) if isinstance(x, ast.Attribute)}
    return {name for name in found if name.isupper()}


def _attributes_set(statement: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for target in targets:
        if isinstance(target, ast.Attribute):
            yield target.attr


def _attributes_read(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield node.attr


def _imported(tree: ast.Module) -> dict[str, str]:
    """Local name → what it is in the client library; the library itself is the empty text."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(LIBRARY):
            found |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == LIBRARY:
                    found[alias.asname or alias.name] = ""
    return found


def _maker(function: ast.expr, local: dict[str, str]) -> str:
    """The kind of metric that the call makes, or the empty text."""
    name = ""
    if isinstance(function, ast.Name):
        name = local.get(function.id, "")
    elif isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        name = function.attr if local.get(function.value.id) == "" else ""
    return name if name in MAKERS else ""
