"""A scrape → the metrics of a catalogue, as values and as the Python that makes them.

Equal scrapes give equal text. What a scrape cannot say is guessed: the unit by the name, and
which labels are closed by the values seen. `toolkit.adopt.catalogue_changes` compares.
"""

import keyword
import re
from collections.abc import Iterable
from dataclasses import dataclass

from toolkit.catalogue import Kind, Label, Metric, Unit
from toolkit.definition_arguments.metric_names import SERIES_LABELS, is_own_label
from toolkit.errors import UsageError
from toolkit.prometheus import exposition
from toolkit.prometheus.exposition import Family, ScrapeError

_KINDS = {
    "counter": Kind.COUNTER,
    "gauge": Kind.GAUGE,
    "stateset": Kind.GAUGE,
    "histogram": Kind.HISTOGRAM,
    "summary": Kind.SUMMARY,
    "info": Kind.INFO,
}
_UNITS = (
    (re.compile(r"seconds?|duration"), Unit.SECONDS),
    (re.compile(r"bytes?"), Unit.BYTES),
    (re.compile(r"ratio"), Unit.RATIO),
    (re.compile(r"percent(age)?"), Unit.PERCENT),
    (re.compile(r"usd|dollars?"), Unit.USD),
    (re.compile(r"info|up|state|status|healthy|enabled|success|successful"), Unit.STATE),
)
_NOT_A_UNIT = frozenset({"total", "sum", "count", "bucket", "max", "min", "avg"})
MOST_CLOSED = 10
"""A label with more values than these is taken for one that is not closed."""
_ENUMERATED = re.compile(r"[A-Za-z][A-Za-z_ -]{0,29}")
# These take new values as the service lives, however few are seen in one scrape.
_OPEN = re.compile(
    r".*(version|revision|branch|name|path|url|uri|route|handler|endpoint|host|instance|address|"
    r"device|id|file|user|client|tenant|code|status|topic|queue|table|model|exception|error).*",
    re.IGNORECASE,
)
_AT_MOST = (10, 50, 200, 1_000, 5_000, 20_000, 100_000)


@dataclass(frozen=True, slots=True)
class Discovered:
    """One metric, and what about it is a guess that its reader should check."""

    metric: Metric
    guesses: tuple[str, ...] = ()


def discover(
    text: str, *, list_values: bool = True, source: str = "the scrape"
) -> tuple[Discovered, ...]:
    """The metrics of a scrape, by name. `list_values` lists a label's few values.

    `source` is where it came from, for messages.

    Raises UsageError for text that is not an exposition, and for one without metrics.
    """
    try:
        found = exposition.families(text)
    except ScrapeError as error:
        raise UsageError(
            error.message.replace("/metrics", f"{source}:", 1),
            fix="name a text exposition: `curl ADDRESS/metrics` shows one line for each sample.",
        ) from None
    if not found:
        raise UsageError(
            f"{source}: holds no metric.",
            fix="name the path of the metrics, and ask again when the service has worked a little.",
        )
    return tuple(_discovered(found[name], list_values=list_values) for name in sorted(found))


def _discovered(family: Family, *, list_values: bool) -> Discovered:
    kind = _KINDS.get(family.kind, Kind.UNKNOWN)
    if kind is Kind.GAUGE and family.name.endswith("_info"):
        kind = Kind.INFO
    bounds = sorted({float(bound) for bound in family.bounds if bound not in {"+Inf", "NaN"}})
    guesses = []
    if kind is Kind.HISTOGRAM and not family.label_sets:
        guesses.append(
            "it has no series yet: its labels and buckets are to be seen once it has observed"
        )
    elif kind is Kind.HISTOGRAM and not bounds:
        guesses.append("only the bucket +Inf is seen: Kind.NATIVE_HISTOGRAM, if Prometheus has it")
    labels = tuple(
        _label(name, family, list_values=list_values)
        for name in sorted(family.label_names - SERIES_LABELS)
        if not name.startswith("__")
    )
    closed = [label.name for label in labels if label.values]
    if closed:
        guesses.append(f"the values of {', '.join(closed)} are those seen")
    metric = Metric(
        family.name,
        kind,
        " ".join(family.help.split()),
        unit=unit_of(family.name),
        labels=labels,
        buckets=tuple(bounds) if kind is Kind.HISTOGRAM else (),
        quantiles=tuple(bounds) if kind is Kind.SUMMARY else (),
        foreign=True,
    )
    return Discovered(metric, tuple(guesses))


def words_of(name: str) -> str:
    """A name in small letters, with `_` between its words: `http_calls` for `HTTPCalls`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def unit_of(name: str) -> Unit:
    """The unit that a name speaks of, in its last words; else a count."""
    for word in reversed(re.split(r"[_:.]", words_of(name))):
        for pattern, unit in _UNITS:
            if pattern.fullmatch(word):
                return unit
        if word not in _NOT_A_UNIT:
            break
    return Unit.COUNT


def _label(name: str, family: Family, *, list_values: bool) -> Label:
    values = sorted(family.values(name))
    is_closed = (
        list_values
        and 1 < len(values) <= MOST_CLOSED
        and not _OPEN.fullmatch(name)
        and all(_ENUMERATED.fullmatch(value) for value in values)
    )
    foreign = not is_own_label(name)
    if is_closed:
        return Label(name, values=tuple(values), foreign=foreign)
    bound = next((most for most in _AT_MOST if len(values) * 2 <= most), len(values) * 2)
    return Label(name, at_most=bound, foreign=foreign)


def constants(metrics: Iterable[Metric]) -> dict[str, Metric]:
    """The constant that each metric gets in a module: its name in capitals, made unique."""
    found: dict[str, Metric] = {}
    for metric in metrics:
        name = (
            re.sub(r"\W", "_", words_of(metric.name), flags=re.ASCII).strip("_").upper() or "METRIC"
        )
        if name[0].isdigit() or keyword.iskeyword(name) or name == "CATALOGUE":
            name = f"METRIC_{name}"
        number = 2
        unique = name
        while unique in found:
            unique, number = f"{name}_{number}", number + 1
        found[unique] = metric
    return found
