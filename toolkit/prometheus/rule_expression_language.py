"""Whether an expression in a rule file is PromQL that can be judged, and what else it may be."""

import yaml

from toolkit.findings import Level
from toolkit.prometheus import rule_file_dialects
from toolkit.prometheus.facts_from_prometheus_yml import ServerFacts
from toolkit.prometheus.rule_file_dialects import Dialect
from toolkit.prometheus.rule_file_text import FilledIn, filled_in, name_of_character
from toolkit.prometheus.rule_file_yaml_nodes import RuleNodes
from toolkit.prometheus.unparsed_syntax_and_feature_flags import unread
from toolkit.promql import PromQLError, depth, grafana_range, parse

# Deeper than any real expression, and far from what Python's stack holds.
MAX_DEPTH = 100


class RuleExpressions:
    """The expressions of one file. What is wrong with one is a problem of `nodes`."""

    def __init__(self, nodes: RuleNodes, server: ServerFacts, dialect: Dialect | None) -> None:
        self._nodes, self._server, self._dialect = nodes, server, dialect
        self._filled_in: list[tuple[yaml.Node, str, FilledIn]] = []
        self._is_of_others = False

    @property
    def are_of_prometheus(self) -> bool:
        """Whether Prometheus reads them all as they are."""
        return not (self._is_of_others or self._filled_in)

    def can_be_judged(self, node: yaml.Node, name: str, expr: str) -> bool:
        """Whether the expression is PromQL that can be judged; a problem where it is not."""
        what, is_promql = "", True
        try:
            levels = depth(parse(expr))
            if grafana := grafana_range(expr):
                what = f"not PromQL: {grafana!r} is Grafana's, and Prometheus does not know it."
        except PromQLError as error:
            if self._is_of_another_program(node, name, expr):
                return False
            if newer := unread(expr, self._server.release):
                self._nodes.problem(node, f"{name}: {newer[0]}", level=newer[1])
                return False
            what, is_promql = f"not PromQL: {error}{name_of_character(str(error))}", False
        if template := filled_in(expr, is_promql=is_promql):
            self._filled_in.append((node, name, template))
            return False
        if what:
            self._nodes.problem(node, f"{name}: {what}")
            return False
        if levels > MAX_DEPTH:
            message = f"{name}: nested {levels} deep; left unjudged, since at most {MAX_DEPTH} are."
            self._nodes.problem(node, message, "record a part of it.", Level.INFO)
            return False
        return True

    def _is_of_another_program(self, node: yaml.Node, name: str, expr: str) -> bool:
        """Whether the expression is of another language, which an info says once a file."""
        language = self._dialect or rule_file_dialects.of_expression(expr)
        if self._dialect is None and language is Dialect.VICTORIAMETRICS and self._server.release:
            return False  # a Prometheus was named, and it reads no MetricsQL
        if language not in {Dialect.LOKI, Dialect.VICTORIAMETRICS}:
            return False
        self._is_of_others = True
        which = "LogQL" if language is Dialect.LOKI else "MetricsQL"
        message = f"{name}: {which}, which is left unjudged, as all of it in this file is."
        if not any(problem.level is Level.INFO for problem in self._nodes.problems):
            self._nodes.problem(
                node, message, "check it with the program that runs it.", Level.INFO
            )
        return True

    def say_what_is_filled_in(self) -> None:
        """One problem for all expressions of the file that hold a template or a variable."""
        if self._filled_in:
            (node, name, first), *others = self._filled_in
            rest = "has 1 more rule" if len(others) == 1 else f"have {len(others)} more rules"
            count = f"; so {rest} of this file" if others else ""
            self._nodes.problem(
                node, f"{name}: holds {first.text!r}, {first.what}{count}.", first.fix
            )
