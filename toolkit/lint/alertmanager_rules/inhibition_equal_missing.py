"""An inhibition compares a label that its alerts do not carry.

Why: Alertmanager takes a label that is missing on both sides for equal. With `equal: [cluster]`,
and alerts that carry no cluster, the source inhibits its targets everywhere and always. Where one
side alone lacks it, the two are never equal and the inhibition does nothing.

    Inhibition(source="Down", alerts=("Slow",), equal=("cluster",), …)      # bad: neither has it
    Inhibition(source="Down", alerts=("Slow",), equal=("instance",), …)     # good: both have it

Which labels an alert carries follows from its expression, its rule's labels and prometheus.yml's
`external_labels`. For alertmanager.yml, name the rule files too:
`toolkit lint alertmanager.yml rules/ --prometheus prometheus.yml`.

Exempt: alerts whose labels are not known, such as those of metrics that no catalogue declares and
no `by` limits; alerts of which only some lack the label while the other side carries it.

Source: https://prometheus.io/docs/alerting/latest/configuration/#inhibition-related-settings
"""

from collections.abc import Iterator, Sequence

from toolkit.alertmanager.config_model import ConfigInhibition
from toolkit.findings import Finding, Level
from toolkit.label_matchers.alertmanager_matchers import values_of
from toolkit.lint.inhibited_alerts import KnownAlert, known_alerts
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Compare each label of `equal` with what both sides can carry."""
    configs = [config for config in project.alertmanager_configs if config.inhibitions]
    alerts = tuple(known_alerts(project)) if configs else ()
    for config in configs:
        for rule in config.inhibitions:
            sources = [alert for alert in alerts if alert.surely_fits(rule.sources)]
            targets = [alert for alert in alerts if alert.surely_fits(rule.targets)]
            for label in rule.equal:
                message = _wrong(rule, label.text, sources, targets)
                if message:
                    yield RULE.at(
                        label.location,
                        ", ".join(alert.name for alert in sources) or rule.subject,
                        message,
                        fix=f"compare a label that both carry, or let both keep `{label.text}`: "
                        "in `by`, in the rule's labels, or in external_labels.",
                        allow=config.allowed(label.location),
                    )


def _wrong(
    rule: ConfigInhibition, label: str, sources: list[KnownAlert], targets: list[KnownAlert]
) -> str:
    without = [alert for alert in sources if alert.lacks(label)]
    inhibited = [alert for alert in targets if alert.lacks(label)]
    hit = [x for x in inhibited if any(x.name != source.name for source in without)]
    if without and hit:
        return (
            f"{_said(without)} and {_said(hit)} never carry `{label}`: Alertmanager takes two "
            f"missing labels for equal, so that {_said(without)} inhibits {_said(hit)} always."
        )
    for side, lacking, all_of, other in (
        (rule.sources, without, sources, targets),
        (rule.targets, inhibited, targets, sources),
    ):
        # Only a list of names says that these are all the alerts of that side.
        named = values_of(side, "alertname")
        carrying = [alert for alert in other if alert not in lacking]
        if named and carrying and len(lacking) == len(all_of) == len(named):
            return (
                f"{_said(lacking)} never carries `{label}` and {_said(carrying)} can: the two are "
                "then never equal, and nothing is inhibited."
            )
    return ""


def _names(alerts: Sequence[KnownAlert]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(alert.name for alert in alerts))


def _said(alerts: Sequence[KnownAlert]) -> str:
    names = _names(alerts)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


RULE = Rule("inhibition-equal-missing", Level.ERROR, check)
