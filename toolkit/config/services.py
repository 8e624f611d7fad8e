"""`[tool.toolkit.services.NAME]`: the programs that a project measures, each as a value.

A service is one program in any language, in one or several instances. `read_services` reads the
tables; what can be wrong in one, and between several, is said here.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from toolkit.config.toml_place import TomlPlace
from toolkit.unknown_name_did_you_mean import did_you_mean

SERVERS = ("prometheus", "alertmanager", "grafana", "locust")
"""Names of the stack's other servers and of their scrape jobs; no service may have one."""

TABLES = TomlPlace(None, ("tool", "toolkit", "services"))
"""The table of all services, where nobody said in which file."""

MOST_INSTANCES = 100  # each is a process of this machine
SCRAPED = ("http", "https")
USER_IN_ADDRESS = (
    "has a user in it, which would stand in prometheus.yml.",
    "leave it out; a table of [tool.toolkit.targets] has user and password_file.",
)
"""What is wrong with such an address of what Prometheus asks, and the fix."""
_NAME = re.compile(r"[^\W_][\w.-]{0,62}")
_SHOWN = 40
_SCHEMES = (*SCRAPED, "tcp")  # tcp: a program that speaks something else, such as Redis


class ServiceRun(StrEnum):
    """When a service runs. Only the absence of one that always runs is a finding."""

    ALWAYS = "always"
    ON_DEMAND = "on demand"
    IF_INSTALLED = "if installed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultEndpoint:
    """Where a drill sets faults, and the variable that holds the endpoint's bearer token."""

    path: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceConfig:
    """One service: where it is, how it is started, what it measures."""

    name: str
    catalogue: str = field(
        default="",
        metadata={"help": "`module:NAME` of its `Catalogue`; left out, its metrics are not judged"},
    )
    url: str = field(
        default="http://127.0.0.1:8000",
        metadata={
            "help": "its address; a path is put before every other path. With `tcp://` it is "
            "ready when it listens, and not scraped"
        },
    )
    python: str = field(
        default="", metadata={"help": "`module:FUNCTION` that `toolkit serve` and `up` start"}
    )
    extra: str = field(
        default="",
        metadata={
            "help": "list of `[project.optional-dependencies]` that it needs; where something of "
            "it is not installed, `up`, `serve`, `demo` and `drill` say so"
        },
    )
    command: tuple[str, ...] = field(
        default=(),
        metadata={
            "help": "any program and its arguments; placeholders as in `environment`. With "
            "neither `python` nor `command` it runs already"
        },
    )
    ready: str = field(
        default="",
        metadata={
            "help": "path that answers 200 when it can work; left out, `/ready`, or `metrics` "
            "where that answers 404"
        },
    )
    metrics: str = field(
        default="/metrics", metadata={"help": "path of its metrics; empty, it exports none"}
    )
    instances: int = field(
        default=1,
        metadata={"help": "how many are started and scraped, each on a port of its own"},
    )
    needs: tuple[str, ...] = field(
        default=(), metadata={"help": "services that are ready before this one is started"}
    )
    environment: Mapping[str, str] = field(
        default_factory=dict,
        metadata={
            "help": "its environment variables, and those of scenarios that load it; values may "
            "hold `{port}`, `{host}`, `{instance}` (1, 2, …), `{secret}` (made once for each "
            "stack), `{state}` (the stack's folder), and of another service `{NAME.port}`, "
            "`{NAME.host}` and `{NAME.url}`"
        },
    )
    requests: str = field(
        default="",
        metadata={"help": "`module:NAME` of the counter that counts every answer once"},
    )
    faults: FaultEndpoint = field(
        default_factory=FaultEndpoint,
        metadata={
            "help": "`{ path, token }`: its fault endpoint for drills, and the variable that "
            "holds the endpoint's bearer token"
        },
    )
    job: str = field(default="", metadata={"help": "its scrape job; left out, the service's name"})
    run: ServiceRun = field(
        default=ServiceRun.ALWAYS,
        metadata={
            "help": "`always`; `on demand`: started where it is named only (`up --with NAME`); "
            "`if installed`: started where its program, and those of what it needs, are on PATH. "
            "The absence of the last two is not a finding"
        },
    )
    profile: str = field(
        default="",
        metadata={
            "help": "the name of services that are of use together: `up --service PROFILE` "
            "starts them all, and so does `--with` where they run on demand"
        },
    )
    restarted_by: str = field(
        default="",
        metadata={
            "help": "the service that starts it again when it ends; the end of any other ends "
            "the stack of a foreground `toolkit up`"
        },
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "job", self.job or self.name)

    @property
    def is_started(self) -> bool:
        """Whether the stack starts it; otherwise it runs already."""
        return bool(self.python or self.command)

    @property
    def is_scraped(self) -> bool:
        """Whether it exports metrics."""
        return bool(self.metrics) and urlsplit(self.url).scheme in SCRAPED

    @property
    def is_constant(self) -> bool:
        """Whether its absence is a finding."""
        return self.run is ServiceRun.ALWAYS

    @property
    def instance_names(self) -> tuple[str, ...]:
        """The names of its processes: its own name; of several, with -1, -2 and so on."""
        if self.instances == 1:
            return (self.name,)
        return tuple(f"{self.name}-{number}" for number in range(1, self.instances + 1))

    @property
    def urls(self) -> tuple[str, ...]:
        """The configured address of each instance; the ports count up from the first one's."""
        parts = urlsplit(self.url)
        if self.instances == 1 or parts.port is None:
            return (self.url.rstrip("/"),) * self.instances
        ports = (parts.port + n if parts.port else 0 for n in range(self.instances))
        return tuple(with_port(parts, port) for port in ports)

    @property
    def takes_port(self) -> bool:
        """Whether it is told on which port to listen."""
        return any("{port}" in text for text in (*self.command, *self.environment.values()))


