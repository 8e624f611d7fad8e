"""`[tool.toolkit]` in pyproject.toml as one typed value; every key is known and checked."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_origin, get_type_hints

from toolkit.durations import seconds
from toolkit.errors import ConfigurationError, did_you_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class StackConfig:
    """Where the stack's servers are, and the environment that the service is given.

    `environment` values may hold `{secret}`, `{host}`, `{port}` and `{state}`.
    """

    service: str = "http://127.0.0.1:8000"
    prometheus: str = "http://127.0.0.1:9090"
    alertmanager: str = "http://127.0.0.1:9093"
    grafana: str = "http://127.0.0.1:3000"
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillConfig:
    """How `toolkit drill` drives the service.

    `background` is the load scenario that runs throughout, with `users`. `faults` is the
    path of the service's fault endpoint, and `token` the name of the variable among
    the service's environment that holds its bearer token. `environment` is what the service
    is given in a drill beside the stack's.
    """

    background: str = ""
    users: int = 10
    faults: str = ""
    token: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetConfig:
    """An environment that `toolkit validate --target` checks: addresses, and how to get in.

    Secrets are never values here: `token_env` and `password_env` name environment variables,
    `token_file` and `password_file` files. The token is sent as a bearer; `headers` go with
    every request, such as the tenant of a store. Without `grafana`, it has none.
    """

    service: str
    prometheus: str
    alertmanager: str
    grafana: str = ""
    grafana_token_env: str = "GRAFANA_TOKEN"  # noqa: S105 - a variable's name
    token_env: str = ""
    token_file: str = ""
    user: str = ""
    password_env: str = ""
    password_file: str = ""
    ca_file: str = ""
    client_certificate: str = ""
    client_key: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole of `[tool.toolkit]`.

    `catalogue` and `serve` are `module:NAME`; `alerts`, `dashboards` and `loadtests` are
    packages that are also folders below `root`; `lint` and `validators` are packages.
    `job` is the name under which Prometheus scrapes the service; `requests` is the
    `module:NAME` of the counter that counts every answered request once; `demo` is the load
    scenario of `toolkit demo`; `load` is the `module:NAME` of what the project says about
    its load tests (see `toolkit.load.definitions`); `runbook_url` holds `{alert}`.
    """

    root: Path
    catalogue: str
    alerts: str = "alerts"
    dashboards: str = "dashboards"
    loadtests: str = "loadtests"
    serve: str = ""
    job: str = "service"
    requests: str = ""
    demo: str = "normal"
    load: str = ""
    lint: tuple[str, ...] = ("toolkit.lint.rules", "toolkit.lint.dashboard_rules")
    validators: tuple[str, ...] = ("validators",)
    scrape_interval: str = "15s"
    runbook_url: str = "https://runbooks.example.com/{alert}"
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
        raise ConfigurationError(f"{path}: {error}", fix="mend the TOML syntax.") from None
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
            raise ConfigurationError(f"{where}: unknown key {key!r}{did_you_mean(key, known)}")
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
