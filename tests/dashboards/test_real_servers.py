"""A real Prometheus and a real Alertmanager answer what the dashboards ask."""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import requests

from tests.support import required_programs, small_dashboards
from tests.support.foreign_programs import NODE_EXPORTER, PROMETHEUS
from tests.support.wait_until import PATIENCE_SECONDS, eventually
from toolkit.config.pyproject import Addresses, Config
from toolkit.dashboards import Panel, PanelUnit, Query, Row, Variable
from toolkit.grafana import variable_interpolation
from toolkit.project import Project
from toolkit.prometheus import exposition
from toolkit.prometheus.client import Prometheus
from toolkit.prometheus.label_flow.series_labels import SCRAPE_SERIES
from toolkit.promql import quantile, selectors
from toolkit.stack import start_and_stop
from toolkit.stack.free_ports import on_free_ports
from toolkit.stack.server_commands import StackFiles
from toolkit.stack.state import RunningStack
from toolkit.validate import panel_coverage
from toolkit.validate.panel_coverage import QueryVerdict

pytestmark = pytest.mark.programs

NEEDED = ("prometheus", "promtool", "prometheus-alertmanager")
STEP = 15  # seconds between two samples, as between two scrapes
PAST = 600

# A zone that is a regular expression by itself: the variable's filling must mean it literally.
ODD_ZONE = "eu.1|+"
HISTORY = {
    'app_events_total{zone="eu.1|+"}': 3.0,
    'app_events_total{zone="us"}': 1.0,
    "app_doors": 0.0,
    'app_delay_bucket{le="0.1"}': 0.0,
    'app_delay_bucket{le="+Inf"}': 0.0,
}
"""Series and how much each grows in one step: the histogram never saw an event."""


def history(now: int) -> str:
    """Samples up to now, in OpenMetrics."""
    times = range(now - PAST, now + 1, STEP)
    lines = [
        f"{series} {growth * index:g} {time_}"
        for series, growth in HISTORY.items()
        for index, time_ in enumerate(times)
    ]
    return "\n".join([*lines, "# EOF\n"])


@pytest.fixture(scope="module")
def moment() -> int:
    """When the history ends. Queries are asked of it, however long the servers take to start."""
    return int(time.time())


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, moment: int) -> Iterator[RunningStack]:
    """Prometheus with a history of ten minutes, which scrapes itself and Alertmanager."""
    for name in NEEDED:
        required_programs.program(name)
    root = tmp_path_factory.mktemp("stack")
    state = root / ".toolkit"
    text = root / "history.txt"
    text.write_text(history(moment), encoding="utf-8")
    subprocess.run(
        [
            "promtool",
            "tsdb",
            "create-blocks-from",
            "openmetrics",
            str(text),
            str(state / "prometheus"),
        ],
        check=True,
        capture_output=True,
    )
    state.chmod(0o700)
    rule = root / "rules.yml"
    rule.write_text(
        "groups: [{name: g, rules: [{record: a, expr: vector(1)}, "
        "{alert: Always, expr: vector(1), labels: {severity: info, component: app}}]}]",
        encoding="utf-8",
    )
    config = on_free_ports(Config(root=root, catalogue="app.catalogue:CATALOGUE"))
    try:
        yield start_and_stop.up(config, _files(rule), state=state)
    finally:
        start_and_stop.down(state)


def _files(rule: Path) -> StackFiles:
    def prometheus(addresses: Addresses) -> str:
        own, other = (
            x.removeprefix("http://") for x in (addresses.prometheus, addresses.alertmanager)
        )
        return (
            "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
            f"rule_files: ['{rule}']\n"
            f"alerting: {{alertmanagers: [{{static_configs: [{{targets: ['{other}']}}]}}]}}\n"
            "scrape_configs:\n"
            f"- {{job_name: prometheus, static_configs: [{{targets: ['{own}']}}]}}\n"
            f"- {{job_name: alertmanager, static_configs: [{{targets: ['{other}']}}]}}\n"
        )

    return StackFiles(
        prometheus=prometheus,
        alertmanager=lambda _: "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n",
    )


def _panel(title: str, expr: str, empty_until: str = "") -> Panel:
    return Panel(
        title=title,
        help="h",
        unit=PanelUnit.COUNT,
        queries=(Query(title, expr),),
        empty_until=empty_until,
    )


MACHINE = {"CPU in use", "Memory in use"}
ZONE = Variable(small_dashboards.ZONE, small_dashboards.EVENTS, "Zone")
CHOSEN = small_dashboards.EVENTS.where(zone=ZONE)