def with_port(parts: SplitResult, port: int) -> str:
    """The address with another port; scheme, host and path stay."""
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return parts._replace(netloc=f"{host}:{port}", path=parts.path.rstrip("/")).geturl()


def check(services: Mapping[str, ServiceConfig], where: TomlPlace) -> None:
    """Raise ConfigurationError, naming service and key, for what cannot be meant.

    `where` is the table in which each service has one.
    """
    jobs: dict[str, str] = {}
    for name, service in services.items():
        place = where.below(name)
        for keys, message, fix in _problems(service, services):
            raise place.key(*keys.split()).error(message, fix=fix)
        if service.is_scraped and service.job in jobs:
            raise place.key("job").error(
                f"{service.job!r} is the job of {jobs[service.job]!r} already.",
                fix="give each service a job of its own, or make one of them `instances`.",
            )
        jobs[service.job] = name
    in_order(services.values(), where)


def _problems(
    service: ServiceConfig, services: Mapping[str, ServiceConfig]
) -> Iterator[tuple[str, str, str]]:
    """The keys where one table is wrong, what is wrong, and how to fix it."""
    for key, name in (("", service.name), ("job", service.job)):
        if name in SERVERS:
            yield key, f"{name!r} is a server of the stack.", "choose another name."
    if not _NAME.fullmatch(service.name):
        yield (
            "",
            f"{service.name[:_SHOWN]!r} cannot be the name of a service, nor of its log.",
            "write at most 63 letters, digits, -, _ and dots, with a letter or a digit first.",
        )
    for name in service.needs:
        if name not in services:
            others = services.keys() - {service.name}
            yield "needs", f"there is no service {name!r}{did_you_mean(name, others)}", ""
    name = service.restarted_by
    if name and name not in services:
        others = services.keys() - {service.name}
        yield "restarted_by", f"there is no service {name!r}{did_you_mean(name, others)}", ""
    if service.profile in services:
        yield "profile", f"{service.profile!r} is a service.", "name the profile otherwise."
    if service.run is ServiceRun.IF_INSTALLED and not _programs(service, services):
        yield (
            "run",
            "'if installed' needs a command, its own or of what it needs.",
            "say which program it is, or name in needs what has one.",
        )
    yield from _start_problems(service)
    yield from _address_problems(service)


