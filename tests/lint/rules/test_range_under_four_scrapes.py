"""`range-under-four-scrapes`: a rate has room for a scrape that failed."""

from pathlib import Path

import pytest

from tests.support import plain_rules, project_builder
from toolkit.lint.rules.range_under_four_scrapes import RULE


@pytest.mark.parametrize(
    ("expr", "wanted"),
    [
        ("rate(app_events_total[45s]) > 1", ["`rate` looks back 45 s, not 4 scrapes of 15 s."]),
        (
            "increase(app_events_total[30s]) > 1",
            ["`increase` looks back 30 s, not 4 scrapes of 15 s."],
        ),
        ("rate(app_events_total[1m]) > 1", []),
        ("max_over_time(app_queue_depth[30s]) > 1", []),
        (
            "sum(rate(app_events_total[5m])) / sum(rate(app_events_total[15s])) > 1",
            ["`rate` looks back 15 s, not 4 scrapes of 15 s."],
        ),
    ],
    ids=["three scrapes", "two scrapes", "four scrapes", "no rate", "one of two"],
)
def test_four_scrapes_are_the_least(expr: str, wanted: list[str]) -> None:
    assert plain_rules.messages(RULE, project_builder.project_with(expr)) == wanted


def test_leaves_grafanas_interval_alone() -> None:
    assert plain_rules.messages(RULE, project_builder.project()) == []


def test_the_interval_of_plain_rules_is_that_of_the_given_prometheus_yml(tmp_path: Path) -> None:
    rule = "alert: X\nexpr: rate(a_total[2m]) > 1"
    unknown = plain_rules.project(tmp_path, rule)
    assert plain_rules.messages(RULE, unknown) == [], "nobody said how often it is scraped"
    for interval, wanted in (("30s", 0), ("1m", 1)):
        server = f"global: {{scrape_interval: {interval}}}"
        found = plain_rules.project(tmp_path, rule, prometheus_yml=server)
        assert len(plain_rules.messages(RULE, found)) == wanted


def test_a_job_with_an_interval_of_its_own_is_judged_by_it(tmp_path: Path) -> None:
    server = (
        "global: {scrape_interval: 15s}\n"
        "scrape_configs: [{job_name: batch, scrape_interval: 1m}, {job_name: other}]"
    )

    def messages(selector: str) -> list[str]:
        rule = f"alert: X\nexpr: 'rate({selector}[2m]) > 1'"
        found = plain_rules.project(tmp_path, rule, prometheus_yml=server)
        return plain_rules.messages(RULE, found)

    wanted = ["`rate` looks back 120 s, not 4 scrapes of 60 s."]
    assert messages('a{job="batch"}') == wanted
    assert messages('a{job=~"batch|other"}') == wanted
    assert messages('a{job="other"}') == []
    assert messages('a{job!="batch"}') == []
    assert messages("a") == []
