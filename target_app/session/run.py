"""One session from its folder to its summary: everything is started, run and ended here."""

import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from target_app.session.events import EventFile, EventLevel, EventLog, EventLogHooks
from target_app.session.fault_endpoint import FaultEndpoint
from target_app.session.known_bugs import Bug, Bugs
from target_app.session.metrics import SessionMetrics, init_metrics
from target_app.session.session_folder import STACK_DUMP, make_folder, write_settings
from target_app.session.settings import SessionSettings
from target_app.session.trading_loop import MOST_LATE_SECONDS, TradingLoop
from target_app.session.venue_client import VenueClient, VenueConditions, paper_client
from target_app.session.watchdog import Heartbeats, Watchdog
from toolkit.errors import ToolkitError

_LOOP, _BUDGET, _LOG = "trading-loop", "budget-refresh", "event-log"
# Beyond its steps, for what is under way when they end.
_END_SECONDS = 30.0


def _complain(words: str) -> None:
    with suppress(OSError):
        sys.stderr.write(f"{words}\n")
        sys.stderr.flush()


@dataclass(slots=True, kw_only=True)
class SessionOutcome:
    """How a session ended. `lost_events` could not be written; `folder` is None without one.

    It `is_clean` unless it crashed, or a thread was stuck.
    """

    folder: Path | None
    is_clean: bool
    lost_events: int = 0


