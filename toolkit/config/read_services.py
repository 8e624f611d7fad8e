"""`[tool.toolkit.services.NAME]` → services, each checked; or the keys of a single service."""

from collections.abc import Mapping

from toolkit.config.services import FaultEndpoint, ServiceConfig, check
from toolkit.config.toml_place import TomlPlace
from toolkit.config.toml_tables import checked, table_in

# The keys that describe a single service, by the table that holds them.
_SINGLE = {
    "": ("catalogue", "serve", "job", "requests"),
    "stack": ("service", "environment"),
    "drill": ("faults", "token"),
}
_APART = frozenset({"name", "faults"})  # not among a table's plain keys
_NOW = {"serve": "python", "service": "url", "faults": "faults = { path = …, token = … }"}


def refuse_single(
    services: Mapping[str, object], tables: Mapping[str, Mapping[str, object]], where: TomlPlace
) -> None:
    """Raise ConfigurationError where a project says what it measures twice, or not at all.

    `where` is the table of the whole toolkit.
    """
    if not services:
        if "catalogue" not in tables[""]:
            raise where.error(
                "has no catalogue.",
                fix='add catalogue = "your_package.catalogue:CATALOGUE", '
                "or a table [tool.toolkit.services.NAME].",
            )
        return
    for table, keys in _SINGLE.items():
        for key in keys:
            if key in tables[table]:
                name = next(iter(services))
                place = where.below(table) if table else where
                raise place.key(key).error(
                    "the services have tables, so this stands in theirs.",
                    fix=f"write it in [tool.toolkit.services.{name}], as {_NOW.get(key, key)}.",
                )


def read_services(tables: Mapping[str, object], where: TomlPlace) -> dict[str, ServiceConfig]:
    """Every service by name. Raises ConfigurationError for a wrong key, type or value."""
    found = {}
    for name, entry in tables.items():
        place = where.below(name)
        if not isinstance(entry, dict):
            raise place.error(f"must be a table, but is {entry!r}.")
        table = dict(entry)
        faults = checked(FaultEndpoint, table_in(table, "faults", place), place.key("faults"))
        values = checked(ServiceConfig, table, place, skip=_APART, tables=_APART - {"name"})
        if "command" in values and not values["command"]:
            raise place.key("command").error("is empty.", fix="name a program, or drop the key.")
        found[name] = ServiceConfig(name=name, faults=FaultEndpoint(**faults), **values)
    check(found, where)
    return found
