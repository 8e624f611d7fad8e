"""A metric's name breaks a convention that Prometheus' own linter checks.

Why: who reads `latency_ms` beside `duration_seconds` converts at night. Base units in the plural,
no abbreviations and no type in the name let names be guessed, and panels share an axis.

    http_request_duration_milliseconds      # bad: use base unit "seconds" instead of …
    http_request_duration_secs              # bad: metric names should not contain abbreviated units
    queue_gauge                             # bad, of a gauge: … should not include type 'gauge'
    http_request_duration_seconds           # good

The messages are those of promlint, which `promtool check metrics` shows for a scrape.

Exempt: foreign metrics, which others named; names in camel case, with colons, and counters without
`_total`, which are refused where they are declared.

Source: https://github.com/prometheus/client_golang/tree/main/prometheus/testutil/promlint
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

BASE = frozenset(
    {
        "amperes", "bytes", "celsius", "grams", "joules", "kelvin", "meters", "metres",
        "seconds", "volts",
    }
)  # fmt: skip
PREFIXES = (
    "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega",
    "mibi", "mebi", "giga", "gibi", "tera", "tebi", "peta", "pebi",
)  # fmt: skip
OTHERS = {
    "minutes": "seconds", "hours": "seconds", "days": "seconds", "weeks": "seconds",
    "kelvins": "kelvin", "fahrenheit": "celsius", "rankine": "celsius", "inches": "meters",
    "yards": "meters", "miles": "meters", "bits": "bytes", "calories": "joules",
    "pounds": "grams", "ounces": "grams",
}  # fmt: skip
ABBREVIATED = frozenset(
    {"s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d"}
)


def check(project: Project) -> Iterator[Finding]:
    """Flag every own metric whose name promlint would not let through."""
    for metric in project.catalogue.metrics:
        if metric.foreign:
            continue
        for message in _problems(metric.name.split("_"), metric.kind.value):
            yield RULE.at(
                metric.defined,
                metric.name,
                f"{message}.",
                fix="rename it, or say why in allow=(…).",
                allow=metric.allow,
            )


def _problems(words: list[str], kind: str) -> Iterator[str]:
    # As promlint does: the first unit counts, and the first word is of the system, not of a unit.
    unit, base = next(((word, base) for word in words if (base := _base_of(word))), ("", ""))
    if unit != base:
        yield f'use base unit "{base}" instead of "{unit}"'
    # Older promtools, 2.42 for one, refuse the names of other types as well.
    if kind in words[1:]:
        yield f"metric name should not include type '{kind}'"
    if ABBREVIATED & set(words[1:]):
        yield "metric names should not contain abbreviated units"


def _base_of(word: str) -> str:
    """The base unit of a word that is a unit, itself for a base unit; empty for another word."""
    for rest in (word, *(word.removeprefix(prefix) for prefix in PREFIXES)):
        if rest in BASE or rest in OTHERS:
            return OTHERS.get(rest, rest)
    return ""


RULE = Rule("metric-name", Level.WARNING, check)