@dataclass(slots=True, kw_only=True)
class TradingSession:
    """A session that is ready to run. `stop` may be set from anywhere, a signal handler too.

    `seconds` is None for one that runs until it is stopped. By `venue_clock` the venue is away
    when the settings say so.
    """

    settings: SessionSettings
    seconds: float | None
    bugs: Iterable[Bug] = ()
    say: Callable[[str], None] = _complain
    stop: threading.Event = field(default_factory=threading.Event)
    most_late_seconds: float = MOST_LATE_SECONDS
    venue_clock: Callable[[], float] = time.monotonic
    _ready: threading.Event = field(default_factory=threading.Event)
    _done: threading.Event = field(default_factory=threading.Event)
    _said: set[str] = field(default_factory=set)
    _stuck: list[str] = field(default_factory=list)
    _crash: list[BaseException] = field(default_factory=list)

    def run(self) -> SessionOutcome:
        """Trade, and leave the folder whole. Raises ConfigurationError for an address."""
        folder = self._folder()
        bugs, heartbeats = Bugs(self.bugs), Heartbeats()
        try:
            metrics = self._metrics(folder)
        except ToolkitError:  # an address that cannot be had: there was no session
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        venue = self._venue()
        log = self._log(folder, metrics, heartbeats)
        loop = TradingLoop(
            settings=self.settings,
            venue=venue,
            metrics=metrics,
            events=log,
            bugs=bugs,
            alive=heartbeats.reporter(_LOOP),
            budget_alive=heartbeats.reporter(_BUDGET),
            most_late_seconds=self.most_late_seconds,
            stop=self.stop,
            ready=self._ready,
        )
        if metrics.server is not None:
            metrics.server.mount(FaultEndpoint(self.settings.admin_token, venue, bugs).answer)
        log.emit(EventLevel.INFO, "SESSION_STARTED", seed=self.settings.seed, seconds=self.seconds)
        watchdog = Watchdog(
            heartbeats,
            seconds=self.settings.watchdog_seconds,
            dump=folder / STACK_DUMP if folder else None,
            stuck=lambda silent: self._found_stuck(silent, metrics, log),
        )
        self._trade(loop, folder)
        watchdog.stop()
        is_clean = not self._stuck and not self._crash
        log.emit(EventLevel.INFO, "SESSION_ENDED", clean=is_clean, steps=loop.step)
        log.close()
        self._export(metrics)
        if is_clean:
            venue.close()
        metrics.log_summary()
        metrics.close()
        return SessionOutcome(folder=folder, is_clean=is_clean, lost_events=log.lost)

    def _trade(self, loop: TradingLoop, folder: Path | None) -> None:
        """Run the loop in a thread, so that one that is stuck does not keep the session."""

        def run() -> None:
            try:
                loop.run(self.seconds)
            except BaseException as error:  # noqa: BLE001 - a crash is what the regression finds
                self._crash.append(error)
                self._crashed(error, loop, folder)
            finally:
                self._done.set()

        thread = threading.Thread(target=run, name=_LOOP, daemon=True)
        thread.start()
        while not self._done.wait(0.2):  # a signal is handled between two waits
            if self.stop.is_set():
                self._done.wait(_END_SECONDS)
                break

    def _crashed(self, error: BaseException, loop: TradingLoop, folder: Path | None) -> None:
        import traceback

        text = "".join(traceback.format_exception(error))
        loop.events.emit(
            EventLevel.ERROR, "SESSION_CRASHED", kind=type(error).__name__, message=str(error)
        )
        if folder is not None:
            with suppress(OSError):
                (folder / STACK_DUMP).write_text(text, encoding="utf-8")

    def _found_stuck(
        self, silent: Mapping[str, float], metrics: SessionMetrics, log: EventLog
    ) -> None:
        for name, seconds in silent.items():
            self._stuck.append(name)
            metrics.record_thread_stuck()
            log.emit(
                EventLevel.ERROR, "THREAD_STUCK", thread=name, silent_seconds=round(seconds, 3)
            )
        if _LOOP in silent:
            self._done.set()

    def _folder(self) -> Path | None:
        own = self.settings
        sessions = Path(own.sessions_dir)
        try:
            folder = make_folder(sessions, time.time())
            write_settings(
                folder,
                {
                    "seconds": self.seconds,
                    "break": [bug.value for bug in self.bugs],
                    **own.written(),
                },
            )
        except OSError as error:
            self._say_once(f"{error.filename or sessions}: {error.strerror}")
            return None
        return folder

    def _metrics(self, folder: Path | None) -> SessionMetrics:
        own = self.settings
        return init_metrics(
            folder or Path(own.sessions_dir),
            own.enable_prometheus,
            own.enable_statsd,
            own.statsd_host,
            own.statsd_port,
            prometheus_host=own.host,
            prometheus_port=own.prometheus_port,
            symbols=own.symbols,
            why_not_ready=lambda: "" if self._ready.is_set() else "the venue was not reached yet",
        )

    def _log(
        self, folder: Path | None, metrics: SessionMetrics, heartbeats: Heartbeats
    ) -> EventLog:
        own = self.settings
        file = EventFile(folder / "logs", own.log_file_bytes) if folder else None
        return EventLog(
            file,
            most_waiting=own.log_queue,
            timeout_seconds=own.log_timeout_seconds,
            trace_share=own.trace_sample_rate,
            hooks=EventLogHooks(
                timed_out=metrics.record_logging_timeout,
                failed=lambda error: self._say_once(
                    f"{error.filename or folder}: {error.strerror}"
                ),
                every_second=(lambda: self._export(metrics)) if folder else lambda: None,
                alive=heartbeats.reporter(_LOG),
            ),
        )

    def _venue(self) -> VenueClient:
        own = self.settings
        return VenueClient(
            lambda: paper_client(
                symbols=own.symbols,
                capital=own.capital_usd,
                latency_seconds=own.venue_latency_seconds,
                seed=own.seed,
            ),
            timeout_seconds=own.venue_timeout_seconds,
            conditions=VenueConditions(refusal_share=own.venue_refusal_share, away=own.away),
            clock=self.venue_clock,
        )

    def _export(self, metrics: SessionMetrics) -> None:
        try:
            metrics.export_json()
        except OSError as error:
            self._say_once(f"{error.filename or 'summary.json'}: {error.strerror}")

    def _say_once(self, what: str) -> None:
        """What the disk does not take is said once; the trading goes on."""
        if not self._said:
            self._said.add(what)
            self.say(f"warning: {what}. The session trades on; what it writes is lost.")
