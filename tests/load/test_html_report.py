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
        "Success rate:",
        "p(95)<5: ",
        "order: " + HOSTILE,
        "answers: duplicate",
        "Requests, /s",
        "Latency from the intended send, ms",
        "Answers, /s",
        "? throughput",
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
        ],
        ["order", "10", "8", "1", "1", "10", "20", "20", "20"],
    ]
    assert rows(text, "Failures") == [["message", "count"], ["order: no", "1"]]
    assert "<p>http://127.0.0.1:1, 2023-11-14 22:13:20 UTC</p>" in text


def test_balances_are_marked() -> None:
    found = rows(html_report.as_html(OUTCOME, LOAD), "Conservation")
    assert [re.sub("<.*?>", "", cell) for cell in found[1]] == ["✓", "answers: success", "59", "59"]
    assert [re.sub("<.*?>", "", cell) for cell in found[2]] == ["✗", "answers: duplicate", "0", "2"]
    assert 'class="good"' in found[1][0]
    assert 'class="bad"' in found[2][0]


def test_what_was_not_asked_for_is_left_out() -> None:
    plain = LoadOutcome(results=(result(judged()),), verdicts=((),))
    text = html_report.as_html(plain, LOAD)
    for heading in ("Thresholds", "Failures", "Conservation", "Compared with an earlier run"):
        assert heading not in text


def lines(text: str, title: str) -> list[str]:
    """The points of each line in the chart of that title."""
    figure = text.partition(f"<figcaption>{title}")[2].partition("</figure>")[0]
    return re.findall(r'<polyline points="(.*?)"', figure)


def test_the_last_second_is_drawn_only_when_it_was_whole() -> None:
    """Ten answers in each of two seconds, and one in a third that was not over."""
    run = result(*[judged()] * 20, judged(), seconds=2.1)
    text = html_report.as_html(LoadOutcome(results=(run,), verdicts=((),)), LOAD)
    requests, failures = lines(text, "Requests, /s")
    # In the middle of each second; 8 is the top of the chart and 178 its bottom.
    assert requests == "220.2,8.0 532.6,8.0"
    assert failures == "220.2,178.0 532.6,178.0"
    p50, *others = lines(text, "Latency from the intended send, ms")
    assert (p50, len(others)) == ("220.2,8.0 532.6,8.0", 3)
    short = result(judged(), seconds=0.5)
    text = html_report.as_html(LoadOutcome(results=(short,), verdicts=((),)), LOAD)
    assert lines(text, "Requests, /s")[0] == "720.0,8.0"


def test_each_run_has_the_service_of_its_own_minutes() -> None:
    runs = (RUN, replace(RUN, scenario="calm"))
    both = replace(OUTCOME, results=runs, verdicts=OUTCOME.verdicts * 2)
    text = html_report.as_html(both, LOAD)
    assert text.count("<figcaption>Answers, /s") == 1
    assert text.count("<h3>What the service counted</h3>") == 2
    assert "<title>Load: rush, calm</title>" in text
    unknown = replace(both, service=(), service_unknown="Not known: <why>")
    assert html_report.as_html(unknown, LOAD).count("<p>Not known: &lt;why&gt;</p>") == 2
