"""`inhibition-equal-missing`: labels of `equal` that alerts never carry."""

from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest

from tests.conftest import WriteProject
from tests.support import project_builder
from tests.support.alertmanager_files import inhibiting
from toolkit.alerts import Alert, Severity
from toolkit.cli.main import run
from toolkit.findings import Finding
from toolkit.lint.alertmanager_rules.inhibition_equal_missing import RULE
from toolkit.lint.user_files_as_project import plain_project
from toolkit.receivers import Receiver, Slack
from toolkit.routing import Inhibition, Route, Routing

DESK = Receiver("desk", (Slack(channel="#desk"),))
ROUTES = tuple(Route(severity=each, receiver=DESK, repeat="4h") for each in Severity)
BY_KIND = project_builder.alert("Slow", "sum by (kind) (rate(app_events_total[5m])) > 1")
ALONE = project_builder.alert("Down", "sum(rate(app_events_total[5m])) == 0")
OTHER = project_builder.alert("Long", "sum(app_queue_depth) > 1")
QUEUE = project_builder.alert("Full", "max by (kind) (app_queue_depth) > 1")


def found(source: Alert, target: Alert, *equal: str) -> list[Finding]:
    rule = Inhibition(source=source.name, alerts=(target.name,), equal=equal, because="Tested.")
    project = replace(
        project_builder.project(alerts=(source, target)),
        routing=Routing(routes=ROUTES, inhibitions=(rule,)),
    )
    return list(RULE.check(project))


def test_a_label_that_neither_carries_is_an_error_at_the_inhibition() -> None:
    (finding,) = found(ALONE, OTHER, "cluster")
    assert finding.message == (
        "Down and Long never carry `cluster`: Alertmanager takes two missing labels for equal, "
        "so that Down inhibits Long always."
    )
    assert finding.subject == "Down"
    assert finding.location is not None
    assert finding.location.path == __file__
    assert "external_labels" in finding.fix


@pytest.mark.parametrize(
    ("source", "target", "lacking", "other"),
    [(ALONE, QUEUE, "Down", "Full"), (BY_KIND, OTHER, "Long", "Slow")],
)
def test_a_label_that_one_side_lacks_inhibits_nothing(
    source: Alert, target: Alert, lacking: str, other: str
) -> None:
    (finding,) = found(source, target, "kind")
    assert finding.message == (
        f"{lacking} never carries `kind` and {other} can: the two are then never equal, and "
        "nothing is inhibited."
    )


@pytest.mark.parametrize(
    ("source", "target", "label"),
    [(BY_KIND, QUEUE, "kind"), (ALONE, OTHER, "component"), (ALONE, OTHER, "severity")],
)
def test_labels_of_the_expression_and_of_the_rule_are_carried(
    source: Alert, target: Alert, label: str
) -> None:
    assert found(source, target, label) == []


def test_labels_that_an_alert_is_given_are_carried() -> None:
    team = {"team": "db"}
    assert found(replace(ALONE, labels=team), replace(OTHER, labels=team), "team") == []


def in_files(folder: Path, rules: str, prometheus_yml: str | None) -> list[Finding]:
    config, listed = folder / "alertmanager.yml", folder / "rules.yml"
    rule = (
        "{source_matchers: ['alertname=\"A\"'], target_matchers: ['severity=\"low\"'], "
        "equal: [cluster]}"
    )
    config.write_text(inhibiting(rule), encoding="utf-8")
    listed.write_text(f"groups: [{{name: g, rules: {rules}}}]", encoding="utf-8")
    server = None
    if prometheus_yml is not None:
        server = folder / "prometheus.yml"
        server.write_text(prometheus_yml, encoding="utf-8")
    return list(RULE.check(plain_project(None, [config, listed], server)))


RULES = (
    "[{alert: A, expr: sum(x) > 1}, {alert: B, expr: sum(y) > 1, labels: {severity: low}}, "
    "{alert: C, expr: z > 1, labels: {severity: low}}]"
)


def test_files_are_judged_with_the_rules_that_are_named_next_to_them(tmp_path: Path) -> None:
    (finding,) = in_files(tmp_path, RULES, "global: {}")
    assert finding.message.startswith("A and B never carry `cluster`")
    assert finding.location is not None
    assert Path(finding.location.path).name == "alertmanager.yml"


def test_external_labels_are_carried_and_may_be_where_no_prometheus_yml_is_named(
    tmp_path: Path,
) -> None:
    assert in_files(tmp_path, RULES, "global: {external_labels: {cluster: a}}") == []
    assert in_files(tmp_path, RULES, None) == []


def test_an_alert_is_not_compared_with_itself(tmp_path: Path) -> None:
    alone = "[{alert: A, expr: sum(x) > 1, labels: {severity: low}}]"
    assert in_files(tmp_path, alone, "global: {}") == []


SECOND = """

        REFUSALS = Alert(
            name="Refusals",
            expr=f"sum(rate({m.SALES.where(result='refused')}[5m])) > 1",
            hold="5m",
            severity=Severity.WARNING,
            component="till",
            summary="Cards are refused.",
            description="{{ $value }} refusals a second.",
            impact="No income.",
            response="1. Ask the bank.",
            because="One a second is many.",
            panel="Sales",
            fired_by=Quiet(),
            proof=(Proof("no such series", {}, at="20m", fires=False),),
        )
"""
ROUTING = """\
from toolkit.alerts import Severity
from toolkit.routing import Inhibition, Receiver, Route, Routing, Slack

DESK = Receiver("desk", (Slack(channel="#desk"),))
ROUTING = Routing(
    routes=tuple(Route(severity=each, receiver=DESK, repeat="4h") for each in Severity),
    inhibitions=(
        Inhibition(
            source="NoSales",
            alerts=("Refusals",),
            equal=(LABEL,),
            because="Nobody carries cluster.",
        ),
    ),
)
"""


@pytest.mark.parametrize(("label", "status"), [("cluster", 1), ("component", 0)])
def test_a_projects_own_inhibition_is_an_error_at_its_line(
    shop: WriteProject, capsys: pytest.CaptureFixture[str], label: str, status: int
) -> None:
    end = 'proof=(Proof("no such series", {}, at="20m", fires=False),),\n)\n'
    shop(
        {
            "shop/alerts/sales/volume.py": (end, end + dedent(SECOND)),
            "pyproject.toml": ('lint = ["toolkit.lint.rules", "toolkit.lint.dashboard_rules"]', ""),
        }
    )
    Path("shop/alerts/routing.py").write_text(
        ROUTING.replace("LABEL", repr(label)), encoding="utf-8"
    )
    assert run(["lint", "--rule", "inhibition-equal-missing"]) == status
    out = capsys.readouterr().out
    wanted = (
        "error[inhibition-equal-missing] shop/alerts/routing.py:11 NoSales\n"
        "  NoSales and Refusals never carry `cluster`: Alertmanager takes two missing labels for "
        "equal, so that NoSales inhibits Refusals always.\n"
    )
    assert (wanted in out) is (status == 1)


def test_a_side_that_does_not_name_its_alerts_may_have_others(tmp_path: Path) -> None:
    rules = (
        "[{alert: A, expr: sum by (cluster) (x) > 1}, "
        "{alert: B, expr: sum(y) > 1, labels: {severity: low}}]"
    )
    assert in_files(tmp_path, rules, "global: {}") == []
