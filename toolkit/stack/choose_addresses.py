"""The address of each instance and server of a stack that is about to start."""

from collections.abc import Callable

from toolkit.config.pyproject import Addresses, Config
from toolkit.config.services import ServiceConfig
from toolkit.errors import ConfigurationError
from toolkit.stack import free_ports
from toolkit.stack.choose_services import ChosenServices


def addresses_for(
    config: Config, services: ChosenServices, progress: Callable[[str], None]
) -> Addresses:
    """The addresses of a stack that is about to start `services`.

    A service that is not started keeps its configured address, for whoever starts it later;
    one that is left out has none. Raises ConfigurationError for an address that cannot be had.
    """
    wanted: dict[str, str] = {}
    keys: dict[str, str] = {}
    there: dict[str, tuple[str, ...]] = {}
    for service in config.all_services:
        if service.name in services.left_out:
            progress(f"{service.name}: {services.left_out[service.name]}, so it is left out")
            continue
        there[service.name] = service.urls
        if service.name not in services.started:
            why_not = services.not_started[service.name]
            progress(f"{service.name}: {why_not}, so {service.url} is not started")
            continue
        for name, url in zip(service.instance_names, service.urls, strict=True):
            wanted[name], keys[name] = url, _key(config, service)
    servers = {"prometheus": config.stack.prometheus, "alertmanager": config.stack.alertmanager}
    own = {name: url for name, url in servers.items() if name not in config.stack.shared}
    for name in servers.keys() - own.keys():
        progress(f"{name}: is shared, so {servers[name]} is not started")
    choices = free_ports.choose({**wanted, **own}, keys)
    for choice in choices.values():
        if choice.note:
            progress(choice.note)
    for service in (x for x in config.all_services if x.name in services.started):
        there[service.name] = tuple(choices[name].url for name in service.instance_names)
        _refuse_deaf(config, service, there[service.name])
    return Addresses(
        services=there,
        **{name: choices[name].url if name in choices else servers[name] for name in servers},
    )


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
