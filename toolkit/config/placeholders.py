"""What `{…}` stands for in the commands and the environment of a stack's services."""

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from toolkit.config.services import ServiceConfig
from toolkit.errors import ConfigurationError
from toolkit.unknown_name_did_you_mean import did_you_mean

OF_STACK = ("secret", "state", "instance")
"""Those whose values the stack makes."""

OF_ADDRESS = ("host", "port", "url")
"""Those of an address, behind the name of a service; without a name its own, but for `url`."""

_PLACEHOLDER = re.compile(r"\{(\w[\w-]*(?:\.\w+)?)\}")


def fill(text: str, values: Mapping[str, str], where: str) -> str:
    """The text with its placeholders filled.

    Raises ConfigurationError, naming the key, for a placeholder that nothing fills.
    """
    _refuse(text, values.keys(), where)
    return _PLACEHOLDER.sub(lambda match: values[match[1]], text)


def command_key(service: ServiceConfig) -> str:
    """The key of pyproject.toml that has a service's command."""
    return f"[tool.toolkit.services.{service.name}] command"


def environment_key(service: ServiceConfig, *, is_single: bool) -> str:
    """The key that has a service's environment; a single service has no table of its own."""
    if is_single:
        return "[tool.toolkit.stack.environment]"
    return f"[tool.toolkit.services.{service.name}] environment"


def refuse_placeholders(
    services: Sequence[ServiceConfig], added: Mapping[str, str], path: Path, *, is_single: bool
) -> None:
    """Raise ConfigurationError for a placeholder that no stack fills.

    `added` is the environment that a drill adds to each service, `path` the file of it all.
    """
    known = {f"{service.name}.{key}" for service in services for key in OF_ADDRESS}
    known |= {*OF_STACK, "host", "port"}
    texts = [(command_key(x), text) for x in services for text in x.command]
    for service in services:
        where = environment_key(service, is_single=is_single)
        texts += [(f"{where} {key}", text) for key, text in service.environment.items()]
    texts += [(f"[tool.toolkit.drill.environment] {key}", text) for key, text in added.items()]
    for where, text in texts:
        _refuse(text, known, f"{path}: {where}")


def _refuse(text: str, known: Collection[str], where: str) -> None:
    for name in _PLACEHOLDER.findall(text):
        if name not in known:
            raise ConfigurationError(
                f"{where}: {text!r} has the unknown placeholder {{{name}}}"
                f"{did_you_mean(name, known)}"
            )
