"""Runs as one HTML file for people: the verdict first, then why, then everything else.

It needs no network, so that it can be kept with a build or sent by mail; and no script, but of the
dashboards that it is asked to hold.
"""

import time
from collections.abc import Iterator, Sequence
from html import escape

from toolkit.load import html_earlier_runs, html_one_run, verdict_reasons
from toolkit.load.definitions import LoadDefinitions
from toolkit.load.html_charts import chart
from toolkit.load.html_elements import mark, table
from toolkit.load.html_style import STYLE
from toolkit.load.html_thresholds_table import thresholds_table
from toolkit.load.results import LoadOutcome, LoadResult

# A dashboard is drawn in one of two themes; it follows the ground of the page around it.
_FOLLOWING = """<script>
const dark = matchMedia("(prefers-color-scheme: dark)")
const follow = () => {
  const [from, to] = dark.matches ? ["light", "dark"] : ["dark", "light"]
  for (const frame of document.querySelectorAll("iframe"))
    frame.srcdoc = frame.srcdoc.replace(`{"theme":"${from}",`, `{"theme":"${to}",`)
}
if (dark.matches) follow()
dark.addEventListener("change", follow)
</script>"""
_LOOKS = {"Passed": "good", "Failed": "bad"}


def as_html(outcome: LoadOutcome, definitions: LoadDefinitions) -> str:
    """The whole file."""
    names = ", ".join(result.scenario for result in outcome.results)
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>Load: {escape(names)}</title><style>{STYLE}</style></head><body>",
        f"<h1>Load: {escape(names)}</h1>",
        f'<p class="quiet">{_when(outcome.results)}</p>',
        *_verdict(outcome),
    ]
    several = len(outcome.results) > 1
    for number, result in enumerate(outcome.results):
        if several:
            parts.append(f"<h2>{escape(result.scenario)}</h2>")
        parts += html_one_run.sections(result, outcome.verdicts[number], definitions)
        parts += _service(result, outcome, number)
    parts += _beside(outcome)
    parts += _dashboards(outcome)
    return "\n".join([*parts, "</body></html>\n"])


def _when(results: Sequence[LoadResult]) -> str:
    began = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(results[0].started))
    urls = ", ".join(sorted({result.url for result in results}))
    return f"{escape(urls)}, {began}"


def _verdict(outcome: LoadOutcome) -> Iterator[str]:
    word = verdict_reasons.word(outcome)
    reasons = "".join(f"<li>{escape(text)}</li>" for text in verdict_reasons.reasons(outcome))
    below = f"<ul>{reasons}</ul>" if reasons else ""
    look = _LOOKS.get(word, "unknown")
    yield f'<div class="verdict {look}" role="status"><strong>{word}</strong>{below}</div>'


def _beside(outcome: LoadOutcome) -> Iterator[str]:
    """What is about all runs: their thresholds, conservation, earlier runs, the trend."""
    if outcome.together:
        yield "<h2>All together</h2>" + thresholds_table(outcome.together)
    if outcome.balances is not None:
        rows = [
            [mark(ok=x.holds), escape(x.counter.title), str(x.sent), f"{x.grown:g}"]
            for x in outcome.balances
        ]
        yield "<h2>Conservation</h2>" + table(["", "balance", "sent", "counted"], rows, "marks")
    if outcome.comparisons:
        yield "<h2>Compared with earlier runs</h2>"
        yield from html_earlier_runs.comparisons(outcome)
    if outcome.trend:
        yield "<h2>Trend</h2>"
        yield from html_earlier_runs.trends(outcome)


def _dashboards(outcome: LoadOutcome) -> Iterator[str]:
    """The project's own dashboards of the same minutes, each a page that reaches nothing else."""
    for each in outcome.dashboards:
        yield f"<h2>{escape(each.title)}, during the load</h2>"
        # Its own policy lets it reach no server; a sandbox would take away its settings.
        yield f'<iframe title="{escape(each.title)}" srcdoc="{escape(each.page)}"></iframe>'
    if outcome.dashboards:
        yield _FOLLOWING


def _service(result: LoadResult, outcome: LoadOutcome, number: int) -> Iterator[str]:
    """The service's own metrics during run `number`, or why they are not known."""
    series = outcome.service[number] if number < len(outcome.service) else ()
    if not series and not outcome.service_unknown:
        return
    yield "<h3>What the service counted</h3>"
    if outcome.service_unknown:
        yield f'<p class="quiet">{escape(outcome.service_unknown)}</p>'
    charts = [chart(x.chart.title, x.chart.unit, x.lines, result.seconds) for x in series]
    yield f'<div class="pair">{"".join(charts)}</div>'
