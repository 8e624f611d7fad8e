"""One run in the HTML report: key figures, charts, answers, failures, what was asked for."""

from collections.abc import Iterator, Sequence
from html import escape

from toolkit.load.definitions import LoadDefinitions
from toolkit.load.html_charts import Line, chart
from toolkit.load.html_elements import table, tiles
from toolkit.load.html_thresholds_table import thresholds_table
from toolkit.load.judge_thresholds import ThresholdVerdict
from toolkit.load.result_warnings import notes
from toolkit.load.results import LoadResult
from toolkit.load.statistics import RequestOutcome, Tally, three_digits

QUANTILES = (0.5, 0.9, 0.95, 0.99)


def sections(
    result: LoadResult, verdicts: Sequence[ThresholdVerdict], definitions: LoadDefinitions
) -> Iterator[str]:
    """All of it, in the order in which it is read."""
    yield tiles(list(_key_figures(result)))
    if found := list(notes(result)):
        items = "".join(f"<li>{escape(note)}</li>" for note in found)
        yield f'<ul class="notes">{items}</ul>'
    if verdicts:
        yield "<h3>Thresholds</h3>" + thresholds_table(verdicts)
    yield f'<div class="pair">{"".join(_charts(result))}</div>'
    percentiles = [f"P{q * 100:g} ms" for q in QUANTILES]
    yield "<h3>By name</h3>" + table(
        ["name", "requests", "accepted", "refused", "failed", *percentiles, "service P95 ms"],
        [_row(name, tally) for name, tally in sorted(result.figures.names.items())],
    )
    yield "<h3>Answers</h3>" + table(
        ["answer", "requests", "share", ""], list(_answers(result, definitions))
    )
    if result.errors:
        rows = [[escape(message), str(count)] for message, count in result.errors.items()]
        yield "<h3>Failures</h3>" + table(["example", "count"], rows)
    yield "<h3>Settings</h3>" + table([], list(_settings(result)), "words")


def _key_figures(result: LoadResult) -> Iterator[tuple[str, str]]:
    total = result.total
    asked = _asked_rate(result)
    kept = f"{three_digits(result.requests_per_second)} /s"
    yield kept, f"requests, of {asked} asked for" if asked else "requests"
    yield f"{result.success_share:.2%}", f"answered as expected, of {result.requests}"
    for q in (0.5, 0.95, 0.99):
        yield _milliseconds(total.durations.quantile_seconds(q)), f"latency P{q * 100:g}"
    yield _milliseconds(total.service_times.quantile_seconds(0.95)), "service time P95"
    if result.is_open or result.unsent:
        yield str(result.unsent), "tasks not sent"
    yield str(total.unfinished + total.timed_out), "timed out or unfinished"


def _milliseconds(seconds: float) -> str:
    return f"{three_digits(seconds * 1000)} ms"


def _asked_rate(result: LoadResult) -> str:
    """The tasks a second that were asked for, on the average; of a closed loop none."""
    workload = result.workload
    if workload is None or workload.schedule is None or not workload.seconds:
        return ""
    return f"{three_digits((workload.due_requests or 0) / workload.seconds)} tasks/s"


def _settings(result: LoadResult) -> Iterator[list[str]]:
    workload = result.workload
    yield ["address", escape(result.url)]
    yield [
        "sent for",
        f"{result.seconds:.1f} s from {result.workers} process"
        + ("" if result.workers == 1 else "es"),
    ]
    if workload is None:
        return
    loop = "open: the clock decides" if result.is_open else "closed: each user waits for its answer"
    if workload.self_paced:
        loop = "closed: the users pace themselves"
    yield ["loop", loop]
    if workload.schedule is not None:
        points = ", ".join(f"{rate:g}/s at {at:g} s" for at, rate in workload.schedule.points)
        yield ["asked rate", points]
        yield ["tasks", f"{result.due} due, {result.figures.started} begun"]
    elif workload.max_requests:
        yield ["tasks", str(workload.max_requests)]
    yield ["users", str(workload.users)]
    if workload.warm_up_seconds:
        yield ["warm-up, not counted", f"{workload.warm_up_seconds:g} s"]
    late = result.figures.delays
    if late.counts:
        yield ["load generator's delay P99", _milliseconds(late.quantile_seconds(0.99))]
    for title, times in (("connect", result.figures.connects), ("TLS", result.figures.handshakes)):
        if times.counts:
            text = f"{times.count} × P95 {_milliseconds(times.quantile_seconds(0.95))}"
            yield [f"new connections, {title}", text]


def _charts(result: LoadResult) -> Iterator[str]:
    # The last second is seldom a whole one, and would look like a breakdown.
    every = sorted(result.figures.seconds.items())
    seconds = [(n, second) for n, second in every if n + 1 <= result.seconds] or every
    rate: dict[str, Line] = {
        "requests": [(n + 0.5, float(second.requests)) for n, second in seconds],
        "failures": [(n + 0.5, float(second.failures)) for n, second in seconds],
    }
    if result.workload is not None and result.workload.schedule is not None:
        rate["tasks asked for"] = result.workload.schedule.points
    yield chart("Requests", "/s", rate, result.seconds, broad="tasks asked for")
    latency = {
        f"P{q * 100:g}": [(n + 0.5, s.durations.quantile_seconds(q) * 1000) for n, s in seconds]
        for q in QUANTILES
    }
    yield chart("Latency from the intended send", "ms", latency, result.seconds)


def _answers(result: LoadResult, definitions: LoadDefinitions) -> Iterator[list[str]]:
    titles = {code: kind.title for kind in definitions.answers for code in kind.codes}
    for code, count in result.total.answers.most_common():
        share = count / result.requests
        known = escape(titles.get(code, ""))
        named = f'{escape(code)} <span class="quiet">{known}</span>'
        bar = f'<i class="bar" style="width:{share * 100:.1f}%"></i>'
        yield [named, str(count), f"{share:.1%}", bar]


def _row(name: str, tally: Tally) -> list[str]:
    return [
        escape(name),
        str(tally.requests),
        str(tally.outcomes[RequestOutcome.ACCEPTED]),
        str(tally.outcomes[RequestOutcome.REFUSED]),
        str(tally.failed),
        *(three_digits(tally.durations.quantile_seconds(q) * 1000) for q in QUANTILES),
        three_digits(tally.service_times.quantile_seconds(0.95) * 1000),
    ]
