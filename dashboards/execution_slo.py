"""Objectives: how much of what was promised is left."""

from toolkit.dashboards import Dashboard, Panel, PanelUnit, Query, Row

burn = Panel(
    title="Burn rate",
    help="How many times faster than allowed the error budget is spent.",
    unit=PanelUnit.COUNT,
    queries=(
        Query(
            "{{objective}}",
            "objective:errors:ratio_rate1h / on (objective) objective:error_budget:ratio",
        ),
    ),
)
left = Panel(
    title="Error budget left",
    help="Share of the period's error budget that is not spent.",
    unit=PanelUnit.SHARE,
    minimum=None,
    queries=(Query("{{objective}}", "objective:error_budget:remaining"),),
)
DASHBOARD = Dashboard(
    uid="execution-slo",
    title="Execution objectives",
    help="Is what we promised kept, and how long will it be?",
    rows=(Row("Objectives", (burn, left)),),
)
