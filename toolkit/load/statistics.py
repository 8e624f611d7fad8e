"""What the load generator counted: by name of request, by second, and of itself. Mergeable.

Each worker counts for itself and sends what is new; the sum of all that was sent is what
all workers did.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from toolkit.catalogues.load_generator import DURATION
from toolkit.load.latency_histogram import LatencyHistogram, bucket_of
from toolkit.load.report_numbers import finite, whole
from toolkit.load.time_blocks import TimeBlocks

# Failures quote answers, which may all differ: no more kinds than this are kept of a name.
MOST_MESSAGES = 100
OTHER_MESSAGES = "(further kinds of failure)"
NO_ANSWER = "no answer"
UNFINISHED = "unfinished"
TIMED_OUT = "timeout"


class RequestOutcome(StrEnum):
    """How the scenario judged the answer to a request."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # as the scenario expected: no failure
    FAILED = "failed"


# Not frozen: that would more than double what making one costs, for each request.
@dataclass(slots=True, kw_only=True)
class JudgedRequest:
    """One request. `answer` is the code of what the service answered, whatever was expected.

    `seconds` count from the moment it was due, `service_seconds` from the moment it left; of
    one without an answer, until it was given up. `reason` and `message` say what was wrong
    with a failed one.
    """

    outcome: RequestOutcome
    answer: str
    seconds: float
    service_seconds: float
    reason: str = ""
    message: str = ""


@dataclass(slots=True)
class Tally:
    """Counts of the requests of one name, by what was answered and how it was judged.

    `bucket_counts` counts durations by the buckets of the exported histogram, not cumulated;
    `blocks` say when they were answered, roughly.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    durations: LatencyHistogram = field(default_factory=LatencyHistogram)
    service_times: LatencyHistogram = field(default_factory=LatencyHistogram)
    bucket_counts: list[int] = field(default_factory=lambda: [0] * (len(DURATION.buckets) + 1))
    blocks: TimeBlocks = field(default_factory=TimeBlocks)

    def record(self, judged: JudgedRequest, bucket: int, elapsed: float) -> None:
        """Count one request; `bucket` is that of its `seconds`."""
        self.outcomes[judged.outcome] += 1
        self.answers[judged.answer] += 1
        if judged.outcome is RequestOutcome.REFUSED:
            self.refusals[judged.answer] += 1
        elif judged.outcome is RequestOutcome.FAILED:
            self.failures[judged.reason] += 1
            self._count_message(judged.message, 1)
        self.durations.observe_in(bucket, judged.seconds)
        self.service_times.observe(judged.service_seconds)
        self.bucket_counts[bisect_left(DURATION.buckets, judged.seconds)] += 1
        failed = judged.outcome is RequestOutcome.FAILED
        self.blocks.record(elapsed, bucket, failed=failed)

    def merge(self, other: "Tally") -> None:
        """Add what another one counted."""
        # Messages are bounded, and so added one by one below.
        for name in _COUNTERS:
            getattr(self, name).update(getattr(other, name))
        for message, count in other.messages.items():
            self._count_message(message, count)
        self.durations.merge(other.durations)
        self.service_times.merge(other.service_times)
        self.bucket_counts = [
            a + b for a, b in zip(self.bucket_counts, other.bucket_counts, strict=True)
        ]
        self.blocks.merge(other.blocks)

    def _count_message(self, message: str, count: int) -> None:
        known = message in self.messages or len(self.messages) < MOST_MESSAGES
        self.messages[message if known else OTHER_MESSAGES] += count

    @property
    def requests(self) -> int:
        """All requests that were sent, whatever became of them."""
        return self.outcomes.total()

    @property
    def unfinished(self) -> int:
        """Requests that were still under way when the run ended; they count as failed."""
        return self.failures[UNFINISHED]

    @property
    def timed_out(self) -> int:
        """Requests whose answer was not complete within the timeout; they count as failed."""
        return self.failures[TIMED_OUT]

    @property
    def failed(self) -> int:
        """Requests that were not answered as the scenario expects."""
        return self.outcomes[RequestOutcome.FAILED]

    @property
    def success_share(self) -> float:
        """The share answered as expected, 0 to 1; 0 when nothing was sent."""
        return 1 - self.failed / self.requests if self.requests else 0.0

    def document(self) -> dict[str, Any]:
        """As JSON."""
        counters = {name: dict(getattr(self, name)) for name in (*_COUNTERS, "messages")}
        return {
            **counters,
            "durations": self.durations.document(),
            "service_times": self.service_times.document(),
            "bucket_counts": self.bucket_counts,
            "blocks": self.blocks.document(),
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "Tally":
        """What `document` wrote."""
        made = cls(bucket_counts=list(document["bucket_counts"]))
        for name in (*_COUNTERS, "messages"):
            counts = {str(key): whole(count) for key, count in document[name].items()}
            setattr(made, name, Counter(counts))
        made.durations = LatencyHistogram.read(document["durations"])
        made.service_times = LatencyHistogram.read(document["service_times"])
        if "blocks" in document:  # not in reports of earlier versions
            made.blocks = TimeBlocks.read(document["blocks"])
        return made


_COUNTERS = ("outcomes", "refusals", "failures", "answers")


@dataclass(slots=True)
class Second:
    """One second of a run."""

    requests: int = 0
    failures: int = 0
    durations: LatencyHistogram = field(default_factory=LatencyHistogram)

    def merge(self, other: "Second") -> None:
        """Add what another one counted."""
        self.requests += other.requests
        self.failures += other.failures
        self.durations.merge(other.durations)


@dataclass(slots=True)
class ScenarioErrors:
    """What the scenario's own code raised: by message, how often, and the first traceback."""

    counts: Counter[str] = field(default_factory=Counter)
    tracebacks: dict[str, str] = field(default_factory=dict)

    def record(self, message: str, traceback: str, count: int = 1) -> None:
        """Count one; of messages that all differ, those after the first few are one kind."""
        known = message in self.counts or len(self.counts) < MOST_MESSAGES
        self.counts[message if known else OTHER_MESSAGES] += count
        if known:
            self.tracebacks.setdefault(message, traceback)

    def merge(self, other: "ScenarioErrors") -> None:
        """Add what another one counted."""
        for message, count in other.counts.items():
            self.record(message, other.tracebacks.get(message, ""), count)

    def document(self) -> list[Any]:
        """As JSON: the most frequent first."""
        return [[m, n, self.tracebacks.get(m, "")] for m, n in self.counts.most_common()]

    @classmethod
    def read(cls, document: Iterable[Any]) -> "ScenarioErrors":
        """What `document` wrote."""
        made = cls()
        for message, count, traceback in document:
            made.record(str(message), str(traceback), int(count))
        return made


