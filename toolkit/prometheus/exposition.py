"""The exposition formats: asked of a service, and read under the names that queries know.

prometheus-client's parser drops and adds `_total` at a counter's name, refuses what Prometheus
itself exports as OpenMetrics, and gives a `_created` family to each metric. Here every sample
keeps its exposed name, and `_created` of a declared family is left out.
Source: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client.metrics_core import Metric as ParsedFamily
from prometheus_client.parser import text_string_to_metric_families

from toolkit.definition_arguments.metric_names import SERIES_LABELS
from toolkit.errors import ToolkitError
from toolkit.http_client import NO_CREDENTIALS, Access, HttpClient

# What Python's and Go's client libraries export about their own process, in any of their versions.
# `process_orders_total` is not of them.
# Source: https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics
_OF_THE_CLIENT_LIBRARY = re.compile(
    r"python_(gc|info)(_.*)?|promhttp_.*|"
    r"go_(info|goroutines|threads|build_info|(gc|memstats|sched|cpu|cgo|sync|godebug)_.*)|"
    r"process_(cpu_seconds_total|open_fds|max_fds|(virtual|resident)_memory_(max_)?bytes|"
    r"heap_bytes|start_time_seconds|threads|network_(receive|transmit)_bytes_total)"
)
# As long as Prometheus waits for a scrape where nobody says otherwise.
# Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/
SCRAPE_TIMEOUT_SECONDS = 10.0
_TYPE = re.compile(r'#[ \t]+TYPE[ \t]+("(?:\\.|[^"\\])*"|\S+)[ \t]+(\w+)[ \t\r]*')
_EXEMPLAR = re.compile(r'((?:[^"#]|"(?:\\.|[^"\\])*")*?) # \{.*')
# Read as untyped, so that the parser leaves the names of their samples alone.
_RENAMED = frozenset({"counter", "info", "stateset", "gaugehistogram"})
_SUFFIXES = {"counter": "_total", "info": "_info"}
# A gauge histogram's series are read one by one, as Prometheus stores them.
_RENAMING = (*_SUFFIXES.values(), "_bucket", "_gcount", "_gsum")
_ESCAPED = re.compile(r"\\(.)")
# OpenMetrics has `_created` between the samples of two label sets, and the parser takes what
# follows for families of their own.
_SERIES_SUFFIXES = (
    *_SUFFIXES.items(),
    *(("histogram", suffix) for suffix in ("_bucket", "_count", "_sum")),
    *(("summary", suffix) for suffix in ("_count", "_sum")),
)


class ScrapeError(ToolkitError):
    """Fix the service: what it exports is not the text exposition format."""


@dataclass(frozen=True, slots=True)
class Family:
    """One metric as exported. `label_sets` are the labels of its samples, without `le`.

    `bounds` are the values of `le`, and of `quantile` in a summary, as they are written.
    """

    name: str
    kind: str
    help: str
    label_sets: tuple[Mapping[str, str], ...]
    bounds: tuple[str, ...] = ()

    @property
    def label_names(self) -> frozenset[str]:
        """Every label that any of its samples carries."""
        return frozenset(name for labels in self.label_sets for name in labels)

    def values(self, label: str) -> frozenset[str]:
        """Every value that `label` takes."""
        return frozenset(labels[label] for labels in self.label_sets if label in labels)


def is_of_the_client_library(name: str) -> bool:
    """Whether a client library exports this metric about the process that it is in."""
    return _OF_THE_CLIENT_LIBRARY.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Exported:
    """One exported sample, under the name that queries know it by."""

    name: str
    labels: Mapping[str, str]
    value: float


def samples(text: str) -> tuple[Exported, ...]:
    """Every sample. Raises ScrapeError for text that is not the exposition format."""
    parsed, _ = _parsed(text)
    return tuple(
        Exported(sample.name, sample.labels, sample.value)
        for family in parsed
        for sample in family.samples
    )


def families(text: str) -> dict[str, Family]:
    """Metric name → family. Raises ScrapeError for text that is not the exposition format."""
    parsed, kinds = _parsed(text)
    exposed = {family.name for family in parsed if family.samples}
    helps = {family.name: family.documentation for family in parsed if family.documentation}
    found: dict[str, Family] = {}
    for family in parsed:
        declared = _declared(family.name, kinds)
        renamed = any(family.name + suffix in exposed for suffix in _RENAMING)
        if _is_creation_time(family, kinds) or (not family.samples and renamed):
            continue
        kind = kinds.get(declared, "unknown")
        # An info and a counter go by the name of their series, a histogram by the declared one.
        name = declared if kind in _PARTS else family.name
        documentation = helps.get(name) or helps.get(declared, "")
        found[name] = _family(name, family, kind, documentation, found.get(name))
    return found


def _family(
    name: str, parsed: ParsedFamily, kind: str, documentation: str, earlier: Family | None
) -> Family:
    """The family, together with what stood apart from it `earlier` in the text."""
    label_sets = {
        tuple((k, v) for k, v in sample.labels.items() if k not in SERIES_LABELS)
        for sample in parsed.samples
    }
    bounds = [
        sample.labels[label]
        for sample in parsed.samples
        for label in _PARTS.get(kind, ())
        if label in sample.labels
    ]
    if earlier is not None:
        label_sets |= {tuple(labels.items()) for labels in earlier.label_sets}
        bounds = [*earlier.bounds, *bounds]
    labels = tuple(dict(pairs) for pairs in sorted(label_sets))
    return Family(name, kind, documentation, labels, tuple(dict.fromkeys(bounds)))


_PARTS: Mapping[str, tuple[str, ...]] = {"histogram": ("le",), "summary": ("quantile",)}


def _parsed(text: str) -> tuple[list[ParsedFamily], dict[str, str]]:
    """The families of prometheus-client's parser, and by declared name the type of each."""
    kinds: dict[str, str] = {}
    lines = []
    is_open_metrics = text.rstrip().endswith("# EOF")
    for line in text.split("\n"):
        kept = line
        if is_open_metrics and line.startswith("# HELP "):  # the parser knows no escaped quote
            kept = _ESCAPED.sub(lambda x: x[1] if x[1] == '"' else x[0], line)
        if declared := _TYPE.fullmatch(line):
            name, kind = declared.groups()
            kinds[_unquoted(name)] = "unknown" if kind in {"untyped", "gaugehistogram"} else kind
            kept = f"# TYPE {name} untyped" if kind in _RENAMED else line
        elif exemplar := None if line.startswith("#") else _EXEMPLAR.fullmatch(line):
            kept = exemplar.group(1)
        lines.append(kept)
    try:
        return list(text_string_to_metric_families("\n".join(lines))), kinds
    except ValueError:
        words = f"/metrics is not the text exposition format: {_at_fault(lines)}"
        raise ScrapeError(words) from None


