"""`toolkit test --mutate` on other people's rules: which slip does no test of theirs notice."""

from pathlib import Path

from tests.support import required_programs, written_files
from toolkit.rule_tests.user_files import mutation_score, run_tests
from toolkit.rule_tests.user_files.mutation_score import WrittenMutationScore


def measured(folder: Path, *tests: str, rules: str = written_files.RULES) -> WrittenMutationScore:
    rule_path, path = written_files.write(folder, *tests, rules=rules)
    run = run_tests.run([rule_path], [path], workers=2)
    return mutation_score.measure(run, workers=2)


@required_programs.PROMTOOL
def test_what_no_test_notices_is_named_with_its_place(tmp_path: Path) -> None:
    found = list(measured(tmp_path, written_files.FIRES).results())
    hold = next(x for x in found if x.name == "Down: for 5m → 240s")
    assert hold.problem == "no test notices: for: 240s"
    assert hold.location == f"{tmp_path}/rules.yml:8:10"
    assert next(x for x in found if x.name == "Down: for 5m → 360s").problem == ""
    assert next(x for x in found if x.name == "Down: == → != before 0").problem == ""


@required_programs.PROMTOOL
def test_how_long_an_alert_is_kept_firing_is_changed_too(tmp_path: Path) -> None:
    rules = written_files.RULES.replace("for: 5m", "for: 5m\n    keep_firing_for: 3m")
    found = list(measured(tmp_path, written_files.FIRES, rules=rules).results())
    kept = {x.name: x.problem for x in found if "keep_firing_for" in x.name}
    assert kept == {
        "Down: keep_firing_for 3m → 0s": "no test notices: keep_firing_for: 0s",
        "Down: keep_firing_for 3m → 360s": "no test notices: keep_firing_for: 360s",
    }


@required_programs.PROMTOOL
def test_another_test_notices_it(tmp_path: Path) -> None:
    found = measured(tmp_path, written_files.FIRES, written_files.SILENT).results()
    assert next(x for x in found if x.name == "Down: for 5m → 240s").problem == ""


@required_programs.PROMTOOL
def test_a_rule_that_no_test_reads_is_one_problem_and_all_its_mutants_count(tmp_path: Path) -> None:
    score = measured(tmp_path, written_files.SUM)
    down = [x for x in score.mutants if x.rule.name == "Down"]
    assert {x.noticed for x in down} == {None}
    (problem,) = (x for x in score.results() if x.name == "Down: any change")
    assert problem.problem == (
        f"no test that passes reads it, so none notices its {len(down)} mutants."
    )
    assert problem.location == f"{tmp_path}/rules.yml:6:5"
    assert score.share == sum(bool(x.noticed) for x in score.mutants) / len(score.mutants)
    assert "in rules that no test reads" in score.sentence


def test_without_mutants_nothing_is_known() -> None:
    assert WrittenMutationScore(()).share == 0
