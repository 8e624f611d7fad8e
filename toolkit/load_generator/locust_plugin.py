"""Makes every run measured: a scenario imports this, or Locust reads it next to a scenario.

Registers the options, and gives each of Locust's processes its part of the run.
"""

import logging
import os
import sys
from typing import Any

import gevent
from locust import events
from locust.runners import WorkerRunner

from toolkit.errors import ToolkitError
from toolkit.load import merge_request_csv
from toolkit.load.locust_process_messages import Instructions, LoadGeneratorReport
from toolkit.load_generator import locust_options, tagged_tasks
from toolkit.load_generator.coordinator import Coordinator, write_report
from toolkit.load_generator.end_with_parent_process import end_with_parent
from toolkit.load_generator.metrics_endpoint import ADDRESS, Collector, Endpoint
from toolkit.load_generator.scheduled_users import skip_needless_turns
from toolkit.load_generator.sender import Sender, sends
from toolkit.load_generator.unfinished_requests import count_cut_off
from toolkit.load_generator.write_request_csv import RequestLog

_LOG = logging.getLogger(__name__)


@events.init_command_line_parser.add_listener
def _declare(parser: Any) -> None:
    locust_options.declare(parser)


@events.init.add_listener
def _set_up(environment: Any, web_ui: Any = None, **_: object) -> None:
    instructions = locust_options.instructions()
    if sends(environment.runner):
        count_cut_off()
        skip_needless_turns()
        log = None
        if file := instructions.requests_file:
            log = RequestLog(merge_request_csv.part(file, os.getpid()), instructions.scenario)
        environment.sender = Sender(environment, log)
    is_worker = isinstance(environment.runner, WorkerRunner)
    if is_worker:
        tagged_tasks.apply(environment)
    if instructions.scenario:
        gevent.spawn(end_with_parent, environment.runner, 0 if is_worker else instructions.parent)
    if not is_worker:
        _set_up_coordinator(environment, web_ui, instructions)


def _set_up_coordinator(environment: Any, web_ui: Any, instructions: Instructions) -> None:
    try:
        tagged_tasks.apply(environment)
        coordinator = environment.coordinator = Coordinator(environment, instructions)
        collector = Collector(
            lambda: coordinator.run.figures, lambda: environment.runner.user_count
        )
        endpoint = Endpoint(
            collector,
            address=instructions.metrics_address or ADDRESS,
            targets_file=instructions.targets_file,
        )
    except ToolkitError as error:
        _LOG.error(str(error))
        if instructions.report:
            write_report(LoadGeneratorReport(workload={}, figures={}, refused=str(error)))
        sys.exit(int(error.status))
    environment.events.quit.add_listener(lambda **_: endpoint.close())
    if web_ui is not None:
        from toolkit.load_generator import web_pages  # what only a web page needs

        web_pages.add(coordinator, web_ui, instructions.scenario or environment.locustfile)
