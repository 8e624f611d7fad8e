"""Ad-hoc filters: label matchers that a dashboard adds to every query of its data source.

Source: https://grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/
#add-ad-hoc-filters
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.grafana.variable_interpolation import VariableValue, expand, one_of
from toolkit.promql import PromQLError, selectors

_OPERATORS = frozenset({"=", "!=", "=~", "!~"})
_ONE_OF = {"=|": "=~", "!=|": "!~"}
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|`[^`]*`')
_COMMENT = re.compile(r"#[^\n]*")
_NAME = re.compile(r"[a-zA-Z_]\w*", re.ASCII)
_BRACES = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class AdhocFilter:
    """One matcher; `value` as it stands inside a PromQL string.

    `source` is the uid of the data source whose queries it filters; empty for every one.
    """

    label: str
    operator: str
    value: str
    source: str = ""

    @property
    def matcher(self) -> str:
        """The filter as PromQL."""
        # Prometheus 3 takes any text as a label's name, in quotation marks.
        label = self.label if _NAME.fullmatch(self.label) else json.dumps(self.label)
        return f'{label}{self.operator}"{self.value}"'

    @property
    def text(self) -> str:
        """The filter in words."""
        return f"{self.label} {self.operator} {self.value}"

    def reaches(self, uid: str) -> bool:
        """Whether it filters the queries of that data source; empty for one that is not known."""
        return not (self.source and uid) or self.source == uid


def filters_of(
    variable: Mapping[str, Any], values: Mapping[str, VariableValue], source: str = ""
) -> tuple[list[AdhocFilter], list[str]]:
    """The filters of a variable of the type `adhoc`, and a problem for each that is left out.

    `source` is the uid of its data source, as in a filter.
    """
    found, problems = [], []
    written = [*(variable.get("baseFilters") or []), *(variable.get("filters") or [])]
    for each in written or (variable.get("current") or {}).get("filters") or []:
        label, operator = str(each.get("key") or ""), str(each.get("operator") or "=")
        value = expand(str(each.get("value") or ""), values, words=True)
        if operator in _ONE_OF:
            several = tuple(map(str, each.get("values") or [value]))
            found.append(AdhocFilter(label, _ONE_OF[operator], one_of(several), source))
        elif operator in _OPERATORS and label:
            text = value.replace("\\", "\\\\").replace('"', '\\"')
            found.append(AdhocFilter(label, operator, text, source))
        else:
            problems.append(
                f"the filter {label} {operator} {value} is left out: Prometheus has "
                f"{', '.join(sorted(_OPERATORS))}."
            )
    return found, problems


def with_filters(expr: str, filters: Iterable[AdhocFilter]) -> str:
    """`expr` with the filters in every selector; as it is where it is not PromQL."""
    added = ", ".join(each.matcher for each in filters)
    if not added:
        return expr
    try:
        bare = [each.span[1] for each in selectors(expr) if each.name and "{" not in each.text]
    except PromQLError:
        return expr  # Prometheus will say what is wrong
    inside = expr
    for words in (_STRING, _COMMENT):
        inside = words.sub(lambda match: " " * len(match[0]), inside)
    edits = [(end, f"{{{added}}}") for end in bare]
    for braces in _BRACES.finditer(inside):
        has_matchers = expr[braces.start(1) : braces.end(1)].strip().rstrip(",")
        edits.append((braces.start(1), f"{added}, " if has_matchers else added))
    for position, text in sorted(edits, reverse=True):
        expr = expr[:position] + text + expr[position:]
    return expr
