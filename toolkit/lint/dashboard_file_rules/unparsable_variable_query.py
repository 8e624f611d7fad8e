"""A variable asks Prometheus something that it cannot answer.

Why: the variable is empty, and every panel that uses it with it.

    label_values(up{job="api", instance)        # bad
    label_values(up{job="api"}, instance)       # good

Exempt: variables of other data sources.

Source: https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from toolkit.findings import Finding, Level
from toolkit.grafana.data_source_choice import is_prometheus
from toolkit.grafana.promql_variables import readings
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.promql import PromQLError, parse

if TYPE_CHECKING:
    from toolkit.grafana.dashboard_files.dashboard_positions import WrittenVariable

_LABELS = re.compile(r"label_values\((?:(?P<series>.+),)?\s*[\w$\[\]{}:]+\s*\)", re.DOTALL)
_RESULT = re.compile(r"query_result\((?P<expr>.+)\)", re.DOTALL)
_OTHERS = re.compile(r"(?:label_names|metrics)\(.*\)", re.DOTALL)


def check(project: Project) -> Iterator[Finding]:
    """Flag every query variable whose query, or the PromQL in it, is none."""
    for dashboard in project.dashboard_files.dashboards:
        for variable in dashboard.variables:
            kind = dashboard.source_kind(variable.model.get("datasource"))
            text = query_of(variable)
            if variable.kind != "query" or not text or (kind and not is_prometheus(kind)):
                continue
            if problem := _problem(text):
                yield RULE.at(
                    variable.location,
                    f"{dashboard.subject}: ${variable.name}",
                    problem,
                    fix="write it like label_values(metric, label).",
                    excerpt=text,
                )


def query_of(variable: "WrittenVariable") -> str:
    """The text of a variable's query, however it is kept."""
    query = variable.model.get("query")
    text = query.get("query") if isinstance(query, dict) else query
    return str(text or variable.model.get("definition") or "").strip()


def _problem(text: str) -> str:
    if _OTHERS.fullmatch(text):
        return ""
    found = _LABELS.fullmatch(text) or _RESULT.fullmatch(text)
    inner = text if found is None else next(iter(found.groups())) or ""
    words = ""
    for reading in readings(inner.strip()) if inner else ():
        try:
            parse(reading)
        except PromQLError as error:
            words = words or f"not PromQL: {error}"
        else:
            return ""
    return words


RULE = Rule("unparsable-variable-query", Level.ERROR, check)
