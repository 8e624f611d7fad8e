"""A project's rule groups → the ruler of a Mimir or Cortex, into a namespace of the project's own.

Only what differs is sent, so a second run changes nothing. A namespace belongs to one project:
groups in it that no definition makes are deleted; other namespaces are never touched.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from toolkit.errors import ConfigurationError
from toolkit.mimir.ruler_client import Ruler
from toolkit.project import Project
from toolkit.prometheus.rule_group_equality import same_group
from toolkit.prometheus.write_rule_files import rule_file

Group = Mapping[str, Any]


class RuleChange(StrEnum):
    """What was done about one rule group, or would be."""

    CREATE = "create"
    UPDATE = "update"
    KEEP = "unchanged"
    DELETE = "delete: no definition makes it"
    PROTECTED = "left alone: the namespace is protected"


@dataclass(frozen=True, slots=True)
class RuleStep:
    """What was done about the rule group of that name."""

    group: str
    change: RuleChange

    @property
    def is_change(self) -> bool:
        """Whether the ruler holds, or would hold, something else afterwards."""
        return self.change in {RuleChange.CREATE, RuleChange.UPDATE, RuleChange.DELETE}


def deploy_rules(
    project: Project, ruler: Ruler, namespace: str, *, dry_run: bool = False
) -> Iterator[RuleStep]:
    """Bring the namespace up to date and yield each step once it is done.

    `dry_run` yields the same steps and changes nothing. Raises ConfigurationError where two
    groups have one name, or there are none.
    """
    wanted = rule_groups(project)
    held = ruler.rules(namespace)
    for name, group in wanted.items():
        present = held.groups.get(name)
        change = RuleChange.CREATE if present is None else RuleChange.UPDATE
        if present is not None and same_group(group, present):
            change = RuleChange.KEEP
        elif held.protected:
            change = RuleChange.PROTECTED
        elif not dry_run:
            ruler.save(namespace, group)
        yield RuleStep(name, change)
    # Last: a group that got another name is never missing.
    for name in sorted(held.groups.keys() - wanted.keys()):
        change = RuleChange.PROTECTED if held.protected else RuleChange.DELETE
        if not held.protected and not dry_run:
            ruler.delete(namespace, name)
        yield RuleStep(name, change)


def rule_groups(project: Project) -> dict[str, Group]:
    """The project's rule groups by name, as a ruler takes them.

    A group without an interval gets the one of the generated prometheus.yml: a ruler has a default
    of its own, a minute, which nothing here was proved with.
    """
    found: dict[str, Group] = {}
    files: dict[str, str] = {}
    for file in project.rule_files:
        data = rule_file(
            file,
            runbook_url=project.config.runbook_url,
            dashboard_urls=project.dashboard_urls,
        )
        for group in data["groups"]:
            name = str(group["name"])
            if name in found:
                raise ConfigurationError(
                    f"the rule files {files[name]} and {file.name} both have a group {name!r}, "
                    "and a namespace has one of each name.",
                    fix="give one of them another name.",
                )
            files[name] = file.name
            rest = {key: value for key, value in group.items() if key != "name"}
            found[name] = {"name": name, "interval": project.config.scrape_interval, **rest}
    if not found:
        raise ConfigurationError(
            "the project defines no rules, so there is nothing to deploy.",
            fix="name the package of the alerts in [tool.toolkit] alerts.",
        )
    return found
