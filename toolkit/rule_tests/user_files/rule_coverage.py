"""Which rules that the user wrote does some test watch: found by running, not by names.

Each rule is replaced by one that cannot be overlooked, and the tests that pass are run on that:

- an alert that never fires: a test that goes wrong is one that makes it fire;
- an alert that fires wherever it did not, at once: a test that goes wrong keeps it silent;
- a recording without a result: a test that goes wrong reads it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.prometheus.rules import WrittenRule
from toolkit.rule_tests.report import RuleTestResult
from toolkit.rule_tests.run_promtool import OnProgress, ignore_progress
from toolkit.rule_tests.user_files.rule_file_variants import Change
from toolkit.rule_tests.user_files.run_tests import WrittenTestRun
from toolkit.rule_tests.user_files.run_tests_on_changed_rules import Trial, noticed

NEVER = "vector(0) > 0"
"""An expression without a result."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What some test should do to a rule, and whether one does."""

    rule: WrittenRule
    what: str
    fix: str
    met: bool


@dataclass(frozen=True, slots=True)
class WrittenCoverage:
    """The claims about every rule."""

    claims: tuple[Claim, ...]

    @property
    def share(self) -> float:
        """Rules of which every claim is met, 0..1; without rules it is 1."""
        rules = {id(claim.rule) for claim in self.claims}
        short = {id(claim.rule) for claim in self.claims if not claim.met}
        return 1 - len(short) / len(rules) if rules else 1.0

    @property
    def sentence(self) -> str:
        """`coverage: 50.0% of 4 rules: 1 of 2 made to fire, 2 of 2 kept silent, …`."""
        count = len({id(claim.rule) for claim in self.claims})
        if not count:
            return "coverage: the files have no rules, so nothing to prove"
        parts = []
        for what in dict.fromkeys(claim.what for claim in self.claims):
            own = [claim for claim in self.claims if claim.what == what]
            parts.append(f"{sum(claim.met for claim in own)} of {len(own)} {what}")
        return f"coverage: {self.share:.1%} of {count} rules; " + ", ".join(parts)

    def results(self) -> tuple[RuleTestResult, ...]:
        """One for each claim."""
        return tuple(
            RuleTestResult(
                "coverage",
                f"{claim.rule.name} is {claim.what}",
                "" if claim.met else f"no test that passes does it: {claim.rule.expr.strip()}",
                "" if claim.met else claim.fix,
                str(claim.rule.location),
            )
            for claim in self.claims
        )


def measure(
    run: WrittenTestRun, workers: int, on_progress: OnProgress = ignore_progress
) -> WrittenCoverage:
    """The coverage of every rule of the files that were read. `workers` promtools run at once."""
    rules = [rule for file in run.rules.files for rule in file.rules]
    asked = [(rule, *claim) for rule in rules for claim in _claims(rule)]
    trials = [Trial(rule, change) for rule, _, _, change in asked]
    found = noticed(run, trials, workers, on_progress)
    return WrittenCoverage(
        tuple(
            Claim(rule, what, fix, met=bool(answer))
            for (rule, what, fix, _), answer in zip(asked, found, strict=True)
        )
    )


def _claims(rule: WrittenRule) -> Iterator[tuple[str, str, Change]]:
    """(what a test should do, what to add where none does, the change that it would notice)."""
    if not rule.is_alert:
        fix = "add a test of it, or of an alert that reads it."
        yield "read by a test", fix, {"expr": NEVER}
        return
    yield "made to fire by a test", "add a test in which it fires.", {"expr": NEVER}
    always = f"({rule.expr}\n) or on () vector(1)"
    fix = "add a test in which it does not fire."
    yield "kept silent by a test", fix, {"expr": always, "for": "0s"}
