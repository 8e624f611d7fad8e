"""Which names metrics and labels may have, and how PromQL writes those that are not plain.

An own metric keeps the naming conventions; a foreign one is named by others, and is taken as it
is. Source: https://prometheus.io/docs/practices/naming/
"""

import re
from collections.abc import Iterable

from toolkit.errors import DefinitionError

_SNAKE_CASE = re.compile(r"[a-z][a-z0-9_]*")
_PLAIN = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_PLAIN_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
# Prometheus adds `job` and `instance`; `le` and `quantile` belong to buckets and quantiles.
SERIES_LABELS = frozenset({"le", "quantile"})
_RESERVED_LABELS = SERIES_LABELS | {"job", "instance"}
_RESERVED_SUFFIXES = ("_bucket", "_sum", "_count", "_created", "_info_total")


def refuse_metric_name(name: str, kind: str, *, is_counter: bool) -> None:
    """Raise DefinitionError for the name of an own metric that breaks a convention."""
    if not _SNAKE_CASE.fullmatch(name) or name.endswith(_RESERVED_SUFFIXES):
        raise DefinitionError(
            f"{name}: not a metric name.",
            fix="use snake_case without the suffixes that the exposition format adds, or say "
            "foreign=True where others named it.",
        )
    if kind == "info" and not name.endswith("_info"):
        raise DefinitionError(f"{name}: an info metric's name ends in `_info`.")
    if is_counter != name.endswith("_total"):
        raise DefinitionError(
            f"{name}: a counter's name ends in `_total`, and no other metric's does.",
            fix=f"it is declared as a {kind}; change its name or its kind, or say foreign=True "
            "where others named it.",
        )


def refuse_label_name(name: str, *, foreign: bool) -> None:
    """Raise DefinitionError for a name that a label may not have."""
    if foreign:
        if not name or name.startswith("__"):
            raise DefinitionError(
                f"label {name!r}: is not a name that a label may have.",
                fix="name the label as it is exported; `__` begins those that Prometheus keeps.",
            )
    elif not is_own_label(name):
        raise DefinitionError(
            f"label {name!r}: is not a name that a label may have.",
            fix="use snake_case, but not " + ", ".join(sorted(_RESERVED_LABELS)) + ".",
        )


def is_own_label(name: str) -> bool:
    """Whether a label of an own metric may have that name."""
    return bool(_SNAKE_CASE.fullmatch(name)) and name not in _RESERVED_LABELS


def selector_text(name: str, matchers: tuple[str, ...]) -> str:
    """A PromQL selector. `matchers` are written out: `x="y"`.

    A name with other characters than PromQL's own goes into the braces, as every version of
    Prometheus reads it.
    """
    if _PLAIN.fullmatch(name):
        return f"{name}{{{','.join(matchers)}}}" if matchers else name
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return "{" + ",".join((f'__name__="{quoted}"', *matchers)) + "}"


def label_text(name: str) -> str:
    """A label's name as PromQL writes it: quoted where it has other characters."""
    if _PLAIN_LABEL.fullmatch(name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def spellings(numbers: Iterable[str]) -> tuple[str, ...]:
    """Numbers as label values, as Python's and as Go's clients write them: `1.0` and `1`."""
    both = ((text, text if text == "+Inf" else f"{float(text):g}") for text in numbers)
    return tuple(dict.fromkeys(spelling for pair in both for spelling in pair))
