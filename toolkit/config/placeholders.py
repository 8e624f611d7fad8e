"""What `{…}` stands for in the commands and the environment of a stack's services."""

import re
from collections.abc import Collection, Mapping, Sequence

from toolkit.config.services import ServiceConfig
from toolkit.config.toml_place import TomlPlace
from toolkit.unknown_name_did_you_mean import did_you_mean

OF_STACK = ("secret", "state", "instance")
"""Those whose values the stack makes."""

OF_ADDRESS = ("host", "port", "url")
"""Those of an address, behind the name of a service; without a name its own, but for `url`."""

_PLACEHOLDER = re.compile(r"\{(\w[\w-]*(?:\.\w+)?)\}")


def fill(text: str, values: Mapping[str, str], where: TomlPlace) -> str:
    """The text with its placeholders filled.

    Raises ConfigurationError, naming the key, for a placeholder that nothing fills.
    """
    _refuse(text, values.keys(), where)
    return _PLACEHOLDER.sub(lambda match: values[match[1]], text)


def command_of(service: ServiceConfig, toolkit: TomlPlace) -> TomlPlace:
    """The key that has a service's command; `toolkit` is the table of it all."""
    return toolkit.below("services").below(service.name).key("command")


def environment_of(service: ServiceConfig, toolkit: TomlPlace, *, is_single: bool) -> TomlPlace:
    """The table that has a service's environment; a single service has no table of its own."""
    if is_single:
        return toolkit.below("stack").below("environment")
    return toolkit.below("services").below(service.name).key("environment")


def refuse_placeholders(
    services: Sequence[ServiceConfig],
    added: Mapping[str, str],
    toolkit: TomlPlace,
    *,
    is_single: bool,
) -> None:
    """Raise ConfigurationError for a placeholder that no stack fills.

    `added` is the environment that a drill adds to each service, `toolkit` the table of it all.
    """
    known = {f"{service.name}.{key}" for service in services for key in OF_ADDRESS}
    known |= {*OF_STACK, "host", "port"}
    texts = [(command_of(x, toolkit), text) for x in services for text in x.command]
    for service in services:
        where = environment_of(service, toolkit, is_single=is_single)
        texts += [(where.key(key), text) for key, text in service.environment.items()]
    drill = toolkit.below("drill").below("environment")
    texts += [(drill.key(key), text) for key, text in added.items()]
    for where, text in texts:
        _refuse(text, known, where)


def _refuse(text: str, known: Collection[str], where: TomlPlace) -> None:
    for name in _PLACEHOLDER.findall(text):
        if name not in known:
            message = f"{text!r} has the unknown placeholder {{{name}}}"
            raise where.error(f"{message}{did_you_mean(name, known)}")
