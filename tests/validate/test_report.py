"""The results of checks as text, JSON, JUnit and GitHub annotations, and how they are counted."""

import json
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from tests.support.fake_servers import DeadPrometheus, stack
from tests.support.small_checks import (
    ALL,
    ASKS,
    BREAKS,
    HOLDS,
    SKIPS,
    asks,
    breaks,
    check,
    holds,
    of,
    skips,
)
from toolkit.findings import Finding, Location
from toolkit.validate import report
from toolkit.validate import run_checks as validate
from toolkit.validate.check import Check, CheckedStack, CheckGroup, Skip


def test_the_text_shows_cause_and_next_move_and_counts_honestly() -> None:
    results = validate.run(stack(prometheus=DeadPrometheus()), ALL)
    assert report.render(results, "text") == (
        "5 The catalogue and the scrape agree [1 of 5 skipped: there is no Grafana here]\n"
        "  ✓ holds: holds holds\n"
        "  ✗ breaks: breaks holds [failed]\n"
        "      it: is wrong.\n"
        "        fix: correct it.\n"
        "  - skips: skips holds [skipped: there is no Grafana here]\n"
        "  ✗ refused: refused holds [failed]\n"
        "      http://x: answered 400: bad_data\n"
        "  ? asks: asks holds [unknown]\n"
        "      http://prometheus:9090: nothing listens there.\n"
        "        fix: start it.\n"
        "\n"
        "Single checks: 1 passed, 2 failed, 1 skipped, 1 unknown\n"
        "Results: 0/1 checks passed, 1 failed (5 The catalogue and the scrape agree)\n"
    )


def test_a_groups_own_line_says_how_much_of_it_was_skipped_and_why() -> None:
    whole = (of(CheckGroup.GRAFANA_RUNS, "a", skips), of(CheckGroup.GRAFANA_RUNS, "b", skips))
    lines = report.render(validate.run(stack(), whole), "text").splitlines()
    assert lines[0] == "3 Grafana runs [skipped: there is no Grafana here]"
    none = (of(CheckGroup.GRAFANA_RUNS, "a", holds),)
    lines = report.render(validate.run(stack(), none), "text").splitlines()
    assert lines[0] == "3 Grafana runs"


GROUPS = {
    "all hold": ((of(CheckGroup.PROMETHEUS_RUNS, "a", holds), of(CheckGroup.TESTS, "b", holds)),
                 "Results: 2/2 checks passed"),
    "a group that is skipped is named and does not count as passed": (
        (of(CheckGroup.PROMETHEUS_RUNS, "a", holds), of(CheckGroup.GRAFANA_RUNS, "b", skips)),
        "Results: 2/2 checks: 1 passed, 1 skipped (3 Grafana runs)"),
    "a group of which a part was skipped has not passed": (
        (of(CheckGroup.PROMETHEUS_RUNS, "a", holds), of(CheckGroup.GRAFANA_RUNS, "b", skips),
         of(CheckGroup.DASHBOARDS, "c", holds), of(CheckGroup.DASHBOARDS, "d", skips)),
        "Results: 3/3 checks: 1 passed, 2 skipped "
        "(3 Grafana runs, 4 Dashboards are as generated and show data)"),
    "where something failed, only what passed is counted": (
        (of(CheckGroup.PROMETHEUS_RUNS, "a", holds), of(CheckGroup.GRAFANA_RUNS, "b", skips),
         of(CheckGroup.PROMETHEUS_IS_CONFIGURED, "c", breaks)),
        "Results: 1/3 checks passed, 1 failed (2 Prometheus is configured), "
        "1 skipped (3 Grafana runs)"),
    "where all was skipped, nothing passed": (
        (of(CheckGroup.GRAFANA_RUNS, "b", skips),),
        "Results: 0/1 checks passed, 1 skipped (3 Grafana runs)"),
    "one failure fails its group": (
        (of(CheckGroup.TESTS, "a", holds), of(CheckGroup.TESTS, "b", breaks),
         of(CheckGroup.TESTS, "c", skips)),
        "Results: 0/1 checks passed, 1 failed (7 Tests exist)"),
    "what is unknown has not passed": (
        (of(CheckGroup.TESTS, "a", holds), of(CheckGroup.TESTS, "b", asks)),
        "Results: 0/1 checks passed, 1 unknown (7 Tests exist)"),
    "nothing checked": ((), "Results: 0/0 checks passed"),
}  # fmt: skip


@pytest.mark.parametrize(("checks", "line"), GROUPS.values(), ids=GROUPS)
def test_the_result_counts_groups(checks: tuple[Check, ...], line: str) -> None:
    results = validate.run(stack(prometheus=DeadPrometheus()), checks)
    assert report.summary(results) == line


def test_json_and_junit_say_the_same() -> None:
    results = validate.run(stack(prometheus=DeadPrometheus()), ALL)
    data = json.loads(report.render(results, "json"))
    assert [row["outcome"] for row in data] == [r.outcome.value for r in results]
    assert data[1]["findings"] == [{"subject": "it", "message": "is wrong.", "fix": "correct it."}]
    suite = ET.fromstring(report.render(results, "junit"))
    assert suite.attrib | {"name": ""} == {
        "name": "",
        "tests": "5",
        "failures": "2",
        "errors": "1",
        "skipped": "1",
    }
    assert [case.get("name") for case in suite.iter("testcase")] == [c.id for c in ALL]


