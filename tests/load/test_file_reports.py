"""Reports: what each holds, that they can be read back, and what nobody writes."""

import csv
import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from loadtests._definitions import LOAD
from tests.support.load_runs import judged, result
from toolkit.errors import ConfigurationError, UnreachableError, UsageError
from toolkit.load import compare, file_reports, html_report, service_metrics
from toolkit.load.conservation import Balance
from toolkit.load.definitions import LoadDefinitions, ServiceChart
from toolkit.load.html_charts import chart
from toolkit.load.results import LoadOutcome, ServiceSeries
from toolkit.load.threshold_verdicts import judge, judge_all
from toolkit.load.thresholds import parse
from toolkit.prometheus.client import Prometheus

HOSTILE = 'got 500: <script>alert("x")</script>'
RUN = result(*[judged(n) for n in range(1, 60)], judged(9, "stale"), judged(70, message=HOSTILE))
VERDICTS = tuple(judge(parse(text), RUN) for text in ("p(95)<5", "rps>=1"))
BALANCES = (
    Balance(counter=LOAD.counters[0], sent=59, grown=59.0),
    Balance(counter=LOAD.counters[1], sent=0, grown=2.0),
)
SEEN = ServiceSeries(ServiceChart("Answers", "/s", "x"), {"success": [(0.0, 1.0), (1.0, 30.0)]})
OUTCOME = LoadOutcome(
    results=(RUN,),
    verdicts=(VERDICTS,),
    balances=BALANCES,
    service=((SEEN,),),
    comparison="= throughput: 30 → 30 /s",
)


def test_json_can_be_read_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    file_reports.write(path, file_reports.as_json(OUTCOME))
    assert file_reports.read(path) == (RUN,)
    document = json.loads(path.read_text())
    assert document["runs"][0]["verdicts"][0] == {
        "threshold": "p(95)<5",
        "kept": False,
        "measured": pytest.approx(57.4, rel=0.02),
        "operator": "<",
        "allowed": 5.0,
        "unit": "ms",
        "why": "",
    }
    assert [line["holds"] for line in document["conservation"]] == [True, False]


NO_REPORTS = {
    "nothing": (None, "No such file"),
    "no JSON": ("{", "not a report of a load"),
    "another JSON": ("[1]", "not a report of a load"),
    "half a report": ('{"format": 2, "runs": [{}]}', "not a report of a load"),
    "a later format": ('{"format": 3, "runs": []}', "a report of format 3, not 2"),
}


@pytest.mark.parametrize(("text", "message"), NO_REPORTS.values(), ids=NO_REPORTS)
def test_what_is_no_report_is_told(tmp_path: Path, text: str | None, message: str) -> None:
    path = tmp_path / "a.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=message) as caught:
        file_reports.read(path)
    assert str(path) in str(caught.value)


def test_csv_has_a_row_for_each_name_and_one_for_all() -> None:
    rows = list(csv.DictReader(file_reports.as_csv(OUTCOME).splitlines()))
    assert [row["name"] for row in rows] == ["order", "(all)"]
    assert [rows[0][key] for key in ("requests", "accepted", "refused", "failed")] == [
        "61",
        "59",
        "1",
        "1",
    ]
    assert float(rows[0]["p50_ms"]) == pytest.approx(30, rel=0.02)


def test_csv_holds_no_formula() -> None:
    run = result(judged())
    run.figures.names["=cmd()"] = run.figures.names.pop("order")
    assert "rush,'=cmd()," in file_reports.as_csv(LoadOutcome(results=(run,), verdicts=((),)))


def test_junit_has_a_case_for_answers_each_threshold_and_each_balance() -> None:
    root = ET.fromstring(file_reports.as_junit(OUTCOME))
    assert [(s.get("name"), s.get("tests"), s.get("failures")) for s in root] == [
        ("load: rush", "3", "2"),
        ("load: conservation", "2", "1"),
    ]
    failed = [
        case.get("name") for case in root.iter("testcase") if case.find("failure") is not None
    ]
    assert failed == ["answers are as expected", "p(95)<5", "answers: duplicate"]


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
    seen = Page()
    seen.feed(html_report.as_html(OUTCOME, LOAD))
    assert seen.foreign == []
    text = " ".join(seen.text)
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


