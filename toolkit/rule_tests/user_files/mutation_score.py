"""Would the user's tests notice a slip in the user's rules? Each rule, changed in one place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toolkit.prometheus.rules import WrittenRule
from toolkit.rule_tests.mutation_operators import (
    NO_MUTANTS,
    changed_expressions,
    changed_holds,
    changed_keeps,
)
from toolkit.rule_tests.report import RuleTestResult
from toolkit.rule_tests.run_promtool import OnProgress, ignore_progress
from toolkit.rule_tests.user_files.rule_file_variants import Change
from toolkit.rule_tests.user_files.run_tests import WrittenTestRun
from toolkit.rule_tests.user_files.run_tests_on_changed_rules import Trial, noticed

EVERY = "1m"
"""How often Prometheus and promtool evaluate a group that does not say."""


@dataclass(frozen=True, slots=True)
class WrittenMutant:
    """One change of one rule; `noticed` is None where no test reads the rule at all."""

    rule: WrittenRule
    what: str
    change: Change
    noticed: bool | None = None


@dataclass(frozen=True, slots=True)
class WrittenMutationScore:
    """All mutants and whether a test notices each."""

    mutants: tuple[WrittenMutant, ...]

    @property
    def share(self) -> float:
        """Noticed of all, 0..1; without mutants nothing is known, which is 0."""
        return sum(bool(x.noticed) for x in self.mutants) / len(self.mutants or ((),))

    @property
    def sentence(self) -> str:
        """The score in words."""
        if not self.mutants:
            return NO_MUTANTS
        unread = sum(x.noticed is None for x in self.mutants)
        more = f", {unread} of them in rules that no test reads" if unread else ""
        return f"mutation: {self.share:.1%} of {len(self.mutants)} mutants noticed{more}"

    def results(self) -> Iterator[RuleTestResult]:
        """One for each mutant, and one for all of a rule that no test reads."""
        unread: dict[int, list[WrittenMutant]] = {}
        for one in self.mutants:
            if one.noticed is None:
                unread.setdefault(id(one.rule), []).append(one)
            else:
                yield _result(one)
        for mutants in unread.values():
            rule = mutants[0].rule
            problem = f"no test that passes reads it, so none notices its {len(mutants)} mutants."
            fix = "write tests; `--write-cases FOLDER` writes boundary cases of alerts."
            name = f"{rule.name}: any change"
            yield RuleTestResult("mutation", name, problem, fix, str(rule.location))


def _result(one: WrittenMutant) -> RuleTestResult:
    key = next(iter(one.change))
    place, name = str(one.rule.place(key)), f"{one.rule.name}: {one.what}"
    if one.noticed:
        return RuleTestResult("mutation", name, location=place)
    problem = f"no test notices: {key}: {one.change[key]}"
    return RuleTestResult("mutation", name, problem, "add a test that does.", place)


def measure(
    run: WrittenTestRun, workers: int, on_progress: OnProgress = ignore_progress
) -> WrittenMutationScore:
    """Mutate every rule of the files that were read. `workers` promtools run at once."""
    made: list[WrittenMutant] = []
    for file in run.rules.files:
        intervals = file.intervals()
        for rule in file.rules:
            made += _mutants(rule, intervals.get(rule.group) or EVERY)
    found = noticed(run, [Trial(x.rule, x.change) for x in made], workers, on_progress)
    return WrittenMutationScore(
        tuple(
            WrittenMutant(x.rule, x.what, x.change, answer)
            for x, answer in zip(made, found, strict=True)
        )
    )


def _mutants(rule: WrittenRule, every: str) -> Iterator[WrittenMutant]:
    changes: list[tuple[str, Mapping[str, str]]] = [
        (what, {"expr": text}) for what, text in changed_expressions(rule.expr)
    ]
    if rule.is_alert:
        hold, kept = rule.hold or "0s", rule.keep_firing_for or "0s"
        changes += [(what, {"for": text}) for what, text in changed_holds(hold, every)]
        changes += [(what, {"keep_firing_for": text}) for what, text in changed_keeps(kept)]
    for what, change in changes:
        yield WrittenMutant(rule, what, change)