def _programs(service: ServiceConfig, services: Mapping[str, ServiceConfig]) -> list[str]:
    """The programs that must be installed for it to run."""
    needed = (services[name] for name in with_needs(services.values(), service.name))
    return [each.command[0] for each in needed if each.command]


def _start_problems(service: ServiceConfig) -> Iterator[tuple[str, str, str]]:
    if service.python and service.command:
        yield "", "has python and command.", "keep the one that starts the service."
    if service.python and not all(service.python.partition(":")):
        yield (
            "python",
            f"{service.python!r} names no function.",
            'write python = "package.module:main".',
        )
    if service.instances > MOST_INSTANCES:
        yield (
            "instances",
            f"{service.instances} are more than one machine runs.",
            f"write at most {MOST_INSTANCES}.",
        )
    if service.is_started and service.instances > 1 and not service.takes_port:
        yield (
            "instances",
            f"{service.instances} of them need a port each, and nothing tells them.",
            "put {port} into the command or the environment.",
        )


def _address_problems(service: ServiceConfig) -> Iterator[tuple[str, str, str]]:
    if not is_address(service.url):
        yield (
            "url",
            f"{service.url!r} is not an address.",
            'write it like url = "http://127.0.0.1:8080", with https:// or tcp:// where it is so.',
        )
    elif urlsplit(service.url).username is not None:
        yield "url", *USER_IN_ADDRESS
        return
    path = urlsplit(service.url).path.rstrip("/")
    if path and path == service.metrics:
        yield (
            "url",
            f"{path} is added to it again, as the path of its metrics.",
            "leave the path out of the url: metrics says it.",
        )
    paths = {
        "ready": service.ready,
        "metrics": service.metrics,
        "faults path": service.faults.path,
    }
    for key, path in paths.items():
        if path and not path.startswith("/"):
            yield key, f"{path!r} is not a path.", f"begin it with a slash: /{path}."
    if service.catalogue and not service.is_scraped:
        yield "", "has a catalogue, and exports no metrics.", "set metrics, or drop the catalogue."


def is_address(url: str, schemes: Collection[str] = _SCHEMES) -> bool:
    """Whether it is the address of a server: one of the schemes, a host, and a port that can be."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname)


def with_needs(services: Iterable[ServiceConfig], name: str) -> tuple[str, ...]:
    """The service of this name, and all that it needs, and those need; each once."""
    known = {service.name: service for service in services}
    found: dict[str, None] = {}

    def add(wanted: str) -> None:
        if wanted in known and wanted not in found:
            found[wanted] = None
            for other in known[wanted].needs:
                add(other)

    add(name)
    return tuple(found)


def in_order(
    services: Iterable[ServiceConfig], where: TomlPlace = TABLES
) -> tuple[ServiceConfig, ...]:
    """The services, each after those that it needs. Raises ConfigurationError for a circle."""
    known = {service.name: service for service in services}
    done: dict[str, ServiceConfig] = {}

    def add(name: str, way: tuple[str, ...]) -> None:
        if name in way:
            circle = " → ".join((*way[way.index(name) :], name))
            raise (
                where.below(name)
                .key("needs")
                .error(
                    f"{circle} is a circle, so none of them can be first.",
                    fix="take one of these needs away.",
                )
            )
        if name in known and name not in done:
            for needed in known[name].needs:
                add(needed, (*way, name))
            done[name] = known[name]

    for name in known:
        add(name, ())
    return tuple(done.values())
