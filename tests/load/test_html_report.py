"""The HTML report: all of it in one file that needs nothing else."""

import re
from dataclasses import replace
from html.parser import HTMLParser

from loadtests._definitions import LOAD
from tests.support.load_runs import HOSTILE, OUTCOME, RUN, judged, result
from toolkit.load import html_report
from toolkit.load.results import LoadOutcome


class Page(HTMLParser):
    """What a page loads from elsewhere, and its scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.foreign: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.foreign += [tag] if tag in {"script", "link", "img", "iframe"} else []
        self.foreign += [name for name, _ in attrs if name in {"src", "href"} or name[:2] == "on"]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_the_page_needs_nothing_else_and_runs_nothing() -> None:
    page = Page()
    page.feed(html_report.as_html(OUTCOME, LOAD))
    assert page.foreign == []
    text = " ".join(page.text)
    for words in (
        "answered as expected",
        "p(95)<5",
        "order: " + HOSTILE,
        "answers: duplicate",
        "Requests, /s",
        "Latency from the intended send, ms",
        "Answers, /s",
        "throughput",
    ):
        assert words in text


def rows(text: str, title: str) -> list[list[str]]:
    """The cells of the table below a heading, the header row included."""
    table = text.partition(f">{title}</h")[2].partition("</table>")[0]
    return [re.findall(r"<t[hd]>(.*?)</t[hd]>", row) for row in table.split("<tr>")[1:]]


def test_every_name_has_its_counts_and_percentiles() -> None:
    run = result(*[judged(10)] * 8, judged(20, "stale"), judged(20, message="no"))
    text = html_report.as_html(LoadOutcome(results=(run,), verdicts=((),)), LOAD)
    assert rows(text, "By name") == [
        [
            "name",
            "requests",
            "accepted",
            "refused",
            "failed",
            "P50 ms",
            "P90 ms",
            "P95 ms",
            "P99 ms",
            "service P95 ms",
        ],
        ["order", "10", "8", "1", "1", "10", "20", "20", "20", "20"],
    ]
    assert rows(text, "Failures") == [["example", "count"], ["order: no", "1"]]
    assert "http://127.0.0.1:1, 2023-11-14 22:13:20 UTC</p>" in text


def test_balances_are_marked() -> None:
    found = rows(html_report.as_html(OUTCOME, LOAD), "Conservation")
    assert [re.sub("<.*?>", "", cell) for cell in found[1]] == ["✓", "answers: success", "59", "59"]
    assert [re.sub("<.*?>", "", cell) for cell in found[2]] == ["✗", "answers: duplicate", "0", "2"]
    assert 'class="good"' in found[1][0]
    assert 'class="bad"' in found[2][0]


def test_what_was_not_asked_for_is_left_out() -> None:
    plain = LoadOutcome(results=(result(judged()),), verdicts=((),))
    text = html_report.as_html(plain, LOAD)
    for heading in (
        "Thresholds",
        "Failures",
        "Conservation",
        "Compared with",
        "Trend",
        "What the service",
    ):
        assert heading not in text


def lines(text: str, title: str) -> list[str]:
    """The points of each line in the chart of that title."""
    figure = text.partition(f"<figcaption>{title}")[2].partition("</figure>")[0]
    return re.findall(r'<polyline points="(.*?)"', figure)


def test_the_last_second_is_drawn_only_when_it_was_whole() -> None:
    """Ten answers in each of two seconds, and one in a third that was not over."""
    run = result(*[judged()] * 20, judged(), seconds=2.1)
    text = html_report.as_html(LoadOutcome(results=(run,), verdicts=((),)), LOAD)
    asked, requests, failures = lines(text, "Requests, /s")
    # In the middle of each second; 10 is the top of the chart and 192 its bottom.
    assert requests == "224.8,10.0 534.3,10.0"
    assert failures == "224.8,192.0 534.3,192.0"
    assert asked == "70.0,10.0 720.0,10.0"
    p50, *others = lines(text, "Latency from the intended send, ms")
    assert (p50, len(others)) == ("224.8,10.0 534.3,10.0", 3)
    short = result(judged(), seconds=0.5)
    text = html_report.as_html(LoadOutcome(results=(short,), verdicts=((),)), LOAD)
    assert lines(text, "Requests, /s")[1] == "720.0,101.0 720.0,101.0"


def test_each_run_has_the_service_of_its_own_minutes() -> None:
    runs = (RUN, replace(RUN, scenario="calm"))
    both = replace(OUTCOME, results=runs, verdicts=OUTCOME.verdicts * 2)
    text = html_report.as_html(both, LOAD)
    assert text.count("<figcaption>Answers, /s") == 1
    assert text.count("<h3>What the service counted</h3>") == 1
    assert "<title>Load: rush, calm</title>" in text
    unknown = replace(both, service=(), service_unknown="Not known: <why>")
    assert html_report.as_html(unknown, LOAD).count(">Not known: &lt;why&gt;</p>") == 2


def test_the_verdict_comes_first_with_its_reasons() -> None:
    text = html_report.as_html(OUTCOME, LOAD)
    verdict = text[text.index('role="status"') : text.index("</div>", text.index('role="status"'))]
    assert "<strong>Failed</strong>" in verdict
    assert "1 of 61 requests failed" in verdict
    assert "1 threshold missed: p(95)&lt;5" in verdict
    assert text.index(verdict) < text.index('class="tiles"')
    good = LoadOutcome(results=(result(judged()),), verdicts=((),))
    assert '"verdict good" role="status"><strong>Passed</strong></div>' in html_report.as_html(
        good, LOAD
    )


def test_the_key_figures_have_their_units() -> None:
    run = result(*[judged(n) for n in range(1, 100)], judged(100, message="no"))
    run.figures.started -= 3
    text = html_report.as_html(LoadOutcome(results=(run,), verdicts=((),)), LOAD)
    figures = re.findall(r"<div><b>(.*?)</b><span>(.*?)</span></div>", text)
    assert figures == [
        ("50 /s", "requests, of 50 tasks/s asked for"),
        ("99.00%", "answered as expected, of 100"),
        ("50.3 ms", "latency P50"),
        ("95.4 ms", "latency P95"),
        ("99.3 ms", "latency P99"),
        ("95.4 ms", "service time P95"),
        ("3", "tasks not sent"),
        ("0", "timed out or unfinished"),
    ]


def test_what_was_asked_for_stands_next_to_what_was_kept() -> None:
    text = html_report.as_html(OUTCOME, LOAD)
    assert "requests, of 30.5 tasks/s asked for" in text
    assert ["asked rate", "30.5/s at 0 s, 30.5/s at 2 s"] in rows(text, "Settings")


def test_answers_are_shown_by_kind_with_their_names() -> None:
    found = rows(html_report.as_html(OUTCOME, LOAD), "Answers")
    assert [row[1:3] for row in found[1:]] == [["60", "98.4%"], ["1", "1.6%"]]
    assert "Stale" in found[2][0]
