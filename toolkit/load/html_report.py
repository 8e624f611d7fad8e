"""Runs as one HTML file for people: figures, charts, failures, thresholds, the service.

It needs no network and no script, so that it can be kept with a build or sent by mail.
"""

import time
from collections.abc import Iterator, Sequence
from html import escape

from toolkit.load import text_report
from toolkit.load.definitions import LoadDefinitions
from toolkit.load.html_charts import chart
from toolkit.load.judge_thresholds import ThresholdVerdict
from toolkit.load.results import LoadOutcome, LoadResult
from toolkit.load.statistics import RequestOutcome, Tally, three_digits

STYLE = """
:root { color-scheme: light dark; --line: #8885; }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem } h2 { font-size: 1.15rem; margin-top: 2.2rem } h3 { font-size: 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid var(--line) }
th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere }
figure { margin: 1rem 0 } figcaption { font-weight: 600 } svg { width: 100%; height: auto }
svg text { font-size: 11px; fill: currentColor } .grid { stroke: var(--line) }
polyline { fill: none; stroke-width: 1.6 } pre { white-space: pre-wrap; overflow-wrap: anywhere }
figcaption span { font-weight: 400; margin-left: .6rem }
ul { list-style: none; padding: 0 }
i { display: inline-block; width: .8em; height: .8em; margin-right: .25em }
.bad { color: #c62828 } .good { color: #2e7d32 }
@media (prefers-color-scheme: dark) { .bad { color: #ff8a80 } .good { color: #a5d6a7 } }
"""
QUANTILES = (0.5, 0.9, 0.95, 0.99)


def as_html(outcome: LoadOutcome, definitions: LoadDefinitions) -> str:
    """The whole file."""
    names = ", ".join(result.scenario for result in outcome.results)
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>Load: {escape(names)}</title><style>{STYLE}</style></head><body>",
        f"<h1>Load: {escape(names)}</h1>",
    ]
    for number, result in enumerate(outcome.results):
        parts += _run(result, outcome.verdicts[number], definitions)
        parts += _service(result, outcome, number)
    if outcome.balances is not None:
        rows = [
            [_mark(ok=x.holds), escape(x.counter.title), str(x.sent), f"{x.grown:g}"]
            for x in outcome.balances
        ]
        parts += ["<h2>Conservation</h2>", _table(["", "balance", "sent", "counted"], rows)]
    if outcome.comparisons:
        compared = escape("\n\n".join(map(str, outcome.comparisons)))
        parts += ["<h2>Compared with an earlier run</h2>", f"<pre>{compared}</pre>"]
    return "\n".join([*parts, "</body></html>\n"])


def _run(
    result: LoadResult, verdicts: Sequence[ThresholdVerdict], definitions: LoadDefinitions
) -> Iterator[str]:
    began = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(result.started))
    yield f"<h2>{escape(result.scenario)}</h2><p>{escape(result.url)}, {began}</p>"
    yield f"<pre>{escape(text_report.summary(result, definitions))}</pre>"
    if verdicts:
        items = "".join(f"<li>{_mark(ok=v.kept)} {escape(str(v)[2:])}</li>" for v in verdicts)
        yield f"<h3>Thresholds</h3><ul>{items}</ul>"
    percentiles = [f"P{q * 100:g} ms" for q in QUANTILES]
    yield "<h3>By name</h3>" + _table(
        ["name", "requests", "accepted", "refused", "failed", *percentiles],
        [_row(name, tally) for name, tally in sorted(result.figures.names.items())],
    )
    if result.errors:
        rows = [[escape(message), str(count)] for message, count in result.errors.items()]
        yield "<h3>Failures</h3>" + _table(["message", "count"], rows)
    yield from _charts(result)


def _service(result: LoadResult, outcome: LoadOutcome, number: int) -> Iterator[str]:
    """The service's own metrics during run `number`, or why they are not known."""
    yield "<h3>What the service counted</h3>"
    if outcome.service_unknown:
        yield f"<p>{escape(outcome.service_unknown)}</p>"
    for series in outcome.service[number] if number < len(outcome.service) else ():
        yield chart(series.chart.title, series.chart.unit, series.lines, result.seconds)


def _charts(result: LoadResult) -> Iterator[str]:
    # The last second is seldom a whole one, and would look like a breakdown.
    every = sorted(result.figures.seconds.items())
    seconds = [(n, second) for n, second in every if n + 1 <= result.seconds] or every
    rate = {
        "requests": [(n + 0.5, float(second.requests)) for n, second in seconds],
        "failures": [(n + 0.5, float(second.failures)) for n, second in seconds],
    }
    yield chart("Requests", "/s", rate, result.seconds)
    latency = {
        f"P{q * 100:g}": [(n + 0.5, s.durations.quantile_seconds(q) * 1000) for n, s in seconds]
        for q in QUANTILES
    }
    yield chart("Latency from the intended send", "ms", latency, result.seconds)


def _row(name: str, tally: Tally) -> list[str]:
    return [
        escape(name),
        str(tally.requests),
        str(tally.outcomes[RequestOutcome.ACCEPTED]),
        str(tally.outcomes[RequestOutcome.REFUSED]),
        str(tally.failed),
        *(three_digits(tally.durations.quantile_seconds(q) * 1000) for q in QUANTILES),
    ]


def _mark(*, ok: bool) -> str:
    return f'<span class="{"good" if ok else "bad"}">{"✓" if ok else "✗"}</span>'


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; the cells are HTML already."""
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"
