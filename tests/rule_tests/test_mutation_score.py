"""The mutation score: a change that no test notices survives, and is shown with its rule."""

from dataclasses import replace

import pytest

from tests.support import project_builder, required_programs
from toolkit.alerts import Alert, Proof, Reading, Recording, Waiver
from toolkit.errors import DefinitionError
from toolkit.rule_tests import mutation_operators, mutation_score
from toolkit.rule_tests.mutation_operators import Mutant
from toolkit.rule_tests.mutation_score import MutantResult

DEPTH = "app_queue_depth"
FIRES = Proof("deep", {f'{DEPTH}{{kind="read"}}': "9x40"}, at="10m", fires=True)


def test_without_mutants_nothing_is_known() -> None:
    score = mutation_score.MutationScore(())
    assert (score.share, score.share_by_hand) == (0, 0)
    assert score.sentence == mutation_operators.NO_MUTANTS


def test_the_score_counts_what_is_not_waived_and_says_what_each_kind_of_case_kills() -> None:
    alert = replace(_alert(), waive=(Waiver("mutant: known", "It is a test."),))

    def of(change: str, noticed: int, by_hand: int) -> MutantResult:
        return MutantResult(Mutant(alert, alert, change), noticed, by_hand)

    both, generated, none = of("a", 3, 1), of("b", 1, 0), of("c", 0, 0)
    score = mutation_score.MutationScore((both, generated, none, of("d", 2, 2), of("known", 0, 0)))
    assert (score.share, score.share_by_hand) == (0.75, 0.5)
    assert score.sentence == (
        "mutation: 75.0% of 4 mutants noticed (50.0% by written cases alone), "
        "1 waived with a reason"
    )
    assert [x.survived for x in score.results] == [False, False, True, False, False]
    shown = mutation_score.rule_test_results(score)
    assert [(x.name, bool(x.problem)) for x in shown] == [
        ("TooMany: a", False),
        ("TooMany: b", False),
        ("TooMany: c", True),
        ("TooMany: d", False),
    ]


@required_programs.PROMTOOL
def test_boundary_cases_kill_what_one_written_case_lets_live() -> None:
    score = mutation_score.run(project_builder.project(alerts=(_alert(),)), workers=1)
    assert [x.mutant.change for x in score.results if x.survived] == []
    assert score.share == 1
    assert 0 < score.share_by_hand < 1


@required_programs.PROMTOOL
def test_a_survivor_is_shown_with_its_expression() -> None:
    alert = replace(
        project_builder.alert(expr=f"stddev({DEPTH}) > 0.5", hold="0s", proof=(_spread("0", "9"),)),
        waive=(Waiver("boundaries", "It is a test."),),
    )
    score = mutation_score.run(project_builder.project(alerts=(alert,)), workers=1)
    found = {x.name: x for x in mutation_score.rule_test_results(score) if x.problem}
    assert found["TooMany: 0.5 → 0.505"].problem == f"no test notices: stddev({DEPTH}) > 0.505"
    assert found["TooMany: 0.5 → 0.505"].fix == (
        'add a case, or waive "mutant: 0.5 → 0.505" with a reason.'
    )
    assert "TooMany: > → < before 0.5" not in found


@required_programs.PROMTOOL
def test_a_waived_mutant_counts_for_nothing() -> None:
    waived = replace(_alert(), waive=(Waiver("mutant: 5 → 6", "It is a test."),))
    score = mutation_score.run(project_builder.project(alerts=(waived,)), workers=1)
    assert len(score.results) - len(score.counted) == 1
    assert "1 waived with a reason" in score.sentence
    (shown,) = (x for x in mutation_score.rule_test_results(score) if x.problem)
    assert shown.problem == "it is waived because no test could notice, and one does."
    assert shown.fix == "remove the waiver."