def _at_fault(lines: list[str]) -> str:
    """The first line that cannot be read alone, which the parser does not name."""
    for number, line in enumerate(lines, start=1):
        try:
            list(text_string_to_metric_families(line))
        except ValueError:
            return f"line {number}: {line.strip()[:80]!r}"
    return "its lines contradict each other."


def _declared(name: str, kinds: Mapping[str, str]) -> str:
    """The name that a `# TYPE` line gives to what is exposed as `name`."""
    if name not in kinds:
        for kind, suffix in _SERIES_SUFFIXES:
            base = name.removesuffix(suffix)
            if base != name and kinds.get(base) == kind:
                return base
    return name


def _is_creation_time(family: ParsedFamily, kinds: Mapping[str, str]) -> bool:
    base = family.name.removesuffix("_created")
    if base == family.name:
        return False
    timed = (kinds.get(base), kinds.get(f"{base}_total"))
    return any(kind in {"counter", "histogram", "summary"} for kind in timed)


def _unquoted(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name[1:-1]) if name.startswith('"') else name


@dataclass(frozen=True, slots=True)
class MeasuredService:
    """One instance of a service that the project measures.

    Where it is not `constant`, its absence is not a finding.
    """

    url: str
    hint: str = "start it with `toolkit up`, or correct its address in pyproject.toml."
    access: Access = NO_CREDENTIALS
    name: str = ""  # of the service
    label: str = ""  # what a finding calls it, where there are several to tell apart
    metrics: str = "/metrics"
    constant: bool = True

    def subject(self, name: str) -> str:
        """What a finding about the metric `name` is about."""
        return f"{self.label}: {name}" if self.label else name

    def scrape(self) -> dict[str, Family]:
        """What it exports now, by metric name."""
        return families(self._text())

    def samples(self) -> tuple[Exported, ...]:
        """Every sample that it exports now."""
        return samples(self._text())

    def _text(self) -> str:
        name = self.label or "the service"
        http = HttpClient(
            name=name,
            url=self.url,
            hint=self.hint,
            access=self.access,
            timeout_seconds=SCRAPE_TIMEOUT_SECONDS,
        )
        return http.get(self.metrics).text
