"""Loaded by Locust beside a scenario: writes what was counted when the run ends.

Locust's own files are not used: its CSV is a second behind at the end of a run, and its
JSON holds neither messages nor exceptions. Nothing in the toolkit imports this module,
because importing locust patches sockets.
"""

import json
import os
from pathlib import Path
from typing import Any

from locust import events
from locust.runners import WorkerRunner

VARIABLE = "TOOLKIT_LOAD_REPORT"


@events.quitting.add_listener
def _write(environment: Any, **_: object) -> None:
    path, runner = os.environ.get(VARIABLE), environment.runner
    if not path or runner is None or isinstance(runner, WorkerRunner):
        return
    total = runner.stats.total
    report = {
        "seconds": (total.last_request_timestamp or total.start_time) - total.start_time,
        "requests": total.num_requests,
        "failures": total.num_failures,
        "response_milliseconds": total.response_times,
        "errors": [
            {"message": e.to_name(), "count": e.occurrences} for e in runner.stats.errors.values()
        ],
        "exceptions": [
            {"message": e["msg"], "traceback": e["traceback"], "count": e["count"]}
            for e in runner.exceptions.values()
        ],
    }
    Path(path).write_text(json.dumps(report), encoding="utf-8")
