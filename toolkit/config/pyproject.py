"""`[tool.toolkit]` in pyproject.toml as one typed value; every key is known and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from toolkit.config.lint_settings import LintSettings, read_settings
from toolkit.config.load_mixes import Mixes, read_mixes
from toolkit.config.placeholders import refuse_placeholders
from toolkit.config.read_services import read_services, refuse_single
from toolkit.config.read_toml import read_tool
from toolkit.config.services import FaultEndpoint, ServiceConfig
from toolkit.config.targets import TargetConfig, read_targets
from toolkit.config.toml_place import TomlPlace
from toolkit.config.toml_tables import (
    checked,
    refuse_addresses,
    refuse_both,
    refuse_commands,
    refuse_servers,
    refuse_users,
    setting,
    table_in,
)
from toolkit.durations import seconds
from toolkit.errors import ConfigurationError, UsageError
from toolkit.unknown_name_did_you_mean import unknown_name

_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class StackConfig:
    """Where the stack's servers are, and the environment that the service is given."""

    service: str = setting("address of the measured service", "http://127.0.0.1:8000")
    prometheus: str = setting("address of Prometheus", "http://127.0.0.1:9090")
    alertmanager: str = setting("address of Alertmanager", "http://127.0.0.1:9093")
    grafana: str = setting("address of Grafana", "http://127.0.0.1:3000")
    ruler: str = setting(
        "address of the ruler of a Mimir or Cortex, for `toolkit deploy --rules`", ""
    )
    tempo: str = setting(
        "address of Tempo, as Grafana reaches it: exemplars and log lines lead to its traces; "
        "left out, there is none",
        "",
    )
    jaeger: str = setting("the same of Jaeger; one of the two, not both", "")
    loki: str = setting(
        "address of Loki, as Grafana reaches it, whose log lines lead to their traces; left out, "
        "there is none",
        "",
    )
    shared: tuple[str, ...] = setting(
        "servers that others run and use too (`prometheus`, `alertmanager`, `grafana`): none of "
        "them is started, and checks look there at what is this project's alone",
        (),
    )
    environment: Mapping[str, str] = setting(
        "environment variables of the service and of load scenarios; values may hold `{secret}` "
        "(made once for each stack), `{host}`, `{port}` and `{state}` (the stack's folder)",
        _NONE,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillConfig:
    """How `toolkit drill` drives the service."""

    background: str = setting("load scenario that runs throughout", "")
    users: int = setting("users of the background scenario", 10)
    faults: str = setting("path of the service's fault endpoint", "")
    token: str = setting(
        "name of the service's variable that holds the endpoint's bearer token", ""
    )
    environment: Mapping[str, str] = setting(
        "environment variables of the service in a drill, in addition to the stack's", _NONE
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole of `[tool.toolkit]`; `root` is the folder of pyproject.toml."""

    root: Path
    catalogue: str = setting(
        "`module:NAME` of the `Catalogue`. This and `serve`, `job` and `requests`, with "
        "`[tool.toolkit.stack]` service and environment and `[tool.toolkit.drill]` faults and "
        "token, describe a single service; several have tables, `[tool.toolkit.services.NAME]`",
        "",
    )
    alerts: str = setting("package of the alerts: a folder below `root` too", "alerts")
    dashboards: str = setting("package of the dashboards: a folder below `root` too", "dashboards")
    loadtests: str = setting("folder of the load scenarios", "loadtests")
    serve: str = setting("`module:FUNCTION` that `toolkit serve` and `toolkit up` start", "")
    job: str = setting("name under which Prometheus scrapes the service", "service")
    requests: str = setting("`module:NAME` of the counter that counts every answer once", "")
    demo: str = setting("load scenario of `toolkit demo`", "normal")
    load: str = setting("`module:NAME` of the project's `toolkit.load.definitions`", "")
    lint: tuple[str, ...] = setting(
        "packages of lint rules; or a table, `[tool.toolkit.lint]`, with `packages`, `levels` (by "
        "rule: `off`, `info`, `warning`, `error`) and `policies`",
        tuple(
            f"toolkit.lint.{x}rules" for x in ("", "dashboard_", "alertmanager_", "dashboard_file_")
        ),
    )
    validators: tuple[str, ...] = setting("packages of checks", ("toolkit.checks",))
    scrape_interval: str = setting("how often Prometheus scrapes; ranges are judged by it", "15s")
    runbook_url: str = setting(
        "address of an alert's runbook; holds `{alert}`", "https://runbooks.example.com/{alert}"
    )
    reference: str = setting(
        "folder into which `toolkit build` writes a page for each command, lint rule and check", ""
    )
    commands: Mapping[str, str] = setting(
        '`[tool.toolkit.commands]`: commands of the project\'s own: `NAME = "module:FUNCTION"`. '
        "`toolkit NAME …` calls the function with the list of words after NAME; what it returns "
        "is the exit status",
        _NONE,
    )
    stack: StackConfig = field(default_factory=StackConfig)
    drill: DrillConfig = field(default_factory=DrillConfig)
    targets: Mapping[str, TargetConfig] = field(default_factory=dict)
    services: Mapping[str, ServiceConfig] = field(default_factory=dict)
    lint_settings: LintSettings = field(default_factory=LintSettings)
    mixes: Mixes = field(default_factory=dict)

    @property
    def all_services(self) -> tuple[ServiceConfig, ...]:
        """The services. The keys that describe a single one are read as one of its job's name."""
        return tuple(self.services.values()) or (self._single,)

    @property
    def _single(self) -> ServiceConfig:
        return ServiceConfig(
            name=self.job,
            catalogue=self.catalogue,
            url=self.stack.service,
            python=self.serve,
            environment=self.stack.environment,
            requests=self.requests,
            faults=FaultEndpoint(path=self.drill.faults, token=self.drill.token),
        )

    @property
    def primary(self) -> ServiceConfig:
        """What is loaded and drilled unless another is named: whose requests are counted.

        Where none are, the first service.
        """
        services = self.all_services
        return next((service for service in services if service.requests), services[0])

    def service(self, name: str) -> ServiceConfig:
        """The service called `name`. Raises UsageError with a guess when there is none."""
        for service in self.all_services:
            if service.name == name:
                return service
        known = {service.name for service in self.all_services}
        raise UsageError(unknown_name("service", name, known))

    @property
    def restarted(self) -> frozenset[str]:
        """The processes that a service of the stack starts again when they end."""
        services = (x for x in self.all_services if x.restarted_by)
        return frozenset(name for service in services for name in service.instance_names)

    @property
    def jobs(self) -> tuple[str, ...]:
        """The scrape jobs of the services; and of the servers, where prometheus.yml is ours."""
        scraped = (service.job for service in self.all_services if service.is_scraped)
        servers = () if "prometheus" in self.stack.shared else ("prometheus", "alertmanager")
        return (*scraped, *servers)

    @property
    def constant_jobs(self) -> tuple[str, ...]:
        """The scrape jobs whose absence is a finding."""
        away = {service.job for service in self.all_services if not service.is_constant}
        return tuple(job for job in self.jobs if job not in away)

    def with_environment(self, added: Mapping[str, str]) -> "Config":
        """The same configuration, with further variables for every service."""
        services = {
            name: replace(service, environment={**service.environment, **added})
            for name, service in self.services.items()
        }
        stack = replace(self.stack, environment={**self.stack.environment, **added})
        return replace(self, services=services, stack=stack)

    @property
    def place(self) -> TomlPlace:
        """The table of it all, for an error about what stands in it."""
        return place_in(self.root)

    @property
    def state(self) -> Path:
        """The folder of the running stack: process ids, logs, databases."""
        return self.root / ".toolkit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the servers of one stack are; of each service, by name, one for each instance.

    A service that is not there on purpose is not in it.
    """

    services: Mapping[str, tuple[str, ...]]
    prometheus: str
    alertmanager: str

    @classmethod
    def of(cls, config: Config) -> "Addresses":
        """The configured addresses."""
        stack = config.stack
        return cls(
            services={service.name: service.urls for service in config.all_services},
            prometheus=stack.prometheus,
            alertmanager=stack.alertmanager,
        )

    def of_service(self, service: ServiceConfig) -> str:
        """The address of its first instance; the configured one where none is in the stack."""
        return self.services.get(service.name, service.urls)[0]


def place_in(root: Path) -> TomlPlace:
    """The table `[tool.toolkit]` of `root`/pyproject.toml."""
    return TomlPlace(root / "pyproject.toml", ("tool", "toolkit"))


def find_root(start: Path) -> Path:
    """The nearest folder at or above `start` whose pyproject.toml has `[tool.toolkit]`."""
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        if path.is_file() and "toolkit" in read_tool(path):
            return folder
    raise ConfigurationError(
        f"{start}: no pyproject.toml with a [tool.toolkit] table here or above.",
        fix="run the command inside your project, or begin one with 'toolkit init --from METRICS'.",
    )


def load(root: Path) -> Config:
    """The configuration in `root`/pyproject.toml.

    Raises ConfigurationError, naming file, line and key, for an unknown key, a wrong type, a
    missing catalogue, a duration or address that is none, or a placeholder that nothing fills.
    """
    where = place_in(root)
    given = read_tool(root / "pyproject.toml").get("toolkit", {})
    if not isinstance(given, dict):
        fix = "write [tool.toolkit], in single brackets." if isinstance(given, list) else ""
        raise where.error(f"must be a table, but is {given!r}.", fix=fix)
    table = dict(given)
    stack, drill = table_in(table, "stack", where), table_in(table, "drill", where)
    services, targets = table_in(table, "services", where), table_in(table, "targets", where)
    mixes = table_in(table, "mixes", where)
    lint_settings = _lint_settings(table, where)
    # A mistyped key first: without it, what it says is missing.
    values = checked(Config, table, where, skip=_NOT_KEYS, tables=_TABLES)
    refuse_single(services, {"": table, "stack": stack, "drill": drill}, where)
    config = Config(
        root=root,
        stack=_stack(stack, where.below("stack")),
        drill=DrillConfig(**checked(DrillConfig, drill, where.below("drill"))),
        services=read_services(services, where.below("services")),
        lint_settings=lint_settings,
        mixes=read_mixes(mixes, where.below("mixes")),
        **values,
    )
    _refuse_values(config, where)
    refuse_placeholders(
        config.all_services, config.drill.environment, where, is_single=not services
    )
    config = replace(
        config,
        job=config.primary.job,
        targets=read_targets(targets, where, config.all_services, config.stack.shared),
    )
    refuse_commands(config.commands, where.below("commands"))
    return config


def _lint_settings(table: dict[str, object], where: TomlPlace) -> LintSettings:
    """The table `lint`; the packages that it names take its place in `table`."""
    if not isinstance(table.get("lint"), dict):
        return LintSettings()
    packages, settings = read_settings(table_in(table, "lint", where), where.below("lint"))
    table |= {"lint": list(packages)} if packages is not None else {}
    return settings


def _stack(table: dict[str, object], where: TomlPlace) -> StackConfig:
    values = checked(StackConfig, table, where)
    refuse_servers(values.get("shared", ()), where)
    others = {"environment", "shared"}
    refuse_addresses({key: text for key, text in values.items() if key not in others}, where)
    if "prometheus" not in values.get("shared", ()):  # else no prometheus.yml is generated
        asked = ("service", "prometheus", "alertmanager")
        refuse_users({key: values[key] for key in asked if key in values}, where)
    refuse_both(values, ("tempo", "jaeger"), where)
    return StackConfig(**values)


def _refuse_values(config: Config, where: TomlPlace) -> None:
    try:
        interval = seconds(config.scrape_interval)
    except ConfigurationError as error:
        raise where.key("scrape_interval").error(error.message, fix=error.fix) from None
    if not interval:
        raise where.key("scrape_interval").error(
            f"{config.scrape_interval!r} is no time at all.",
            fix="write it like 15s.",
        )
    if not config.job.strip():
        raise where.key("job").error("is empty.", fix='write it like job = "checkout".')
    if "{alert}" not in config.runbook_url:
        raise where.key("runbook_url").error(f"{config.runbook_url!r} has no {{alert}}.")
    try:
        urlsplit(config.runbook_url.format(alert="Alert"))
    except (LookupError, ValueError):
        raise where.key("runbook_url").error(
            f"{config.runbook_url!r} is not an address.",
            fix="write it like https://runbooks.example.com/{alert}, with no other braces.",
        ) from None


_TABLES = frozenset({"stack", "drill", "targets", "services", "mixes"})
_NOT_KEYS = _TABLES | {"root", "lint_settings"}
