"""What becomes of a check: passed, failed, skipped with a reason, or unknown."""

import inspect
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import WriteProject
from tests.support.fake_servers import DeadPrometheus, FakeService, stack
from toolkit import discovery
from toolkit.cli import main
from toolkit.cli import validate as command
from toolkit.errors import ConfigurationError, ExitStatus, RefusedError, UsageError
from toolkit.findings import Finding, Level, Location
from toolkit.validate import report
from toolkit.validate import run as validate
from toolkit.validate.check import Check, CheckedStack, CheckGroup, CheckOutcome, NotYet, Skip
from validators.scrape_matches_catalogue import CHECK as NAMES


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validate, "AGAIN_SECONDS", 0.0)


def check(name: str, run: object) -> Check:
    assert callable(run)
    return Check(name, f"{name} holds", CheckGroup.CATALOGUE, run)


def holds(_stack: CheckedStack) -> Iterator[Finding]:
    return iter(())


def breaks(_stack: CheckedStack) -> Iterator[Finding]:
    yield BREAKS.wrong("is wrong.", subject="it", fix="correct it.")


def skips(_stack: CheckedStack) -> Iterator[Finding]:
    raise Skip("there is no Grafana here")


def refused(_stack: CheckedStack) -> Iterator[Finding]:
    raise RefusedError("http://x: answered 400: bad_data")


def asks(given: CheckedStack) -> Iterator[Finding]:
    given.prometheus.rules()
    yield BREAKS.wrong("never reached")


HOLDS, BREAKS, SKIPS = check("holds", holds), check("breaks", breaks), check("skips", skips)
REFUSED, ASKS = check("refused", refused), check("asks", asks)
ALL = (HOLDS, BREAKS, SKIPS, REFUSED, ASKS)


def test_each_check_ends_as_it_should() -> None:
    results = validate.run(stack(prometheus=DeadPrometheus()), ALL)
    assert [(r.check.id, r.outcome.value) for r in results] == [
        ("holds", "passed"),
        ("breaks", "failed"),
        ("skips", "skipped"),
        ("refused", "failed"),
        ("asks", "unknown"),
    ]
    assert results[4].reason == "http://prometheus:9090: nothing listens there.\n  fix: start it."


VERDICTS = {
    "all hold": ((HOLDS,), ExitStatus.CLEAN),
    "held and skipped": ((HOLDS, SKIPS), ExitStatus.CLEAN),
    "one breaks": ((HOLDS, BREAKS), ExitStatus.FINDINGS),
    "one breaks and one is unknown": ((BREAKS, ASKS), ExitStatus.FINDINGS),
    "one is unknown": ((HOLDS, ASKS), ExitStatus.UNKNOWN),
    "all skipped is nothing known": ((SKIPS,), ExitStatus.UNKNOWN),
    "nothing checked is nothing known": ((), ExitStatus.UNKNOWN),
}


@pytest.mark.parametrize(("checks", "status"), VERDICTS.values(), ids=VERDICTS)
def test_verdict(checks: tuple[Check, ...], status: ExitStatus) -> None:
    results = validate.run(stack(prometheus=DeadPrometheus()), checks)
    assert validate.verdict(results) is status


def test_what_is_not_known_yet_is_asked_again_and_nothing_else() -> None:
    asked: list[str] = []

    def late(_stack: CheckedStack) -> Iterator[Finding]:
        asked.append("late")
        if len(asked) < 3:
            raise NotYet("wait for it")
        return iter(())

    def once(_stack: CheckedStack) -> Iterator[Finding]:
        asked.insert(0, "once")
        return iter(())

    results = validate.run_patiently(stack(), (check("late", late), check("once", once)), 60)
    assert [r.outcome.value for r in results] == ["passed", "passed"]
    assert asked.count("once") == 1


def test_patience_ends() -> None:
    def never(_stack: CheckedStack) -> Iterator[Finding]:
        raise NotYet("wait for it")

    (result,) = validate.run_patiently(stack(), (check("never", never),), 0.01)
    assert (result.outcome, result.reason) == (CheckOutcome.UNKNOWN, "wait for it")


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


def of(group: CheckGroup, name: str, run: object) -> Check:
    assert callable(run)
    return Check(name, f"{name} holds", group, run)


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
        "name": "", "tests": "5", "failures": "2", "errors": "1", "skipped": "1",
    }  # fmt: skip
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