_HISTOGRAMS = ("delays", "waits", "connects", "handshakes")
_SUMS = ("due", "started", "cpu_seconds")


@dataclass(slots=True)
class Figures:
    """All that was counted. `last_seconds` is when the last answer came, since the start.

    Of an open loop, `due` moments came and `started` of them were given to a user. A moment
    that found an idle user left after one of `delays`, which are the load generator's own; one
    that found every user busy left after one of `waits`, and `most_waiting` waited at once.
    `connects` and `handshakes` (TLS) are the times that new connections took; they are part of
    the requests' own times. `cpu_seconds` is what the load generator used.
    """

    names: dict[str, Tally] = field(default_factory=dict)
    seconds: dict[int, Second] = field(default_factory=dict)
    delays: LatencyHistogram = field(default_factory=LatencyHistogram)
    waits: LatencyHistogram = field(default_factory=LatencyHistogram)
    connects: LatencyHistogram = field(default_factory=LatencyHistogram)
    handshakes: LatencyHistogram = field(default_factory=LatencyHistogram)
    raised: ScenarioErrors = field(default_factory=ScenarioErrors)
    due: int = 0
    started: int = 0
    cpu_seconds: float = 0.0
    most_waiting: int = 0
    last_seconds: float = 0.0

    def record(self, name: str, judged: JudgedRequest, elapsed: float) -> None:
        """Count one request, answered `elapsed` seconds after the start."""
        # `get` and not `setdefault`, which would make a Tally for every request.
        tally = self.names.get(name)
        if tally is None:
            tally = self.names[name] = Tally()
        bucket = bucket_of(judged.seconds)
        tally.record(judged, bucket, elapsed)
        number = int(elapsed)
        second = self.seconds.get(number)
        if second is None:
            second = self.seconds[number] = Second()
        second.requests += 1
        second.failures += judged.outcome is RequestOutcome.FAILED
        second.durations.observe_in(bucket, judged.seconds)
        self.last_seconds = max(self.last_seconds, elapsed)

    def merge(self, other: "Figures") -> None:
        """Add what another one counted."""
        for name, tally in other.names.items():
            self.names.setdefault(name, Tally()).merge(tally)
        for number, second in other.seconds.items():
            self.seconds.setdefault(number, Second()).merge(second)
        for kind in _HISTOGRAMS:
            getattr(self, kind).merge(getattr(other, kind))
        for kind in _SUMS:
            setattr(self, kind, getattr(self, kind) + getattr(other, kind))
        self.raised.merge(other.raised)
        self.most_waiting = max(self.most_waiting, other.most_waiting)
        self.last_seconds = max(self.last_seconds, other.last_seconds)

    @property
    def total(self) -> Tally:
        """All names together."""
        return together(self.names.values())

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "names": {name: tally.document() for name, tally in sorted(self.names.items())},
            "seconds": {
                str(number): [second.requests, second.failures, second.durations.document()]
                for number, second in sorted(self.seconds.items())
            },
            **{kind: getattr(self, kind).document() for kind in _HISTOGRAMS},
            **{kind: getattr(self, kind) for kind in _SUMS},
            "raised": self.raised.document(),
            "most_waiting": self.most_waiting,
            "last_seconds": self.last_seconds,
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "Figures":
        """What `document` wrote."""
        return cls(
            names={name: Tally.read(tally) for name, tally in document["names"].items()},
            seconds={
                whole(number): Second(
                    whole(requests), whole(failures), LatencyHistogram.read(durations)
                )
                for number, (requests, failures, durations) in document["seconds"].items()
            },
            delays=LatencyHistogram.read(document["delays"]),
            waits=LatencyHistogram.read(document["waits"]),
            connects=LatencyHistogram.read(document["connects"]),
            handshakes=LatencyHistogram.read(document["handshakes"]),
            due=int(document["due"]),
            started=int(document["started"]),
            cpu_seconds=float(document["cpu_seconds"]),
            raised=ScenarioErrors.read(document["raised"]),
            most_waiting=int(document["most_waiting"]),
            last_seconds=finite(document["last_seconds"]),
        )


def together(tallies: Iterable[Tally]) -> Tally:
    """One tally of several."""
    whole = Tally()
    for tally in tallies:
        whole.merge(tally)
    return whole


def three_digits(value: float) -> str:
    """A figure in three significant digits, or all of a whole number."""
    return f"{value:.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:.3g}"  # noqa: PLR2004 - three digits
