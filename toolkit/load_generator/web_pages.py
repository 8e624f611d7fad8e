"""What is added to Locust's web page: what is sent leads its form, how it is judged its figures."""

import ast
import json
import os
import sys
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

import gevent

from toolkit.config.pyproject import Config
from toolkit.errors import ToolkitError
from toolkit.find_definitions import scenarios
from toolkit.load import html_report
from toolkit.load.definitions import LoadDefinitions, read
from toolkit.load.judge_thresholds import judge
from toolkit.load.results import LoadOutcome, LoadResult
from toolkit.load.statistics import Figures, three_digits
from toolkit.load.thresholds import parse
from toolkit.load_generator import scenario_switch
from toolkit.load_generator.coordinator import Coordinator
from toolkit.load_generator.web_page_mix_run import MixProcess

KEY = "refusals"
REPORT = "toolkit-report.html"
_RUNNING = frozenset({"spawning", "running", "cleanup", "stopping"})
_ASSETS = {"locust_page.css": "text/css", "locust_page.js": "text/javascript"}
_ADDED = (
    '<head><link rel="stylesheet" href="./toolkit/locust_page.css">'
    # Before Locust's own script, which reads the form's defaults.
    '<script defer src="./toolkit/locust_page.js" data-defaults="{}"></script>'
)
# For the answer to leave before the process becomes another.
_ANSWER_SECONDS = 0.2


def add(coordinator: Coordinator, web_ui: Any, scenario: str) -> None:
    """Add the script and style, what they ask for, a tab of refusals, and a download."""
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
            },
        ],
        "extended_csv_files": [{"href": f"./{REPORT}", "title": "Download the toolkit's report"}],
    }
    config = scenario_switch.project()
    definitions = _definitions(config)
    _extend_answers(web_ui.app, coordinator)
    _add_page(web_ui, coordinator, config, scenario)
    _add_mixes(web_ui, coordinator, config)

    @web_ui.app.route(f"/{REPORT}")
    @web_ui.auth_required_if_enabled
    def report() -> Any:
        return web_ui.app.response_class(
            html_report.as_html(_outcome(coordinator, scenario), definitions),
            mimetype="text/html",
            headers={"Content-Disposition": f"attachment; filename={REPORT}"},
        )


def _extend_answers(app: Any, coordinator: Coordinator) -> None:
    """Locust's own page loads ours, and its own figures hold the refusals."""

    @app.after_request
    def extend(response: Any) -> Any:
        from flask import request

        if request.path.endswith("/stats/requests") and response.is_json:
            more = [{"key": KEY, "data": refusals(coordinator)}]
            response.set_data(json.dumps({**response.json, "extended_stats": more}))
        elif request.endpoint == "locust.index" and response.mimetype == "text/html":
            defaults = escape(json.dumps(coordinator.form_defaults()))
            added = _ADDED.format(defaults)
            response.set_data(response.get_data(as_text=True).replace("<head>", added, 1))
        return response


def _add_page(web_ui: Any, coordinator: Coordinator, config: Config | None, scenario: str) -> None:
    app = web_ui.app
    known = scenarios(config) if config else {}

    @app.route("/toolkit/<name>")
    @web_ui.auth_required_if_enabled
    def asset(name: str) -> Any:
        if name not in _ASSETS:
            return app.response_class("there is no such file", status=404)
        text = resources.files("toolkit.load_generator").joinpath("page", name).read_text("utf-8")
        return app.response_class(text, mimetype=_ASSETS[name])

    @app.route("/toolkit/state")
    @web_ui.auth_required_if_enabled
    def state() -> Any:
        return {
            "scenario": scenario,
            "question": _question(known.get(scenario)),
            "scenarios": sorted({*known, scenario}),
            "mixes": sorted(config.mixes) if config else [],
            "mix": web_ui.mix.state(),
            "is_running": coordinator.runner.state in _RUNNING,
            **judgement(coordinator),
        }

    @app.route("/toolkit/scenario", methods=["POST"])
    @web_ui.auth_required_if_enabled
    def switch() -> Any:
        from flask import request

        name = str((request.get_json(silent=True) or {}).get("name", ""))
        if coordinator.runner.state in _RUNNING or web_ui.mix.is_under_way:
            return app.response_class("a run is under way: stop it first.", status=409)
        if config is None:
            return app.response_class("there is no project here: no other scenario.", status=400)
        try:
            arguments = scenario_switch.command(sys.orig_argv, config, name)
        except ToolkitError as error:
            return app.response_class(str(error), status=400)
        gevent.spawn_later(
            _ANSWER_SECONDS, scenario_switch.become, arguments, dict(os.environ), name
        )
        return {}


