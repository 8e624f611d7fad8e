"""What is added to Locust's web page: how the run is judged, refusals by kind, our report."""

import json
from pathlib import Path
from typing import Any

from toolkit import config as configuration
from toolkit.errors import ToolkitError
from toolkit.load import html_report
from toolkit.load.definitions import LoadDefinitions, read
from toolkit.load.judge_thresholds import judge
from toolkit.load.results import LoadOutcome, LoadResult
from toolkit.load.statistics import Figures, three_digits
from toolkit.load.thresholds import parse
from toolkit.load_generator.coordinator import Coordinator

KEY = "refusals"
JUDGEMENT = "judgement"
REPORT = "toolkit-report.html"


def add(coordinator: Coordinator, web_ui: Any, scenario: str) -> None:
    """Add a tab that is brought up to date with Locust's own figures, and a download."""
    web_ui.template_args |= {
        "extended_tabs": [
            {"title": "Judgement", "key": JUDGEMENT},
            {"title": "Refusals", "key": KEY},
        ],
        "extended_tables": [
            {
                "key": JUDGEMENT,
                "structure": [
                    {"key": "what", "title": "Figure or threshold"},
                    {"key": "value", "title": "So far"},
                ],
            },
            {
                "key": KEY,
                "structure": [
                    {"key": "name", "title": "Request"},
                    {"key": "code", "title": "Refused as"},
                    {"key": "count", "title": "Requests"},
                ],
            },
        ],
        "extended_csv_files": [{"href": f"./{REPORT}", "title": "Download the toolkit's report"}],
    }
    app = web_ui.app
    definitions = _definitions()

    @app.after_request
    def extend(response: Any) -> Any:
        from flask import request

        if request.path.endswith("/stats/requests") and response.is_json:
            more = [
                {"key": JUDGEMENT, "data": judgement(coordinator)},
                {"key": KEY, "data": refusals(coordinator)},
            ]
            response.set_data(json.dumps({**response.json, "extended_stats": more}))
        return response

    @app.route(f"/{REPORT}")
    @web_ui.auth_required_if_enabled
    def report() -> Any:
        return app.response_class(
            html_report.as_html(_outcome(coordinator, scenario), definitions),
            mimetype="text/html",
            headers={"Content-Disposition": f"attachment; filename={REPORT}"},
        )


def refusals(coordinator: Coordinator) -> list[dict[str, object]]:
    """What was refused, as the scenario expects: by name of request and code, most first."""
    rows = [
        {"name": name, "code": code, "count": count}
        for name, tally in sorted(coordinator.run.figures.names.items())
        for code, count in tally.refusals.most_common()
    ]
    total = coordinator.run.figures.total.refusals
    return [*rows, *({"name": "(all)", "code": c, "count": n} for c, n in total.most_common())]


def judgement(coordinator: Coordinator) -> list[dict[str, object]]:
    """What was not sent or not answered, how long it took, and each threshold, so far."""
    run = coordinator.run
    total = run.figures.total
    service_time = total.service_times.quantile_seconds(0.95) * 1000
    rows = [
        ("tasks due, and not begun so far", str(run.unsent)),
        ("requests that timed out", str(total.timed_out)),
        ("requests unfinished when the run ended", str(total.unfinished)),
        ("service time P95", f"{three_digits(service_time)} ms"),
        ("sent late, P99", f"{three_digits(_late_milliseconds(run.figures))} ms"),
    ]
    thresholds = [parse(text) for text in coordinator.report().thresholds]
    for threshold in (x for x in thresholds if not x.expr):
        verdict = judge(threshold, run)
        mark, _, measured = str(verdict).partition(f" {threshold.text}: ")
        rows.append((threshold.text, f"{mark} {measured}"))
    return [{"what": what, "value": value} for what, value in rows]


def _late_milliseconds(figures: Figures) -> float:
    return figures.delays.quantile_seconds(0.99) * 1000


def _outcome(coordinator: Coordinator, scenario: str) -> LoadOutcome:
    result = LoadResult.of(
        coordinator.report(),
        scenario=scenario,
        url=coordinator.environment.host or "",
        interrupted=False,
    )
    thresholds = [parse(text) for text in result.thresholds]
    verdicts = tuple(judge(threshold, result) for threshold in thresholds if not threshold.expr)
    return LoadOutcome(
        results=(result,),
        verdicts=(verdicts,),
        service_unknown="Locust's web page does not ask Prometheus; `toolkit load --report` does.",
    )


def _definitions() -> LoadDefinitions:
    """The project's definitions, for the names of its answers; none outside a project."""
    try:
        return read(configuration.load(configuration.find_root(Path.cwd())))
    except ToolkitError:
        return LoadDefinitions()
