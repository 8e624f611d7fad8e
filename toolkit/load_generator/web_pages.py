"""What Locust's web page shows beside its own: refusals by kind, and the toolkit's report."""

import json
from pathlib import Path
from typing import Any

from toolkit import config as configuration
from toolkit.errors import ToolkitError
from toolkit.load import html_report
from toolkit.load.definitions import LoadBook, read
from toolkit.load.file_reports import Reported
from toolkit.load.results import LoadResult
from toolkit.load.thresholds import judge, parse
from toolkit.load_generator.coordinator import Head

KEY = "refusals"
REPORT = "toolkit-report.html"


def add(head: Head, web_ui: Any, scenario: str) -> None:
    """Add a tab that is brought up to date with Locust's own figures, and a download."""
    web_ui.template_args |= {
        "extended_tabs": [{"title": "Refusals", "key": KEY}],
        "extended_tables": [
            {
                "key": KEY,
                "structure": [
                    {"key": "name", "title": "Request"},
                    {"key": "code", "title": "Refused as"},
                    {"key": "count", "title": "Requests"},
                ],
            }
        ],
        "extended_csv_files": [{"href": f"./{REPORT}", "title": "Download the toolkit's report"}],
    }
    app = web_ui.app
    book = _book()

    @app.after_request
    def extend(response: Any) -> Any:
        from flask import request

        if request.path.endswith("/stats/requests") and response.is_json:
            more = [{"key": KEY, "data": refusals(head)}]
            response.set_data(json.dumps({**response.json, "extended_stats": more}))
        return response

    @app.route(f"/{REPORT}")
    @web_ui.auth_required_if_enabled
    def report() -> Any:
        return app.response_class(
            html_report.as_html(_told(head, scenario), book),
            mimetype="text/html",
            headers={"Content-Disposition": f"attachment; filename={REPORT}"},
        )


def refusals(head: Head) -> list[dict[str, object]]:
    """What was refused, as the scenario expects: by name of request and code, most first."""
    rows = [
        {"name": name, "code": code, "count": count}
        for name, tally in sorted(head.figures.names.items())
        for code, count in tally.refusals.most_common()
    ]
    total = head.figures.total.refusals
    return [*rows, *({"name": "(all)", "code": c, "count": n} for c, n in total.most_common())]


def _told(head: Head, scenario: str) -> Reported:
    result = LoadResult.of(
        head.report(), scenario=scenario, url=head.environment.host or "", interrupted=False
    )
    thresholds = [parse(text) for text in result.thresholds]
    judged = tuple(judge(threshold, result) for threshold in thresholds if not threshold.expr)
    return Reported(
        results=(result,), verdicts=(judged,),
        silent="The page of a running load does not ask Prometheus; `toolkit load --report` does.",
    )  # fmt: skip


def _book() -> LoadBook:
    """The project's book, for the names of its answers; none outside a project."""
    try:
        return read(configuration.load(configuration.find_root(Path.cwd())))
    except ToolkitError:
        return LoadBook()