@required_programs.PROMTOOL
def test_a_recording_is_mutated_under_what_reads_it() -> None:
    total = Recording(name="a:depth:sum", expr=f'sum({DEPTH}{{kind="read"}})', because="It.")
    alert = project_builder.alert(expr=f"{total} > 5", hold="0s", proof=(FIRES,))
    score = mutation_score.run(
        project_builder.project(alerts=(alert,), recordings=(total,)), workers=1
    )
    found = {x.mutant.change: x for x in score.results if x.mutant.before is total}
    assert found['kind="read" → "mutated"'].noticed > 0
    assert found["without kind=…"].survived, "no case has a series of another kind"


@required_programs.PROMTOOL
def test_a_recording_with_readings_is_judged_by_them() -> None:
    given = {f'{DEPTH}{{kind="read"}}': "2x10", f'{DEPTH}{{kind="write"}}': "5x10"}
    total = Recording(
        name="a:depth:sum",
        expr=f'sum({DEPTH}{{kind="read"}})',
        because="It.",
        proof=(Reading("only reads", given, at="5m", value=2),),
    )
    score = mutation_score.run(project_builder.project(recordings=(total,)), workers=1)
    assert score.share == 1
    assert len(score.results) == 2


@required_programs.PROMTOOL
def test_a_score_over_failing_tests_is_refused() -> None:
    wrong = replace(FIRES, fires=False)
    alert = project_builder.alert(expr=f"{DEPTH} > 5", hold="0s", proof=(wrong,))
    with pytest.raises(DefinitionError, match="TooMany: a test fails without any change: deep"):
        mutation_score.run(project_builder.project(alerts=(alert,)), workers=1)


BOTH = {
    f'{DEPTH}{{kind="read"}}': "9x40",
    f'{DEPTH}{{kind="write"}}': "9x40",
}


@required_programs.PROMTOOL
def test_a_mutant_that_prometheus_cannot_evaluate_is_noticed_and_hides_no_other() -> None:
    reads = f'{DEPTH}{{kind="read"}}'
    proofs = (
        Proof("both deep", BOTH, at="10m", fires=True),
        Proof("none", {}, at="10m", fires=False),
    )
    alert = replace(
        project_builder.alert(expr=f"{reads} / on () {reads} > 0.5", hold="0s", proof=proofs),
        waive=(Waiver("boundaries", "It is a test."),),
    )
    score = mutation_score.run(project_builder.project(alerts=(alert,)), workers=1)
    noticed = {x.mutant.change: x.by_hand for x in score.results}
    assert noticed["without kind=…"] == noticed["without kind=… (2)"] == 2, "duplicate series"
    assert noticed["> → < before 0.5"] == 1
    assert noticed["0.5 → 0.505"] == 0


@required_programs.PROMTOOL
def test_a_score_over_a_rule_that_prometheus_cannot_evaluate_is_refused() -> None:
    alert = replace(
        project_builder.alert(
            expr=f"{DEPTH} + on () {DEPTH} > 5",
            hold="0s",
            proof=(Proof("two queues", BOTH, at="10m", fires=False),),
        ),
        waive=(Waiver("boundaries", "It is a test."),),
    )
    with pytest.raises(DefinitionError, match="TooMany: Prometheus cannot evaluate it: found dup"):
        mutation_score.run(project_builder.project(alerts=(alert,)), workers=1)


def test_a_waiver_names_a_mutant() -> None:
    wrong = replace(_alert(), waive=(Waiver("mutant: 5 → 7", "It is a test."),))
    with pytest.raises(DefinitionError, match="there is no 'mutant: 5 → 7'"):
        mutation_score.run(project_builder.project(alerts=(wrong,)), workers=1)


def _alert() -> Alert:
    silent = Proof("none", {}, at="10m", fires=False)
    return project_builder.alert(expr=f"{DEPTH} > 5", hold="1m", proof=(FIRES, silent))


def _spread(low: str, high: str) -> Proof:
    given = {f'{DEPTH}{{kind="read"}}': f"{low}x20", f'{DEPTH}{{kind="write"}}': f"{high}x20"}
    return Proof("far apart", given, at="10m", fires=True)