def test_github_is_told_what_failed_and_what_is_unknown_and_ends_with_the_count() -> None:
    results = validate.run(stack(prometheus=DeadPrometheus()), ALL)
    assert report.render(results, "github").splitlines() == [
        "::error title=breaks%3A failed::it: is wrong.%0A  fix: correct it.",
        "::error title=refused%3A failed::http://x: answered 400: bad_data",
        "::warning title=asks%3A unknown::http://prometheus:9090: nothing listens there."
        "%0A  fix: start it.",
        "Results: 0/1 checks passed, 1 failed (5 The catalogue and the scrape agree)",
    ]
    held = validate.run(stack(), (HOLDS,))
    assert report.render(held, "github") == "Results: 1/1 checks passed\n"


def test_github_is_pointed_at_the_line_that_a_finding_has() -> None:
    def placed(_stack: CheckedStack) -> Iterator[Finding]:
        yield replace(BREAKS.wrong("is wrong."), location=Location("app/till.py", 3))

    (line, _) = report.render(
        validate.run(stack(), (check("placed", placed),)), "github"
    ).splitlines()
    assert line == "::error file=app/till.py,line=3,title=placed%3A failed::is wrong."


def test_a_jobs_summary_has_a_row_for_every_check() -> None:
    results = validate.run(stack(prometheus=DeadPrometheus()), ALL)
    assert report.markdown(results).splitlines() == [
        "### toolkit validate",
        "",
        "Results: 0/1 checks passed, 1 failed (5 The catalogue and the scrape agree)",
        "",
        "| group | check | outcome | claim, or what is wrong |",
        "| --- | --- | --- | --- |",
        "| 5 | `holds` | ✓ passed | holds holds |",
        "| 5 | `breaks` | ✗ failed | it: is wrong.<br>  fix: correct it. |",
        "| 5 | `skips` | - skipped | there is no Grafana here |",
        "| 5 | `refused` | ✗ failed | http://x: answered 400: bad_data |",
        "| 5 | `asks` | ? unknown | "
        "http://prometheus:9090: nothing listens there.<br>  fix: start it. |",
        "",
    ]


def test_the_text_has_a_block_for_each_group() -> None:
    checks = [of(group, group.name.lower(), holds) for group in CheckGroup]
    blocks = report.render(validate.run(stack(), checks), "text").splitlines()
    assert [line for line in blocks if line and not line.startswith(" ")] == [
        "1 Prometheus runs",
        "2 Prometheus is configured",
        "3 Grafana runs",
        "4 Dashboards are as generated and show data",
        "5 The catalogue and the scrape agree",
        "6 The code is instrumented",
        "7 Tests exist",
        "8 Documentation exists",
        "9 Nothing went wrong in the watch",
        "Single checks: 9 passed",
        "Results: 9/9 checks passed",
    ]


def test_nothing_checked_is_said_so() -> None:
    assert report.render((), "text") == "\nSingle checks: none\nResults: 0/0 checks passed\n"


def test_the_reasons_of_a_group_are_named_once_each() -> None:
    def other(_stack: CheckedStack) -> Iterator[Finding]:
        raise Skip("nothing was sent")

    checks = (
        of(CheckGroup.DASHBOARDS, "a", skips),
        of(CheckGroup.DASHBOARDS, "b", other),
        of(CheckGroup.DASHBOARDS, "c", skips),
    )
    first, *_ = report.render(validate.run(stack(), checks), "text").splitlines()
    assert first == (
        "4 Dashboards are as generated and show data "
        "[skipped: there is no Grafana here; nothing was sent]"
    )


def test_json_holds_all_that_is_known_of_a_check() -> None:
    results = validate.run(stack(prometheus=DeadPrometheus()), (BREAKS, SKIPS))
    assert json.loads(report.render(results, "json")) == [
        {
            "check": "breaks",
            "claim": "breaks holds",
            "group": 5,
            "outcome": "failed",
            "reason": "",
            "findings": [{"subject": "it", "message": "is wrong.", "fix": "correct it."}],
        },
        {
            "check": "skips",
            "claim": "skips holds",
            "group": 5,
            "outcome": "skipped",
            "reason": "there is no Grafana here",
            "findings": [],
        },
    ]
    assert report.render(results, "json").startswith('[\n  {\n    "check"')
    assert report.render(results, "json").endswith("]\n")


def test_junit_has_a_suite_for_each_group_and_the_words_of_the_text() -> None:
    checks = (HOLDS, BREAKS, SKIPS, ASKS, of(CheckGroup.TESTS, "proved", holds))
    results = validate.run(stack(prometheus=DeadPrometheus()), checks)
    whole = ET.fromstring(report.render(results, "junit"))
    assert whole.get("name") == "toolkit validate"
    assert [suite.get("name") for suite in whole] == ["catalogue", "tests"]
    holding, broken, skipped, unknown, _ = whole.iter("testcase")
    assert list(holding) == []
    for case, tag, message, text in (
        (broken, "failure", "breaks holds", "      it: is wrong.\n        fix: correct it."),
        (skipped, "skipped", "there is no Grafana here", None),
        (
            unknown,
            "error",
            "http://prometheus:9090: nothing listens there.\n  fix: start it.",
            "      http://prometheus:9090: nothing listens there.\n        fix: start it.",
        ),
    ):
        (child,) = case
        assert (child.tag, child.get("message")) == (tag, message)
        if text is not None:
            assert (child.text or "").endswith(text)


def test_a_listing_names_groups_claims_and_what_to_do() -> None:
    checks = (
        replace(of(CheckGroup.GRAFANA_RUNS, "a", holds), fix="Start it."),
        replace(of(CheckGroup.TESTS, "b", holds), fix="Write one."),
    )
    assert report.listing(checks) == (
        "3 Grafana runs\n  a: a holds\n      fix: Start it.\n"
        "7 Tests exist\n  b: b holds\n      fix: Write one.\n"
    )