def test_every_verdict_from_a_real_server(stack: RunningStack, moment: int) -> None:
    page = small_dashboards.board(
        Row(
            "All",
            (
                _panel("Rate", f"sum(rate({CHOSEN}[$__rate_interval]))"),
                _panel("Total", f"increase({CHOSEN}[$__range])"),
                _panel("Never", "app_never_seen"),
                _panel("Not yet", "app_never_seen", empty_until="something happens"),
                _panel("No number", quantile(0.9, small_dashboards.DELAY, "$__rate_interval")),
                _panel("Refused", f"app_doors * on () {CHOSEN}"),
            ),
        ),
        variables=(ZONE,),
        since="now-5m",
    )
    server = Prometheus(stack.addresses.prometheus).as_of(moment)
    asked = panel_coverage.run(small_dashboards.project(page), server)
    assert {each.panel: each.verdict for each in asked} == {
        "Rate": QueryVerdict.DATA,
        "Total": QueryVerdict.DATA,
        "Never": QueryVerdict.EMPTY,
        "Not yet": QueryVerdict.RIGHTLY_EMPTY,
        "No number": QueryVerdict.NAN,
        "Refused": QueryVerdict.FAILING,
    }
    assert asked[0].expr == r'sum(rate(app_events_total{zone=~"(eu\\.1\\|\\+|us)"}[60s]))'
    assert "answered 422" in asked[5].detail


def test_a_filled_variable_selects_exactly_what_the_server_knows(
    stack: RunningStack, moment: int
) -> None:
    server = Prometheus(stack.addresses.prometheus).as_of(moment)
    filled = panel_coverage.variable_values(
        small_dashboards.board(variables=(ZONE,)), server, "15s"
    )
    found = server.query(variable_interpolation.expand(CHOSEN, filled))
    assert {sample.labels["zone"] for sample in found} == {ODD_ZONE, "us"}


def test_the_servers_export_every_metric_of_stack_health(
    stack: RunningStack, reference: Project
) -> None:
    page = next(page for page in reference.pages if page.name == "stack-health")
    asked = {
        selector.name
        for panel in page.dashboard.panels
        for query in panel.queries
        for selector in selectors(query.expr)
    }
    declared = reference.catalogue.series.keys()  # of node-exporter, which is not of this stack
    names = asked - SCRAPE_SERIES - {"ALERTS"} - declared
    own = {name.removesuffix("_bucket") for name in names}
    assert len(own) > 15

    def missing() -> set[str]:
        urls = (stack.addresses.prometheus, stack.addresses.alertmanager)
        texts = (requests.get(f"{url}/metrics", timeout=PATIENCE_SECONDS).text for url in urls)
        return own - {name for text in texts for name in exposition.families(text)}

    eventually(lambda: not missing(), "every metric is exported, some from their first event on")


def test_stack_health_is_covered_by_a_stack_that_just_runs(
    stack: RunningStack, reference: Project
) -> None:
    """Beside the panels that wait for something: those must fill once it happened."""
    server = Prometheus(stack.addresses.prometheus)
    pages = tuple(page for page in reference.pages if page.name == "stack-health")
    project = Project(reference.config, reference.catalogue, (), None, pages)

    def wrong() -> list[str]:
        asked = panel_coverage.run(project, server)
        return [
            each.subject
            for each in asked
            if each.verdict is not QueryVerdict.DATA and each.panel not in MACHINE
        ]

    eventually(lambda: not wrong(), "every panel of stack-health has data")


@pytest.mark.programs
def test_the_machines_panels_are_filled_by_a_real_node_exporter(
    tmp_path: Path, reference: Project
) -> None:
    (page,) = (page for page in reference.pages if page.name == "stack-health")
    for name in ("node", "prometheus"):
        (tmp_path / name).mkdir()
    with NODE_EXPORTER.exporting(tmp_path / "node") as metrics:
        host = metrics.removeprefix("http://").removesuffix("/metrics")
        config = (
            "global: {scrape_interval: 500ms, scrape_timeout: 500ms}\n"
            f"scrape_configs: [{{job_name: node, static_configs: [{{targets: ['{host}']}}]}}]\n"
        )
        prometheus = replace(PROMETHEUS, config=config)
        with prometheus.exporting(tmp_path / "prometheus") as address:
            server = Prometheus(address.removesuffix("/metrics"))
            project = Project(reference.config, reference.catalogue, (), None, (page,))

            def filled() -> set[str]:
                asked = panel_coverage.run(project, server)
                return {x.panel for x in asked if x.verdict is QueryVerdict.DATA}

            eventually(lambda: filled() >= MACHINE, "both panels have data")
            for panel in (x for x in page.dashboard.panels if x.title in MACHINE):
                expr = panel.queries[0].expr.replace("$__rate_interval", "1m")
                (sample,) = server.query(expr)
                assert 0 <= sample.value <= 1


def test_labels_of_stack_health_are_those_of_the_servers(
    stack: RunningStack, reference: Project
) -> None:
    server = Prometheus(stack.addresses.prometheus)
    tables = [
        panel
        for page in reference.pages
        if page.name == "stack-health"
        for panel in page.dashboard.panels
        if panel.columns
    ]
    assert len(tables) == 2
    for panel in tables:
        expr = panel.queries[0].expr
        eventually(partial(server.query, expr), panel.title)
        for sample in server.query(expr):
            assert set(panel.columns) == set(sample.labels), panel.title
