"""`toolkit test`: failures are named by their sentence, and rules without a test are found."""

import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.support import project_builder, required_programs
from tests.support.repository import ROOT
from toolkit.alerts import Proof, Reading, Recording, Waiver
from toolkit.errors import ExitStatus, UnreachableError
from toolkit.rule_tests import run

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


def test_coverage_names_what_no_test_watches() -> None:
    read = Recording(name="a:read:x", expr=DEPTH, because="It is tested.")
    deep = Recording(name="a:deep:x", expr=f"{read}", because="It is tested.")
    alone = Recording(name="a:alone:x", expr=DEPTH, because="It is tested.")
    alert = project_builder.alert(expr=f"{deep} > 5")
    found = run.coverage(project_builder.project(alerts=(alert,), recordings=(read, deep, alone)))
    assert found.unproved == (alone,)
    assert found.sentence == "1 alerts and 3 recordings, without a test: a:alone:x"
    proved = run.coverage(project_builder.project(alerts=(alert,), recordings=(read, deep)))
    assert proved.sentence == "1 alerts and 2 recordings, all proved"
    nothing = run.coverage(project_builder.project())
    assert nothing.sentence == "no alerts and no recordings, so nothing to prove"


def test_an_alert_without_a_proof_is_not_watched_and_watches_nothing() -> None:
    read = Recording(name="a:read:x", expr=DEPTH, because="It is tested.")
    alert = replace(project_builder.alert(expr=f"{read} > 5"), proof=())
    found = run.coverage(project_builder.project(alerts=(alert,), recordings=(read,)))
    assert found.unproved == (alert, read)
    reading = Reading("one", {DEPTH: "1x9"}, at="5m", value=1)
    proved = replace(read, proof=(reading,))
    found = run.coverage(project_builder.project(alerts=(alert,), recordings=(proved,)))
    assert found.unproved == (alert,)


@pytest.mark.programs
def test_rules_are_tested_without_rendering_the_project() -> None:
    script = (
        "import sys\n"
        "from toolkit.rule_tests import mutation_score, run\n"
        "print(sorted(x for x in sys.modules if x.startswith(('toolkit.generate', 'grafanalib'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == "[]\n"


@required_programs.PROMTOOL
def test_a_rule_that_prometheus_cannot_evaluate_fails() -> None:
    two = {f'{DEPTH}{{kind="{kind}"}}': "1x20" for kind in ("read", "write")}
    alert = replace(
        project_builder.alert(
            expr=f"{DEPTH} + on () {DEPTH} > 5",
            proof=(Proof("two queues", two, at="10m", fires=False),),
        ),
        waive=(Waiver("boundaries", "It is a test."),),
    )
    found = run.run(project_builder.project(alerts=(alert,)), workers=1)
    (problem,) = found
    assert problem.name == "TooMany can be evaluated"
    assert problem.fix == "correct the rule: Prometheus would not evaluate it, either."
    assert "found duplicate series" in problem.problem