def test_a_chart_of_nothing_says_so_and_one_of_something_is_drawn() -> None:
    assert "Rate: no data" in chart("Rate", "/s", {"x": []}, 5)
    drawn = chart("Rate", "/s", {"x": [(0, 0), (5, 10), (10, float("nan"))]}, 10)
    assert '<polyline points="64.0,178.0 392.0,8.0"' in drawn
    assert ET.fromstring(drawn[drawn.index("<svg") : drawn.index("</figure>")]).tag == "svg"


def test_without_prometheus_the_page_says_why_nothing_is_known() -> None:
    nowhere = Prometheus("http://127.0.0.1:9")
    outcome = service_metrics.with_service_metrics(OUTCOME, LOAD, nowhere, 1.0)
    assert outcome.service_unknown.startswith("Not known: http://127.0.0.1:9/api/v1/query_range: ")
    assert "nothing listens there" in html_report.as_html(outcome, LOAD)


def test_the_services_series_are_those_of_the_same_minutes() -> None:
    class Fake(Prometheus):
        def range(self, expr: str, start: float, end: float, step_seconds: float):  # type: ignore[no-untyped-def]  # noqa: ANN202
            assert expr == "rate(x[8s])"
            assert (start, end, step_seconds) == (RUN.started, RUN.started + 4, 1)
            return (({"status": "ok"}, ((start + 1, 5.0),)), ({}, ((start, 7.0),)))

    book = LoadDefinitions(charts=(ServiceChart("X", "/s", "rate(x[$__rate_interval])"),))
    ((seen,),) = service_metrics.with_service_metrics(OUTCOME, book, Fake("http://x"), 2.0).service
    assert seen.lines == {"ok": [(1.0, 5.0)], "X": [(0.0, 7.0)]}


def test_a_report_that_nobody_writes_is_told_before_anything_is_sent() -> None:
    with pytest.raises(UsageError, match=r"--report a\.pdf: the name must end in one of \.csv"):
        file_reports.writers(["a.pdf"], {})


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"file/a\.csv: cannot be written"):
        file_reports.write(tmp_path / "file" / "a.csv", "x")


# --- beside an earlier run ---


def steady(milliseconds: float, *, spread: float = 0.02, seconds: int = 10, rate: int = 40):  # type: ignore[no-untyped-def]  # noqa: ANN201
    def times() -> Iterator[float]:
        for second in range(seconds):
            wobble = 1 + spread * (-1) ** second
            yield from (milliseconds * wobble for _ in range(rate))

    run = result(*[judged(t) for t in times()], seconds=seconds)
    run.figures.seconds = {n: s for n, s in run.figures.seconds.items() if n < seconds}
    return run


def words(before: object, after: object) -> list[str]:
    return [str(change) for change in compare.compare(before, after)]  # type: ignore[arg-type]


def test_what_became_slower_is_told_with_how_much_and_how_much_is_chance() -> None:
    found = words(steady(10), steady(15))
    assert found[0].startswith("= throughput: 40 → 40 /s (+0%; chance makes ±")
    assert found[1].startswith("✗ P50: ")
    assert ": slower (+5" in found[1]


def test_what_became_faster_is_told_too() -> None:
    assert all(": faster (-3" in line for line in words(steady(15), steady(10))[1:])


def test_noise_is_no_change() -> None:
    assert all(
        line.startswith("= ") for line in words(steady(10, spread=0.8), steady(12, spread=0.8))
    )


def test_a_change_that_nobody_would_act_on_is_none() -> None:
    assert all(
        line.startswith("= ") for line in words(steady(10, spread=0), steady(10.3, spread=0))
    )


def test_too_few_seconds_say_nothing_of_chance() -> None:
    found = words(steady(10, seconds=3), steady(20, seconds=3))
    assert all(line.startswith("? ") for line in found)
    assert "too few seconds to tell it from chance" in found[1]


def test_less_throughput_is_worse() -> None:
    assert words(steady(10), steady(10, rate=25))[0].startswith(
        "✗ throughput: 40 → 25 /s: fewer (-38%"
    )


def test_runs_are_compared_by_scenario_and_told_when_asked_for_something_else() -> None:
    other = result(judged(), scenario="calm")
    assert compare.render((RUN,), (other,)) == "calm: the earlier report has no such run"
    assert "! the two runs were not asked for the same load" in compare.render(
        (RUN,), (steady(10),)
    )


def test_an_unreachable_prometheus_is_no_verdict() -> None:
    run = result(*[judged()] * 20, thresholds=("promql: up > 0",))
    with pytest.raises(UnreachableError):
        judge_all(
            run,
            Prometheus("http://127.0.0.1:9"),
            scrape_seconds=1,
            job="x",
            progress=lambda _: None,
        )
