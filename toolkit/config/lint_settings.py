"""`[tool.toolkit.lint]`, or `.toolkit-lint.toml` beside rule files: levels and a team's policies.

A policy says what the rules of a selection must have. The selection is by path, name, kind and
labels; an empty one is every rule.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path, PurePosixPath
from typing import Any

from toolkit.config.read_toml import read_toml
from toolkit.config.toml_place import TomlPlace
from toolkit.config.toml_tables import checked, setting, table_in
from toolkit.durations import seconds
from toolkit.errors import ConfigurationError
from toolkit.findings import Level
from toolkit.unknown_name_did_you_mean import unknown_name

FILE = ".toolkit-lint.toml"
"""Holds what `[tool.toolkit.lint]` does, where there is no pyproject.toml."""

OFF = "off"
KINDS = ("alert", "recording")
# Patterns of text, by the key that holds them; a table has one for each name.
_PATTERNS = ("names", "require_name")
_TABLES = ("labels", "require_labels", "require_annotations")
_DURATIONS = ("least_hold", "most_hold", "most_keep_firing_for", "least_interval", "most_interval")


_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the rules of a selection must have. Patterns match the whole text."""

    name: str = setting("what it asks for, in a few words; findings show it", "")
    because: str = setting("the reason, which findings show as well", "")
    level: str = setting("`info`, `warning` or `error`", Level.WARNING.value)
    kind: str = setting("`alert` or `recording`; left out, both", "")
    files: tuple[str, ...] = setting("patterns of paths, such as `shop/*.yml`", ())
    names: str = setting("pattern of the rules' names", "")
    labels: Mapping[str, str] = setting("patterns of labels that the rules set", _NONE)
    require_name: str = setting("pattern that the name must match", "")
    require_labels: Mapping[str, str] = setting("labels that must be there, with patterns", _NONE)
    require_annotations: Mapping[str, str] = setting("annotations, likewise", _NONE)
    forbid_labels: tuple[str, ...] = setting("labels that must not be there", ())
    forbid_annotations: tuple[str, ...] = setting("annotations, likewise", ())
    least_hold: str = setting("the shortest `for` of an alert", "")
    most_hold: str = setting("the longest `for`", "")
    most_keep_firing_for: str = setting("the longest `keep_firing_for`", "")
    least_interval: str = setting("the shortest interval of a group that has its own", "")
    most_interval: str = setting("the longest one", "")
    keep_labels: tuple[str, ...] = setting("labels that aggregations must keep", ())
    select_labels: tuple[str, ...] = setting("labels that each selector must ask for", ())

    def selects(self, path: str, name: str, kind: str, labels: Mapping[str, str]) -> bool:
        """Whether the policy is about a rule."""
        return (
            (not self.kind or self.kind == kind)
            and (not self.files or any(PurePosixPath(path).match(x) for x in self.files))
            and (not self.names or re.fullmatch(self.names, name) is not None)
            and all(re.fullmatch(p, labels.get(x, "")) for x, p in self.labels.items())
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LintSettings:
    """`levels` are other levels than a rule's own, by its id; `OFF` switches it off.

    `profile` names a ready set of levels, over which `levels` go; empty for none.
    """

    levels: Mapping[str, str] = field(default_factory=dict)
    policies: tuple[Policy, ...] = ()
    profile: str = ""


KEYS = frozenset({"packages", "levels", "policies", "profile"})
PROFILES = ("pint", "mixins", "strict")


def read_settings(
    given: Mapping[str, object], where: TomlPlace
) -> tuple[tuple[str, ...] | None, LintSettings]:
    """The packages of rules, None where none are named, and the settings of a table.

    Raises ConfigurationError for a key, a level or a pattern that is not one.
    """
    table = dict(given)
    for key in sorted(table.keys() - KEYS):
        raise where.error(unknown_name("key", key, KEYS), of_key=key)
    levels = _levels(table_in(table, "levels", where), where.key("levels"))
    listed = table.pop("policies", [])
    if not isinstance(listed, list):
        raise where.key("policies").error(
            "must be a list of tables.", fix="write [[…lint.policies]]."
        )
    policies = tuple(_policy(each, n, where) for n, each in enumerate(listed))
    rest = checked(_Rest, table, where)
    profile = str(rest.get("profile", ""))
    if profile and profile not in PROFILES:
        raise where.key("profile").error(unknown_name("profile", profile, PROFILES))
    return rest.get("packages"), LintSettings(levels=levels, policies=policies, profile=profile)


def find_file(start: Path) -> Path | None:
    """The nearest `.toolkit-lint.toml` at or above a file or folder; None where there is none."""
    folder = (start if start.is_dir() else start.parent).resolve()
    return next((x / FILE for x in (folder, *folder.parents) if (x / FILE).is_file()), None)


def settings_beside(path: Path) -> LintSettings | None:
    """What the nearest .toolkit-lint.toml says; None where there is none.

    Raises ConfigurationError where it is not TOML, and for whatever needs a project.
    """
    found = find_file(path)
    if found is None:
        return None
    table = read_toml(found)
    where = TomlPlace(found)
    packages, settings = read_settings(table, where)
    if packages is not None:
        raise where.key("packages").error(
            "rules of your own need a project.",
            fix="name them in pyproject.toml, [tool.toolkit.lint].",
        )
    return settings


@dataclass(frozen=True, slots=True)
class _Rest:
    packages: tuple[str, ...]
    profile: str


def _levels(table: Mapping[str, object], where: TomlPlace) -> dict[str, str]:
    known = (OFF, *(level.value for level in Level))
    for rule, level in table.items():
        if level not in known:
            raise where.key(rule).error(unknown_name("level", str(level), known))
    return {rule: str(level) for rule, level in table.items()}


def _policy(entry: object, number: int, where: TomlPlace) -> Policy:
    """One policy; `number` counts from 0."""
    place = where.key("policies", str(number), words=f"policies, the {number + 1}.")
    if not isinstance(entry, dict):
        raise place.error(f"must be a table, but is {entry!r}.")
    values: dict[str, Any] = checked(Policy, entry, place)
    if not values.get("name"):
        raise place.error("has no name.", fix='add name = "what-it-asks".')
    place = replace(place, words=f"policy {values['name']!r}")
    if not values.get("because"):
        raise place.error("says no reason.", fix='add because = "…".')
    asks = {f.name for f in fields(Policy)} - {"name", "because", "level", "kind", "files"}
    if not asks - {"names", "labels"} & values.keys():
        raise place.error("asks for nothing.", fix="add require_labels, say.")
    _levels({"level": values.get("level", Level.WARNING.value)}, place)
    if values.get("kind", "alert") not in KINDS:
        raise place.error(unknown_name("kind", values["kind"], KINDS), of_key="kind")
    patterns = [values[each] for each in _PATTERNS if each in values]
    patterns += [text for each in _TABLES for text in values.get(each, {}).values()]
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise place.error(f"{pattern!r} is not a pattern: {error}.") from None
    for each in _DURATIONS:
        try:
            seconds(values.get(each, "0s"))
        except ConfigurationError as error:
            raise place.error(f"{each}: {error.message}", fix=error.fix, of_key=each) from None
    return Policy(**values)
