"""No alert reaches a route, since earlier routes take all that it would match.

Why: Alertmanager takes the first of several routes that matches, and goes on to the next only
where that one says `continue: true`. The receiver of a route that stands too late is never
notified, and nothing says so.

    routes:                                                    # bad
    - {matchers: ['severity=~"critical|warning"'], receiver: desk}
    - {matchers: ['severity="critical"'], receiver: pager}     # desk has taken them

    routes:                                                    # good
    - {matchers: ['severity="critical"'], receiver: pager}
    - {matchers: ['severity=~"critical|warning"'], receiver: desk}

Exempt: routes after one whose regular expression is more than a list of words, unless both have
the same; a route that matches nothing at all, which `matcher-matches-nothing` reports.

Source: https://prometheus.io/docs/alerting/latest/configuration/#route
"""

from collections.abc import Iterator, Sequence

from toolkit.alertmanager.config_model import ConfigRoute
from toolkit.findings import Finding, Level
from toolkit.label_matchers.alertmanager_matchers import all_implied, cases, contradiction
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Flag a route whose every case an earlier sibling takes."""
    for config in project.alertmanager_configs:
        for parent in config.routes:
            for number, route in enumerate(parent.routes):
                takers = _takers(route, parent.routes[:number])
                if takers:
                    named = " and ".join(
                        f"`{x.subject}` (line {x.location.line})"
                        if config.is_file
                        else f"`{x.subject}`"
                        for x in takers
                    )
                    verb = "take" if len(takers) > 1 else "takes"
                    yield RULE.at(
                        route.location,
                        route.subject,
                        f"no alert reaches this route: {named} before it {verb} all that it "
                        "matches.",
                        fix="move it before them, or give them `continue: true`.",
                        allow=config.allowed(route.location),
                    )


def _takers(route: ConfigRoute, earlier: Sequence[ConfigRoute]) -> tuple[ConfigRoute, ...]:
    """The earlier routes that together take every alert of the route; none where some pass."""
    final = [other for other in earlier if not other.continues]
    if not final or contradiction(route.all_matchers):
        return ()
    found: dict[str, ConfigRoute] = {}
    for case in cases(route.all_matchers):
        taker = next((x for x in final if all_implied(case, x.matchers)), None)
        if taker is None:
            return ()
        found[taker.subject] = taker
    return tuple(found.values())


RULE = Rule("unreachable-route", Level.ERROR, check)
