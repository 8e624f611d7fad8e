"""A dashboard that asks Prometheus has no variable of the type data source.

Why: whoever imports it cannot say which Prometheus to ask, and edits every panel.

    templating without a data source                                             # bad
    {"type": "datasource", "name": "datasource", "query": "prometheus"}          # good

Exempt: dashboards without queries; exported files, which ask for the source when imported.

Source: https://grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Flag every dashboard with queries and neither a variable nor an input for their source."""
    for dashboard in project.dashboard_files.dashboards:
        has_choice = any(each.kind == "datasource" for each in dashboard.variables)
        exported = any(
            str((query.model.get("datasource") or {}).get("uid", "")).startswith("DS_")
            for query in dashboard.queries()
            if isinstance(query.model.get("datasource"), dict)
        )
        sources = [panel.model.get("datasource") for panel in dashboard.panels]
        exported |= any(
            isinstance(each, dict) and str(each.get("uid", "")).startswith("DS_")
            for each in sources
        )
        asks = any(query.is_promql for query in dashboard.queries())
        if asks and not has_choice and not exported:
            yield RULE.at(
                dashboard.location,
                dashboard.subject,
                "has no variable of the type data source.",
                fix="add one for prometheus, and ask every panel's queries through it.",
            )


RULE = Rule("no-data-source-variable", Level.WARNING, check)
