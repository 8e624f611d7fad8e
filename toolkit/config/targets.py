"""`[tool.toolkit.targets.NAME]`: the environments that `--target` names, each checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from toolkit.config.services import ServiceConfig
from toolkit.config.toml_place import TomlPlace
from toolkit.config.toml_tables import checked, refuse_addresses, refuse_servers, setting
from toolkit.unknown_name_did_you_mean import unknown_name

_NONE: Mapping[str, str] = {}


def _required(meaning: str) -> Any:
    return field(metadata={"help": meaning})


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetConfig:
    """An environment, which `--target` names in every command: addresses, and how to get in.

    Secrets are never values here: they come from environment variables and files.
    """

    service: str = setting("address of the measured service, where the project has one", "")
    services: Mapping[str, str] = setting("address of each service, by its name", _NONE)
    prometheus: str = _required("address of Prometheus")
    alertmanager: str = _required("address of Alertmanager")
    grafana: str = setting("address of Grafana; left out, the environment has none", "")
    ruler: str = setting("address of the ruler of a Mimir or Cortex, where there is one", "")
    shared: tuple[str, ...] = setting(
        "servers that others use too; left out, those of `[tool.toolkit.stack]`",
        (),
    )
    grafana_token_env: str = setting("variable that holds Grafana's token", "GRAFANA_TOKEN")
    token_env: str = setting("variable that holds the bearer token of all servers", "")
    token_file: str = setting("file that holds the bearer token", "")
    user: str = setting("user of basic authentication", "")
    password_env: str = setting("variable that holds the user's password", "")
    password_file: str = setting("file that holds the user's password", "")
    ca_file: str = setting("file of the authorities that are trusted", "")
    client_certificate: str = setting("file of the client certificate", "")
    client_key: str = setting("file of the client certificate's key", "")
    headers: Mapping[str, str] = setting(
        "headers of every request, such as the tenant of a store", _NONE
    )


def read_targets(
    tables: Mapping[str, object],
    toolkit: TomlPlace,
    services: Sequence[ServiceConfig],
    shared: tuple[str, ...],
) -> dict[str, TargetConfig]:
    """Every environment by name; `shared` are the servers that others use in the stack.

    Raises ConfigurationError for a wrong key, type or address, and a service without one.
    """
    where = toolkit.below("targets")
    return {
        name: _target(entry, where.below(name), services, shared) for name, entry in tables.items()
    }


def _target(
    entry: object, where: TomlPlace, services: Sequence[ServiceConfig], shared: tuple[str, ...]
) -> TargetConfig:
    if not isinstance(entry, dict):
        raise where.error(f"must be a table, but is {entry!r}.")
    values = checked(TargetConfig, entry, where)
    refuse_servers(values.setdefault("shared", shared), where)
    wanted = [x for x in services if x.is_scraped and x.is_constant]
    known = {service.name for service in services}
    given = values.get("services", {})
    for each in given:
        if each not in known:
            raise where.key("services").error(unknown_name("service", each, known), of_key=each)
    single = len(services) == 1
    needed = ("prometheus", "alertmanager")
    for key in ("service", *needed) if single and not given else needed:
        if key not in values:
            raise where.error(f"has no {key}.", fix="say where it is.")
    for service in () if single and not given else wanted:
        if service.name not in given:
            raise where.key("services").error(
                f"has no {service.name}.",
                fix=f'say where it is: services = {{ {service.name} = "https://…" }}.',
            )
    named = ("service", "prometheus", "alertmanager", "grafana", "ruler")
    refuse_addresses({key: values[key] for key in named if values.get(key)}, where)
    refuse_addresses(given, where.key("services"))
    return TargetConfig(**values)
