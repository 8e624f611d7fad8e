"""What follows a LogQL selector: filters of lines, parsers, labels that are changed or judged.

Source: https://grafana.com/docs/loki/latest/query/log_queries/
"""

from collections.abc import Callable

from toolkit.grafana.logql_tokens import TokenReader

_FILTERS = frozenset({"|=", "!=", "|~", "!~", "|>", "!>"})
MATCHES = frozenset({"=", "!=", "=~", "!~"})
"""The signs of a matcher."""

_COMPARISONS = frozenset({"=", "==", "!=", ">", ">=", "<", "<=", "=~", "!~"})
_PLAIN_STAGES = frozenset({"unpack", "decolorize"})
_TEXT_STAGES = frozenset({"regexp", "pattern", "line_format"})
_PARSERS = frozenset({"json", "logfmt"})
_CONVERSIONS = frozenset({"duration", "duration_seconds", "bytes"})


def pipeline(read: TokenReader) -> None:
    """Take every stage that comes next. Raises LogQLError for one that is wrong."""
    while True:
        if read.takes(*_FILTERS):
            _filtered(read)
            while read.takes("or"):
                _filtered(read)
        elif read.takes("|"):
            _stage(read)
        else:
            return


def _filtered(read: TokenReader) -> None:
    if read.takes("ip"):
        read.needs("(")
        read.needs_kind("a text", "text")
        read.needs(")")
    else:
        read.needs_kind("a text", "text")


def _stage(read: TokenReader) -> None:
    if read.takes(*_PLAIN_STAGES):
        return
    if read.takes(*_TEXT_STAGES):
        read.needs_kind("a text", "text")
    elif read.takes(*_PARSERS):
        while read.takes_kind("flag"):
            pass
        if read.kind == "word" and not read.is_next("offset", "or", "and"):
            _each(read, _extraction)
    elif read.takes("label_format"):
        _each(read, _renaming)
    elif read.takes("drop", "keep"):
        _each(read, _dropped)
    elif read.takes("unwrap"):
        _unwrapped(read)
    else:
        _label_filters(read)


def _each(read: TokenReader, item: Callable[[TokenReader], None]) -> None:
    item(read)
    while read.takes(","):
        item(read)


def _extraction(read: TokenReader) -> None:
    read.needs_kind("a label", "word")
    if read.takes("="):
        read.needs_kind("a text", "text")


def _renaming(read: TokenReader) -> None:
    read.needs_kind("a label", "word")
    read.needs("=")
    read.needs_kind("a label or a text", "word", "text")


def _dropped(read: TokenReader) -> None:
    read.needs_kind("a label", "word")
    if read.takes(*MATCHES):
        read.needs_kind("a text", "text")


def _unwrapped(read: TokenReader) -> None:
    is_converted = read.is_followed_by("(") and read.takes(*_CONVERSIONS)
    if is_converted:
        read.needs("(")
    read.needs_kind("a label", "word")
    if is_converted:
        read.needs(")")


def _label_filters(read: TokenReader) -> None:
    _label_filter(read)
    while read.takes("and", "or", ",") or (read.kind == "word" and not read.is_next("offset")):
        _label_filter(read)


def _label_filter(read: TokenReader) -> None:
    if read.takes("("):
        _label_filters(read)
        read.needs(")")
        return
    if read.takes_kind("variable"):
        if not read.is_next(*_COMPARISONS):
            return  # all of a stage
    else:
        read.needs_kind("a stage or a label", "word")
    if not read.takes(*_COMPARISONS):
        read.refuse("a comparison")
    if read.takes("ip"):
        read.needs("(")
        read.needs_kind("a text", "text")
        read.needs(")")
        return
    read.takes("-")
    read.needs_kind("a text, a number or a duration", "text", "number", "amount")
