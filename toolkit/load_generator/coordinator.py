"""Decides when sending begins and ends, adds up what the senders count, and reports.

A single process has a coordinator and a sender; of several, Locust's master coordinates and
its workers send.
"""

import json
import logging
import sys
import time
from typing import Any

import gevent
import locust

from toolkit.errors import ToolkitError
from toolkit.load.locust_process_messages import (
    ENDED_ITSELF,
    REPORT,
    Instructions,
    LoadGeneratorReport,
)
from toolkit.load.thresholds import Threshold, in_force
from toolkit.load.workload import Loop, Workload
from toolkit.load_generator.connected_workers import JoinedWorkers
from toolkit.load_generator.current_run import CurrentRun
from toolkit.load_generator.locust_conf import settings_elsewhere
from toolkit.load_generator.locust_options import Choice, default_load, stop_seconds
from toolkit.load_generator.master_worker_messages import FIGURES, FINISH, LEFT, REFUSE, START
from toolkit.load_generator.options_taken_over import OptionsTakenOver
from toolkit.load_generator.progress_lines import ProgressLines
from toolkit.load_generator.scheduled_users import paces_by_schedule
from toolkit.load_generator.sender import scenario_of
from toolkit.load_generator.threshold_abort import ThresholdAbort
from toolkit.load_generator.work_redistribution import WorkSharing

_LOG = logging.getLogger(__name__)
_TICK_SECONDS = 0.1
# A sender's last figures need a moment after its last answer, on a slow machine a long one.
_LAST_FIGURES_SECONDS = 10.0
# What fell due in the last moments may still leave; a longer backlog is reported as unsent.
_BACKLOG_SECONDS = 1.0


