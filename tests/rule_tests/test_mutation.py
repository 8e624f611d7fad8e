"""Mutants: which changes are tried, and that a test which looks away lets them live."""

from dataclasses import replace

import pytest

from tests.support import project_builder, required_programs
from toolkit.alerts import Alert, Proof, Reading, Recording, Waiver
from toolkit.errors import DefinitionError
from toolkit.rule_tests import mutation

DEPTH = "app_queue_depth"
FIRES = Proof("deep", {f'{DEPTH}{{kind="read"}}': "9x40"}, at="10m", fires=True)


def changes(expr: str) -> dict[str, str]:
    found = mutation.mutants(project_builder.alert(expr=expr, hold="0s"), "15s")
    return {x.change: x.after.expr for x in found if not x.change.startswith("for ")}


def test_thresholds_and_operators() -> None:
    assert changes(f"{DEPTH} > 5") == {
        "> → >= before 5": f"{DEPTH}{{}} >= 5",
        "> → < before 5": f"{DEPTH}{{}} < 5",
        "5 → 6": f"{DEPTH}{{}} > 6",
        "5 → 4": f"{DEPTH}{{}} > 4",
        "5 → 10": f"{DEPTH}{{}} > 10",
    }


def test_a_share_steps_by_a_hundredth() -> None:
    found = changes(f"{DEPTH} > 0.1")
    assert {name for name in found if name[0] == "0"} == {
        "0.1 → 0.101", "0.1 → 0.099", "0.1 → 0.2",
    }  # fmt: skip


def test_windows() -> None:
    found = changes("rate(app_events_total[5m])")
    assert found == {
        "[5m] → [10m]": "rate(app_events_total{}[10m])",
        "[5m] → [2m30s]": "rate(app_events_total{}[2m30s])",
    }


def test_selectors() -> None:
    found = changes(f'{DEPTH}{{kind=~"read|write"}}')
    assert found == {
        "without kind=~…": f"{DEPTH}{{}}",
        'kind=~"read|write" → "mutated"': f'{DEPTH}{{kind="mutated"}}',
        "kind without read": f'{DEPTH}{{kind=~"write"}}',
        "kind without write": f'{DEPTH}{{kind=~"read"}}',
    }


def test_set_operators() -> None:
    found = changes("a and b")
    assert list(found) == ["and → or before b{}", "and → unless before b{}"]
    assert "or" in found["and → or before b{}"]


def test_the_same_change_twice_has_two_names() -> None:
    found = changes("a > 5 and b > 5")
    assert {"5 → 6", "5 → 6 (2)"} <= set(found)
    assert found["5 → 6"] != found["5 → 6 (2)"]


def test_holds() -> None:
    alert = replace(project_builder.alert(expr=f"{DEPTH} > 5", hold="1m"), keep_firing_for="2m")
    found = [
        x.change for x in mutation.mutants(alert, "15s") if x.change.startswith(("for", "keep"))
    ]
    assert found == [
        "for 1m → 75s",
        "for 1m → 45s",
        "for 1m → 0s",
        "for 1m → 120s",
        "keep_firing_for 2m → 0s",
        "keep_firing_for 2m → 240s",
    ]


@required_programs.PROMTOOL
def test_boundary_cases_kill_what_one_written_case_lets_live() -> None:
    score = mutation.run(project_builder.project(alerts=(_alert(),)), workers=1)
    assert [x.mutant.change for x in score.verdicts if x.survived] == []
    assert score.share == 1
    assert 0 < score.share_by_hand < 1


@required_programs.PROMTOOL
def test_a_survivor_is_told_with_its_expression() -> None:
    alert = replace(
        project_builder.alert(expr=f"stddev({DEPTH}) > 0.5", hold="0s", proof=(_spread("0", "9"),)),
        waive=(Waiver("boundaries", "It is a test."),),
    )
    score = mutation.run(project_builder.project(alerts=(alert,)), workers=1)
    found = {x.name: x for x in mutation.outcomes(score) if x.problem}
    assert found["TooMany: 0.5 → 0.505"].problem == f"no test notices: stddev({DEPTH}{{}}) > 0.505"
    assert found["TooMany: 0.5 → 0.505"].fix == (
        'add a case, or waive "mutant: 0.5 → 0.505" with a reason.'
    )
    assert "TooMany: > → < before 0.5" not in found


@required_programs.PROMTOOL
def test_a_waived_mutant_counts_for_nothing() -> None:
    waived = replace(_alert(), waive=(Waiver("mutant: 5 → 6", "It is a test."),))
    score = mutation.run(project_builder.project(alerts=(waived,)), workers=1)
    assert len(score.verdicts) - len(score.counted) == 1
    assert "1 waived with a reason" in score.sentence
    (told,) = (x for x in mutation.outcomes(score) if x.problem)
    assert told.problem == "it is waived because no test could notice, and one does."


@required_programs.PROMTOOL
def test_a_recording_is_mutated_under_what_reads_it() -> None:
    total = Recording(name="a:depth:sum", expr=f'sum({DEPTH}{{kind="read"}})', because="It.")
    alert = project_builder.alert(expr=f"{total} > 5", hold="0s", proof=(FIRES,))
    score = mutation.run(project_builder.project(alerts=(alert,), recordings=(total,)), workers=1)
    told = {x.mutant.change: x for x in score.verdicts if x.mutant.before is total}
    assert told['kind="read" → "mutated"'].noticed > 0
    assert told["without kind=…"].survived, "no case has another kind beside it"


@required_programs.PROMTOOL
def test_a_recording_with_readings_is_judged_by_them() -> None:
    given = {f'{DEPTH}{{kind="read"}}': "2x10", f'{DEPTH}{{kind="write"}}': "5x10"}
    total = Recording(
        name="a:depth:sum", expr=f'sum({DEPTH}{{kind="read"}})', because="It.",
        proof=(Reading("only reads", given, at="5m", value=2),),
    )  # fmt: skip
    score = mutation.run(project_builder.project(recordings=(total,)), workers=1)
    assert score.share == 1
    assert len(score.verdicts) == 2


@required_programs.PROMTOOL
def test_a_score_over_failing_tests_is_refused() -> None:
    wrong = replace(FIRES, fires=False)
    alert = project_builder.alert(expr=f"{DEPTH} > 5", hold="0s", proof=(wrong,))
    with pytest.raises(DefinitionError, match="TooMany: a test fails without any change: deep"):
        mutation.run(project_builder.project(alerts=(alert,)), workers=1)


def test_a_waiver_names_a_mutant() -> None:
    wrong = replace(_alert(), waive=(Waiver("mutant: 5 → 7", "It is a test."),))
    with pytest.raises(DefinitionError, match="there is no 'mutant: 5 → 7'"):
        mutation.run(project_builder.project(alerts=(wrong,)), workers=1)


def _alert() -> Alert:
    silent = Proof("none", {}, at="10m", fires=False)
    return project_builder.alert(expr=f"{DEPTH} > 5", hold="1m", proof=(FIRES, silent))


def _spread(low: str, high: str) -> Proof:
    given = {f'{DEPTH}{{kind="read"}}': f"{low}x20", f'{DEPTH}{{kind="write"}}': f"{high}x20"}
    return Proof("far apart", given, at="10m", fires=True)
