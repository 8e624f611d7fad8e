"""`[tool.toolkit.mixes.NAME]`: several load scenarios at once, each with a load of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.config.toml_place import TomlPlace
from toolkit.config.toml_tables import checked, setting
from toolkit.durations import seconds
from toolkit.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedScenario:
    """What one scenario of a mix sends; what is left out is as the scenario says."""

    rate: float = setting("requests a second, sent by the clock", 0.0)
    shape: str = setting("how the rate changes: constant, ramp or spike", "")
    concurrent: int = setting("users of a closed loop, in place of a rate", 0)
    users: int = setting("requests under way at once in an open loop, at the most", 0)
    requests: int = setting("end after so many", 0)
    duration: str = setting("how long it sends, like 1m30s", "")
    start: str = setting("how long after the others it begins, like 30s", "")
    thresholds: tuple[str, ...] = setting("thresholds of this scenario in this mix", ())
    tags: tuple[str, ...] = setting("send only the tasks that have one of these tags", ())
    exclude_tags: tuple[str, ...] = setting("send no task that has one of these tags", ())


Mixes = Mapping[str, Mapping[str, MixedScenario]]
"""By name of the mix, its scenarios by theirs."""


def read_mixes(tables: Mapping[str, Any], where: TomlPlace) -> Mixes:
    """The mixes of a project. Raises ConfigurationError, naming table and key."""
    found = {}
    for name, table in tables.items():
        place = where.below(name)
        if not isinstance(table, dict) or not table:
            raise place.error("names no scenario.", fix="write SCENARIO = { rate = 20 } in it.")
        found[name] = {
            scenario: _scenario(entry, place.key(scenario)) for scenario, entry in table.items()
        }
    return found


def _scenario(entry: object, place: TomlPlace) -> MixedScenario:
    if not isinstance(entry, dict):
        raise place.error(f"must be a table, but is {entry!r}.", fix="write { rate = 20 }.")
    made = MixedScenario(**checked(MixedScenario, entry, place))
    for key in ("duration", "start"):
        try:
            length = seconds(text) if (text := getattr(made, key)) else 0.0
        except ConfigurationError as error:
            raise place.key(key).error(error.message, fix=error.fix) from None
        if key == "duration" and length != int(length):
            raise place.key(key).error(
                f"{text} is not a whole number of seconds.",
                fix=f'write it like "{max(1, round(length))}s".',
            )
    if made.concurrent and (made.rate or made.shape):
        raise place.error(
            "concurrent is a closed loop, where answers set the pace; rate and shape are for an "
            "open one.",
            fix="give one or the other.",
        )
    return made