class Coordinator:
    """Coordinates the runs of one process of Locust. `run` is the current one, or the last."""

    def __init__(self, environment: Any, instructions: Instructions) -> None:
        self.environment = environment
        self.runner = environment.runner
        self.instructions = instructions
        self.run = CurrentRun(is_over=True)
        users = environment.user_classes
        self._choice = choice(environment)
        self._settings = settings_elsewhere()
        self._joined = JoinedWorkers(self.runner, locust.__version__, scenario_of(environment))
        self._sharing = WorkSharing(self.runner, self._joined.alive, self._joined.with_users)
        # Otherwise Locust would cut off what is under way at the end, and count none of it.
        environment.stop_timeout = max(
            environment.stop_timeout or 0.0, stop_seconds(environment.parsed_options, users)
        )
        self._options = OptionsTakenOver(self._choice)
        events = environment.events
        events.test_start.add_listener(self._on_test_start)
        events.spawning_complete.add_listener(self._on_spawned)
        events.test_stop.add_listener(self._on_end)
        # Runs before Locust's own listeners of `quitting`, which send the workers away.
        events.quitting.add_listener(self._on_end)
        self.runner.register_message(FIGURES, self._on_figures)
        self.runner.register_message(REFUSE, self._on_refuse)
        self.runner.register_message(LEFT, self._on_left)

    def form_defaults(self) -> dict[str, object]:
        """What the scenario sends where nothing was chosen, for the fields of the web page."""
        return self._choice.defaults()

    # --- beginning ---

    def _on_test_start(self, **_: object) -> None:
        # The master's options go to the workers.
        options = self.environment.parsed_options
        options.run_id = f"{time.time_ns():x}"
        options.worker_count = self._joined.worker_count()
        self.run = CurrentRun(number=self.run.number + 1)
        if self._choice.given.ramp_users:
            gevent.spawn(self._begin_ramp)

    def _begin_ramp(self) -> None:
        """Begin with the first users; the others come meanwhile."""
        # Locust has an event for the last user of a ramp, and none for the first.
        while not self.runner.user_count and not self.run.is_over:
            gevent.sleep(_TICK_SECONDS / 10)
        self._on_spawned()

    def _on_spawned(self, **_: object) -> None:
        if self.run.is_over:
            return
        # Said again whenever the web page changes the number of users: the run has begun by then.
        if self.run.workload is None:
            self.run.workload = self._workload()
            self.run.start_clock()
            gevent.spawn(self._conduct)

    def _workload(self) -> Workload:
        """What this run sends; nothing, and `refused` says why, for options that cannot be."""
        try:
            return self._options.workload()
        except ToolkitError as error:
            self.run.refused = str(error)
            return Workload(loop=Loop.OPEN, users=0)

    def _conduct(self) -> None:
        """Let the senders begin, supervise them, and end the run."""
        run = self.run
        run.refused = run.refused or self._joined.refusal()
        if not run.refused and run.workload is not None:
            self._start(run, run.workload)
            self._supervise(run, run.workload)
        run.is_complete = not run.is_over
        # Otherwise the web page or Ctrl-C has ended it already.
        if not run.is_over:
            self.finish()
            if self.environment.parsed_options.headless:
                self.runner.quit()
            else:
                self.runner.stop()

    def _start(self, run: CurrentRun, workload: Workload) -> None:
        workers = self._joined.alive()
        self._sharing.begin(workers, run)
        run.workers = len(workers)
        # Again: waiting for the workers' first messages took time.
        run.start_clock()
        self.runner.send_message(
            START,
            {
                "run": run.number,
                "workload": workload.document(),
                "workers": workers,
                "elapsed": run.elapsed,
            },
        )

    # --- under way ---

    def _supervise(self, run: CurrentRun, workload: Workload) -> None:
        """Return when the run is to end; `aborted` and `refused` say why before its time."""
        abort = ThresholdAbort(
            self._thresholds(workload),
            max(self.instructions.abort_after_seconds, workload.warm_up_seconds),
        )
        progress = ProgressLines()
        while not (run.is_over or run.refused or run.aborted or self._is_complete(run, workload)):
            gevent.sleep(_TICK_SECONDS)
            self._sharing.notice(run)
            if self.instructions.abort:
                run.aborted = abort.missed(run)
            if self.instructions.progress and not progress.write(run):
                # Nothing else would ever end the load.
                run.aborted = "the command that started the load is gone"
        if not run.aborted and run.abandoned & set(self._sharing.workers) and self._is_short(run):
            run.aborted = "every user had stopped"

    def _is_short(self, run: CurrentRun) -> bool:
        """Whether it ends before its time, and not because all that was asked for is sent."""
        seconds = run.workload.seconds if run.workload else 0.0
        return not run.has_begun_all and not (seconds and run.elapsed >= seconds)

    def _is_complete(self, run: CurrentRun, workload: Workload) -> bool:
        """Whether all was sent and answered, the time is over, or no sender is left."""
        # A worker that was lost is not among them: nobody waits for what it will never say.
        if set(self._sharing.workers) <= run.exhausted:
            return True
        late = _BACKLOG_SECONDS if workload.schedule is not None else 0.0
        return bool(workload.seconds) and run.elapsed >= workload.seconds + late

    def _thresholds(self, workload: Workload | None) -> tuple[Threshold, ...]:
        whole = workload is not None and workload.must_be_sent_whole
        return in_force(self._choice.load.thresholds, self.instructions.thresholds, whole=whole)

    def _on_figures(self, msg: Any, **_: object) -> None:
        other = self._joined.introduce(
            msg.data["id"], msg.data["locust"], msg.data.get("scenario", "")
        )
        self.run.receive(msg.data)
        if other and not self.run.refused:
            self.run.refused = other
            # Its users cannot be started, so that Locust would wait for them for ever.
            gevent.spawn(self._give_up)

    def _on_refuse(self, msg: Any, **_: object) -> None:
        self.run.refused = self.run.refused or msg.data["why"]

    def _on_left(self, msg: Any, **_: object) -> None:
        self._sharing.hand_over(self.run, msg.data["id"], msg.data["requests"])

    # --- ending ---

    def finish(self) -> None:
        """Let every sender stop, wait for its last figures, and write the report."""
        run = self.run
        if run.is_over:
            return
        if self.environment.parsed_options.headless and not (run.is_complete or run.aborted):
            run.aborted = ENDED_ITSELF
        # First, since stopping the runner ends in `_on_end`, which calls this again.
        run.end()
        # Senders that have given their last figures already would stop a second time.
        if not self._all_finished(run):
            self.runner.send_message(FINISH)
        # A worker whose machine is gone says nothing for ever: what the others sent is reported.
        deadline = time.monotonic() + self.environment.stop_timeout + _LAST_FIGURES_SECONDS
        while not self._all_finished(run) and time.monotonic() < deadline:
            gevent.sleep(_TICK_SECONDS / 2)
        self._sharing.report_silent(run)
        self._write()

    def _give_up(self) -> None:
        """End before anything is sent."""
        self.run.end()
        self._write()
        if self.environment.parsed_options.headless:
            self.runner.quit()

    def _write(self) -> None:
        if self.run.refused:
            _LOG.error(self.run.refused)
        if self.instructions.report:
            write_report(self.report())

    def _all_finished(self, run: CurrentRun) -> bool:
        return set(self._joined.alive()) <= run.finished

    def report(self) -> LoadGeneratorReport:
        """The run so far, or the last one."""
        thresholds = self._thresholds(self.run.workload)
        return self.run.report(tuple(x.text for x in thresholds), self._settings)

    def _on_end(self, **_: object) -> None:
        """The web page, Locust itself, Ctrl-C or SIGTERM: the report is written in any case."""
        self.finish()


def write_report(report: LoadGeneratorReport) -> None:
    """Give the report to the command that started Locust."""
    # After a newline: the scenario may have printed part of a line.
    sys.stdout.write(f"\n{REPORT}{json.dumps(report.document())}\n")
    sys.stdout.flush()


def choice(environment: Any) -> Choice:
    """What is chosen by the options, for the users that the scenario has."""
    users = environment.user_classes
    self_paced = tuple(user.__name__ for user in users if not paces_by_schedule(user))
    return Choice(
        environment.parsed_options,
        default_load(users),
        self_paced=self_paced,
        all_paced=len(self_paced) == len(users),
        has_shape=environment.shape_class is not None,
    )
