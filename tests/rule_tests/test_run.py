"""`toolkit test`: failures are told by their sentence, and rules without a test are found."""

import json
import shutil
from xml.etree import ElementTree as ET

import pytest

from tests.support import project_builder, required_programs
from toolkit.alerts import Proof, Reading, Recording
from toolkit.errors import DefinitionError, ExitStatus, UnreachableError
from toolkit.rule_tests import promtool, run
from toolkit.rule_tests.promtool import Shard
from toolkit.rule_tests.report import Form, Outcome, render

DEPTH = "app_queue_depth"


def proof(sentence: str, values: str, *, fires: bool, **more: str) -> Proof:
    return Proof(sentence, {DEPTH: values}, at="10m", fires=fires, labels=more)


@required_programs.PROMTOOL
def test_a_wrong_proof_fails_and_the_others_pass() -> None:
    alert = project_builder.alert(
        expr=f"{DEPTH} > 5",
        proof=(
            proof("deep", "9x20", fires=True),
            proof("shallow, it says", "1x20", fires=True),
            proof("deep, it says not", "9x20", fires=False),
            proof("shallow", "1x20", fires=False),
        ),
    )
    found = run.run(project_builder.project(alerts=(alert,)), workers=2)
    assert [(x.suite, x.name, x.problem) for x in found if x.problem] == [
        ("app.group", "TooMany fires: shallow, it says", "exp: {} 1E+00 got: nil"),
        ("app.group", "TooMany is silent: deep, it says not", "exp: nil got: {} 1E+00"),
    ]


@required_programs.PROMTOOL
def test_labels_and_readings_are_compared() -> None:
    total = Recording(
        name="kind:depth:sum",
        expr=f"sum by (kind) ({DEPTH})",
        because="It is tested.",
        proof=(
            Reading("right", {f'{DEPTH}{{kind="read"}}': "2x10"}, at="5m", value=2),
            Reading("wrong", {f'{DEPTH}{{kind="read"}}': "2x10"}, at="5m", value=3),
            Reading("nothing", {}, at="5m", value=None),
        ),
    )
    given = {f'{DEPTH}{{kind="read"}}': "9x20"}
    alert = project_builder.alert(
        expr=f"{total} > 5",
        proof=(
            Proof("right", given, at="10m", fires=True, labels={"kind": "read"}),
            Proof("wrong", given, at="10m", fires=True, labels={"kind": "write"}),
        ),
    )
    found = run.run(project_builder.project(alerts=(alert,), recordings=(total,)), workers=1)
    assert [x.name for x in found if x.problem] == ["kind:depth:sum: wrong", "TooMany fires: wrong"]


def test_without_promtool_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(UnreachableError) as error:
        run.run(project_builder.project(alerts=(project_builder.alert(),)), workers=1)
    assert error.value.status is ExitStatus.UNKNOWN
    assert error.value.message == "promtool is not on PATH, so no rule could be tested."


@required_programs.PROMTOOL
def test_what_promtool_refuses_is_an_error() -> None:
    test = {"interval": "1m", "input_series": [], "promql_expr_test": [
        {"expr": "sum(", "eval_time": "1m", "exp_samples": []}]}  # fmt: skip
    refused = Shard("broken", {"groups": [{"name": "a", "rules": [{"record": "a"}]}]}, "1m", [test])
    with pytest.raises(DefinitionError, match="promtool refuses broken: "):
        promtool.run([refused], 1)


def test_coverage_names_what_no_test_watches() -> None:
    read = Recording(name="a:read:x", expr=DEPTH, because="It is tested.")
    deep = Recording(name="a:deep:x", expr=f"{read}", because="It is tested.")
    alone = Recording(name="a:alone:x", expr=DEPTH, because="It is tested.")
    alert = project_builder.alert(expr=f"{deep} > 5")
    found = run.coverage(project_builder.project(alerts=(alert,), recordings=(read, deep, alone)))
    assert found.unproved == (alone,)
    assert found.sentence == "1 alerts and 3 recordings, without a test: a:alone:x"


OUTCOMES = (
    Outcome("rules", "one"),
    Outcome("rules", "two", "it <broke>", fix="mend it."),
    Outcome("routes", "three"),
)


def test_text_shows_failures_then_counts() -> None:
    assert render(OUTCOMES, Form.TEXT, ("coverage: all",)) == (
        "FAILED rules: two\n  it <broke>\n  fix: mend it.\n"
        "rules: 1 of 2 passed\nroutes: 1 of 1 passed\ncoverage: all\n"
    )


def test_json_is_only_json() -> None:
    found = json.loads(render(OUTCOMES, Form.JSON, ("coverage: all",)))
    assert [(x["suite"], x["passed"], x["problem"]) for x in found] == [
        ("rules", True, ""),
        ("rules", False, "it <broke>"),
        ("routes", True, ""),
    ]


def test_junit_counts_by_suite() -> None:
    root = ET.fromstring(render(OUTCOMES, Form.JUNIT))
    suites = [(x.get("name"), x.get("tests"), x.get("failures")) for x in root]
    assert suites == [("rules", "2", "1"), ("routes", "1", "0")]
    (failure,) = root.iter("failure")
    assert (failure.get("message"), failure.text) == ("it <broke>", "mend it.")
