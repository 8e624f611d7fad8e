"""Two files have the same uid, or the same title.

Why: Grafana loads one of two dashboards with one uid, by chance. Of two with one title the reader
opens the wrong one.

    a.json: "uid": "shop"; b.json: "uid": "shop"       # bad
    a.json: "uid": "shop"; b.json: "uid": "shop-2"     # good

Exempt: none.

Source: https://grafana.com/docs/grafana/latest/administration/provisioning/#dashboards
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Flag the second of two, and say where the first is."""
    for key in ("uid", "title"):
        first: dict[str, str] = {}
        for dashboard in project.dashboard_files.dashboards:
            value = str(dashboard.model.get(key) or "")
            if value and value in first:
                yield RULE.at(
                    dashboard.place(dashboard.model, key),
                    dashboard.subject,
                    f"the {key} {value!r} is that of {first[value]} too.",
                    fix=f"give one of them another {key}.",
                )
            first.setdefault(value, dashboard.path)


RULE = Rule("duplicate-dashboard", Level.ERROR, check)
