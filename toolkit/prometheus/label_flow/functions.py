"""Labels through PromQL's functions.

`KEEPS`, `LABELLESS` and the functions with a rule of their own are all that promql-parser knows;
a test says so. Source: https://prometheus.io/docs/prometheus/latest/querying/functions/
"""

import itertools
import math
import re

import promql_parser as parser

from toolkit.prometheus.label_flow.result_labels import Certainty, Labels, Result, State
from toolkit.prometheus.label_flow.selectors import equal_matchers
from toolkit.prometheus.promql_syntax_tree import Node
from toolkit.promql import matches_of

MOST_VALUES = 100
"""Of a label that joins others; more are not listed."""

IDENTIFYING = ("instance", "job")
"""What finds the info metric of a series. Source: promql/info.go of Prometheus."""

LABELLESS = frozenset(
    {"time", "pi", "scalar", "vector", "start", "end", "range", "step", "min_of", "max_of"}
)
"""Results without any label."""

WITH_RULES = frozenset(
    {
        "absent",
        "absent_over_time",
        "histogram_quantile",
        "histogram_fraction",
        "histogram_quantiles",
        "label_join",
        "label_replace",
        "info",
    }
)
"""Functions that add or remove labels."""

KEEPS = frozenset(
    {
        "abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "avg_over_time", "ceil",
        "changes", "clamp", "clamp_max", "clamp_min", "cos", "cosh", "count_over_time",
        "day_of_month", "day_of_week", "day_of_year", "days_in_month", "deg", "delta", "deriv",
        "double_exponential_smoothing", "exp", "first_over_time", "floor", "histogram_avg",
        "histogram_count", "histogram_stddev", "histogram_stdvar", "histogram_sum",
        "holt_winters", "hour", "idelta", "increase", "integral", "irate", "last_over_time",
        "ln", "log10", "log2", "mad_over_time", "max_over_time", "min_over_time", "minute", "month",
        "predict_linear", "present_over_time", "quantile_over_time", "rad", "rate", "resets",
        "round", "sgn", "sin", "sinh", "sort", "sort_by_label", "sort_by_label_desc", "sort_desc",
        "sqrt", "start_timestamp", "stddev_over_time", "stdvar_over_time", "sum_over_time",
        "tan", "tanh", "timestamp", "ts_of_first_over_time", "ts_of_last_over_time",
        "ts_of_max_over_time", "ts_of_min_over_time", "year",
    }
)  # fmt: skip
"""Functions whose results carry the labels of their vector, wherever that argument stands."""


def called(  # noqa: PLR0911 - one return for each kind of function
    node: Node, call: parser.Call, arguments: tuple[Result, ...]
) -> Result:
    """The labels of the result of `call`, which stands at `node`, from those of its arguments."""
    name = node.function
    why = Certainty(f"lost in `{name}`, whose result has no labels", node.span)
    if call.func.return_type == parser.ValueType.Scalar:
        return (Labels(others=why, is_scalar=True),)
    if name in {"absent", "absent_over_time"}:
        return (equal_matchers(node.below[0]),)
    vector = _vector(call)
    if vector is None or name in LABELLESS:
        return (Labels(others=why),)
    inner = arguments[vector]
    match name:
        case "histogram_quantile" | "histogram_fraction":
            removed = Certainty(f"removed by `{name}`", node.span)
            return tuple(labels.with_absent("le", removed) for labels in inner)
        case "histogram_quantiles":
            removed = Certainty(f"removed by `{name}`", node.span)
            own = Certainty(f"set by `{name}`", node.span)
            label = _text(node.below[1])
            return tuple(x.with_absent("le", removed).with_present(label, own) for x in inner)
        case "label_replace":
            return tuple(_replaced(node, labels) for labels in inner)
        case "label_join":
            return tuple(_joined(node, labels) for labels in inner)
        case "info":
            return tuple(_enriched(node, labels) for labels in inner)
        case _:
            return inner if name in KEEPS else (Labels(),)


