"""What becomes of a check: passed, failed, skipped with a reason, or unknown."""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import WriteProject
from tests.support.fake_servers import DeadPrometheus, FakeService, stack
from tests.support.small_checks import ALL, ASKS, BREAKS, HOLDS, REFUSED, SKIPS, check
from toolkit import find_definitions
from toolkit.errors import ConfigurationError, ExitStatus, UsageError
from toolkit.findings import Finding, Level
from toolkit.validate import run_checks as validate
from toolkit.validate.check import Check, CheckedStack, CheckOutcome, NotYet
from validators.scrape_matches_catalogue import CHECK as NAMES


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validate, "AGAIN_SECONDS", 0.0)


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

    said: list[str] = []
    both = (check("late", late), check("once", once))
    results = validate.run_patiently(stack(), both, 60, say=said.append)
    assert [r.outcome.value for r in results] == ["passed", "passed"]
    assert asked.count("once") == 1
    # Once, though it was asked again twice.
    assert [re.sub(r"\d+ s", "60 s", text) for text in said] == ["waiting up to 60 s for late"]


def test_of_many_checks_that_are_waited_for_three_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(validate, "AGAIN_SECONDS", 0.0)
    said: list[str] = []

    def late(_stack: CheckedStack) -> Iterator[Finding]:
        if not said:
            raise NotYet("wait for it")
        return iter(())

    names = ("one", "two", "three", "four", "five")
    checks = tuple(check(name, late) for name in names)
    validate.run_patiently(stack(), checks, 60, say=said.append)
    (text,) = said
    assert text.endswith(" s for one, two, three and 2 more")


def test_patience_ends() -> None:
    def never(_stack: CheckedStack) -> Iterator[Finding]:
        raise NotYet("wait for it")

    (result,) = validate.run_patiently(stack(), (check("never", never),), 0.01)
    assert (result.outcome, result.reason) == (CheckOutcome.UNKNOWN, "wait for it")


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
    assert find_definitions.load().config.validators == ("toolkit.checks",)


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
    missing = "[tool.toolkit] validators = 'validators': there is no such module."
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
    foreign = "validators.between: does not export CHECK with the name 'between'."
    assert str(refused.value) == foreign + FORMER


def test_a_package_of_another_name_that_is_missing_is_only_said_to_be() -> None:
    with pytest.raises(ConfigurationError) as refused:
        validate.checks(["toolkit.checks", "shop.checks"])
    assert str(refused.value) == (
        "[tool.toolkit] validators = 'shop.checks': there is no such module.\n"
        "  fix: correct the name, or create the package."
    )


def test_a_finding_without_better_advice_has_the_checks() -> None:
    advised = replace(BREAKS, fix="Look.")
    assert advised.wrong("is wrong.").fix == "Look."
    assert advised.wrong("is wrong.", fix="correct it.").fix == "correct it."


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
