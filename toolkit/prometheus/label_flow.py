"""Which labels the result of a PromQL expression can carry, and which reach a label list.

Source of the rules: https://prometheus.io/docs/prometheus/latest/querying/operators/
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import promql_parser as parser

from toolkit.promql import children, name_of, parse

LabelsOf = Callable[[str], frozenset[str] | None]
"""The labels that a series of that name carries, or None when it is not declared."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """A `by`, `on` or `group_left` list, and the labels that can arrive there (None: any)."""

    clause: str
    labels: tuple[str, ...]
    possible: frozenset[str] | None


def result_labels(  # noqa: PLR0911 - one return for each kind of node
    node: parser.Expr, labels_of: LabelsOf
) -> frozenset[str] | None:
    """The labels that the result of `node` may carry; None when that is not known."""
    match node:
        case parser.VectorSelector():
            return labels_of(name_of(node))
        case parser.MatrixSelector():
            return result_labels(node.vector_selector, labels_of)
        case parser.AggregateExpr():
            return _aggregated(node, result_labels(node.expr, labels_of))
        case parser.NumberLiteral() | parser.StringLiteral():
            return frozenset()
        case parser.BinaryExpr():
            return _matched(
                node, result_labels(node.lhs, labels_of), result_labels(node.rhs, labels_of)
            )
        case parser.Call() if node.func.name in {"label_replace", "label_join"}:
            inner = result_labels(node.args[0], labels_of)
            return None if inner is None else inner | {node.args[1].val}
        case parser.Call() if node.func.name == "histogram_quantile":
            inner = result_labels(node.args[1], labels_of)
            return None if inner is None else inner - {"le"}
        case parser.Call() if node.func.name in {"absent", "absent_over_time"}:
            # There is no series to take labels from: Prometheus takes them from the matchers.
            return _equal_matchers(node.args[0])
        case parser.Call():
            vector = _vector_argument(node)
            return frozenset() if vector is None else result_labels(vector, labels_of)
        case _:
            below = children(node)
            return result_labels(below[0], labels_of) if below else None


def certain_labels(node: parser.Expr, labels_of: LabelsOf) -> frozenset[str] | None:
    """The labels that every result of `node` does carry; None when that is not known.

    Declared series carry all their labels; a grouping keeps what it names.
    """
    return None if _is_uncertain(node) else result_labels(node, labels_of)


def _is_uncertain(node: parser.Expr) -> bool:
    """Whether results may differ in their labels from each other."""
    match node:
        case parser.BinaryExpr() if str(node.op) == "or":
            return True
        case parser.Call() if node.func.name in {"label_replace", "label_join"}:
            return True
        case parser.AggregateExpr():
            return node.modifier is not None and _is_uncertain(node.expr)
        case _:
            return any(_is_uncertain(child) for child in children(node))


def is_scalar(node: parser.Expr) -> bool:
    """Whether the result is one number without labels, which joins with anything."""
    match node:
        case parser.NumberLiteral():
            return True
        case parser.ParenExpr() | parser.UnaryExpr():
            return is_scalar(node.expr)
        case parser.Call():
            return bool(node.func.return_type == parser.ValueType.Scalar)
        case parser.BinaryExpr():
            return is_scalar(node.lhs) and is_scalar(node.rhs)
        case _:
            return False


def _vector_argument(node: parser.Call) -> parser.Expr | None:
    """The argument whose labels the result keeps; None where there is none, as in `time()`."""
    if is_scalar(node):
        return None
    vectors = (parser.ValueType.Vector, parser.ValueType.Matrix)
    typed = zip(node.args, node.func.arg_types, strict=False)  # what is variadic has fewer types
    return next((argument for argument, kind in typed if kind in vectors), None)


def _aggregated(node: parser.AggregateExpr, inner: frozenset[str] | None) -> frozenset[str] | None:
    if str(node.op) == "count_values":
        return None  # it names a label of its own
    if str(node.op) in {"topk", "bottomk", "limitk", "limit_ratio"}:
        return inner  # they choose series, and leave those as they are
    if node.modifier is None:
        return frozenset()
    named = frozenset(node.modifier.labels)
    if node.modifier.type == parser.AggModifierType.By:
        return named if inner is None else named & inner
    return None if inner is None else inner - named


def _matched(
    node: parser.BinaryExpr, left: frozenset[str] | None, right: frozenset[str] | None
) -> frozenset[str] | None:
    # A number joins with anything, and the set operators only filter their left side.
    if is_scalar(node.rhs) or str(node.op) in {"and", "unless"}:
        return left
    if is_scalar(node.lhs):
        return right
    if str(node.op) == "or":
        return None if left is None or right is None else left | right
    modifier = node.modifier
    card = modifier.card if modifier else parser.VectorMatchCardinality.OneToOne
    # The result carries the labels of the side that may have many series for one of the other.
    many = right if card == parser.VectorMatchCardinality.OneToMany else left
    if card == parser.VectorMatchCardinality.OneToOne and modifier and modifier.matching:
        named = frozenset(modifier.matching.labels)
        if modifier.matching.type == parser.LabelModifierType.Include:
            return named
        return None if many is None else many - named
    extra = frozenset(modifier.group_labels or ()) if modifier else frozenset()
    return None if many is None else many | extra


def _equal_matchers(node: parser.Expr) -> frozenset[str]:
    inner = node.vector_selector if isinstance(node, parser.MatrixSelector) else node
    if not isinstance(inner, parser.VectorSelector):
        return frozenset()
    equal = (x for x in inner.matchers.matchers if str(x.op) == "MatchOp.Equal")
    return frozenset(x.name for x in equal if x.name != "__name__")


def groupings(text: str, labels_of: LabelsOf) -> tuple[Grouping, ...]:
    """Every label list in `text`, with the labels that can arrive at it."""
    return tuple(_groupings(parse(text), labels_of))


def _groupings(node: parser.Expr, labels_of: LabelsOf) -> Iterator[Grouping]:
    if isinstance(node, parser.AggregateExpr) and node.modifier is not None:
        by = node.modifier.type == parser.AggModifierType.By
        possible = result_labels(node.expr, labels_of)
        yield Grouping("by" if by else "without", tuple(node.modifier.labels), possible)
    if isinstance(node, parser.BinaryExpr) and node.modifier and node.modifier.matching:
        on = node.modifier.matching.type == parser.LabelModifierType.Include
        sides = (result_labels(node.lhs, labels_of), result_labels(node.rhs, labels_of))
        known = None if sides[0] is None or sides[1] is None else sides[0] | sides[1]
        yield Grouping("on" if on else "ignoring", tuple(node.modifier.matching.labels), known)
    for child in children(node):
        yield from _groupings(child, labels_of)
