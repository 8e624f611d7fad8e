"""Where a person looks next: the panel and the runbook of the alert that watches something."""

from collections.abc import Callable, Collection

from toolkit.alerts import Alert
from toolkit.dashboards import Dashboard, Panel
from toolkit.project import Project
from toolkit.promql import Selector, selectors
from toolkit.validate.check import CheckedStack

NOWHERE = "no panel and no alert shows it; read the service's log."


def of_alert(stack: CheckedStack, alert: Alert) -> str:
    """Its panel, with its address where the environment has a Grafana, and its runbook."""
    shown = stack.project.panel_of.get(alert.name)
    parts = [_panel(stack, *shown)] if shown else []
    runbook = stack.project.config.runbook_url.format(alert=alert.name)
    return "; ".join([*parts, f"runbook {runbook}"])


def of_series(stack: CheckedStack, names: Collection[str], **labels: str) -> str:
    """The same for the most urgent alert that reads one of these series, else a panel alone.

    A selector that asks for another value of one of the `labels` reads something else.
    """

    def reads(selector: Selector) -> bool:
        return selector.name in names and all(
            match.label not in labels or match.selects(labels[match.label])
            for match in selector.matches
        )

    project = stack.project
    watching = [alert for alert in project.alerts if _any_reads(project, alert.expr, reads)]
    if watching:
        return of_alert(stack, min(watching, key=_urgency))
    for page in project.pages:
        for panel in page.dashboard.panels:
            if any(_any_reads(project, query.expr, reads) for query in panel.queries):
                return _panel(stack, page.dashboard, panel)
    return NOWHERE


def _any_reads(project: Project, expr: str, reads: Callable[[Selector], bool]) -> bool:
    """Whether the expression has such a selector, itself or through recordings."""
    texts = (expr, *(rule.expr for rule in project.recording_rules.read_by((expr,))))
    return any(reads(selector) for text in texts for selector in selectors(text))


def _urgency(alert: Alert) -> int:
    """0 for the most urgent severity."""
    return list(type(alert.severity)).index(alert.severity)


def _panel(stack: CheckedStack, board: Dashboard, panel: Panel) -> str:
    base = stack.grafana.url.rstrip("/") if stack.grafana else ""
    address = f" {base}/d/{board.uid}?viewPanel={board.panel_id(panel.title)}" if base else ""
    return f"panel {panel.title!r} of {board.uid}{address}"
