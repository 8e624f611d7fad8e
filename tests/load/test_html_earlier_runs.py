"""Earlier runs in the HTML report: both runs over time, and the trend."""

import re
from dataclasses import replace

from tests.support.load_runs import RUN, judged, result
from toolkit.load import html_earlier_runs
from toolkit.load.compare import compare
from toolkit.load.regression_limits import parse
from toolkit.load.results import LoadOutcome, LoadResult


def run(milliseconds: float, requests: int = 40, started: float = 1_700_000_000.0) -> LoadResult:
    return result(*[judged(milliseconds)] * requests, started=started)


def cells(text: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", text)
    return [[re.sub("<.*?>", "", x) for x in re.findall(r"<t[hd].*?>(.*?)</t", r)] for r in rows]


def test_both_runs_are_in_one_table_and_in_the_same_charts() -> None:
    before, now = run(10), run(20)
    found = compare((before,), (now,), (parse("p95:10%"),))
    text = "".join(
        html_earlier_runs.comparisons(
            LoadOutcome(results=(now,), verdicts=((),), comparisons=found)
        )
    )
    assert "with the median of 1 run, the last of 2023-11-14 22:13 UTC" in text
    rows = {row[2]: row for row in cells(text)[1:]}
    assert rows["P95"][0] == "✗"
    assert rows["P95"][1:6] == ["(all)", "P95", "10 ms", "20 ms", "+100%"]
    assert rows["P95"][7] == "10%"
    # One that is not judged is neither good nor bad.
    assert (rows["P50"][0], rows["P50"][6]) == ("?", "too few seconds to tell it from chance")
    for title in ("Requests of both runs, /s", "P95 of both runs, ms"):
        figure = text.partition(f"<figcaption>{title}")[2].partition("</figure>")[0]
        assert figure.count("<polyline") == 2
        assert re.findall(r"</svg>( \w+)</span>", figure) == [" now", " before"]


def test_a_scenario_without_an_earlier_run_says_so() -> None:
    found = compare((), (RUN,))
    outcome = LoadOutcome(results=(RUN,), verdicts=((),), comparisons=found)
    text = "".join(html_earlier_runs.comparisons(outcome))
    assert "no earlier run to compare with; one that failed is no measure" in text
    assert "<svg" not in text


def test_one_run_is_no_trend_to_draw() -> None:
    outcome = LoadOutcome(results=(run(5),), verdicts=((),), trend="x")
    text = "".join(html_earlier_runs.trends(outcome))
    assert "<h3>rush, the first run</h3>" in text
    assert "<svg" not in text
    assert len(cells(text)) == 2


def test_the_trend_is_drawn_run_by_run_with_this_one_last() -> None:
    history = tuple(run(10.0 * n, started=1_700_000_000.0 + n) for n in range(1, 13))
    other = replace(run(5), scenario="calm")
    now = run(130)
    outcome = LoadOutcome(
        results=(now,), verdicts=((),), history=(*history[:-1], other, run(120, 60)), trend="x"
    )
    text = "".join(html_earlier_runs.trends(outcome))
    assert "<h3>rush, the last 10 runs</h3>" in text
    latency = text.partition("<figcaption>Latency, run by run, ms")[2].partition("</figure>")[0]
    points = re.findall(r'<polyline points="(.*?)"', latency)
    assert [len(line.split()) for line in points] == [10, 10, 10]
    heights = [float(point.partition(",")[2]) for point in points[1].split()]
    assert heights == sorted(heights, reverse=True)  # slower is higher up
    assert re.findall(r">(run \d+)</text>", latency) == ["run 1", "run 10"]
    rows = cells(text)
    assert (rows[1][0], rows[-1][0], rows[-1][2], rows[-1][4]) == ("1", "10", "20", "130")
    assert [row[-1] for row in rows[-2:]] == ["another load", ""]
