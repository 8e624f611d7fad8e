"""Whether a text is LogQL, the language of Loki's queries; nothing is made of it.

Read by the grammar that Loki documents, with Grafana's variables standing wherever a word, a text,
a number, a matcher or a stage may. What stands inside texts, such as regular expressions, is not
judged. The tests' queries were tried on @grafana/lezer-logql 0.4 too.
Source: https://grafana.com/docs/loki/latest/query/
"""

from functools import partial

from toolkit.grafana.logql_pipeline import MATCHES, pipeline
from toolkit.grafana.logql_tokens import LogQLError, TokenReader

_BINARY = (
    {"or"},
    {"and", "unless"},
    {"==", "!=", ">", ">=", "<", "<="},
    {"+", "-"},
    {"*", "/", "%"},
    {"^"},
)
_OVER_TIME = frozenset(
    f"{each}_over_time"
    for each in (
        "count",
        "sum",
        "avg",
        "min",
        "max",
        "stddev",
        "stdvar",
        "quantile",
        "first",
        "last",
        "absent",
        "bytes",
    )
) | {"rate", "rate_counter", "bytes_rate"}
_AGGREGATIONS = frozenset(
    {"sum", "avg", "count", "max", "min", "stddev", "stdvar", "topk", "bottomk", "sort",
     "sort_desc", "approx_topk"}
)  # fmt: skip


def check(text: str) -> None:
    """Raises LogQLError for what is not LogQL."""
    read = TokenReader(text)
    try:
        _query(read)
    except RecursionError:
        raise LogQLError("its brackets are nested too deeply", 0) from None
    if read.kind != "end":
        read.refuse("an operator, a pipe or the end")


def _query(read: TokenReader, level: int = 0) -> None:
    """A query of logs or of a metric, as operands of binary operators."""
    if level == len(_BINARY):
        _operand(read)
        return
    _query(read, level + 1)
    while read.takes(*_BINARY[level]):
        read.takes("bool")
        if read.takes("on", "ignoring"):
            _labels(read)
            if read.takes("group_left", "group_right") and read.is_next("("):
                _labels(read)
        _query(read, level + 1)


def _operand(read: TokenReader) -> None:
    if read.takes("-", "+"):
        _operand(read)
    elif read.is_next("{"):
        _selector(read)
        pipeline(read)
    elif read.takes("("):
        _query(read)
        read.needs(")")
        pipeline(read)
    elif read.takes_kind("number", "amount", "variable"):
        pipeline(read)  # a variable may be a selector
    elif read.takes(*_OVER_TIME):
        _over_time(read)
    elif read.takes(*_AGGREGATIONS):
        _aggregation(read)
    elif read.is_next("label_replace", "vector"):
        _function(read)
    else:
        read.refuse("a selector in braces, a function or a number")


def _function(read: TokenReader) -> None:
    is_vector = read.takes("vector")
    if is_vector:
        read.needs("(")
        read.needs_kind("a number", "number")
    else:
        read.needs("label_replace")
        read.needs("(")
        _query(read)
        for _ in range(4):
            read.needs(",")
            read.needs_kind("a text", "text")
    read.needs(")")


def _labels(read: TokenReader) -> None:
    read.needs("(")
    read.items(lambda: read.needs_kind("a label", "word"), ")")


def _grouping(read: TokenReader) -> bool:
    if read.takes("by", "without"):
        _labels(read)
        return True
    return False


def _aggregation(read: TokenReader) -> None:
    grouped = _grouping(read)
    read.needs("(")
    _parameter(read)
    _query(read)
    read.needs(")")
    if not grouped:
        _grouping(read)


def _parameter(read: TokenReader) -> None:
    if read.kind in {"number", "variable"} and read.is_followed_by(","):
        read.takes_kind("number", "variable")
        read.needs(",")


def _over_time(read: TokenReader) -> None:
    read.needs("(")
    _parameter(read)
    _range(read)
    read.needs(")")
    _grouping(read)


def _range(read: TokenReader) -> None:
    """Logs with a window, which may stand before or after the pipeline."""
    nested = read.takes("(")
    if not read.takes_kind("variable"):
        _selector(read)
    windows = _window(read)
    pipeline(read)
    windows += _window(read)
    if nested:
        read.needs(")")
        windows += _window(read)
    pipeline(read)
    if windows != 1:
        read.refuse("a window such as [5m]")


def _window(read: TokenReader) -> int:
    found = 0
    if read.takes("["):
        read.needs_kind("a duration", "amount", "number")
        read.needs("]")
        found = 1
    if read.takes("offset"):
        read.takes("-")
        read.needs_kind("a duration", "amount")
    return found


def _selector(read: TokenReader) -> None:
    read.needs("{")
    read.items(partial(_matcher, read), "}")


def _matcher(read: TokenReader) -> None:
    if read.takes_kind("variable"):
        if not read.is_next(*MATCHES):
            return  # all of a matcher
    else:
        read.needs_kind("a label", "word")
    if not read.takes(*MATCHES):
        read.refuse("one of = != =~ !~")
    read.needs_kind("a text", "text")
