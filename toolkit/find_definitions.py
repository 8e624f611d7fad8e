"""Finds and imports what a project defines, and names the line at fault. The only one that does.

Discovery is strict: a public module without its constant, two definitions of one name, or a
name that is not its file's is an error that names the file. Modules whose name starts with
`_` are skipped.
"""

import importlib
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar, cast

from toolkit.catalogue import Catalogue, Kind, Metric
from toolkit.config import pyproject as configuration
from toolkit.config.pyproject import Config
from toolkit.config.services import ServiceConfig
from toolkit.definition_arguments.annotated_types import MismatchError, accepting
from toolkit.definition_arguments.durations_and_ranges import OptionalDuration
from toolkit.definition_arguments.words_of_errors import shown
from toolkit.definition_errors import Definitions, advice
from toolkit.errors import ConfigurationError, DefinitionError, UsageError
from toolkit.findings import Location
from toolkit.project import Page, Project
from toolkit.unknown_name_did_you_mean import did_you_mean, guess, unknown_name

if TYPE_CHECKING:
    from toolkit.alerts import Alert, Recording, RuleFile
    from toolkit.routing import Routing

_PART = re.compile(r"[\w-]+")

T = TypeVar("T")
R = TypeVar("R", "Alert", "Recording")


def load(start: Path | None = None) -> Project:
    """The project whose pyproject.toml is nearest at or above `start` (the working folder).

    Raises ConfigurationError or DefinitionError, naming file and line.
    """
    root = configuration.find_root((start or Path.cwd()).resolve())
    config = configuration.load(root)
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    with_lines = Definitions(root)
    return with_lines.read(lambda: _load(config))


def _load(config: Config) -> Project:
    catalogues = {
        service.name: named(service.catalogue, Catalogue, _key(config, service, "catalogue"))
        for service in config.all_services
        if service.catalogue
    }
    for key, name in (("dashboards", config.dashboards), ("alerts", config.alerts)):
        _refuse_package_of_others(config.root, name, key)
    pages = tuple(_pages(config))
    for kind, names in (
        ("uid", [page.dashboard.uid for page in pages]),
        ("title", [page.dashboard.title for page in pages]),
    ):
        _refuse_duplicates(f"dashboard {kind}", names)
    uids = {page.dashboard.uid for page in pages}
    for page in pages:
        for uid in page.dashboard.see:
            if uid not in uids:
                hint = did_you_mean(uid, uids)
                raise DefinitionError(f"{page.path}: see: there is no dashboard {uid!r}{hint}")
    rule_files = tuple(_rule_files(config))
    counted = {
        service.name: _counter(config, service)
        for service in config.all_services
        if service.requests
    }
    project = Project(
        config,
        joined(catalogues),
        rule_files,
        _routing(config),
        pages,
        counted.get(config.primary.name),
        catalogues=catalogues,
    )
    _refuse_duplicates("alert", [alert.name for alert in project.alerts])
    _refuse_duplicates(
        "recording rule",
        [
            f"{rule.name}{dict(rule.labels) or ''}"
            for rule in project.recordings
            if rule.as_written is None  # parts of one series, as Prometheus allows
        ],
    )
    if project.routing is not None:
        project.routing.check(project.alerts)
    return project


def _counter(config: Config, service: ServiceConfig) -> Metric:
    """What counts the service's requests. Raises ConfigurationError for another kind of metric."""
    key = _key(config, service, "requests")
    metric = named(service.requests, Metric, key)
    if metric.kind not in {Kind.COUNTER, Kind.UNKNOWN}:
        raise ConfigurationError(
            f"[tool.toolkit] {key} = {service.requests!r}: {metric.name} is a {metric.kind}, "
            "which counts no requests.",
            fix="name the counter that counts every answer once, or leave the key out.",
        )
    return metric


def joined(catalogues: Mapping[str, Catalogue]) -> Catalogue:
    """Every metric of every service. Those that several declare must be declared alike."""
    found: dict[str, tuple[str, Metric]] = {}
    for name, catalogue in catalogues.items():
        for metric in catalogue.metrics:
            other, known = found.setdefault(metric.name, (name, metric))
            if metric != known:
                raise DefinitionError(
                    f"{metric.name}: {other} and {name} declare it differently.",
                    fix="declare it once, and let both catalogues hold the same metric.",
                )
    return Catalogue(tuple(metric for _, metric in found.values()))


def _key(config: Config, service: ServiceConfig, key: str) -> str:
    return f"services.{service.name}.{key}" if config.services else key


