"""What Prometheus and a measured service answer, refuse, or leave unanswered."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.support.http_server import answering, serving
from toolkit.errors import ConfigurationError, ExitStatus, RefusedError, UnreachableError
from toolkit.prometheus import client
from toolkit.prometheus.client import Prometheus
from toolkit.prometheus.exposition import Exported, MeasuredService

LOADED = {"name": "A", "type": "alerting", "query": "up == 0", "health": "ok", "labels": {"a": "b"}}
ANSWERS: dict[str, tuple[int, object]] = {
    "/-/ready": (200, "ready"),
    "/api/v1/status/buildinfo": (200, {"data": {"version": "2.42.0"}}),
    "/api/v1/query?query=up": (
        200,
        {"data": {"resultType": "vector", "result": [{"metric": {"job": "a"}, "value": [7, "1"]}]}},
    ),
    "/api/v1/query?query=up&time=5.000": (
        200,
        {"data": {"resultType": "vector", "result": [{"metric": {"job": "a"}, "value": [5, "0"]}]}},
    ),
    "/api/v1/query?query=1": (200, {"data": {"resultType": "scalar", "result": [7, "1"]}}),
    "/api/v1/query?query=sum%28": (400, {"error": "parse error: unclosed left parenthesis"}),
    "/api/v1/query?query=slow": (503, {"error": "query timed out"}),
    "/api/v1/targets?state=active": (
        200,
        {
            "data": {
                "activeTargets": [
                    {"labels": {"job": "a", "instance": "b"}, "health": "down",
                     "scrapeUrl": "http://a/metrics", "lastError": "refused",
                     "lastScrapeDuration": 0.25, "scrapeTimeout": "10s", "scrapeInterval": "15s"}
                ]
            }
        },
    ),
    "/api/v1/alertmanagers": (200, {"data": {"activeAlertmanagers": [{"url": "http://am/api"}]}}),
    "/api/v1/rules": (
        200,
        {
            "data": {
                "groups": [
                    {"name": "g", "interval": 15, "evaluationTime": 0.5, "file": "r.yml",
                     "rules": [LOADED], "lastEvaluation": "2026-01-02T03:04:05.678901234Z"}
                ]
            }
        },
    ),
    "/api/v1/status/runtimeinfo": (
        200,
        {"data": {"storageRetention": "7d or 5GiB", "lastConfigTime": "2026-01-02T03:04:05Z",
                  "reloadConfigSuccess": False}},
    ),
    "/api/v1/query?query=time%28%29": (
        200,
        {"data": {"resultType": "scalar", "result": [1767323052.5, "1767323052.5"]}},
    ),
    "/api/v1/query?query=ALERTS%5B15s%5D": (
        200,
        {
            "data": {
                "resultType": "matrix",
                "result": [{"metric": {"alertname": "A"}, "values": [[1.5, "1"], [2.5, "1"]]}],
            }
        },
    ),
    "/api/v1/query_range?query=up&start=1.000&end=3.000&step=0.5": (
        200,
        {"data": {"result": [{"metric": {"job": "a"}, "values": [[1, "0"], [1.5, "1"]]}]}},
    ),
    "/login/api/v1/rules": (200, "<html>Log in</html>"),
    "/object/api/v1/rules": (200, {"status": "error"}),
    "/list/api/v1/rules": (200, []),
    "/metrics": (200, "# TYPE x gauge\nx 1\n"),
}  # fmt: skip


@pytest.fixture
def url() -> Iterator[str]:
    with serving(answering(ANSWERS)) as address:
        yield address


def test_answers_are_typed(url: str) -> None:
    prometheus = Prometheus(url)
    assert prometheus.version() == "2.42.0"
    assert prometheus.query("up") == (client.Sample({"job": "a"}, 1.0, 7.0),)
    assert prometheus.as_of(5).query("up") == (client.Sample({"job": "a"}, 0.0, 5.0),)
    assert prometheus.query("1") == (client.Sample({}, 1.0, 7.0),)
    assert prometheus.targets() == (
        client.ScrapeTarget("a", "http://a/metrics", "down", "refused", 0.25, 10.0, 15.0, "b"),
    )
    assert prometheus.alertmanagers() == ("http://am/api",)
    (group,) = prometheus.groups()
    assert (group.file, group.name, group.every_seconds) == ("r.yml", "g", 15)
    assert group.took_seconds == 0.5
    assert group.last.isoformat() == "2026-01-02T03:04:05.678901+00:00"
    assert prometheus.configured_seconds_ago() == 7.5
    assert prometheus.retention_seconds() == 7 * 86400
    assert prometheus.accepted_configuration() is False
    assert prometheus.history("ALERTS[15s]") == (client.History({"alertname": "A"}, (1.5, 2.5)),)
    assert prometheus.range("up", 1, 3, 0.5) == (({"job": "a"}, ((1.0, 0.0), (1.5, 1.0))),)
    (rule,) = prometheus.rules()
    assert (rule.file, rule.group, rule.name, rule.kind) == ("r.yml", "g", "A", "alerting")
    assert (rule.expr, rule.health, rule.last_error) == ("up == 0", "ok", "")
    assert (rule.labels, rule.every_seconds) == ({"a": "b"}, 15)
    service = MeasuredService(url)
    assert service.scrape()["x"].kind == "gauge"
    assert service.samples() == (Exported("x", {}, 1.0),)
    assert (service.subject("x"), replace(service, label="a").subject("x")) == ("x", "a: x")


def test_a_refusal_quotes_the_servers_words(url: str) -> None:
    with pytest.raises(
        RefusedError, match="answered 400: parse error: unclosed left parenthesis"
    ) as caught:
        Prometheus(url).query("sum(")
    assert caught.value.status is ExitStatus.FINDINGS


def test_a_server_in_trouble_has_not_answered(url: str) -> None:
    with pytest.raises(UnreachableError, match="answered 503: query timed out"):
        Prometheus(url).query("slow")


def test_without_an_answer_nothing_is_known_and_the_fix_is_said() -> None:
    with pytest.raises(UnreachableError) as caught:
        Prometheus("http://127.0.0.1:9").rules()
    assert str(caught.value) == (
        "http://127.0.0.1:9/api/v1/rules: nothing listens there.\n"
        "  fix: start it with `toolkit up`, or set [tool.toolkit.stack] prometheus."
    )
    assert caught.value.status is ExitStatus.UNKNOWN


def test_a_page_that_the_server_does_not_have_is_a_refusal(url: str) -> None:
    with pytest.raises(RefusedError, match="/nowhere/metrics: answered 404"):
        MeasuredService(f"{url}/nowhere").scrape()


FOREIGN = {"a login page": "/login", "another object": "/object", "a list": "/list"}


@pytest.mark.parametrize("path", FOREIGN.values(), ids=FOREIGN)
def test_an_answer_of_another_server_is_shown_with_the_address_to_correct(
    url: str, path: str
) -> None:
    shown = (
        r": answered, but not as Prometheus does: '.+'\n  fix: correct the address of Prometheus"
    )
    with pytest.raises(ConfigurationError, match=shown):
        Prometheus(f"{url}{path}").rules()


ODD: dict[str, tuple[str, object, Callable[[Prometheus], object]]] = {
    "a list": ("/api/v1/query?query=up", [], lambda server: server.query("up")),
    "no result": ("/api/v1/query?query=up", {"a": 1}, lambda server: server.query("up")),
    "text where a number belongs": (
        "/api/v1/query?query=up",
        {"resultType": "vector", "result": [{"metric": {}, "value": [1, "many"]}]},
        lambda server: server.query("up"),
    ),
    "nothing": ("/api/v1/rules", None, lambda server: server.rules()),
    "rules of another kind": (
        "/api/v1/rules",
        {"groups": [{"name": "g"}]},
        lambda server: server.groups(),
    ),
    "rules that are a number": (
        "/api/v1/rules",
        {"groups": 5},
        lambda server: server.ask("/api/v1/rules"),
    ),
    "a rule without an expression": (
        "/api/v1/rules",
        {"groups": [{"name": "g", "interval": 15, "rules": [{"type": "alerting", "name": "A"}]}]},
        lambda server: server.ask("/api/v1/rules"),
    ),
    "a table for a list": (
        "/api/v1/series",
        {"a": "b"},
        lambda server: server.ask("/api/v1/series"),
    ),
    "numbers for names": ("/api/v1/labels", [1], lambda server: server.ask("/api/v1/labels")),
    "rows that are a table": (
        "/api/v1/query",
        {"resultType": "vector", "result": {"a": 1}},
        lambda server: server.ask("/api/v1/query"),
    ),
    "values that are text": (
        "/api/v1/query_range",
        {"resultType": "matrix", "result": [{"metric": {}, "values": "no"}]},
        lambda server: server.ask("/api/v1/query_range"),
    ),
    "half a scalar": (
        "/api/v1/query",
        {"resultType": "scalar", "result": [1]},
        lambda server: server.ask("/api/v1/query"),
    ),
    "no such fact": ("/api/v1/status/runtimeinfo", {}, lambda server: server.retention_seconds()),
}


@pytest.mark.parametrize(("path", "data", "ask"), ODD.values(), ids=ODD)
def test_an_answer_of_another_form_is_told_and_no_bug_of_ours(
    path: str, data: object, ask: Callable[[Prometheus], object]
) -> None:
    answers = {path: (200, {"data": data})}
    with serving(answering(answers)) as address, pytest.raises(ConfigurationError) as caught:
        ask(Prometheus(address))
    where, _, what = caught.value.message.partition(": answered, but not as Prometheus does: ")
    assert where in {address, f"{address}{path.partition('?')[0]}"}
    assert what.startswith("it has ")
    assert caught.value.fix.startswith("correct the address of Prometheus in [tool.toolkit.stack]")


@pytest.mark.parametrize("path", ["/api/v1/labels", "/api/v1/series", "/api/v1/label/a/values"])
def test_null_is_an_empty_list(path: str) -> None:
    with serving(answering({path: (200, {"data": None})})) as address:
        assert Prometheus(address).ask(path) == []


def test_what_an_answer_lacks_is_named() -> None:
    answers = {"/-/ready": (200, "ready"), "/api/v1/status/buildinfo": (200, {"data": {}})}
    with serving(answering(answers)) as address, pytest.raises(ConfigurationError) as caught:
        Prometheus(address).version()
    assert caught.value.message.endswith("not as Prometheus does: it has no 'version'.")
    assert caught.value.status is ExitStatus.WRONG


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("1y", 365 * 86400), ("2w", 14 * 86400), ("3d", 3 * 86400), ("5h", 18000), ("90m", 5400),
        ("5GiB or 30s", 30), ("512MB", None), ("", None),
    ],
)  # fmt: skip
def test_the_retention_is_a_time_where_one_is_said(said: str, kept: float | None) -> None:
    answers = {"/api/v1/status/runtimeinfo": (200, {"data": {"storageRetention": said}})}
    with serving(answering(answers)) as address:
        assert Prometheus(address).retention_seconds() == kept
