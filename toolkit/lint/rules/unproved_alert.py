"""An alert or a recording rule has no test that would notice if it were wrong.

Why: an alert that cannot fire looks exactly like one that has no reason to. Each needs a case
in which it fires and one in which it stays silent. A recording needs a case of its own, or a
proved alert that reads it.

    proof=()                                                        # bad
    proof=(Proof("…", {…}, at="10m", fires=True),
           Proof("no traffic", {}, at="10m", fires=False))          # good

Exempt: an alert whose boundary cases cannot be generated, where it says why with
`Waiver("boundaries", "…")`; plain rule files, whose tests are not known here.

Source: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

if TYPE_CHECKING:
    from toolkit.alerts import Alert, Group, Recording


def check(project: Project) -> Iterator[Finding]:
    """Flag rules without tests, alerts with one side only, and boundaries not generated."""
    if not project.rule_files:
        return
    from toolkit.rule_tests.run import coverage

    for rule in coverage(project).unproved:
        yield _finding(rule, "proof", "no test watches it.", fix="add a proof.")
    for file in project.rule_files:
        for group in file.groups:
            for alert in group.alerts:
                yield from _sides(alert)
                yield from _boundaries(project, group, alert)


def _sides(alert: "Alert") -> Iterator[Finding]:
    for fires, word in ((True, "fires"), (False, "stays silent")):
        if alert.proof and not any(proof.fires is fires for proof in alert.proof):
            yield _finding(alert, "proof", f"no case in which it {word}.", fix="add one.")


def _boundaries(project: Project, group: "Group", alert: "Alert") -> Iterator[Finding]:
    from toolkit.prometheus.write_promtool_tests import evaluated_every
    from toolkit.rule_tests.boundary_cases import generate

    every = evaluated_every(alert, group, project.config.scrape_interval)
    made = generate(project, alert, every)
    waived = any(waiver.what == "boundaries" for waiver in alert.waive)
    if made.unsolved and not waived:
        message = f"no boundary case can be generated: {made.unsolved}."
        fix = 'add cases by hand, and Waiver("boundaries", "…") that says so.'
        yield _finding(alert, "expr", message, fix=fix)


def _finding(rule: "Alert | Recording", field: str, message: str, *, fix: str) -> Finding:
    place = rule.defined.argument(field)
    return RULE.at(place, f"{rule.name}.{field}", message, fix=fix, allow=rule.allow)


RULE = Rule("unproved-alert", Level.ERROR, check)
