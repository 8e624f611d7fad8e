"""`toolkit test`: every proof and boundary case through promtool, every route through amtool.

It tests the definitions as they are now, not the files that were last generated.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.alerts import Alert, Recording
from toolkit.project import Project
from toolkit.prometheus import write_promtool_tests, write_rule_files
from toolkit.rule_tests import boundary_cases, run_amtool, run_promtool
from toolkit.rule_tests.report import RuleTestResult
from toolkit.rule_tests.run_promtool import OnProgress, Shard


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which rules some test watches, and which none does."""

    alerts: int
    recordings: int
    unproved: tuple[Alert | Recording, ...]

    @property
    def sentence(self) -> str:
        """`26 alerts and 30 recordings, all proved`."""
        if not self.alerts and not self.recordings:
            return "no alerts and no recordings, so nothing to prove"
        names = ", ".join(rule.name for rule in self.unproved)
        missing = f"without a test: {names}" if names else "all proved"
        return f"{self.alerts} alerts and {self.recordings} recordings, {missing}"


def run(
    project: Project, workers: int, on_progress: OnProgress = run_promtool.ignore_progress
) -> tuple[RuleTestResult, ...]:
    """One result for each rule test, each route, and each rule that no test watches.

    `workers` promtools run at once.
    """
    results = list(_promtool(tuple(_shards(project)), workers, on_progress))
    if project.routing is not None:
        results += run_amtool.check(project, project.routing)
    results += (
        RuleTestResult(
            "coverage", f"{rule.name} has a test", "no test watches it.", fix="add a proof."
        )
        for rule in coverage(project).unproved
    )
    return tuple(results)


def coverage(project: Project) -> Coverage:
    """An alert is watched by its proofs, a recording by its own or those of what reads it."""
    watched = {alert.name for alert in project.alerts if alert.proof}
    texts = [alert.expr for alert in project.alerts if alert.proof]
    texts += [rule.expr for rule in project.recordings if rule.proof]
    read = project.recording_rules.read_by(texts)
    unproved: list[Alert | Recording] = [x for x in project.alerts if x.name not in watched]
    unproved += [x for x in project.recordings if x not in read and not x.proof]
    return Coverage(len(project.alerts), len(project.recordings), tuple(unproved))


def _promtool(
    shards: Sequence[Shard], workers: int, on_progress: OnProgress
) -> Iterator[RuleTestResult]:
    answers = run_promtool.run(shards, workers, on_progress)
    for shard, answer in zip(shards, answers, strict=True):
        for rule, error in answer.broken.items():
            yield RuleTestResult(
                shard.name,
                f"{rule} can be evaluated",
                error,
                fix="correct the rule: Prometheus would not evaluate it, either.",
            )
        problems = {failure.test: failure.message for failure in answer.failures}
        for number, test in enumerate(shard.tests):
            if number in problems:
                fix = "correct the rule, or the proof if that is what you want."
                yield RuleTestResult(shard.name, test["name"], problems[number], fix)
            elif not answer.broken:  # With a broken rule, no failure does not mean a pass.
                yield RuleTestResult(shard.name, test["name"])


def _shards(project: Project) -> Iterator[Shard]:
    """One for each proved rule: it and the recordings that it reads, directly or not."""
    for file in project.rule_files:
        made = boundary_cases.generated_proofs(project, file)
        for group in file.groups:
            for rule in group.rules:
                tests = list(write_promtool_tests.tests_of(rule, made.get(rule.name, ())))
                if tests:
                    interval = project.config.scrape_interval
                    every = write_promtool_tests.evaluated_every(rule, group, interval)
                    read = project.recording_rules.read_by((rule.expr,))
                    tested = (*(x for x in read if x != rule), rule)
                    yield Shard(
                        file.group_name(group),
                        write_rule_files.one_group(tested),
                        every,
                        tests,
                    )
