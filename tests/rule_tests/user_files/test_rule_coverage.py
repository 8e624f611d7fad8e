"""`toolkit test --coverage`: which of other people's rules some test watches, found by running."""

from pathlib import Path

from tests.support import required_programs, written_files
from toolkit.findings import Location
from toolkit.prometheus.rules import WrittenRule
from toolkit.rule_tests.user_files import rule_coverage, run_tests
from toolkit.rule_tests.user_files.rule_coverage import Claim, WrittenCoverage

ALL_SILENT = """\
- name: nothing fires
  interval: 1m
  input_series: [{series: 'up{job="a", instance="x"}', values: 1x20}]
  promql_expr_test: [{expr: ALERTS, eval_time: 10m}]
"""
NONE_LEFT = """\
- name: none is left
  interval: 1m
  input_series: [{series: 'up{job="a"}', values: 0x20}]
  alert_rule_test: [{alertname: NoneLeft, eval_time: 1m, exp_alerts: [{exp_labels: {job: a}}]}]
"""


def measured(folder: Path, *tests: str, rules: str = written_files.RULES) -> WrittenCoverage:
    rule_path, path = written_files.write(folder, *tests, rules=rules)
    run = run_tests.run([rule_path], [path], workers=2)
    return rule_coverage.measure(run, workers=2)


def met(found: WrittenCoverage) -> list[str]:
    return [f"{x.rule.name}: {x.what}" for x in found.claims if x.met]


def test_files_without_rules_say_so_and_lack_nothing() -> None:
    none = WrittenCoverage(())
    assert none.sentence == "coverage: the files have no rules, so nothing to prove"
    assert (none.share, none.results()) == (1, ())


def test_a_rule_is_covered_when_each_claim_about_it_is_met() -> None:
    one, two = (
        WrittenRule(name=name, is_alert=True, expr=f" {name} > 1\n", location=Location("r.yml", 3))
        for name in ("One", "Two")
    )
    claims = (
        Claim(one, "made to fire", "add one.", met=True),
        Claim(one, "kept silent", "add one.", met=True),
        Claim(two, "made to fire", "add one.", met=True),
        Claim(two, "kept silent", "add one.", met=False),
    )
    found = WrittenCoverage(claims)
    assert found.share == 0.5
    assert found.sentence == ("coverage: 50.0% of 2 rules; 2 of 2 made to fire, 1 of 2 kept silent")
    (_, _, met, missed) = found.results()
    assert (met.name, met.problem, met.fix) == ("Two is made to fire", "", "")
    assert (missed.name, missed.problem, missed.fix, missed.location) == (
        "Two is kept silent",
        "no test that passes does it: Two > 1",
        "add one.",
        "r.yml:3",
    )


@required_programs.PROMTOOL
def test_a_test_that_an_alert_fires_makes_it_fire_and_keeps_nothing_silent(tmp_path: Path) -> None:
    found = measured(tmp_path, written_files.FIRES)
    assert met(found) == ["Down: made to fire by a test"]
    assert found.share == 0
    assert found.sentence == (
        "coverage: 0.0% of 3 rules; 0 of 1 read by a test, 1 of 2 made to fire by a test, "
        "0 of 2 kept silent by a test"
    )


@required_programs.PROMTOOL
def test_a_test_within_the_hold_keeps_it_silent(tmp_path: Path) -> None:
    found = measured(tmp_path, written_files.FIRES, written_files.SILENT)
    assert met(found) == ["Down: made to fire by a test", "Down: kept silent by a test"]
    assert round(found.share, 3) == 0.333


@required_programs.PROMTOOL
def test_one_question_about_all_alerts_keeps_them_all_silent(tmp_path: Path) -> None:
    silent = [f"{name}: kept silent by a test" for name in ("Down", "NoneLeft")]
    assert met(measured(tmp_path, ALL_SILENT)) == silent


@required_programs.PROMTOOL
def test_a_recording_is_read_by_its_own_test_or_by_that_of_an_alert(tmp_path: Path) -> None:
    assert met(measured(tmp_path, written_files.SUM)) == ["job:up:sum: read by a test"]
    read = ["job:up:sum: read by a test", "NoneLeft: made to fire by a test"]
    assert met(measured(tmp_path, NONE_LEFT)) == read


@required_programs.PROMTOOL
def test_a_test_that_fails_covers_nothing(tmp_path: Path) -> None:
    assert met(measured(tmp_path, written_files.FALSE)) == []


@required_programs.PROMTOOL
def test_of_two_rules_of_one_name_the_one_that_no_test_fires_is_named(tmp_path: Path) -> None:
    ticket = "  - alert: Down\n    expr: up == 2\n    labels: {severity: ticket}\n"
    found = measured(tmp_path, written_files.FIRES, rules=written_files.RULES + ticket)
    problem = next(
        x for x in found.results() if x.location.endswith("rules.yml:13:5") and x.problem
    )
    assert problem.name == "Down is made to fire by a test"
    assert problem.problem == "no test that passes does it: up == 2"
    assert problem.fix == "add a test in which it fires."
    assert met(found) == ["Down: made to fire by a test", "Down: kept silent by a test"]
