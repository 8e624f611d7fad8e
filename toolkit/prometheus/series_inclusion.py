"""Whether every series of one expression is certainly in another, whatever is measured.

Series are the same here where their labels are, whatever their names and values. Nothing is said
of other pairs: that they are not included is not certain.
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.prometheus.label_flow.functions import KEEPS
from toolkit.prometheus.label_flow.joins import SET_OPERATORS, Matching, is_filled
from toolkit.prometheus.label_flow.labels_of_expression import CHOOSING, FOLDING
from toolkit.prometheus.promql_syntax_tree import Node
from toolkit.promql import grafana_range, matches_of, names_of

_COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})
_ABSENT = "absent"
_OF_HISTOGRAMS = frozenset(x for x in KEEPS if x.startswith("histogram_"))
"""Functions whose results lack the series that are no native histograms."""
_LEAVES_OUT = _OF_HISTOGRAMS | {"clamp"}
MOST_PAIRS = 20000
"""Of parts of two expressions that are compared; of more, nothing is said."""


class Inclusion:
    """Asks about pairs of nodes, each pair once: the sides of long chains meet again and again."""

    def __init__(self) -> None:
        self._included: dict[tuple[Node, Node], bool] = {}
        self._covered: dict[tuple[Node, Node, Matching], bool] = {}
        self._texts: dict[Node, str] = {}

    @property
    def pairs(self) -> int:
        """How many pairs were looked at."""
        return len(self._included)

    def includes(self, outer: Node, inner: Node) -> bool:
        """Whether `outer` has a series with the labels of each one that `inner` has."""
        pair = (_peeled(outer), _peeled(inner))
        if pair not in self._included:
            if len(self._included) >= MOST_PAIRS:
                return False
            self._included[pair] = False  # until it is known
            self._included[pair] = self._includes(*pair)
        return self._included[pair]

    def covers(self, outer: Node, inner: Node, matching: Matching) -> bool:
        """Whether each series of `inner` is matched by one of `outer`, on labels of `matching`.

        An aggregation by those labels, and perhaps others, has the same values of them as what it
        is made of.
        """
        key = (_peeled(outer), _peeled(inner), matching)
        if key not in self._covered:
            self._covered[key] = False
            self._covered[key] = self._covers(*key)
        return self._covered[key]

    def _includes(self, outer: Node, inner: Node) -> bool:
        if self._text(outer) == self._text(inner):
            return True
        whole = _whole(inner)
        if inner.operator == "or" and whole:  # each side by itself, so that little is left to ask
            return all(self.includes(outer, each) for each in whole)
        if any(self.includes(each, inner) for each in _parts(outer)):
            return True
        if whole and all(self.includes(outer, each) for each in whole):
            return True
        return self._alike(outer, inner)

    def _covers(self, outer: Node, inner: Node, matching: Matching) -> bool:
        if self.includes(outer, inner):
            return True
        # An aggregation that keeps the matched labels has a result for each set of them that is in
        # its argument, and for no other: whether something matches is the same with and without it.
        if _keeps(outer, matching) and self.covers(outer.below[-1], inner, matching):
            return True
        if _keeps(inner, matching) and self.covers(outer, inner.below[-1], matching):
            return True
        whole = _whole(inner)
        return bool(whole) and all(self.covers(outer, each, matching) for each in whole)

    def _alike(self, outer: Node, inner: Node) -> bool:
        """Whether both do the same, to series of which `outer` takes more."""
        one, other = outer.expr, inner.expr
        if isinstance(one, parser.AggregateExpr) and isinstance(other, parser.AggregateExpr):
            folds = outer.operator in FOLDING and inner.operator in FOLDING
            grouped = folds and _grouping(one) == _grouping(other)
            return grouped and self.includes(outer.below[-1], inner.below[-1])
        if isinstance(one, parser.BinaryExpr) and isinstance(other, parser.BinaryExpr):
            if not _filters(outer) or outer.operator != inner.operator:
                return False
            pairs = list(zip(outer.below, inner.below, strict=True))
            numbers = [x.canonical == y.canonical for x, y in pairs if _is_number(x)]
            # The same comparison with the same number lets through the same values. With a vector
            # on both sides it would matter which series meet, and nothing is said.
            vectors = [(x, y) for x, y in pairs if not _is_number(x)]
            return numbers == [True] and all(_has_values(x, y) for x, y in vectors)
        return _has_values(outer, inner)

    def _text(self, node: Node) -> str:
        if node not in self._texts:
            self._texts[node] = node.canonical
        return self._texts[node]


def exclude_each_other(left: Node, right: Node) -> bool:
    """Whether `absent(…)` on either side needs that nothing is there which the sides need."""
    read = [*_needed(left), *_needed(right)]
    missing = [x for x in read if x.function == _ABSENT]
    there = [x for x in read if x.function != _ABSENT]
    return any(
        isinstance(argument.expr, parser.VectorSelector) and _selects(argument, other)
        for each in missing
        for argument in map(_peeled, each.below)
        for other in there
    )


def _peeled(node: Node) -> Node:
    """What an operation with a number, a sign or a function of each value is applied to."""
    while (inner := _operand(node)) is not None:
        node = inner
    return node


def _operand(node: Node) -> Node | None:
    match node.expr:
        case parser.ParenExpr() | parser.UnaryExpr():
            return node.below[0]
        case parser.BinaryExpr() as expr:
            # These leave series out, so that what they are applied to may be there without them.
            if node.operator in SET_OPERATORS or _filters(node):
                return None
            vectors = [x for x in node.below if not _is_number(x)]
            return vectors[0] if len(vectors) == 1 and not _fills(expr) else None
        case parser.Call() as call:
            vectors = [x for x in node.below if not _is_number(x)]
            one = len(vectors) == 1 and node.function in KEEPS - _LEAVES_OUT
            instant = all(x != parser.ValueType.Matrix for x in call.func.arg_types)
            return vectors[0] if one and instant else None
        case _:
            return None


def _parts(outer: Node) -> tuple[Node, ...]:
    """Expressions all of whose series `outer` has."""
    if outer.operator != "or" or not isinstance(outer.expr, parser.BinaryExpr):
        return ()
    matching = Matching.of(outer.expr)
    # Of the right side only what matches nothing on the left is in the result. Where all labels
    # are matched, a series that is left out has its twin on the left, and so is there all the same.
    all_labels = not matching.is_on and not matching.labels
    return outer.below if all_labels else outer.below[:1]


def _whole(inner: Node) -> tuple[Node, ...]:
    """Expressions that together have all series of `inner`."""
    match inner.expr:
        case parser.BinaryExpr() as expr:
            if inner.operator == "or":
                return inner.below
            # `and` and `unless` take series of the left side away, and add none.
            if inner.operator in SET_OPERATORS:
                return inner.below[:1]
            # With `on` or `ignoring` a result loses labels, and is no longer a series of its side.
            matching = Matching.of(expr)
            plain = not matching.is_on and not matching.labels and not _fills(expr)
            vectors = tuple(x for x in inner.below if not _is_number(x))
            return vectors[:1] if _filters(inner) and (plain or len(vectors) == 1) else ()
        case parser.AggregateExpr():
            return inner.below[-1:] if inner.operator in CHOOSING else ()
        case parser.Call():
            return inner.below[:1] if inner.function in _LEAVES_OUT else ()
        case _:
            return ()


def _has_values(outer: Node, inner: Node) -> bool:
    """Whether `outer` has every series of `inner`, with the same values."""
    if outer.canonical == inner.canonical:
        return True
    one, other = outer.expr, inner.expr
    if isinstance(one, parser.MatrixSelector) and isinstance(other, parser.MatrixSelector):
        same = one.range == other.range and grafana_range(outer.text) == grafana_range(inner.text)
        return same and _is_wider(one.vector_selector, other.vector_selector)
    if isinstance(one, parser.Call) and outer.function == inner.function in KEEPS:
        same = len(outer.below) == len(inner.below)
        return same and all(map(_has_values, outer.below, inner.below))
    return _selects(outer, inner)


def _selects(outer: Node, inner: Node) -> bool:
    one, other = outer.expr, inner.expr
    if isinstance(one, parser.VectorSelector) and isinstance(other, parser.VectorSelector):
        return _is_wider(one, other)
    return False


def _is_wider(one: parser.VectorSelector, other: parser.VectorSelector) -> bool:
    """Whether the matchers of `one` are among those of `other`, of the same name and time."""
    # At another time there may have been other series.
    if one.at or other.at:
        return False
    same = names_of(one) == names_of(other) != () and one.offset == other.offset
    return same and set(matches_of(one)) <= set(matches_of(other))


def _grouping(expr: parser.AggregateExpr) -> tuple[bool, frozenset[str]]:
    modifier = expr.modifier
    if modifier is None:
        return True, frozenset()
    return modifier.type == parser.AggModifierType.By, frozenset(modifier.labels)


def _keeps(node: Node, matching: Matching) -> bool:
    """Whether an aggregation keeps all labels that are matched."""
    if not isinstance(node.expr, parser.AggregateExpr) or node.operator not in FOLDING:
        return False
    by, labels = _grouping(node.expr)
    return matching.is_on and (matching.labels <= labels if by else not matching.labels & labels)


def _needed(node: Node) -> Iterator[Node]:
    """The selectors and the calls of `absent` without whose result `node` has none."""
    match node.expr:
        case parser.VectorSelector():
            yield node
        case parser.Call() if node.function == _ABSENT:
            yield node
        # They have a result, whatever their argument has; absent_over_time where it has none.
        case parser.Call() if node.function in {"vector", "scalar", "absent_over_time"}:
            return
        case parser.BinaryExpr() as expr:
            # One side is enough, or a number stands in for the other.
            if node.operator == "or" or _fills(expr):
                return
            for side in node.below[:1] if node.operator == "unless" else node.below:
                yield from _needed(side)
        case parser.ParenExpr() | parser.UnaryExpr() | parser.AggregateExpr() | parser.Call():
            for each in node.below:
                yield from _needed(each)
        case _:
            return


def _filters(node: Node) -> bool:
    modifier = getattr(node.expr, "modifier", None)
    is_bool = bool(modifier and modifier.return_bool)
    return node.operator in _COMPARISONS and not is_bool


def _is_number(node: Node) -> bool:
    match node.expr:
        case parser.NumberLiteral() | parser.StringLiteral():
            return True
        case parser.ParenExpr() | parser.UnaryExpr():
            return _is_number(node.below[0])
        case parser.BinaryExpr():
            return all(map(_is_number, node.below))
        case parser.Call() as call:
            return bool(call.func.return_type == parser.ValueType.Scalar)
        case _:
            return False


def _fills(expr: parser.BinaryExpr) -> bool:
    return expr.modifier is not None and is_filled(expr.modifier)
