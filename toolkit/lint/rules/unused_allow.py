"""An allowance accepts a finding that does not exist, or its last day is over.

Why: the finding is fixed, or the name of the rule is misspelt. The allowance that is left
would hide the next finding too, for a reason that does not apply to it. An allowance with a last
day was meant to be looked at then.

    allow=(Allow("counter-without-rate", reason="…"),)     # bad where nothing is found
    # allow rate-of-gauge until 2027-03-01: the exporter …  # bad from 2027-03-02 on
    allow=()                                               # good

In rule files `# allow RULE: reason` stands in the rule; `# allow group RULE: reason` and
`# allow file RULE: reason` are for all rules of the group or the file.

Exempt: allowances for a rule that exists and did not run, as with `--rule`.

Source: https://docs.astral.sh/ruff/rules/unused-noqa/
"""

from collections.abc import Iterator, Sequence

from toolkit.findings import Allow, Finding, Level, Location
from toolkit.lint.rule import Rule
from toolkit.lint.run import rules
from toolkit.project import Project
from toolkit.unknown_name_did_you_mean import did_you_mean


def check(_project: Project) -> Iterator[Finding]:
    """Find nothing yet: what the other rules found is not known here."""
    yield from ()


def afterwards(
    project: Project, findings: Sequence[Finding], ran: frozenset[str]
) -> Iterator[Finding]:
    """Flag every allowance that no finding needed."""
    used = {(finding.rule, finding.allowed) for finding in findings if finding.allowed}
    known = {rule.id for rule in rules(project.config.lint)}
    told = set()
    for subject, place, allow in _allowances(project):
        if (place.path, allow) in told:
            continue  # of a whole group or file
        told.add((place.path, allow))
        if allow.has_ended:
            message = f"the allowance of `{allow.rule}` ended on {allow.until}."
        elif allow.rule not in known:
            message = f"there is no rule {allow.rule!r}{did_you_mean(allow.rule, known)}"
        elif allow.rule in ran and (allow.rule, allow.reason) not in used:
            message = f"`{allow.rule}` finds nothing here, so that there is nothing to allow."
        else:
            continue
        yield RULE.at(place, f"{subject}.allow", message, fix="remove the allowance.")


def _allowances(project: Project) -> Iterator[tuple[str, Location, Allow]]:
    for rule in project.rules:
        yield from ((rule.name, rule.location, allow) for allow in rule.allow)
    for metric in project.catalogue.metrics:
        yield from ((metric.name, metric.defined, allow) for allow in metric.allow)
    for page in project.pages:
        for panel in page.dashboard.panels:
            yield from ((panel.title, panel.defined, allow) for allow in panel.allow)


RULE = Rule("unused-allow", Level.WARNING, check, afterwards)