def named(reference: str, kind: type[T], key: str) -> T:
    """The object that `module:NAME` refers to. Raises ConfigurationError when there is none."""
    module_name, _, name = reference.partition(":")
    module = _import(module_name, key)
    value = getattr(module, name, None) if name else None
    if not isinstance(value, kind):
        others = (other for other, found in vars(module).items() if isinstance(found, kind))
        what = f"no {kind.__name__} of that name{guess(name, others) or '.'}"
        if value is not None:
            what = f"{name} is {shown(value)}, not a {kind.__name__}."
        raise ConfigurationError(
            f"[tool.toolkit] {key} = {reference!r}: {what}",
            fix=f'write "module:NAME", where NAME is a {kind.__name__}.',
        )
    return value


def function(root: Path, reference: str, key: str) -> Callable[[list[str]], object]:
    """What `module:NAME` refers to in the project at `root`: a function of a command line's words.

    Raises ConfigurationError, naming `key`, where there is none; what the module raises passes.
    """
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    module_name, _, name = reference.partition(":")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        ours = error.name is not None and f"{module_name}.".startswith(f"{error.name}.")
        raise ConfigurationError(
            f"{key} = {reference!r}: there is no module {error.name!r}.",
            fix="correct the name, or create the module." if ours else advice(error, root),
        ) from None
    found = getattr(module, name, None)
    if not callable(found):
        functions = [each for each, value in vars(module).items() if callable(value)]
        what = "is not a function" if hasattr(module, name) else "is not in the module"
        hint = "" if hasattr(module, name) else did_you_mean(name, functions).partition(" (")[0]
        raise ConfigurationError(f"{key} = {reference!r}: {name!r} {what}{hint or '.'}")
    return cast("Callable[[list[str]], object]", found)


def _import(name: str, key: str) -> ModuleType:
    # No statement of Python imports `load-tests`, but a folder may be called so, and is read.
    if not all(_PART.fullmatch(part) for part in name.split(".")):
        dotted = re.sub(r"[/\\]+", ".", name.removesuffix(".py")).strip(".")
        written = dotted if dotted and dotted != name else "observability.alerts"
        raise ConfigurationError(
            f"[tool.toolkit] {key} = {name!r}: is not the name of a module.",
            fix=f'write it with dots, from the folder of pyproject.toml on: "{written}".',
        )
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not (name == error.name or name.startswith(f"{error.name}.")):
            raise
        raise ConfigurationError(
            f"[tool.toolkit] {key} = {name!r}: there is no such module.",
            fix="correct the name, or create the package.",
        ) from None


def _package(name: str, key: str) -> ModuleType:
    module = _import(name, key)
    if not hasattr(module, "__path__"):
        raise ConfigurationError(
            f"[tool.toolkit] {key} = {name!r}: is a module, not a package.",
            fix="name the package that holds it.",
        )
    return module


def _refuse_package_of_others(root: Path, name: str, key: str) -> None:
    """Refuse what Python finds elsewhere under a name that only says where a folder lies."""
    paths = [Path(path).resolve() for path in getattr(_package(name, key), "__path__", [])]
    if name == key and not any(path.is_relative_to(root) for path in paths):
        raise ConfigurationError(
            f"[tool.toolkit] {key} = {name!r}: is not in this project; Python finds {paths[0]}.",
            fix=f"create {name}/__init__.py here, or name the project's own package.",
        )


def _modules(package: str, key: str) -> Iterator[tuple[str, bool, ModuleType]]:
    """The public modules directly in `package`, by name: (name, is a package, module)."""
    paths = list(getattr(_package(package, key), "__path__", []))
    found = {info.name: info.ispkg for info in pkgutil.iter_modules(paths)}
    found |= dict.fromkeys(_folders_without_init(paths), True)
    for name in sorted(name for name in found if not name.startswith("_")):
        yield name, found[name], _listed(package, name, paths[0])


def _listed(package: str, name: str, folder: str) -> ModuleType:
    """The module whose file is listed; raises DefinitionError where it is not a file."""
    try:
        return importlib.import_module(f"{package}.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"{package}.{name}":
            raise
        raise DefinitionError(
            f"{Path(folder) / name}.py: is not a file that can be read.",
            fix="correct what it leads to, or move it away.",
        ) from None


def _folders_without_init(paths: Iterable[str]) -> Iterator[str]:
    """Folders of modules that have no `__init__.py`; pkgutil does not list them."""
    for path in paths:
        for folder in Path(path).iterdir():
            if folder.is_dir() and folder.name.isidentifier():
                files = {each.name for each in folder.glob("*.py")}
                if files and "__init__.py" not in files:
                    yield folder.name


def _path(config: Config, module: ModuleType) -> str:
    return Location(module.__file__ or "", 1).relative_to(config.root).path


def _rule_files(config: Config) -> "Iterator[RuleFile]":
    from toolkit.alerts import Alert, Group, Recording, RuleFile

    for name, is_package, _ in _modules(config.alerts, "alerts"):
        if not is_package:
            continue
        groups = []
        for group, _, module in _modules(f"{config.alerts}.{name}", "alerts"):
            path = _path(config, module)
            recordings, alerts = _defined_in(module, Recording), _defined_in(module, Alert)
            if not recordings and not alerts:
                raise DefinitionError(
                    f"{path}: defines no Alert and no Recording.",
                    fix="define one as a module constant, or rename the module to start with `_`.",
                )
            interval = getattr(module, "INTERVAL", "")
            interval = _duration(interval, path)
            group_keys = getattr(module, "GROUP", {})
            as_written = group_keys if isinstance(group_keys, dict) else {}
            groups.append(Group(group, path, recordings, alerts, interval, as_written))
        if groups:
            yield RuleFile(name, tuple(groups))


def _duration(interval: object, path: str) -> str:
    try:
        return str(accepting(OptionalDuration)(interval))
    except MismatchError as error:
        raise DefinitionError(
            f"{path}: INTERVAL is {shown(interval)}; it must be {error.expected}.",
            fix=f"write INTERVAL = {error.write}." if error.write else "",
        ) from None


def _defined_in(module: ModuleType, kind: type[R]) -> tuple[R, ...]:
    """The constants of that kind that the module makes, alone or in a tuple of rules.

    Those that it imports belong to another module.
    """
    constants = (x if isinstance(x, tuple) else (x,) for x in vars(module).values())
    values = (value for constant in constants for value in constant if isinstance(value, kind))
    return tuple(value for value in values if value.defined.path == module.__file__)


def _routing(config: Config) -> "Routing | None":
    from toolkit.routing import Routing

    for name, is_package, module in _modules(config.alerts, "alerts"):
        if not is_package:
            routing = getattr(module, "ROUTING", None)
            if not isinstance(routing, Routing):
                raise DefinitionError(
                    f"{_path(config, module)}: a module here defines ROUTING, and {name} does not.",
                    fix="define ROUTING, or put alerts into a folder, which is a rule file.",
                )
            return routing
    return None


def _pages(config: Config) -> Iterator[Page]:
    from toolkit.dashboards import Dashboard

    for name, _, module in _modules(config.dashboards, "dashboards"):
        dashboard = getattr(module, "DASHBOARD", None)
        path = _path(config, module)
        if not isinstance(dashboard, Dashboard):
            raise DefinitionError(
                f"{path}: defines no DASHBOARD.",
                fix="define DASHBOARD = Dashboard(…), or rename the module to start with `_`.",
            )
        if dashboard.uid.replace("-", "_") != name:
            raise DefinitionError(
                f"{dashboard.defined.argument('uid').relative_to(config.root)}: uid "
                f"{dashboard.uid!r} is not the file's name, {name.replace('_', '-')!r}."
            )
        yield Page(dashboard.uid, path, dashboard)


def _refuse_duplicates(what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise DefinitionError(f"{what} {name!r} is defined twice.")


def named_for_their_file(
    packages: Sequence[str], constant: str, kind: type[T], key: str
) -> dict[str, T]:
    """What every public module of `packages` exports as `constant`, by its id.

    The id is the module's name with hyphens. Raises ConfigurationError for a package that is
    not there, DefinitionError for a module without the constant or with another id.
    """
    found: dict[str, T] = {}
    with_lines = Definitions(_root_or_folder())
    for package in packages:
        for name, _, module in with_lines.read(partial(tuple, _modules(package, key))):
            value, wanted = getattr(module, constant, None), name.replace("_", "-")
            if not isinstance(value, kind) or getattr(value, "id", "") != wanted:
                raise DefinitionError(
                    f"{package}.{name}: does not export {constant} with the name {wanted!r}.",
                    fix=f"define {constant} = {kind.__name__}({wanted!r}, …), or rename the "
                    "module to start with `_`.",
                )
            if wanted in found:
                raise DefinitionError(
                    f"[tool.toolkit] {key}: two modules are named {wanted!r}.",
                    fix="rename one of them.",
                )
            found[wanted] = value
    return found


def _root_or_folder() -> Path:
    """The root of the project; where there is none, as for plain rule files, this folder."""
    folder = Path.cwd().resolve()
    try:
        return configuration.find_root(folder)
    except ConfigurationError:
        return folder


def scenarios(config: Config) -> dict[str, Path]:
    """Scenario name → locustfile: every public module of the `loadtests` folder."""
    folder = config.root / config.loadtests.replace(".", "/")
    return {path.stem: path for path in sorted(folder.glob("[!_]*.py")) if path.is_file()}


def scenario(config: Config, name: str) -> Path:
    """The locustfile of a scenario. Raises UsageError with a guess when there is none."""
    known = scenarios(config)
    if name not in known:
        raise UsageError(unknown_name("scenario", name, known))
    return known[name]
