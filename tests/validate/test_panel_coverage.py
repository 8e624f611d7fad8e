"""Panel coverage: what is asked, how an answer is judged, and how it is told."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tests.support import fake_servers, small_dashboards
from toolkit.catalogue import Metric
from toolkit.dashboards import Dashboard, Note, OtherVariable, Query, Row, Variable
from toolkit.errors import RefusedError, UnreachableError
from toolkit.findings import Level
from toolkit.grafana import variable_interpolation
from toolkit.prometheus.client import Sample
from toolkit.validate import panel_coverage
from toolkit.validate.check import CheckOutcome
from toolkit.validate.panel_coverage import QueryVerdict
from toolkit.validate.run_checks import run as validate
from toolkit.validate.run_checks import verdict
from validators import panels_have_data

ZONE = Variable(small_dashboards.ZONE, small_dashboards.EVENTS, "Zone")
ZONES = "group by (zone) (app_events_total)"


def sample(value: float, **labels: str) -> Sample:
    return Sample(labels, value, 0.0)


@dataclass
class Server:
    """Answers from a table; everything else is empty. Remembers what it was asked."""

    answers: Mapping[str, tuple[Sample, ...]] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def as_of(self, _moment: float) -> "Server":
        return self

    def query(self, expr: str) -> tuple[Sample, ...]:
        self.asked.append(expr)
        if expr in self.refused:
            raise RefusedError(self.refused[expr])
        return self.answers.get(expr, ())


def one_query(expr: str, *, query_says: str = "", **panel_says: Any) -> Dashboard:
    query = Query("events", expr, empty_until=query_says)
    return small_dashboards.board(
        Row("All", (small_dashboards.panel(title="Events", queries=(query,), **panel_says),))
    )


def ask(server: Server, page: Dashboard) -> tuple[panel_coverage.AskedQuery, ...]:
    return panel_coverage.run(small_dashboards.project(page), server)


JUDGED: dict[str, tuple[tuple[Sample, ...], QueryVerdict, QueryVerdict]] = {
    "a value": ((sample(1.0),), QueryVerdict.DATA, QueryVerdict.DATA),
    "zero is a value": ((sample(0.0),), QueryVerdict.DATA, QueryVerdict.DATA),
    "infinity is a value": ((sample(math.inf),), QueryVerdict.DATA, QueryVerdict.DATA),
    "one value among NaN": ((sample(math.nan), sample(2.0)), QueryVerdict.DATA, QueryVerdict.DATA),
    "nothing": ((), QueryVerdict.EMPTY, QueryVerdict.RIGHTLY_EMPTY),
    "only NaN": ((sample(math.nan),), QueryVerdict.NAN, QueryVerdict.RIGHTLY_EMPTY),
}


@pytest.mark.parametrize(("samples", "plain", "excused"), JUDGED.values(), ids=JUDGED)
def test_judges(samples: tuple[Sample, ...], plain: QueryVerdict, excused: QueryVerdict) -> None:
    server = Server({"app_doors": samples})
    assert panel_coverage.judge("app_doors", server) == (plain, "")
    assert panel_coverage.judge("app_doors", server, may_be_empty=True) == (excused, "")


def test_a_refusal_is_never_excused() -> None:
    server = Server(refused={"app_doors": "many-to-many matching not allowed"})
    told = (QueryVerdict.FAILING, "many-to-many matching not allowed")
    assert panel_coverage.judge("app_doors", server, may_be_empty=True) == told


@pytest.mark.parametrize("where", ["panel", "query"])
def test_panel_or_query_may_say_what_must_happen_first(where: str) -> None:
    said = "a door opens"
    page = (
        one_query("app_doors", empty_until=said)
        if where == "panel"
        else one_query("app_doors", query_says=said)
    )
    (asked,) = ask(Server(), page)
    assert (asked.verdict, asked.empty_until) == (QueryVerdict.RIGHTLY_EMPTY, said)


EXPANDED = {
    "the rate interval is four scrapes": ("rate(x[$__rate_interval])", "rate(x[60s])"),
    "the range is what the dashboard shows at first": ("increase(x[$__range])", "increase(x[6h])"),
    "a variable in braces": ("rate(x[${__rate_interval}])", "rate(x[60s])"),
    "a choice of several": ('x{zone=~"$zone"}', 'x{zone=~"(eu|us)"}'),
    "a name that only begins alike": ('x{a="$zones"}', 'x{a="$zones"}'),
    "what is no variable": ('label_replace(x, "a", "$1", "b", "(.*)")',) * 2,
}


@pytest.mark.parametrize(("expr", "wanted"), EXPANDED.values(), ids=EXPANDED)
def test_expands(expr: str, wanted: str) -> None:
    server = Server({ZONES: (sample(1.0, zone="us"), sample(1.0, zone="eu"))})
    page = small_dashboards.board(variables=(ZONE,), since="now-6h")
    filled = panel_coverage.variable_values(page, server, "15s")
    assert variable_interpolation.expand(expr, filled) == wanted


def test_a_variable_without_values_stands_for_all() -> None:
    filled = panel_coverage.variable_values(
        small_dashboards.board(variables=(ZONE,)), Server(), "15s"
    )
    assert filled["zone"] == ".*"


def test_a_series_without_the_label_gives_no_value() -> None:
    server = Server({ZONES: (sample(1.0), sample(1.0, zone="eu"))})
    filled = panel_coverage.variable_values(
        small_dashboards.board(variables=(ZONE,)), server, "15s"
    )
    assert filled["zone"] == "eu"


def test_values_mean_themselves_inside_a_regular_expression() -> None:
    server = Server({ZONES: (sample(1.0, zone="a.b|c"),)})
    filled = panel_coverage.variable_values(
        small_dashboards.board(variables=(ZONE,)), server, "15s"
    )
    assert filled["zone"] == r"a\\.b\\|c"


def test_an_imported_variable_takes_its_first_value_with_those_before_it_chosen() -> None:
    asked = 'group by (zone) (app_doors{shop="north"})'
    server = Server({asked: (sample(1.0, zone="b"), sample(1.0, zone="a"))})
    variables = (
        OtherVariable(name="shop", kind="custom", query="north, south"),
        OtherVariable(
            name="zone", kind="query", query='label_values(app_doors{shop="$shop"}, zone)'
        ),
        OtherVariable(name="every", kind="query", query="label_values(up, job)", include_all=True),
        OtherVariable(name="none", kind="query", query='label_values(up{a="$zone"}, job)'),
    )
    board = small_dashboards.board(variables=variables)
    filled = panel_coverage.variable_values(board, server, "15s")
    assert [filled[each.name] for each in variables] == ["north", "a", ".*", ".*"]
    assert server.asked == [asked, 'group by (job) (up{a="a"})']


def test_each_query_is_asked_once_and_named_by_dashboard_panel_and_ref_id() -> None:
    two = (Query("a", "app_doors"), Query("b", "up"))
    page = small_dashboards.board(Row("All", (small_dashboards.panel(title="Doors", queries=two),)))
    server = Server({"up": (sample(1.0),)})
    asked = ask(server, page)
    assert server.asked == ["app_doors", "up"]
    assert [(each.subject, each.verdict) for each in asked] == [
        ("events: Doors: A", QueryVerdict.EMPTY),
        ("events: Doors: B", QueryVerdict.DATA),
    ]
    assert asked[0].location.path.endswith("tests/validate/test_panel_coverage.py")


def test_an_unreachable_server_is_no_verdict() -> None:
    dead: Any = fake_servers.DeadPrometheus()
    with pytest.raises(UnreachableError, match="nothing listens there"):
        panel_coverage.run(small_dashboards.project(one_query("up")), dead)


def four_verdicts() -> tuple[panel_coverage.AskedQuery, ...]:
    (asked,) = ask(Server({"up": (sample(1.0),)}), one_query("up"))
    return tuple(
        replace(asked, verdict=each)
        for each in (
            QueryVerdict.DATA,
            QueryVerdict.DATA,
            QueryVerdict.RIGHTLY_EMPTY,
            QueryVerdict.NAN,
        )
    )


def test_the_summary_counts_and_says_all_only_of_all() -> None:
    asked = four_verdicts()
    assert panel_coverage.summary(asked) == (
        "panel coverage 75%: 4 queries, 2 with data, 1 empty by design, 1 only NaN"
    )
    assert panel_coverage.summary(asked[:3]) == (
        "panel coverage 100%: 3 queries, 2 with data, 1 empty by design"
    )
    nearly = (asked[0],) * 999 + (asked[3],)
    assert panel_coverage.summary(nearly).startswith("panel coverage 99%: 1000 queries")


def test_nothing_asked_is_nothing_covered() -> None:
    assert panel_coverage.share(()) == 0.0
    assert panel_coverage.summary(()) == "panel coverage 0%: 0 queries"


def test_one_query_is_a_query() -> None:
    assert panel_coverage.counts(four_verdicts()[:1]) == "1 query, 1 with data"


def test_each_dashboard_has_its_counts() -> None:
    asked = four_verdicts()
    other = replace(asked[0], dashboard="other")
    assert panel_coverage.by_dashboard((*asked, other)) == {
        "events": "4 queries, 2 with data, 1 empty by design, 1 only NaN",
        "other": "1 query, 1 with data",
    }


def test_what_is_rightly_empty_says_why() -> None:
    asked = tuple(replace(each, empty_until="a door opens") for each in four_verdicts())
    assert panel_coverage.empty_until(asked) == {"a door opens": ("events: Events: A",)}
    assert panel_coverage.empty_until(asked[:2]) == {}


def checked(prometheus: Any, page: Dashboard, requests: Metric | None = None) -> Any:
    project = replace(small_dashboards.project(page), requests=requests)
    stack = fake_servers.stack(project=project, prometheus=prometheus)
    (result,) = validate(stack, (panels_have_data.CHECK,))
    return result


def test_the_check_passes_and_tells_its_figure() -> None:
    server = fake_servers.FakePrometheus(answers={"up": (sample(1.0),)})
    result = checked(server, one_query("up"))
    assert result.outcome is CheckOutcome.PASSED
    assert [(f.level, f.subject, f.message) for f in result.findings] == [
        (Level.INFO, "", "panel coverage 100%: 1 query, 1 with data"),
        (Level.INFO, "events", "1 query, 1 with data"),
    ]


def test_the_check_tells_what_is_empty_by_design_and_why() -> None:
    result = checked(fake_servers.FakePrometheus(), one_query("up", empty_until="a door opens"))
    assert result.outcome is CheckOutcome.PASSED
    assert (result.findings[-1].subject, result.findings[-1].message) == (
        "empty until a door opens",
        "events: Events: A",
    )


def test_the_check_fails_and_names_the_query() -> None:
    result = checked(fake_servers.FakePrometheus(), one_query("up"))
    assert result.outcome is CheckOutcome.FAILED
    assert [(f.subject, f.message) for f in result.findings] == [
        ("", "panel coverage 0%: 1 query, 1 empty"),
        ("events", "1 query, 1 empty"),
        ("events: Events: A", "is empty: up"),
    ]
    assert result.findings[2].fix == (
        'send traffic that moves it, or say what must happen first: empty_until="…".'
    )


def test_the_check_tells_the_servers_words() -> None:
    result = checked(Server(refused={"up": "query timed out"}), one_query("up"))
    assert result.findings[-1].message == "fails: query timed out"


GROWTH = "sum(increase(app_events_total[60s]))"
GREW_LAST = f"max_over_time(timestamp({GROWTH} > 0)[2m:15s])"


@pytest.mark.parametrize("growth", [(), (sample(0.0),)], ids=["no sample yet", "no growth"])
def test_the_check_is_skipped_while_no_traffic_flows(growth: tuple[Sample, ...]) -> None:
    result = checked(Server({GROWTH: growth}), one_query("up"), small_dashboards.EVENTS)
    assert result.outcome is CheckOutcome.SKIPPED
    assert result.reason == (
        "app_events_total has not grown within 2m, so panels are rightly empty; "
        "send traffic with `toolkit load`, then validate again."
    )


def test_the_check_judges_once_traffic_flows() -> None:
    result = checked(Server({GROWTH: (sample(2.0),)}), one_query("up"), small_dashboards.EVENTS)
    assert result.outcome is CheckOutcome.FAILED


@dataclass
class Moments(Server):
    """Remembers of which moment it was asked, too."""

    moment: float | None = None

    def as_of(self, moment: float) -> "Moments":
        return replace(self, moment=moment)

    def query(self, expr: str) -> tuple[Sample, ...]:
        found = super().query(expr)
        self.asked[-1] += f" at {self.moment}"
        return found


def test_the_check_asks_of_the_last_moment_of_traffic_that_has_ended() -> None:
    ended = Moments({GROWTH: (sample(0.0),), GREW_LAST: (sample(1234.5),), "up": (sample(1.0),)})
    result = checked(ended, one_query("up"), small_dashboards.EVENTS)
    assert result.outcome is CheckOutcome.PASSED
    assert ended.asked == [f"{GROWTH} at None", f"{GREW_LAST} at None", "up at 1234.5"]


def test_the_check_is_unknown_without_a_server() -> None:
    result = checked(fake_servers.DeadPrometheus(), one_query("up"))
    assert result.outcome is CheckOutcome.UNKNOWN
    assert verdict((result,)).name == "UNKNOWN"


def test_the_check_is_skipped_where_no_dashboard_has_a_panel() -> None:
    notes = Dashboard(uid="notes", title="N", help="N.", rows=(Row("N", (Note("N", "Text."),)),))
    result = checked(fake_servers.FakePrometheus(), notes)
    assert (result.outcome, result.reason) == (
        CheckOutcome.SKIPPED,
        "no dashboard has a panel, so no query was asked.",
    )
    assert result.findings == ()
