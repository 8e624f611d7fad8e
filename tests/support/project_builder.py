"""The smallest valid objects, for tests that care about one thing and must supply the rest."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from toolkit.alerts import Alert, Group, Proof, Recording, RuleFile, Severity
from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit
from toolkit.config.pyproject import Config
from toolkit.dashboards import Dashboard, Panel, PanelUnit, Query, Row
from toolkit.drill_causes import Cause, Undrillable
from toolkit.findings import Allow
from toolkit.project import Page, Project

KIND = Label("kind", values=("read", "write"))
ZONE = Label("zone", at_most=3)

EVENTS = Metric("app_events_total", Kind.COUNTER, "Events.", unit=Unit.COUNT, labels=(KIND, ZONE))
DEPTH = Metric("app_queue_depth", Kind.GAUGE, "Jobs that wait.", unit=Unit.COUNT, labels=(KIND,))
LATENCY = Metric(
    "app_latency",
    Kind.HISTOGRAM,
    "Time of an answer.",
    unit=Unit.SECONDS,
    labels=(KIND,),
    buckets=(0.1, 0.5, 1.0),
)
CATALOGUE = Catalogue((EVENTS, DEPTH, LATENCY))


_NOT_RUN = Undrillable("It is not run.")


def alert(
    name: str = "TooMany",
    expr: str = "sum(rate(app_events_total[5m])) > 5",
    *,
    hold: str = "5m",
    severity: Severity = Severity.WARNING,
    summary: str = "There are too many.",
    description: str = "{{ $value }} a second.",
    panel: str = "Events",
    proof: tuple[Proof, ...] = (),
    fired_by: Cause = _NOT_RUN,
    allow: tuple[Allow, ...] = (),
) -> Alert:
    return Alert(
        name=name,
        expr=expr,
        hold=hold,
        severity=severity,
        component="app",
        summary=summary,
        description=description,
        impact="Work waits.",
        response="1. Look.",
        because="Five is what one worker does.",
        panel=panel,
        fired_by=fired_by,
        proof=proof or (Proof("no traffic", {}, at="10m", fires=False),),
        allow=allow,
    )


def panel(
    title: str = "Events",
    expr: str = "sum(rate(app_events_total[$__rate_interval]))",
    *,
    allow: tuple[Allow, ...] = (),
) -> Panel:
    return Panel(
        title=title,
        help="Events a second.",
        unit=PanelUnit.EVENTS_PER_SECOND,
        queries=(Query("events", expr),),
        allow=allow,
    )


def dashboard(*panels: Panel, uid: str = "app") -> Dashboard:
    return Dashboard(
        uid=uid, title="App", help="The app.", rows=(Row("All", panels or (panel(),)),)
    )


def project(
    *,
    alerts: tuple[Alert, ...] = (),
    recordings: tuple[Recording, ...] = (),
    dashboards: tuple[Dashboard, ...] = (),
    catalogue: Catalogue = CATALOGUE,
    root: Path = Path("/nowhere"),
) -> Project:
    """A loaded project that never was on a disk."""
    groups = (Group("group", "alerts/app/group.py", recordings, alerts),)
    return Project(
        config=Config(root=root, catalogue="app.catalogue:CATALOGUE", job="app"),
        catalogue=catalogue,
        rule_files=(RuleFile("app", groups),) if alerts or recordings else (),
        routing=None,
        pages=tuple(
            Page(board.uid, f"dashboards/{board.uid}.py", board)
            for board in dashboards or (dashboard(),)
        ),
    )


def project_with(expr: str, *, allow: tuple[Allow, ...] = ()) -> Project:
    """A project whose only alert has the expression `expr`."""
    return project(alerts=(alert(expr=expr, allow=allow),))


FILES: Mapping[str, str] = {
    "pyproject.toml": """\
        [tool.toolkit]
        catalogue = "shop.catalogue:CATALOGUE"
        alerts = "shop.alerts"
        dashboards = "shop.dashboards"
        loadtests = "shop.loadtests"
        job = "shop"
        lint = ["toolkit.lint.rules", "toolkit.lint.dashboard_rules"]
        """,
    "shop/__init__.py": '"""A shop."""\n',
    "shop/catalogue.py": '''\
        """What the shop measures."""

        from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit

        RESULT = Label("result", values=("paid", "refused"))
        SALES = Metric(
            "shop_sales_total", Kind.COUNTER, "Sales.", unit=Unit.COUNT, labels=(RESULT,)
        )
        CATALOGUE = Catalogue.of(globals())
        ''',
    "shop/alerts/__init__.py": "",
    "shop/alerts/sales/__init__.py": "",
    "shop/alerts/sales/volume.py": '''\
        """Whether the shop sells."""
        from shop import catalogue as m
        from toolkit.alerts import Alert, Proof, Severity
        from toolkit.drill_causes import Quiet

        NO_SALES = Alert(
            name="NoSales",
            expr=f"sum(rate({m.SALES.where(result='paid')}[5m])) == 0",
            hold="5m",
            severity=Severity.WARNING,
            component="till",
            summary="Nothing is sold.",
            description="{{ $value }} sales a second.",
            impact="No income.",
            response="1. Look at the till.",
            because="A sale a minute is usual.",
            panel="Sales",
            fired_by=Quiet(),
            proof=(Proof("no such series", {}, at="20m", fires=False),),
        )
        ''',
    "shop/dashboards/__init__.py": "",
    "shop/dashboards/shop.py": '''\
        """The shop."""

        from shop import catalogue as m
        from toolkit.dashboards import Dashboard, Panel, PanelUnit, Query, Row
        from toolkit.promql import RATE

        sales = Panel(
            title="Sales",
            help="Sales a second.",
            unit=PanelUnit.EVENTS_PER_SECOND,
            queries=(Query("{{result}}", f"sum by (result) (rate({m.SALES}[{RATE}]))"),),
        )
        DASHBOARD = Dashboard(
            uid="shop", title="Shop", help="The shop.", rows=(Row("All", (sales,)),)
        )
        ''',
    "shop/loadtests/__init__.py": "",
    "shop/loadtests/rush.py": '"""A rush."""\n',
}
"""A whole project on disk, of one metric, one alert and one dashboard."""


def write_project(folder: Path, changes: Mapping[str, tuple[str, str]] | None = None) -> Path:
    """Write FILES into `folder`, with `changes`: file → (text to replace, its replacement)."""
    for name, text in FILES.items():
        content = dedent(text)
        if changes and name in changes:
            old, new = changes[name]
            assert old in content, f"{name} does not hold {old!r}"
            content = content.replace(old, new)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder
