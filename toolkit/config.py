"""`[tool.toolkit]` in pyproject.toml as one typed value; every key is known and checked."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, get_origin, get_type_hints

from toolkit.did_you_mean import unknown_name
from toolkit.durations import seconds
from toolkit.errors import ConfigurationError

T = TypeVar("T")


def _key(meaning: str, default: T) -> T:
    """A key of a table: what it means, for the reference, and what it is when left out."""
    made: T
    if isinstance(default, Mapping):
        made = field(default_factory=dict, metadata={"help": meaning})  # type: ignore[assignment]
    else:
        made = field(default=default, metadata={"help": meaning})
    return made


def _required(meaning: str) -> Any:
    return field(metadata={"help": meaning})


_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class StackConfig:
    """Where the stack's servers are, and the environment that the service is given."""

    service: str = _key("address of the measured service", "http://127.0.0.1:8000")
    prometheus: str = _key("address of Prometheus", "http://127.0.0.1:9090")
    alertmanager: str = _key("address of Alertmanager", "http://127.0.0.1:9093")
    grafana: str = _key("address of Grafana", "http://127.0.0.1:3000")
    environment: Mapping[str, str] = _key(
        "environment variables of the service and of load scenarios; values may hold `{secret}` "
        "(made once for each stack), `{host}`, `{port}` and `{state}` (the stack's folder)",
        _NONE,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillConfig:
    """How `toolkit drill` drives the service."""

    background: str = _key("load scenario that runs throughout", "")
    users: int = _key("users of the background scenario", 10)
    faults: str = _key("path of the service's fault endpoint", "")
    token: str = _key("name of the service's variable that holds the endpoint's bearer token", "")
    environment: Mapping[str, str] = _key(
        "environment variables of the service in a drill, in addition to the stack's", _NONE
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetConfig:
    """An environment that `toolkit validate --target` checks: addresses, and how to get in.

    Secrets are never values here: they come from environment variables and files.
    """

    service: str = _required("address of the measured service")
    prometheus: str = _required("address of Prometheus")
    alertmanager: str = _required("address of Alertmanager")
    grafana: str = _key("address of Grafana; left out, the environment has none", "")
    grafana_token_env: str = _key("variable that holds Grafana's token", "GRAFANA_TOKEN")
    token_env: str = _key("variable that holds the bearer token of all servers", "")
    token_file: str = _key("file that holds the bearer token", "")
    user: str = _key("user of basic authentication", "")
    password_env: str = _key("variable that holds the user's password", "")
    password_file: str = _key("file that holds the user's password", "")
    ca_file: str = _key("file of the authorities that are trusted", "")
    client_certificate: str = _key("file of the client certificate", "")
    client_key: str = _key("file of the client certificate's key", "")
    headers: Mapping[str, str] = _key(
        "headers of every request, such as the tenant of a store", _NONE
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole of `[tool.toolkit]`; `root` is the folder of pyproject.toml."""

    root: Path
    catalogue: str = _required("`module:NAME` of the `Catalogue`")
    alerts: str = _key("package of the alerts: a folder below `root` too", "alerts")
    dashboards: str = _key("package of the dashboards: a folder below `root` too", "dashboards")
    loadtests: str = _key("folder of the load scenarios", "loadtests")
    serve: str = _key("`module:FUNCTION` that `toolkit serve` and `toolkit up` start", "")
    job: str = _key("name under which Prometheus scrapes the service", "service")
    requests: str = _key("`module:NAME` of the counter that counts every answer once", "")
    demo: str = _key("load scenario of `toolkit demo`", "normal")
    load: str = _key("`module:NAME` of the project's `toolkit.load.definitions`", "")
    lint: tuple[str, ...] = _key(
        "packages of lint rules",
        ("toolkit.lint.rules", "toolkit.lint.dashboard_rules", "toolkit.lint.alertmanager_rules"),
    )
    validators: tuple[str, ...] = _key("packages of checks", ("toolkit.checks",))
    scrape_interval: str = _key("how often Prometheus scrapes; ranges are judged by it", "15s")
    runbook_url: str = _key(
        "address of an alert's runbook; holds `{alert}`", "https://runbooks.example.com/{alert}"
    )
    reference: str = _key(
        "folder into which `toolkit build` writes a page for each command, lint rule and check", ""
    )
    stack: StackConfig = field(default_factory=StackConfig)
    drill: DrillConfig = field(default_factory=DrillConfig)
    targets: Mapping[str, TargetConfig] = field(default_factory=dict)

    @property
    def jobs(self) -> tuple[str, str, str]:
        """The scrape jobs: the service, Prometheus, Alertmanager."""
        return (self.job, "prometheus", "alertmanager")

    @property
    def state(self) -> Path:
        """The folder of the running stack: process ids, logs, databases."""
        return self.root / ".toolkit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the servers of one stack are, as `http://host:port`."""

    service: str
    prometheus: str
    alertmanager: str

    @classmethod
    def of(cls, config: Config) -> "Addresses":
        """The configured addresses."""
        stack = config.stack
        return cls(
            service=stack.service, prometheus=stack.prometheus, alertmanager=stack.alertmanager
        )


def find_root(start: Path) -> Path:
    """The nearest folder at or above `start` whose pyproject.toml has `[tool.toolkit]`."""
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        if path.is_file() and "toolkit" in _read(path).get("tool", {}):
            return folder
    raise ConfigurationError(
        f"{start}: no pyproject.toml with a [tool.toolkit] table here or above.",
        fix="run the command inside your project, or add the table (see the README).",
    )


def load(root: Path) -> Config:
    """The configuration in `root`/pyproject.toml.

    Raises ConfigurationError, naming file and key, for an unknown key, a wrong type, a
    missing catalogue or a duration or address that is none.
    """
    path = root / "pyproject.toml"
    table = dict(_read(path).get("tool", {}).get("toolkit", {}))
    where = f"{path}: [tool.toolkit]"
    stack, drill = _table(table, "stack", where), _table(table, "drill", where)
    targets = _table(table, "targets", where)
    if "catalogue" not in table:
        raise ConfigurationError(
            f"{where} has no catalogue.", fix='add catalogue = "your_package.catalogue:CATALOGUE".'
        )
    values = _checked(Config, table, where, skip=frozenset({"root", "stack", "drill", "targets"}))
    stack_values = _checked(StackConfig, stack, f"{path}: [tool.toolkit.stack]")
    _refuse_addresses(stack_values, f"{path}: [tool.toolkit.stack]")
    drill_values = _checked(DrillConfig, drill, f"{path}: [tool.toolkit.drill]")
    config = Config(
        root=root,
        stack=StackConfig(**stack_values),
        drill=DrillConfig(**drill_values),
        targets={name: _target(name, entry, path) for name, entry in targets.items()},
        **values,
    )
    try:
        seconds(config.scrape_interval)
    except ConfigurationError as error:
        raise ConfigurationError(
            f"{where} scrape_interval: {error.message}", fix=error.fix
        ) from None
    if "{alert}" not in config.runbook_url:
        raise ConfigurationError(f"{where} runbook_url: {config.runbook_url!r} has no {{alert}}.")
    return config


def _read(path: Path) -> dict[str, dict[str, dict[str, object]]]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: {error}", fix="correct the TOML syntax.") from None
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}.") from None


def _target(name: str, entry: object, path: Path) -> TargetConfig:
    where = f"{path}: [tool.toolkit.targets.{name}]"
    if not isinstance(entry, dict):
        raise ConfigurationError(f"{where}: must be a table, but is {entry!r}.")
    values = _checked(TargetConfig, entry, where)
    for key in ("service", "prometheus", "alertmanager"):
        if key not in values:
            raise ConfigurationError(f"{where} has no {key}.", fix="say where it is.")
    _refuse_addresses({key: text for key, text in values.items() if text}, where)
    return TargetConfig(**values)


def _refuse_addresses(values: Mapping[str, Any], where: str) -> None:
    for name in ("service", "prometheus", "alertmanager", "grafana"):
        address = str(values.get(name, "http://"))
        if not address.startswith(("http://", "https://")):
            raise ConfigurationError(
                f"{where} {name}: {address!r} is not an address.",
                fix=f'write it like {name} = "http://127.0.0.1:9090".',
            )


def _table(table: dict[str, Any], key: str, where: str) -> dict[str, object]:
    """The table `key` inside `table`, taken out of it; empty where there is none."""
    value = table.pop(key, {})
    if not isinstance(value, dict):
        raise ConfigurationError(f"{where} {key}: must be a table, but is {value!r}.")
    return value


def _checked(
    shape: type,
    table: Mapping[str, object],
    where: str,
    skip: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """The entries of `table` as keyword arguments of the dataclass `shape`."""
    known = {f.name for f in fields(shape)} - skip
    hints = get_type_hints(shape)
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise ConfigurationError(f"{where}: {unknown_name('key', key, known)}")
        kind = get_origin(hints[key]) or hints[key]
        if not _FITS[kind](value):
            raise ConfigurationError(f"{where} {key}: must be {_NAMES[kind]}, but is {value!r}.")
        values[key] = tuple(value) if isinstance(value, list) else value
    return values


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_list_of_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_table_of_text(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


_FITS: dict[type, Callable[[object], bool]] = {
    str: _is_text,
    int: _is_count,
    tuple: _is_list_of_text,
    Mapping: _is_table_of_text,
}
_NAMES: dict[type, str] = {
    str: "text",
    int: "a number over 0",
    tuple: "a list of text",
    Mapping: "a table of text",
}
