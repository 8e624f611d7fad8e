"""`toolkit test`: every proof and boundary case through promtool, every route through amtool.

It tests the definitions as they are now, not the files that were last generated.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.alerts import Alert, Recording
from toolkit.project import Project
from toolkit.prometheus import rule_files
from toolkit.rule_tests import amtool, boundaries, promtool
from toolkit.rule_tests.promtool import Shard
from toolkit.rule_tests.report import Outcome


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which rules some test watches, and which none does."""

    alerts: int
    recordings: int
    unproved: tuple[Alert | Recording, ...]

    @property
    def sentence(self) -> str:
        """`26 alerts and 30 recordings, all proved`."""
        names = ", ".join(rule.name for rule in self.unproved)
        missing = f"without a test: {names}" if names else "all proved"
        return f"{self.alerts} alerts and {self.recordings} recordings, {missing}"


def run(project: Project, workers: int) -> tuple[Outcome, ...]:
    """One outcome for each rule test, each route, and each rule that no test watches."""
    shards = tuple(_shards(project))
    outcomes = list(_promtool(shards, workers))
    if project.routing is not None:
        outcomes += amtool.check(project, project.routing)
    outcomes += (
        Outcome("coverage", f"{rule.name} has a test", "no test watches it.", fix="add a proof.")
        for rule in coverage(project).unproved
    )
    return tuple(outcomes)


def coverage(project: Project) -> Coverage:
    """An alert is watched by its proofs, a recording by its own or those of what reads it."""
    watched = {alert.name for alert in project.alerts if alert.proof}
    texts = [alert.expr for alert in project.alerts if alert.proof]
    texts += [rule.expr for rule in project.recordings if rule.proof]
    read = project.recording_rules.read_by(texts)
    unproved: list[Alert | Recording] = [x for x in project.alerts if x.name not in watched]
    unproved += [x for x in project.recordings if x not in read and not x.proof]
    return Coverage(len(project.alerts), len(project.recordings), tuple(unproved))


def _promtool(shards: Sequence[Shard], workers: int) -> Iterator[Outcome]:
    for shard, failures in zip(shards, promtool.run(shards, workers), strict=True):
        problems = {failure.test: failure.message for failure in failures}
        for number, test in enumerate(shard.tests):
            yield Outcome(
                shard.name,
                test["name"],
                problems.get(number, ""),
                fix="correct the rule, or the proof if that is what you want."
                if number in problems
                else "",
            )


def _shards(project: Project) -> Iterator[Shard]:
    """One for each proved rule: it and the recordings that it reads, directly or not."""
    for file in project.rule_files:
        made = boundaries.boundaries(project, file)
        for group in file.groups:
            for rule in group.rules:
                tests = list(rule_files.cases(rule, made.get(rule.name, ())))
                if tests:
                    every = rule_files.evaluated_every(rule, group, project.config.scrape_interval)
                    read = project.recording_rules.read_by((rule.expr,))
                    tested = (*(x for x in read if x != rule), rule)
                    yield Shard(
                        f"{file.name}.{group.name}", rule_files.one_group(tested), every, tests
                    )
