"""Which services a stack starts, and the address of each instance and server of it."""

import shutil
from collections.abc import Callable, Collection
from pathlib import Path

from toolkit.config import Addresses, Config
from toolkit.errors import ConfigurationError, StackError, UsageError
from toolkit.services import ServiceConfig, ServiceRun, started_with
from toolkit.stack import ports


def addresses_for(
    config: Config, on_demand: Collection[str], progress: Callable[[str], None]
) -> tuple[Addresses, frozenset[str]]:
    """The addresses of a stack that is about to start, and the services that it starts.

    A service that is not started keeps its configured address, for whoever starts it later;
    one that is not installed has none. Raises StackError for a program that is missing,
    UsageError for an unknown name in `on_demand`, ConfigurationError for an address that
    cannot be had.
    """
    on_demand = _asked_for(config, on_demand)
    needed = {name: x.name for x in config.all_services if x.name in on_demand for name in x.needs}
    wanted: dict[str, str] = {}
    keys: dict[str, str] = {}
    there: dict[str, tuple[str, ...]] = {}
    for service in config.all_services:
        if not _is_installed(config, service):
            if service.name in needed:
                raise StackError(
                    f"{service.name}: {service.command[0]} is not installed, and "
                    f"{needed[service.name]} needs it.",
                    fix="install it, or start the stack without it.",
                )
            progress(f"{service.name}: {service.command[0]} is not installed, so it is left out")
            continue
        there[service.name] = service.urls
        why_not = _why_not(config, service, on_demand)
        if why_not:
            progress(f"{service.name}: {why_not}, so {service.url} is not started")
            continue
        for name, url in zip(service.instance_names, service.urls, strict=True):
            wanted[name], keys[name] = url, _key(config, service)
    servers = {"prometheus": config.stack.prometheus, "alertmanager": config.stack.alertmanager}
    own = {name: url for name, url in servers.items() if name not in config.stack.shared}
    for name in servers.keys() - own.keys():
        progress(f"{name}: is shared, so {servers[name]} is not started")
    choices = ports.choose({**wanted, **own}, keys)
    for choice in choices.values():
        if choice.note:
            progress(choice.note)
    started = [x for x in config.all_services if x.instance_names[0] in wanted]
    for service in started:
        there[service.name] = tuple(choices[name].url for name in service.instance_names)
        _refuse_deaf(config, service, there[service.name])
    addresses = Addresses(
        services=there,
        **{name: choices[name].url if name in choices else servers[name] for name in servers},
    )
    return addresses, frozenset(service.name for service in started)


def _asked_for(config: Config, names: Collection[str]) -> frozenset[str]:
    """The services on demand that are started for `names`, of services and profiles.

    Raises UsageError for a name that is neither, and for a service that does not run on demand.
    """
    profiles = {x.profile for x in config.all_services if x.profile}
    for name in names:
        if name not in profiles:
            service = config.service(name)
            if service.run is not ServiceRun.ON_DEMAND:
                raise UsageError(f"{name}: does not run on demand, but {service.run.value}.")
    return started_with(config.all_services, names)


def _is_installed(config: Config, service: ServiceConfig) -> bool:
    """Whether its program is there, or need not be. Raises StackError where it must be."""
    if not service.command:
        return True
    program = service.command[0]
    # A path counts from the project's folder, where the program is started.
    found = (
        (config.root / program).is_file() if "/" in program else shutil.which(program) is not None
    )
    if not found and service.run is ServiceRun.ALWAYS:
        where = Path(config.root, program) if "/" in program else f"{program} on PATH"
        raise StackError(
            f"{service.name}: there is no {where}.",
            fix=f"install it, or correct [tool.toolkit.services.{service.name}] command.",
        )
    return found


def _why_not(config: Config, service: ServiceConfig, on_demand: Collection[str]) -> str:
    """Why the stack does not start the service; empty where it does."""
    if not service.is_started:
        if not config.services:
            return "[tool.toolkit] serve is empty"
        return "it has no python and no command"
    if service.run is ServiceRun.ON_DEMAND and service.name not in on_demand:
        return "it runs on demand (`toolkit up --with NAME`)"
    return ""


def _key(config: Config, service: ServiceConfig) -> str:
    if not config.services:
        return "[tool.toolkit.stack] service"
    return f"[tool.toolkit.services.{service.name}] url"


def _refuse_deaf(config: Config, service: ServiceConfig, urls: tuple[str, ...]) -> None:
    """Raise ConfigurationError where a service must move to another port, and cannot know it."""
    if urls != service.urls and not service.takes_port:
        raise ConfigurationError(
            f"{_key(config, service)}: {service.name} would have to listen on {', '.join(urls)}, "
            "and nothing tells it so.",
            fix="put {port} into its environment"
            + (", or its command." if config.services else ": [tool.toolkit.stack.environment]."),
        )
