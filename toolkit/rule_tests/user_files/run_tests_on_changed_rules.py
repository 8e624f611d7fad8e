"""Runs the user's tests on rules with one change each, and says which a test notices.

Only tests whose answers depend on the changed rule are run, and of the rule files only what
these tests read: the rest costs time and changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.prometheus.rules import WrittenRule
from toolkit.rule_tests import run_promtool_batches
from toolkit.rule_tests.run_promtool import OnProgress, ignore_progress
from toolkit.rule_tests.run_promtool_batches import Job
from toolkit.rule_tests.user_files.rule_file_variants import Change, read_by
from toolkit.rule_tests.user_files.run_tests import TestedFile, WrittenTestRun


@dataclass(frozen=True, slots=True)
class Trial:
    """One rule, and what is changed in it."""

    rule: WrittenRule
    change: Change


class _Tests:
    """The tests of one file that pass, and what each of them reads."""

    def __init__(self, tested: TestedFile) -> None:
        self.tested = tested
        self.rules = {id(rule) for rule in tested.all_rules}
        rules = tested.all_rules
        self.reads = {n: read_by(rules, tested.file.tests[n]) for n in tested.passing}

    def job(self, trial: Trial) -> Job | None:
        """The tests that may notice a change; None where no test reads the rule."""
        if id(trial.rule) not in self.rules:
            return None
        name = trial.rule.name
        tests = [n for n, names in self.reads.items() if name in names]
        if not tests:
            return None
        keep = frozenset[str]().union(*(self.reads[n] for n in tests))
        texts = [
            file.text(keep, trial.rule, trial.change)
            if trial.rule in file.rules
            else file.text(keep)
            for file in self.tested.rules
        ]
        return self.tested.job(tests, texts)


def noticed(
    run: WrittenTestRun,
    trials: Sequence[Trial],
    workers: int,
    on_progress: OnProgress = ignore_progress,
) -> tuple[bool | None, ...]:
    """By trial: whether a test notices; None where no test that passes reads the rule.

    `workers` promtools run at once.
    """
    files = [_Tests(tested) for tested in run.tested]
    jobs: list[Job] = []
    asked: list[range] = []
    for trial in trials:
        made = [job for tests in files if (job := tests.job(trial)) is not None]
        asked.append(range(len(jobs), len(jobs) + len(made)))
        jobs += made
    answers = run_promtool_batches.run(jobs, workers, on_progress)
    return tuple(
        any(answers[number] for number in numbers) if numbers else None for numbers in asked
    )
