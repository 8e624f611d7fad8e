"""Random PromQL over a few series, and those series as OpenMetrics: for properties of labels."""

import random
from collections.abc import Iterator

SERIES = (
    'a{x="1",y="1"}',
    'a{x="2",y="1"}',
    'a{x="2",y="2",z="1"}',
    'b{x="1",w="5m"}',
    'b{x="2",w="1h"}',
    'c{x="1"}',
    'c{y="2"}',
    'h_bucket{x="1",le="1"}',
    'h_bucket{x="1",le="+Inf"}',
    'h_bucket{x="2",le="+Inf"}',
)
LABELS = ("w", "x", "y", "z", "le", "new")
MATCHERS = (
    'x="1"',
    'x=~"1|2"',
    'x!=""',
    'y=""',
    'z!~".+"',
    'y=~".*"',
    'w=~"5m|1h"',
    'x!~"1"',
    'x!="2"',
    'w!="5m"',
    'x=~"1.*"',
    'x=~"[2-9]+"',
    'w!~".*m"',
)
# What Debian's Prometheus knows; newer functions are in the table of functions alone.
OVER_TIME = (
    "rate", "increase", "last_over_time", "max_over_time", "present_over_time", "avg_over_time",
    "changes", "count_over_time", "delta", "min_over_time", "stddev_over_time", "sum_over_time",
)  # fmt: skip
AGGREGATIONS = (
    "sum", "max", "min", "avg", "count", "group", "stddev", "topk", "count_values", "quantile",
)  # fmt: skip
MAPPED = ("abs", "ceil", "floor", "sort", "timestamp", "sgn", "exp", "sqrt", "hour", "month")


def openmetrics(start: int, steps: int, step: int) -> str:
    """Samples of `SERIES`, `steps` times, `step` seconds apart."""
    lines = [
        f"{series} {(number + 1) * index} {start + index * step}"
        for number, series in enumerate(SERIES)
        for index in range(steps)
    ]
    return "\n".join([*lines, "# EOF\n"])


def expressions(*, seed: int, count: int) -> Iterator[str]:
    """`count` expressions, always the same for a seed."""
    source = random.Random(seed)
    for _ in range(count):
        yield _vector(source, 3)


def inclusions(*, seed: int, count: int) -> Iterator[tuple[str, str]]:
    """`count` pairs of expressions, the second made of the first, always the same for a seed."""
    source = random.Random(seed)
    for _ in range(count):
        outer = _vector(source, 2)
        inner, other = outer, _vector(source, 1)
        for _ in range(source.choice((0, 1, 1, 2))):
            inner = source.choice(
                (
                    f"({inner}) > {source.choice((0, 1, 30))}",
                    f"abs({inner}) * 2",
                    f"({inner}) and ({other})",
                    f"({inner}) > on ({_labels(source)}) ({other})",
                    f"({inner}) unless ({other})",
                    f"({inner}) or ({other})",
                    f"topk by ({_labels(source)}) (1, {inner})",
                    f"sum by ({_labels(source)}) ({inner})",
                    inner.replace("a", 'a{x="2"}', 1) if inner == "a" else f"-({inner})",
                )
            )
        outer = source.choice((outer, outer, f"({outer}) or ({other})", f"max by (x) ({outer})"))
        yield outer, inner


def _selector(source: random.Random) -> str:
    name = source.choice(("a", "b", "c", "h_bucket", ""))
    matchers = source.sample(MATCHERS, source.choice((0, 0, 1, 2)))
    if not name:
        matchers = ['__name__=~"a|b"', *matchers]
    return f"{name}{{{','.join(matchers)}}}" if matchers else name


def _vector(source: random.Random, deep: int) -> str:
    if deep and source.random() < 0.7:
        kind = source.choice(
            (_aggregated, _aggregated, _joined, _joined, _mapped, _relabelled, _number)
        )
        return kind(source, deep - 1)
    return source.choice((_selector, _over_time, _absent))(source)


def _over_time(source: random.Random) -> str:
    return f"{source.choice(OVER_TIME)}({_selector(source)}[5m])"


def _absent(source: random.Random) -> str:
    name = source.choice(("nowhere", "a"))
    return f"absent({name}{{{','.join(source.sample(MATCHERS, 2))}}})"


def _labels(source: random.Random) -> str:
    return ", ".join(source.sample(LABELS, source.choice((0, 1, 1, 2, 3))))


def _aggregated(source: random.Random, deep: int) -> str:
    inner = _vector(source, deep)
    clause = source.choice(("", f"by ({_labels(source)})", f"without ({_labels(source)})"))
    choice = source.choice(AGGREGATIONS)
    parameter = {"topk": "2, ", "count_values": '"new", ', "quantile": "0.5, "}.get(choice, "")
    return f"{choice} {clause} ({parameter}{inner})"


def _joined(source: random.Random, deep: int) -> str:
    operator = source.choice(("+", "/", ">", "== bool", "and", "or", "unless"))
    clause = source.choice(("", "", f"on ({_labels(source)})", f"ignoring ({_labels(source)})"))
    if clause and operator not in {"and", "or", "unless"} and source.random() < 0.5:
        clause += f" {source.choice(('group_left', 'group_right'))} ({_labels(source)})"
        clause = clause if not _overlaps(clause) else clause.partition(" group")[0]
    return f"({_vector(source, deep)}) {operator} {clause} ({_vector(source, deep)})"


def _overlaps(clause: str) -> bool:
    """Whether a label of `on` is in `group_left` too, which Prometheus refuses."""
    on, _, group = clause.partition(" group")
    listed = {x.strip() for x in on.partition("(")[2].strip(" )").split(",")}
    return clause.startswith("on") and any(
        x.strip() in listed for x in group.partition("(")[2].strip(" )").split(",") if x.strip()
    )


def _mapped(source: random.Random, deep: int) -> str:
    inner = _vector(source, deep)
    return source.choice(
        (
            f"{source.choice(MAPPED)}({inner})",
            f"clamp_max({inner}, scalar({_selector(source)}))",
            f"round({inner}, 1 / 8)",
            f"histogram_quantile(0.9, {inner})",
            f"-({inner})",
            f"max_over_time(({inner})[5m:1m])",
        )
    )


def _relabelled(source: random.Random, deep: int) -> str:
    inner, target, other = _vector(source, deep), source.choice(LABELS), source.choice(LABELS)
    replacement, pattern = (
        source.choice(("", "c", "$1", "p-$1")),
        source.choice(("", ".*", "(.*)", "(.+)", "1", "nothing")),
    )
    if source.random() < 0.3:
        # Sources that are known, of which every value of the target is.
        inner = source.choice((inner, 'a{x="1"}', 'a{y=~"1|2"}'))
        return f'label_join({inner}, "{target}", "{source.choice(("", "-"))}", "{other}", "y")'
    return f'label_replace({inner}, "{target}", "{replacement}", "{other}", "{pattern}")'


def _number(source: random.Random, deep: int) -> str:
    inner, number = _vector(source, deep), source.choice((-1, 0, 0.5, 1, 2, 30, 100))
    compared = source.choice((">", "<", ">=", "<=", "==", "!="))
    if source.random() < 0.5:
        return source.choice((f"({inner}) {compared} {number}", f"{number} {compared} ({inner})"))
    return source.choice(
        (
            f"({inner}) {source.choice('+-*/')} {number}",
            f"{number} {source.choice('+-*/')} ({inner})",
            f"({inner}) {compared} bool {number}",
            f"clamp_min({inner}, {number})",
            f"clamp({inner}, {number}, {number + 2})",
            f"vector(1) or ({inner})",
            "vector(1)",
        )
    )
