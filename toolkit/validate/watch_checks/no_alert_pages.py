"""No alert of the project that pages a person fires during the watch.

Why: an alert of the most urgent severity says that users are hurt now. An alert that was firing as
the watch began counts too: a deployment must not hide behind it. Silence it in Alertmanager
while it is known; what is silenced or inhibited pages nobody, and is only named.

What fired and resolved between two looks is seen as well: Prometheus records firing alerts as
the series `ALERTS`. Alerts that the project does not define are left to their owners.
Source: https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
"""

from collections.abc import Iterator, Mapping

from toolkit.alertmanager.client import HeldAlert
from toolkit.alerts import Alert
from toolkit.errors import UnreachableError
from toolkit.findings import Finding, Level
from toolkit.validate import alert_links
from toolkit.validate.check import Check, CheckedStack, CheckGroup, NotYet, Skip

_OF_THE_SERIES = ("__name__", "alertstate")


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Compare what fires, or fired in the window, with what Alertmanager suppresses."""
    paging = tuple(alert for alert in stack.project.alerts if _pages(alert))
    if not paging:
        raise Skip("no alert of the project has the most urgent severity")
    now = stack.prometheus.query('ALERTS{alertstate="firing"}')
    then = stack.prometheus.query(
        f'max_over_time(ALERTS{{alertstate="firing"}}[{stack.window.range}])'
    )
    firing = {_key(sample.labels) for sample in now}
    fired = {key: _owner(dict(key), paging) for key in firing | {_key(x.labels) for x in then}}
    owned = {key: alert for key, alert in fired.items() if alert is not None}
    held = _held(stack) if owned else ()
    for key in sorted(owned, key=sorted):
        yield from _judged(stack, key, owned[key], is_firing=key in firing, held=held)
    _expect_evaluated(stack, paging)


def _judged(
    stack: CheckedStack,
    key: frozenset[tuple[str, str]],
    alert: Alert,
    *,
    is_firing: bool,
    held: tuple[HeldAlert, ...] | None,
) -> Iterator[Finding]:
    """The finding about one alert that fires, or fired."""
    window = stack.window
    states = {x.state for x in held or () if key <= set(x.labels.items())}
    if is_firing and "suppressed" in states:
        window.suppressed.add(key)
    if is_firing and held is not None and not states and key not in window.unheard:
        window.unheard.add(key)  # Prometheus has yet to send it; a silence may be waiting for it
        if not window.is_last:
            return
    labels = ", ".join(f"{k}={v}" for k, v in sorted(key) if k != "alertname")
    if key in window.suppressed and not (is_firing and "active" in states):
        yield Finding(
            rule=CHECK.id,
            level=Level.INFO,
            subject=alert.alertname,
            message=f"fires, and is silenced or inhibited ({labels}).",
        )
        return
    word = "fires" if is_firing else "fired, and has resolved"
    yield CHECK.wrong(
        f"{word} ({labels}): {alert.summary}",
        subject=alert.alertname,
        fix=alert_links.of_alert(stack, alert),
    )


def _pages(alert: Alert) -> bool:
    """Whether it has the most urgent severity, which is the first of its kind."""
    return alert.severity is next(iter(type(alert.severity)))


def _owner(labels: Mapping[str, str], paging: tuple[Alert, ...]) -> Alert | None:
    """The project's alert that has fired with these labels; templates may say anything."""
    for alert in paging:
        plain = {k: v for k, v in alert.rule_labels.items() if "{{" not in v}
        if labels.get("alertname") == alert.alertname and plain.items() <= labels.items():
            return alert
    return None


def _key(labels: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset((k, v) for k, v in labels.items() if k not in _OF_THE_SERIES)


def _held(stack: CheckedStack) -> tuple[HeldAlert, ...] | None:
    """What Alertmanager holds; None where it does not answer, so that nothing is excused."""
    try:
        return stack.alertmanager.alerts()
    except UnreachableError:
        return None


def _expect_evaluated(stack: CheckedStack, paging: tuple[Alert, ...]) -> None:
    """Raise NotYet while an alert was not evaluated within the window: it could not fire."""
    last = {(group.file, group.name): group.last.timestamp() for group in stack.groups()}
    evaluated = {
        rule.name
        for rule in stack.rules()
        if last[rule.file, rule.group] >= stack.window.start.moment and rule.health != "err"
    }
    silent = sorted({alert.alertname for alert in paging} - evaluated)
    if silent:
        raise NotYet(
            f"{', '.join(silent)}: not evaluated since the watch began, so it could not fire.\n"
            "  fix: load the generated rules, or watch for longer than their group's interval."
        )


CHECK = Check(
    "no-alert-pages",
    "no alert of the most urgent severity fires",
    CheckGroup.WATCH,
    run,
    fix="open its runbook.",
)
