"""The HTML report: all of it in one file that needs nothing else."""

from html.parser import HTMLParser

from loadtests._definitions import LOAD
from tests.support.load_runs import HOSTILE, OUTCOME
from toolkit.load import html_report


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
        "= throughput",
    ):
        assert words in text