def test_the_command_adds_its_table_to_the_jobs_summary(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = shop() / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    words = ["validate", "--only", "runbooks-exist", "--format"]
    assert main.run([*words, "text"]) == 1
    assert not file.exists()
    assert main.run([*words, "github"]) == 1
    assert "::error title=runbooks-exist%3A failed::NoSales: " in capsys.readouterr().out
    assert "| 8 | `runbooks-exist` | ✗ failed |" in file.read_text(encoding="utf-8")


def test_checks_are_chosen_by_id_and_unknown_ids_are_refused() -> None:
    assert validate.select(ALL, only=["breaks"]) == (BREAKS,)
    assert validate.select(ALL, skip=["breaks", "asks"]) == (HOLDS, SKIPS, REFUSED)
    with pytest.raises(UsageError, match="unknown check 'brakes'; did you mean 'breaks'"):
        validate.select(ALL, only=["brakes"])
    with pytest.raises(UsageError, match="no check is left"):
        validate.select(ALL, only=["breaks"], skip=["breaks"])


def test_metrics_that_cannot_be_read_fail() -> None:
    page = stack(service=FakeService("<html>Log in</html>"))
    (result,) = validate.run(page, (NAMES,))
    assert result.outcome is CheckOutcome.FAILED
    assert "/metrics is not the text exposition format" in result.findings[0].message


def test_every_shipped_check_is_named_for_its_file_and_in_order() -> None:
    known = validate.checks(["toolkit.checks"])
    assert {c.id for c in known} >= {"prometheus-answers", "scrape-matches-catalogue"}
    assert [c.group for c in known] == sorted(c.group for c in known)


def test_every_shipped_check_says_what_to_do() -> None:
    known = validate.checks(["toolkit.checks"])
    assert [c.id for c in known if not c.fix.endswith(".")] == []


def test_a_project_without_a_word_on_it_has_the_shipped_checks(shop: WriteProject) -> None:
    shop()
    assert discovery.load().config.validators == ("toolkit.checks",)


FORMER = (
    "\n  fix: the toolkit's own checks are toolkit.checks now: write "
    'validators = ["toolkit.checks", "shop.checks"].'
)


def test_their_former_name_is_answered_with_the_one_they_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "validators", None)
    with pytest.raises(ConfigurationError) as refused:
        validate.checks(["validators", "shop.checks"])
    missing = "[tool.toolkit] validators: there is no package 'validators'."
    assert str(refused.value) == missing + FORMER


def test_another_package_of_their_former_name_is_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "between.py").write_text("def between(): ...\n", encoding="utf-8")
    other = ModuleType("validators")
    other.__path__ = [str(tmp_path)]
    monkeypatch.setitem(sys.modules, "validators", other)
    monkeypatch.delitem(sys.modules, "validators.between", raising=False)
    with pytest.raises(ConfigurationError) as refused:
        validate.checks(["validators", "shop.checks"])
    foreign = "validators.between: exports no CHECK named 'between'."
    assert str(refused.value) == foreign + FORMER


def test_a_package_of_another_name_that_is_missing_is_only_said_to_be() -> None:
    with pytest.raises(ConfigurationError) as refused:
        validate.checks(["toolkit.checks", "shop.checks"])
    assert str(refused.value) == "[tool.toolkit] validators: there is no package 'shop.checks'."


def test_a_finding_without_better_advice_has_the_checks() -> None:
    advised = replace(BREAKS, fix="Look.")
    assert advised.wrong("is wrong.").fix == "Look."
    assert advised.wrong("is wrong.", fix="correct it.").fix == "correct it."


def test_the_checks_are_listed_without_a_stack(
    shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    shop()
    words = ["--list", "--only", "clocks-agree", "--only", "runbooks-exist"]
    assert main.run(["validate", *words]) == 0
    assert capsys.readouterr().out == (
        "2 Prometheus is configured\n"
        "  clocks-agree: Prometheus' clock agrees with ours\n"
        "      fix: keep both clocks by NTP.\n"
        "8 Documentation exists\n"
        "  runbooks-exist: every alert has its runbook page\n"
        "      fix: run `toolkit build-alerts`, and commit what it writes.\n"
    )


def test_outcomes_are_words_that_a_person_reads() -> None:
    assert [outcome.value for outcome in CheckOutcome] == ["passed", "failed", "skipped", "unknown"]


def test_what_is_known_to_be_wrong_fails_though_the_rest_is_not_known() -> None:
    def half(given: CheckedStack) -> Iterator[Finding]:
        yield BREAKS.wrong("is wrong.")
        given.prometheus.rules()

    def passes_so_far(given: CheckedStack) -> Iterator[Finding]:
        yield Finding(rule="x", level=Level.INFO, message="A figure.")
        given.prometheus.rules()

    dead = stack(prometheus=DeadPrometheus())
    results = validate.run(dead, (check("half", half), check("so-far", passes_so_far)))
    assert [r.outcome for r in results] == [CheckOutcome.FAILED, CheckOutcome.UNKNOWN]
    assert [f.message for f in results[0].findings] == ["is wrong."]
    assert "nothing listens there" in results[0].reason


def test_a_setting_that_a_check_cannot_use_leaves_the_others_their_results() -> None:
    def refused(_stack: CheckedStack) -> Iterator[Finding]:
        raise ConfigurationError("answered 401: Unauthorized", fix="export GRAFANA_TOKEN=…")

    denied, held = validate.run(stack(), (check("refused", refused), HOLDS))
    assert (denied.outcome, held.outcome) == (CheckOutcome.UNKNOWN, CheckOutcome.PASSED)
    assert denied.reason == "answered 401: Unauthorized\n  fix: export GRAFANA_TOKEN=…"


def test_a_check_that_is_broken_itself_is_no_result() -> None:
    def broken(_stack: CheckedStack) -> Iterator[Finding]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        validate.run(stack(), (check("broken", broken), HOLDS))


def test_the_commands_own_deadline_is_the_librarys() -> None:
    parameters = inspect.signature(command.validate).parameters
    assert parameters["deadline"].default == validate.DEADLINE_SECONDS
