"""An alert is a source and a target of one inhibition, or two inhibitions work both ways.

Why: Alertmanager spares an alert that fits both sides from others that do so too, which is hard
to reason about and seldom what was meant. Where one inhibition says that A inhibits B, and
another that B inhibits A, both are inhibited once both fire, and nobody is notified.

    {source_matchers: ['severity="critical"'],
     target_matchers: ['severity=~"critical|warning"'], equal: [cluster]}      # bad
    {source_matchers: ['severity="critical"'],
     target_matchers: ['severity="warning"'], equal: [cluster]}                # good

Exempt: sides that name no common label, unless an alert is known that fits both.

Source: https://prometheus.io/docs/alerting/latest/configuration/#inhibition-related-settings
"""

from collections.abc import Iterator, Sequence

from toolkit.alertmanager.config_model import AlertmanagerConfig, ConfigInhibition
from toolkit.findings import Finding, Level
from toolkit.label_matchers.alertmanager_matchers import Matcher, all_implied, contradiction
from toolkit.lint.inhibited_alerts import KnownAlert, known_alerts
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Look at each inhibition, and at each two."""
    configs = [config for config in project.alertmanager_configs if config.inhibitions]
    alerts = tuple(known_alerts(project)) if configs else ()
    for config in configs:
        for number, rule in enumerate(config.inhibitions):
            if contradiction(rule.sources) or contradiction(rule.targets):
                continue  # `matcher-matches-nothing`
            message = _on_both_sides(rule, alerts)
            if message:
                yield RULE.at(
                    rule.location,
                    rule.subject,
                    message,
                    fix="let the target leave the source's alerts out.",
                    allow=config.allowed(rule.location),
                )
            yield from _mutual(config, rule, config.inhibitions[:number], alerts)


def _on_both_sides(rule: ConfigInhibition, alerts: Sequence[KnownAlert]) -> str:
    both = [x.name for x in alerts if x.surely_fits(rule.sources) and x.surely_fits(rule.targets)]
    if both:
        return f"{', '.join(dict.fromkeys(both))} fits both the source and the target."
    if _within(rule.sources, rule.targets):
        return "an alert that fits the source is a target too."
    if _within(rule.targets, rule.sources):
        return "an alert that fits the target is a source too."
    return ""


def _within(inner: Sequence[Matcher], outer: Sequence[Matcher]) -> bool:
    """Whether each alert that fits `inner` surely fits `outer`, which asks for something."""
    return bool(inner) and bool(outer) and all_implied(inner, outer)


def _mutual(
    config: AlertmanagerConfig,
    rule: ConfigInhibition,
    earlier: Sequence[ConfigInhibition],
    alerts: Sequence[KnownAlert],
) -> Iterator[Finding]:
    for other in earlier:
        there, back = _common(rule.sources, other.targets), _common(rule.targets, other.sources)
        known = _known(rule.sources, other.targets, alerts) and _known(
            rule.targets, other.sources, alerts
        )
        if (there and back) or known:
            yield RULE.at(
                rule.location,
                rule.subject,
                f"inhibits what inhibits it by `{other.subject}`: where both fire, nobody is "
                "notified of either.",
                fix="let one of the two inhibit the other, and not the reverse.",
                allow=config.allowed(rule.location),
            )


def _common(one: Sequence[Matcher], other: Sequence[Matcher]) -> bool:
    """Whether one side surely lies within the other."""
    return _within(one, other) or _within(other, one)


def _known(one: Sequence[Matcher], other: Sequence[Matcher], alerts: Sequence[KnownAlert]) -> bool:
    return any(x.surely_fits(one) and x.surely_fits(other) for x in alerts)


RULE = Rule("inhibition-of-itself", Level.WARNING, check)
