"""What a selector's matchers say about the labels of the series that it selects."""

import re
from collections import Counter

import promql_parser as parser

from toolkit.label_matchers import go_regexps
from toolkit.prometheus.label_flow.result_labels import ANY, Certainty, Labels, Limit, Result
from toolkit.prometheus.matcher_overlap import may_fit
from toolkit.prometheus.promql_syntax_tree import Node
from toolkit.promql import LabelMatch, matches_of


def selected(node: Node, selector: parser.VectorSelector, declared: Result | None) -> Result:
    """The labels of what `selector`, which stands at `node`, selects.

    `declared` is what is known about its series otherwise.
    """
    known = declared or (ANY,)
    matches = matches_of(selector)
    for match in matches:
        known = tuple(_narrowed(labels, match, node) for labels in known)
    for match in matches:
        if match.operator != "=" and not (match.operator == "=~" and match.values):
            limit = Limit(match, node.place_of(match.label, "{"))
            known = tuple(labels.within(limit) for labels in known)
    refused = _refused(matches)
    if refused:
        empty = Certainty(f"no value of `{refused}` fits its matchers", node.span)
        known = tuple(labels._replace(empty=empty) for labels in known)
    return known


def _refused(matches: tuple[LabelMatch, ...]) -> str:
    """A label whose matchers no value fits; empty where there is none."""
    if len({match.label for match in matches}) == len(matches):
        return ""
    several = (name for name, count in Counter(x.label for x in matches).items() if count > 1)
    of_label = {name: tuple(x for x in matches if x.label == name) for name in several}
    return next((name for name, found in of_label.items() if not may_fit(found)), "")


def equal_matchers(node: Node) -> Labels:
    """What `absent()` of the selector at `node` carries: what its `=` matchers say once.

    Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#absent
    """
    why = Certainty("not given by `=` in the selector of `absent`", node.span)
    expr = node.expr.vector_selector if isinstance(node.expr, parser.MatrixSelector) else node.expr
    if not isinstance(expr, parser.VectorSelector):
        return Labels(others=why._replace(reason="lost: `absent` of a calculation has no labels"))
    matches = matches_of(expr)
    named = Counter(match.label for match in matches)
    equal = [match for match in matches if match.operator == "=" and match.text]
    present = {
        match.label: Certainty(
            f'given by `{match.label}="{match.text}"`',
            node.place_of(match.label, "{"),
            _words(match),
        )
        for match in equal
        if named[match.label] == 1
    }
    # Of several matchers of one label, Prometheus takes `=` where no other comes after it.
    several = frozenset(match.label for match in equal if named[match.label] > 1)
    return Labels(present=present, possible=several, others=why)


def _narrowed(labels: Labels, match: LabelMatch, node: Node) -> Labels:
    name = match.label
    written = f'`{name}{match.operator}"{match.text}"`'
    why = Certainty(f"asked for by {written}", node.place_of(name, "{"), _words(match))
    takes_empty = _takes_empty(match)
    if takes_empty is None:
        return labels
    if not takes_empty:
        before = labels.values_of(name)
        if before is not None and why.values is not None:
            why = why._replace(values=before & why.values or why.values)
        elif why.values is None and name in labels.present:
            why = why._replace(values=labels.present[name].values)
        return labels.with_present(name, why)
    if _takes_only_empty(match):
        return labels.with_absent(name, why._replace(reason=f"excluded by {written}", values=None))
    return labels


def _words(match: LabelMatch) -> frozenset[str] | None:
    """The values that the matcher lets through; None where they are not a list of words."""
    return frozenset(match.values) or None if match.operator in {"=", "=~"} else None


def _takes_empty(match: LabelMatch) -> bool | None:
    """Whether a series without the label fits; None where it depends on a variable."""
    if "$" in match.text and match.operator in {"=", "!="}:
        return None
    match match.operator:
        case "=":
            return match.text == ""
        case "!=":
            return match.text != ""
        case operator:
            # A list of words needs no pattern, whose making takes far longer.
            fits = "" in match.values if match.values else _fits(match.text, "")
            return fits if fits is None or operator == "=~" else not fits


def _takes_only_empty(match: LabelMatch) -> bool:
    if match.operator in {"=", "=~"}:
        return match.text == ""
    return match.operator == "!~" and match.text in {".+", "(.+)"}


def _fits(pattern: str, value: str) -> bool | None:
    if re.search(r"\$\w|\$\{", pattern):
        return None  # Grafana's variable
    return go_regexps.fits(pattern, value)
