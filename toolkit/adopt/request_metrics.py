"""What a service's metrics say about its requests: which counts them, which times them.

Guesses, by names and labels. `toolkit init` marks each of them with a comment.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from toolkit.adopt.discover import Discovered, constants, unit_of, words_of
from toolkit.catalogue import Kind, Metric, Unit
from toolkit.prometheus.exposition import Family, is_of_the_client_library

_REQUESTS = re.compile(r"(^|[_.:])(requests?|calls?|rpcs?|webhooks?|responses)([_.:]|$)")
_DURATION = re.compile(r"duration|latency|response_?time|processing|elapsed|took|seconds|millis")
# What other libraries than Python's and Go's say about their process.
_NOT_THE_SERVICE = re.compile(r"(scrape_|jvm_|nodejs_).*")
_MILLISECONDS = re.compile(r".*(milliseconds|millis|_ms)(_.*)?")
_STATUS = (
    "code",
    "status",
    "status_code",
    "http_status",
    "http_status_code",
    "http_response_status_code",
    "result",
    "outcome",
    "grpc_code",
)
_PATHS = ("handler", "path", "route", "endpoint", "uri", "http_route")
_BAD_WORDS = re.compile(
    r"(5xx|.*(error|fail|exception|timeout|internal|unavailable).*)", re.IGNORECASE
)
SLOW_SECONDS = 0.5
_ABOUT_REQUESTS = 2  # of a histogram's score: less is any other duration
_FEWEST_EDGES = 4  # one to alert on, one below, and two above to tell slow from very slow


@dataclass(frozen=True, slots=True)
class Failures:
    """How failed requests are told from others: `label` is any of `words`, or begins with 5.

    `bad` and `good` are one value of each.
    """

    label: str
    words: tuple[str, ...]
    bad: str
    good: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts requests: a counter, or the `.count` of a histogram or summary."""

    metric: Metric
    constant: str
    failures: Failures | None

    @property
    def source(self) -> str:
        """The series, as a module writes it that imports the catalogue as `m`."""
        return f"m.{self.constant}" + ("" if self.metric.kind is Kind.COUNTER else ".count")


@dataclass(frozen=True, slots=True)
class Timed:
    """What times requests, and the bucket edge that is taken for slow."""

    metric: Metric
    constant: str
    edge: int

    @property
    def in_milliseconds(self) -> bool:
        """Whether it observes thousandths of a second."""
        return bool(_MILLISECONDS.fullmatch(self.metric.name))


@dataclass(frozen=True, slots=True)
class Signals:
    """What was found of the requests, and `paths`, which a load scenario may ask for."""

    requests: Counted | None
    duration: Timed | None
    process: Mapping[str, str]
    paths: tuple[str, ...]


def signals(found: Iterable[Discovered], families: Mapping[str, Family]) -> Signals:
    """The signals among the metrics of a scrape, whose samples are `families`."""
    by_constant = constants(each.metric for each in found)
    own = {
        constant: metric
        for constant, metric in by_constant.items()
        if not _NOT_THE_SERVICE.fullmatch(metric.name) and not is_of_the_client_library(metric.name)
    }
    requests = _requests(own, families)
    return Signals(
        requests=requests,
        duration=_duration(own, requests),
        process={
            metric.name: constant
            for constant, metric in by_constant.items()
            if metric.name in {"process_resident_memory_bytes", "process_cpu_seconds_total"}
        },
        paths=_paths(families[requests.metric.name]) if requests else ("/",),
    )


def _requests(own: Mapping[str, Metric], families: Mapping[str, Family]) -> Counted | None:
    counts = {Kind.COUNTER, Kind.HISTOGRAM, Kind.SUMMARY}
    ranked = []
    for constant, metric in own.items():
        words = words_of(metric.name)
        # `disk_flush_requests_time_seconds_total` adds up seconds.
        adds_up = metric.kind is Kind.COUNTER and metric.unit is not Unit.COUNT
        if metric.kind in counts and not adds_up and _REQUESTS.search(words):
            failures = _failures(families[metric.name])
            score = 4 * (failures is not None) + 2 * ("http" in words) + ("request" in words)
            score += 2 * (metric.kind is Kind.COUNTER)
            ranked.append((-score, metric.name, Counted(metric, constant, failures)))
    return min(ranked, key=lambda each: each[:2])[2] if ranked else None


def _failures(family: Family) -> Failures | None:
    ranked = sorted((_status_rank(name), name) for name in family.label_names)
    for label in (name for rank, name in ranked if rank < len(_STATUS)):
        values = sorted(family.values(label))
        if any(re.fullmatch(r"[1-5]\d\d", value) for value in values):
            good = next((value for value in values if value.startswith("2")), "200")
            return Failures(label, (), "500", good)
        bad = tuple(value for value in values if _BAD_WORDS.fullmatch(value))
        good = next((value for value in values if value not in bad), "")
        if bad and good:
            return Failures(label, bad, bad[0], good)
    return None


def _status_rank(label: str) -> int:
    word = re.sub(r"\W", "_", words_of(label))
    return _STATUS.index(word) if word in _STATUS else len(_STATUS)


def _duration(own: Mapping[str, Metric], requests: Counted | None) -> Timed | None:
    ranked = []
    for constant, metric in own.items():
        words = words_of(metric.name)
        is_time = unit_of(metric.name) is Unit.SECONDS or bool(_MILLISECONDS.fullmatch(words))
        is_time = is_time or "latency" in words or "duration" in words
        if len(metric.buckets) < _FEWEST_EDGES or not is_time or not _DURATION.search(words):
            continue
        beginning = requests.metric.name.partition("_requests")[0] if requests else "\0"
        score = 3 * ("http" in words) + 2 * bool(_REQUESTS.search(words))
        score += 2 * metric.name.startswith(beginning) + ("duration" in words or "latency" in words)
        if score >= _ABOUT_REQUESTS:
            ranked.append((-score, metric.name, constant, metric))
    if not ranked:
        return None
    _, _, constant, metric = min(ranked)
    limit = SLOW_SECONDS * (1000 if _MILLISECONDS.fullmatch(metric.name) else 1)
    # A quantile never exceeds the last edge, so that an alert on it would never fire.
    below_last = range(1, len(metric.buckets) - 2)
    edge = next((at for at in below_last if metric.buckets[at] >= limit), below_last[-1])
    return Timed(metric, constant, edge)


def _paths(family: Family) -> tuple[str, ...]:
    """The paths that the service has answered, without parameters; `/` where none is seen."""
    for label in _PATHS:
        paths = (value for value in family.values(label) if re.fullmatch(r"/[\w/.-]*", value))
        plain = sorted(path for path in paths if "metrics" not in path)
        if plain:
            return tuple(sorted(plain, key=len))
    return ("/",)