def _vector(call: parser.Call) -> int | None:
    """The number of the argument whose labels the result keeps; None where there is none."""
    kinds = (parser.ValueType.Vector, parser.ValueType.Matrix)
    typed = zip(call.args, call.func.arg_types, strict=False)  # what is variadic has fewer types
    return next((n for n, (_, kind) in enumerate(typed) if kind in kinds), None)


def _text(node: Node) -> str:
    while isinstance(node.expr, parser.ParenExpr):
        node = node.below[0]
    return str(node.expr.val) if isinstance(node.expr, parser.StringLiteral) else ""


def _enriched(node: Node, labels: Labels) -> Labels:
    """`info(v, {matchers…})` adds labels of info metrics, found by `instance` and `job`.

    What is there stays as it is. Where matchers name labels, no others are added.
    """
    if all(labels.why_absent(x) for x in IDENTIFYING):
        return labels
    expr = node.below[1].expr if len(node.below) > 1 else None
    named = {x.label for x in matches_of(expr)} if isinstance(expr, parser.VectorSelector) else ()
    if named:
        for label in sorted(named - labels.present.keys()):
            labels = labels.with_unknown(label)
        return labels
    kept = tuple(x for x in labels.limits if x.match.label in labels.present)
    return labels._replace(absent={}, possible=frozenset(), others=None, limits=kept)


def _replaced(node: Node, labels: Labels) -> Labels:  # noqa: PLR0911 - by what the pattern takes
    """`label_replace(v, target, replacement, source, regex)`.

    Where the regex does not match, nothing changes; an empty result removes the label.
    """
    target, replacement, source, regex = (_text(x) for x in node.below[1:5])
    why = Certainty("set by `label_replace`", node.span)
    takes_all = regex in {".*", "(.*)", "^.*$", "^(.*)$"}
    always = takes_all or (regex == "" and _is_absent(labels, source))
    constant = "$" not in replacement
    if constant and replacement:
        if always:
            return labels.with_present(target, Certainty(why.reason, why.span, _one(replacement)))
        if target in labels.present:
            before = labels.present[target].values
            values = None if before is None else before | {replacement}
            return labels.with_present(target, Certainty(why.reason, why.span, values))
        return labels.with_unknown(target)
    if constant and always:
        removed = Certainty("removed by `label_replace`, which sets it to nothing", node.span)
        return labels.with_absent(target, removed)
    # A group of the pattern takes all of the source, or something else stands around it.
    whole = regex in {"(.*)", "^(.*)$", "(.+)", "^(.+)$"} and replacement in {"$1", "${1}"}
    if whole and labels.state(source) is State.PRESENT:
        values = labels.present[source].values
        return labels.with_present(target, Certainty(why.reason, why.span, values))
    around = re.sub(r"\$(?:\{\w+\}|\w+)", "", replacement)
    if always and around:
        return labels.with_present(target, why)
    return labels.with_unknown(target)


def _joined(node: Node, labels: Labels) -> Labels:
    """`label_join(v, target, separator, source...)`; an empty result removes the label."""
    target, separator = _text(node.below[1]), _text(node.below[2])
    sources = [_text(x) for x in node.below[3:]]
    why = Certainty("set by `label_join`", node.span)
    if any(labels.state(x) is State.PRESENT for x in sources) or (separator and len(sources) > 1):
        values = _together(separator, [labels.values_of(x) for x in sources])
        return labels.with_present(target, why._replace(values=values))
    if all(_is_absent(labels, source) for source in sources):
        removed = Certainty("removed by `label_join`, whose sources are not there", node.span)
        return labels.with_absent(target, removed)
    return labels.with_unknown(target)


def _together(separator: str, values: list[frozenset[str] | None]) -> frozenset[str] | None:
    """All that several values joined can be; None where that is not known, or is too much."""
    known = [x for x in values if x is not None]
    if len(known) < len(values) or math.prod(map(len, known)) > MOST_VALUES:
        return None
    return frozenset(separator.join(x) for x in itertools.product(*known))


def _is_absent(labels: Labels, label: str) -> bool:
    return not label or labels.state(label) is State.ABSENT


def _one(value: str) -> frozenset[str]:
    return frozenset({value})
