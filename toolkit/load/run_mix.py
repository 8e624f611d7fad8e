"""Several scenarios at once: one process of Locust for each, in the threads that watch them."""

import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.config.pyproject import Config
from toolkit.errors import ToolkitError
from toolkit.load import locust_process
from toolkit.load.load_plan import LoadPlan
from toolkit.load.results import LoadResult, as_interrupted


@dataclass(slots=True)
class _Runs:
    """What the threads share: results by the plan's number, and how all are ended."""

    stop: threading.Event = field(default_factory=threading.Event)
    processes: list["subprocess.Popen[str]"] = field(default_factory=list)
    results: dict[int, LoadResult] = field(default_factory=dict)
    errors: dict[int, BaseException] = field(default_factory=dict)

    def end(self) -> None:
        """Let every scenario report what it has."""
        self.stop.set()
        for process in self.processes:
            process.terminate()


def run_at_once(
    config: Config,
    plans: Sequence[LoadPlan],
    environment: Mapping[str, str],
    progress: Callable[[str], None],
    locust_options: Sequence[tuple[str, ...]],
) -> tuple[tuple[LoadResult, ...], tuple[ToolkitError, ...]]:
    """The results in the order of the plans, and the errors of those that have none.

    Each plan begins `start_seconds` after the first. Ctrl-C ends all; a second one at once.
    """
    runs = _Runs()

    def run(number: int, plan: LoadPlan) -> None:
        if runs.stop.wait(plan.start_seconds):
            return
        try:
            runs.results[number] = locust_process.run(
                config,
                plan,
                environment,
                lambda text: progress(
                    f"{plan.scenario}: {text.removeprefix(plan.scenario + ': ')}"
                ),
                locust_options[number],
                started=runs.processes.append,
            )
        except BaseException as error:  # noqa: BLE001 - raised again, or told, by the caller
            runs.errors[number] = error

    threads = [
        threading.Thread(target=run, args=(number, plan), daemon=True)
        for number, plan in enumerate(plans)
    ]
    for thread in threads:
        thread.start()
    _await(threads, runs, progress)
    results = [runs.results[number] for number in sorted(runs.results)]
    if runs.stop.is_set():
        results = [as_interrupted(result) for result in results]
    for error in runs.errors.values():
        if not isinstance(error, ToolkitError):
            raise error
    # One that was ended before it could begin has nothing to report.
    errors = () if runs.stop.is_set() else tuple(runs.errors.values())
    return tuple(results), tuple(error for error in errors if isinstance(error, ToolkitError))


def _await(
    threads: Sequence[threading.Thread], runs: _Runs, progress: Callable[[str], None]
) -> None:
    while any(thread.is_alive() for thread in threads):
        try:
            for thread in threads:
                thread.join()
        except KeyboardInterrupt:
            if runs.stop.is_set():
                raise
            progress("interrupted: waiting for the answers under way, then reporting")
            runs.end()
