"""Tables of pyproject.toml, checked against the fields of a dataclass: known keys, right types."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, fields
from typing import Any, TypeVar, get_origin, get_type_hints
from urllib.parse import urlsplit

from toolkit.config.services import SCRAPED, USER_IN_ADDRESS, ServiceRun, is_address
from toolkit.config.toml_place import TomlPlace
from toolkit.unknown_name_did_you_mean import unknown_name

T = TypeVar("T")

SHARED = ("prometheus", "alertmanager", "grafana")
"""The servers that a project may share with others."""

_COMMAND_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def setting(meaning: str, default: T) -> T:
    """A key of a table: what it means, for the reference, and what it is when left out."""
    made: T
    if isinstance(default, Mapping):
        made = field(default_factory=dict, metadata={"help": meaning})  # type: ignore[assignment]
    else:
        made = field(default=default, metadata={"help": meaning})
    return made


def table_in(table: dict[str, Any], key: str, where: TomlPlace) -> dict[str, object]:
    """The table `key` inside `table`, taken out of it; empty where there is none."""
    value = table.pop(key, {})
    if not isinstance(value, dict):
        raise where.key(key).error(f"must be a table, but is {value!r}.")
    return value


def checked(
    shape: type,
    table: Mapping[str, object],
    where: TomlPlace,
    skip: frozenset[str] = frozenset(),
    tables: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """The entries of `table` as keyword arguments of the dataclass `shape`.

    `skip` are fields that are no keys, `tables` the tables below, which were taken out before.
    """
    known = {f.name for f in fields(shape)} - skip
    hints = get_type_hints(shape)
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise where.error(unknown_name("key", key, known | tables), of_key=key)
        kind = get_origin(hints[key]) or hints[key]
        if not _FITS[kind](value):
            raise where.key(key).error(f"must be {_NAMES[kind]}, but is {value!r}.")
        if kind is ServiceRun:
            values[key] = ServiceRun(str(value))
        else:
            values[key] = tuple(value) if isinstance(value, list) else value
    return values


def refuse_servers(names: Iterable[str], where: TomlPlace) -> None:
    """Raise ConfigurationError for a server that cannot be shared."""
    for name in names:
        if name not in SHARED:
            raise where.key("shared").error(unknown_name("server", name, SHARED))


def refuse_addresses(values: Mapping[str, str], where: TomlPlace) -> None:
    """Raise ConfigurationError for what is not the address of an HTTP server."""
    for name, address in values.items():
        if not is_address(address, SCRAPED):
            raise where.key(name).error(
                f"{address!r} is not an address.",
                fix=f'write it like {name} = "http://127.0.0.1:9090".',
            )


def refuse_users(values: Mapping[str, str], where: TomlPlace) -> None:
    """Raise ConfigurationError for an address with a user, and most often a password, in it."""
    message, fix = USER_IN_ADDRESS
    for name, address in values.items():
        if urlsplit(address).username is not None:
            raise where.key(name).error(message, fix=fix)


def refuse_both(table: Mapping[str, object], pair: tuple[str, str], where: TomlPlace) -> None:
    """Raise ConfigurationError where two keys are given, of which one is meant."""
    if all(key in table for key in pair):
        both = where.key(pair[1], words=" and ".join(pair))
        raise both.error("links lead to one of them.", fix="leave one out.")


def refuse_commands(commands: Mapping[str, str], where: TomlPlace) -> None:
    """Raise ConfigurationError for a name or a function that a command cannot have."""
    for name, reference in commands.items():
        if not _COMMAND_NAME.fullmatch(name):
            raise where.key(name, words=repr(name)).error(
                "is not a name for a command.",
                fix="use small letters, digits, and hyphens between them.",
            )
        if not all(reference.partition(":")):
            raise where.key(name).error(
                f"{reference!r} names no function.",
                fix=f'write {name} = "package.module:main".',
            )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_list_of_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_table_of_text(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf


def _is_run(value: object) -> bool:
    return value in set(ServiceRun)


_FITS: dict[type, Callable[[object], bool]] = {
    str: _is_text,
    ServiceRun: _is_run,
    int: _is_count,
    float: _is_number,
    tuple: _is_list_of_text,
    Mapping: _is_table_of_text,
}
_NAMES: dict[type, str] = {
    str: "text",
    ServiceRun: "one of " + ", ".join(f"{run.value!r}" for run in ServiceRun),
    int: "a whole number over 0",
    float: "a number over 0",
    tuple: "a list of text",
    Mapping: "a table of text",
}
