"""The matchers of a route or an inhibition contradict each other.

Why: all matchers of a list must hold, those of the routes above too. Two that no value satisfies
make a route that notifies nobody, or an inhibition that inhibits nothing.

    matchers: ['team="db"', 'team="web"']      # bad: no alert has both
    matchers: ['team=~"db|web"']               # good

Exempt: regular expressions that are more than a list of words, which are not compared with each
other.

Source: https://prometheus.io/docs/alerting/latest/configuration/#label-matchers
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.label_matchers.alertmanager_matchers import contradiction
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Flag lists of matchers that no labels satisfy."""
    for config in project.alertmanager_configs:
        for route in config.routes:
            if contradiction(route.above):
                continue  # the route above is the one at fault
            wrong = contradiction(route.all_matchers)
            if wrong:
                yield RULE.at(
                    route.location,
                    route.subject,
                    f"no alert matches this route: {_listed(wrong)} contradict each other."
                    if len(wrong) > 1
                    else f"no alert matches this route: {_listed(wrong)} matches no value.",
                    fix="correct the matchers, or take the route away.",
                    allow=config.allowed(route.location),
                )
        for rule in config.inhibitions:
            for side, matchers in (("source", rule.sources), ("target", rule.targets)):
                wrong = contradiction(matchers)
                if wrong:
                    yield RULE.at(
                        wrong[0].location,
                        rule.subject,
                        f"no alert can be its {side}: {_listed(wrong)}.",
                        fix="correct the matchers, or take the inhibition away.",
                        allow=config.allowed(wrong[0].location),
                    )


def _listed(matchers: tuple[object, ...]) -> str:
    return " and ".join(f"`{matcher}`" for matcher in matchers)


RULE = Rule("matcher-matches-nothing", Level.ERROR, check)
