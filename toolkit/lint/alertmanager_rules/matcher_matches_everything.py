"""A regular expression matches every value, or alerts that do not have the label.

Why: Alertmanager takes a missing label for an empty one. `team=~".*"` therefore matches every
alert, and `team=~"db|"` every alert without a team: seldom what is meant. Where any value is
meant, `.+` says so.

    matchers: ['team=~".*"']         # bad: alerts without a team too
    matchers: ['team=~"db|"']        # bad: the empty alternative
    matchers: ['team=~".+"']         # good: alerts with a team

Exempt: negative matchers. `team=""` says plainly that alerts without a team are meant, and is a
note, since it is also what a forgotten value looks like.

Source: https://prometheus.io/docs/alerting/latest/configuration/#label-matchers
"""

from collections.abc import Iterator
from dataclasses import replace

from toolkit.findings import Finding, Level
from toolkit.label_matchers.alertmanager_matchers import ALWAYS_SET
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Flag positive matchers that the empty value satisfies."""
    for config in project.alertmanager_configs:
        asked = [(x.subject, x.matchers) for x in config.routes]
        asked += [(x.subject, (*x.sources, *x.targets)) for x in config.inhibitions]
        for subject, matchers in asked:
            for matcher in matchers:
                if matcher.op.startswith("!") or not matcher.takes("", unknown=False):
                    continue
                plain = matcher.op == "="
                if plain and matcher.name in ALWAYS_SET:
                    continue  # `matcher-matches-nothing`
                if matcher.takes_everything:
                    what = "every alert, also one without the label"
                else:
                    what = f"every alert without the label `{matcher.name}`"
                found = RULE.at(
                    matcher.location,
                    subject,
                    f"`{matcher}` matches {what}.",
                    fix=f'write `{matcher.name}=~".+"` for any value, or take it away.'
                    if matcher.takes_everything
                    else f"give it a value, or allow it: `# allow {RULE.id}: why`."
                    if plain
                    else f'leave the empty alternative out, or write `{matcher.name}=""` if '
                    "alerts without it are meant.",
                    allow=config.allowed(matcher.location),
                )
                yield replace(found, level=Level.INFO) if plain else found


RULE = Rule("matcher-matches-everything", Level.WARNING, check)