def _add_mixes(web_ui: Any, coordinator: Coordinator, config: Config | None) -> None:
    app, mix = web_ui.app, MixProcess()
    web_ui.mix = mix
    coordinator.environment.events.quit.add_listener(lambda **_: mix.stop())

    @app.route("/toolkit/mix", methods=["POST"])
    @web_ui.auth_required_if_enabled
    def start_mix() -> Any:
        from flask import request

        name = str((request.get_json(silent=True) or {}).get("name", ""))
        if config is None or name not in config.mixes:
            return app.response_class(f"there is no mix {name!r}.", status=400)
        try:
            mix.start(name, coordinator.environment.host or "")
        except ToolkitError as error:
            return app.response_class(str(error), status=400)
        return {}

    @app.route("/toolkit/mix/stop", methods=["POST"])
    @web_ui.auth_required_if_enabled
    def stop_mix() -> Any:
        mix.stop()
        return {}

    @app.route("/toolkit/mix/report")
    @web_ui.auth_required_if_enabled
    def mix_report() -> Any:
        if mix.report is None:
            return app.response_class("there is no report yet", status=404)
        return app.response_class(mix.report.read_text("utf-8"), mimetype="text/html")


def refusals(coordinator: Coordinator) -> list[dict[str, object]]:
    """What was refused, as the scenario expects: by name of request and code, most first."""
    rows = [
        {"name": name, "code": code, "count": count}
        for name, tally in sorted(coordinator.run.figures.names.items())
        for code, count in tally.refusals.most_common()
    ]
    total = coordinator.run.figures.total.refusals
    return [*rows, *({"name": "(all)", "code": c, "count": n} for c, n in total.most_common())]


def judgement(coordinator: Coordinator) -> dict[str, object]:
    """What was not sent or not answered, how long it took, and each threshold, so far."""
    run = coordinator.run
    total = run.figures.total
    service_time = total.service_times.quantile_seconds(0.95) * 1000
    figures = {
        "not sent": str(run.unsent),
        "unfinished": str(total.unfinished),
        "timed out": str(total.timed_out),
        "service time P95": f"{three_digits(service_time)} ms",
        "sent late, P99": f"{three_digits(_late_milliseconds(run.figures))} ms",
    }
    thresholds = []
    for threshold in (parse(text) for text in coordinator.report().thresholds):
        if threshold.expr:
            continue
        verdict = judge(threshold, run)
        _, _, measured = str(verdict).partition(f" {threshold.text}: ")
        is_open = verdict.measured is None and not run.is_over
        how = "open" if is_open else "kept" if verdict.kept else "missed"
        thresholds.append({"text": threshold.text, "state": how, "measured": measured})
    return {
        "has_run": bool(run.number),
        "figures": [{"what": what, "value": value} for what, value in figures.items()],
        "thresholds": thresholds,
    }


def _late_milliseconds(figures: Figures) -> float:
    return figures.delays.quantile_seconds(0.99) * 1000


def _question(path: Path | None) -> str:
    """What the scenario's docstring says first."""
    try:
        text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) if path else ""
    except (OSError, SyntaxError, UnicodeDecodeError):
        text = ""
    return (text or "").partition("\n")[0]


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


def _definitions(config: Config | None) -> LoadDefinitions:
    """The project's definitions, for the names of its answers; none outside a project."""
    try:
        return read(config) if config else LoadDefinitions()
    except ToolkitError:
        return LoadDefinitions()
