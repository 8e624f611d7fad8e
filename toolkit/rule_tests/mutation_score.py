"""Would the tests notice a slip? Runs them on every rule, changed in one place at a time.

All mutants of one rule stand in one rule file under names of their own, so that the series
of a case are loaded once and promtool starts once a rule. A mutant is killed when some
case goes wrong for it; one that survives is a change that no test notices.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from toolkit.alerts import Alert, Proof, Reading, Recording
from toolkit.errors import DefinitionError
from toolkit.project import Project
from toolkit.prometheus import write_promtool_tests, write_rule_files
from toolkit.rule_tests import boundary_cases, run_promtool
from toolkit.rule_tests.mutation_operators import MUTANT, NO_MUTANTS, Mutant, mutants, renamed
from toolkit.rule_tests.report import RuleTestResult
from toolkit.rule_tests.run_promtool import Failure, OnProgress, Shard

_NUMBER_BEHIND_NAME = re.compile(r"\d+$")


@dataclass(frozen=True, slots=True)
class MutantResult:
    """How many cases noticed a mutant, and how many of these the author of the rule wrote."""

    mutant: Mutant
    noticed: int
    by_hand: int

    @property
    def survived(self) -> bool:
        """Whether no case noticed and no waiver says why that is right."""
        return not self.noticed and not self.mutant.waived

    @property
    def needlessly_waived(self) -> bool:
        """Whether a case notices a mutant that is waived because no case could."""
        return bool(self.noticed and self.mutant.waived)


@dataclass(frozen=True, slots=True)
class MutationScore:
    """The results of all mutants; those of waived ones do not count."""

    results: tuple[MutantResult, ...]

    @property
    def counted(self) -> tuple[MutantResult, ...]:
        """Those that are not waived."""
        return tuple(x for x in self.results if not x.mutant.waived)

    @property
    def share(self) -> float:
        """Killed of counted, 0..1; without mutants nothing is known, which is 0."""
        killed = sum(not x.survived for x in self.counted)
        return killed / len(self.counted) if self.counted else 0.0

    @property
    def share_by_hand(self) -> float:
        """The same, without the generated boundary cases."""
        killed = sum(x.by_hand > 0 for x in self.counted)
        return killed / len(self.counted) if self.counted else 0.0

    @property
    def sentence(self) -> str:
        """The score in words, with what is due to written cases."""
        waived = len(self.results) - len(self.counted)
        if not self.results:
            return NO_MUTANTS
        return (
            f"mutation: {self.share:.1%} of {len(self.counted)} mutants noticed "
            f"({self.share_by_hand:.1%} by written cases alone), {waived} waived with a reason"
        )


def rule_test_results(score: MutationScore) -> tuple[RuleTestResult, ...]:
    """One for each mutant that counts; survivors and needless waivers are problems."""
    shown = [x for x in score.results if x.needlessly_waived or not x.mutant.waived]
    shown.sort(key=lambda x: (x.mutant.before.name, x.mutant.change))
    return tuple(map(_test_result, shown))


def _test_result(result: MutantResult) -> RuleTestResult:
    name = f"{result.mutant.before.name}: {result.mutant.change}"
    if result.survived:
        return RuleTestResult(
            "mutation",
            name,
            f"no test notices: {result.mutant.after.expr}",
            fix=f'add a case, or waive "{result.mutant.id}" with a reason.',
        )
    if result.needlessly_waived:
        problem = "it is waived because no test could notice, and one does."
        return RuleTestResult("mutation", name, problem, fix="remove the waiver.")
    return RuleTestResult("mutation", name)


def run(
    project: Project,
    workers: int,
    only: Sequence[str] = (),
    on_progress: OnProgress = run_promtool.ignore_progress,
) -> MutationScore:
    """Mutate every rule (or the alerts named, and what they read) and run the cases on it.

    `workers` promtools run at once. Raises DefinitionError where a case fails for the rule as
    it is, and for a waiver that names no mutant: both make the score worthless.
    """
    interval = project.config.scrape_interval
    work = [
        _MutatedRule(project, rule, write_promtool_tests.evaluated_every(rule, group, interval))
        for file in project.rule_files
        for group in file.groups
        for rule in group.rules
        if rule.name in only or (not only and rule.proof)
    ]
    best: dict[tuple[int, str], MutantResult] = {}
    for item, failures in _run(work, workers, on_progress):
        for result in item.results(failures):
            # A recording's mutant is tried under all that read it, and counts once.
            key = (id(result.mutant.before), result.mutant.id)
            if key not in best or result.noticed > best[key].noticed:
                best[key] = result
    return MutationScore(tuple(best.values()))


def _run(
    work: Sequence["_MutatedRule"], workers: int, on_progress: OnProgress
) -> Iterator[tuple["_MutatedRule", tuple[Failure, ...]]]:
    """The failures of each rule; again without the mutants that Prometheus cannot evaluate."""
    while work:
        answers = run_promtool.run([item.shard() for item in work], workers, on_progress)
        again = []
        for item, answer in zip(work, answers, strict=True):
            if answer.broken:
                item.leave_out(answer.broken)
                again.append(item)
            else:
                yield item, answer.failures
        work = again


class _MutatedRule:
    """One rule with its cases, and the mutants of it and of what it reads."""

    def __init__(self, project: Project, rule: Alert | Recording, every: str) -> None:
        self.rule = rule
        self.every = every
        read = project.recording_rules.read_by((rule.expr,))
        self.rules: tuple[Alert | Recording, ...] = (*(x for x in read if x != rule), rule)
        self.written = len(rule.proof)
        self.cases: tuple[Proof | Reading, ...] = rule.proof
        if isinstance(rule, Alert):
            made = boundary_cases.generate(project, rule, every)
            self.cases = (*rule.proof, *(case.proof for case in made.cases))
        # A recording with readings is judged by them, any other by the alerts that read it.
        changed = (x for x in self.rules if x is rule or not x.proof)
        self.mutants = tuple(x for one in changed for x in mutants(one, every))
        self.broken: set[int] = set()
        known = {mutant.id for mutant in self.mutants if mutant.before == rule}
        for waiver in rule.waive:
            if waiver.what.startswith(MUTANT) and waiver.what not in known:
                raise DefinitionError(
                    f"{rule.name}.waive: there is no {waiver.what!r}.",
                    fix="`toolkit test --mutate` names those that survive.",
                )

    def shard(self) -> Shard:
        """The rules as they are, then each mutant's; each case asks for all of them."""
        # The rule as it is comes first: expression 0 of each test fails if a case is wrong.
        made = list(self.rules)
        asked = [self.rule]
        for number, mutant in self._evaluated:
            copies = tuple(self._copies(mutant, number))
            made += copies
            asked.append(copies[-1])
        tests = []
        for case in self.cases:
            each = [_test(rule, case) for rule in asked]
            questions = [question for test in each for question in test["promql_expr_test"]]
            tests.append(each[0] | {"promql_expr_test": questions})
        return Shard(self.rule.name, write_rule_files.one_group(made), self.every, tests)

    @property
    def _evaluated(self) -> list[tuple[int, Mutant]]:
        return [(n, mutant) for n, mutant in enumerate(self.mutants) if n not in self.broken]

    def leave_out(self, broken: Mapping[str, str]) -> None:
        """Take out the mutants that `broken` names, with why Prometheus does not evaluate them.

        Raises DefinitionError where the rule is broken without any change.
        """
        unchanged = {rule.name for rule in self.rules}
        for name, error in broken.items():
            if name in unchanged:
                raise DefinitionError(
                    f"{name}: Prometheus cannot evaluate it: {error}",
                    fix="run `toolkit test`, and mutate when it passes.",
                )
            self.broken.add(int(_NUMBER_BEHIND_NAME.findall(name)[0]))

    def _copies(self, mutant: Mutant, number: int) -> Iterator[Alert | Recording]:
        """The changed rule and whatever reads it, renamed and reading each other."""
        names: dict[str, str] = {}
        for rule in self.rules:
            now = mutant.after if rule is mutant.before else rule
            text = renamed(now.expr, names)
            # A recording that neither is changed nor reads a changed one serves all mutants.
            if now is rule and text == rule.expr and rule is not self.rule:
                continue
            if isinstance(now, Recording):
                names[rule.name] = f"{rule.name}_mutant{number}"
                yield replace(now, name=names[rule.name], expr=text)
            else:
                yield replace(now, name=f"{rule.name}Mutant{number}", expr=text)

    def results(self, failures: Sequence[Failure]) -> Iterator[MutantResult]:
        """What the failures say about each mutant."""
        for failure in failures:
            if failure.expression == 0:
                raise DefinitionError(
                    f"{self.rule.name}: a test fails without any change: "
                    f"{self.cases[failure.test].sentence}.",
                    fix="run `toolkit test`, and mutate when it passes.",
                )
        for number in self.broken:  # No test passes with a rule that cannot be evaluated.
            yield MutantResult(self.mutants[number], len(self.cases), self.written)
        for place, (_, mutant) in enumerate(self._evaluated, start=1):
            tests = {failure.test for failure in failures if failure.expression == place}
            yield MutantResult(mutant, len(tests), sum(test < self.written for test in tests))


def _test(rule: Alert | Recording, case: Proof | Reading) -> dict[str, Any]:
    if isinstance(rule, Recording) and isinstance(case, Reading):
        return write_promtool_tests.reading_test(rule, case)
    if isinstance(rule, Alert) and isinstance(case, Proof):
        return write_promtool_tests.proof_test(
            rule.alertname, case, write_promtool_tests.fixed_labels(rule)
        )
    raise TypeError(case)
