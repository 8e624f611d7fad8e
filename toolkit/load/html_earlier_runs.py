"""Earlier runs in the HTML report: the last one beside this one, and figures run by run."""

import math
import time
from collections.abc import Iterator, Sequence
from html import escape

from toolkit.load.compare import Change, ScenarioComparison
from toolkit.load.history import SHOWN
from toolkit.load.html_charts import Line, chart
from toolkit.load.html_elements import mark, table
from toolkit.load.results import LoadOutcome, LoadResult
from toolkit.load.statistics import Second, three_digits

_TITLES = ["", "request", "figure", "before", "now", "change", "chance makes", "allowed"]
_QUANTILES = (0.5, 0.95, 0.99)


def comparisons(outcome: LoadOutcome) -> Iterator[str]:
    """Each scenario's figures now and before, with both runs over time."""
    results = {result.scenario: result for result in outcome.results}
    for each in outcome.comparisons:
        if not isinstance(each, ScenarioComparison):
            continue
        yield f"<h3>{escape(each.scenario)}</h3>"
        notes = [*each.notes]
        if each.before is not None:
            runs = "1 run" if each.earlier == 1 else f"{each.earlier} runs"
            notes.append(f"with the median of {runs}, the last of {_when(each.before)}")
        yield "".join(f'<p class="quiet">{escape(note)}</p>' for note in notes)
        if each.changes:
            yield table(_TITLES, [_row(change) for change in each.changes], "marks")
        if each.before is not None:
            yield f'<div class="pair">{"".join(_both(results[each.scenario], each.before))}</div>'


def _row(change: Change) -> list[str]:
    share = f"{change.share:+.0%}" if math.isfinite(change.share) else "from nothing"
    return [
        mark(ok=not change.is_regression, unknown=change.noise is None and change.limit is None),
        escape(change.name or "(all)"),
        change.title,
        f"{three_digits(change.before)} {change.unit}",
        f"{three_digits(change.after)} {change.unit}",
        share,
        escape(change.chance.removeprefix("chance makes ")),
        "" if change.limit is None else f"{change.limit:.0%}",
    ]


def _both(now: LoadResult, before: LoadResult) -> Iterator[str]:
    """Requests and P95 by second, of this run and of the last earlier one."""
    runs = {"now": now, "before": before}
    length = max(now.seconds, before.seconds)
    requests: dict[str, Line] = {
        name: [(n + 0.5, float(second.requests)) for n, second in _seconds(run)]
        for name, run in runs.items()
    }
    yield chart("Requests of both runs", "/s", requests, length)
    p95: dict[str, Line] = {
        name: [(n + 0.5, s.durations.quantile_seconds(0.95) * 1000) for n, s in _seconds(run)]
        for name, run in runs.items()
    }
    yield chart("P95 of both runs", "ms", p95, length)


def _seconds(run: LoadResult) -> list[tuple[int, Second]]:
    every = sorted(run.figures.seconds.items())
    return [(n, second) for n, second in every if n + 1 <= run.seconds] or every


def trends(outcome: LoadOutcome) -> Iterator[str]:
    """The last runs of each scenario with this one, the newest last: charts, and a row for each."""
    for result in outcome.results:
        earlier = (run for run in outcome.history if run.scenario == result.scenario)
        runs = [*earlier, result][-SHOWN:]
        which = f"the last {len(runs)} runs" if len(runs) > 1 else "the first run"
        yield f"<h3>{escape(result.scenario)}, {which}</h3>"
        if len(runs) > 1:
            yield f'<div class="pair">{"".join(_trend(runs))}</div>'
        titles = [
            "run",
            "began",
            "requests/s",
            *(f"P{q * 100:g} ms" for q in _QUANTILES),
            "success",
        ]
        yield table([*titles, ""], [_run(n, run, result) for n, run in enumerate(runs, start=1)])


def _trend(runs: Sequence[LoadResult]) -> Iterator[str]:
    last = max(1, len(runs) - 1)
    latency: dict[str, Line] = {
        f"P{q * 100:g}": [(n, _milliseconds(run, q)) for n, run in enumerate(runs)]
        for q in _QUANTILES
    }
    rate: dict[str, Line] = {
        "requests/s": [(n, run.requests_per_second) for n, run in enumerate(runs)]
    }
    yield chart("Latency, run by run", "ms", latency, last, at=_number)
    yield chart("Throughput, run by run", "/s", rate, last, at=_number)


def _number(place: float) -> str:
    # Between two runs there is none.
    return f"run {place + 1:.0f}" if place.is_integer() else ""


def _run(number: int, run: LoadResult, newest: LoadResult) -> list[str]:
    return [
        str(number),
        _when(run),
        three_digits(run.requests_per_second),
        *(three_digits(_milliseconds(run, q)) for q in _QUANTILES),
        f"{run.success_share:.2%}",
        "" if run.workload == newest.workload else "another load",
    ]


def _milliseconds(run: LoadResult, q: float) -> float:
    return run.total.durations.quantile_seconds(q) * 1000


def _when(run: LoadResult) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(run.started))
