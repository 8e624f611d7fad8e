"""`toolkit session`: run the bot for some seconds, then judge it; or judge an earlier session."""

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from types import FrameType

from target_app.session.known_bugs import Bug
from target_app.session.regression import judge
from target_app.session.regression_report import FORMATS, WRITERS
from target_app.session.run import SessionOutcome, TradingSession
from target_app.session.session_record import read_record
from target_app.session.settings import SessionSettings, read
from toolkit.cli.console import progress, result
from toolkit.errors import ExitStatus, ToolkitError, UsageError
from toolkit.unknown_name_did_you_mean import did_you_mean

_DEFAULT_SECONDS = 300.0
_LONGEST_SECONDS = 7 * 86_400.0


class UnjudgedError(ToolkitError):
    """Give the session the folder or the time that it lacked: nothing was proved."""

    status = ExitStatus.UNKNOWN


def main(words: Sequence[str]) -> int:
    """Run the trading bot on paper for some seconds, and prove that four past bugs stay fixed."""
    own, others = _split(words)
    options, unknown = _parser().parse_known_args(own)
    _refuse(unknown)
    seconds = _seconds(options.seconds)
    if options.judge is not None:
        _refuse_with_judge(options, others)
        return _report(Path(options.judge), options, None)
    settings = read(others, os.environ)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    bugs = [Bug(name) for name in options.bring_back]
    session = TradingSession(settings=settings, seconds=seconds, bugs=bugs)
    progress(_about(settings, seconds, bugs))
    with stopped_by_signals(session.stop):
        outcome = session.run()
    if outcome.folder is None:
        raise UnjudgedError(
            f"{settings.sessions_dir}: nothing of the session could be written, so it cannot be "
            "judged.",
            fix="make the folder writable, or name another with --sessions-dir.",
        )
    progress(f"the session is in {outcome.folder}")
    status = _report(outcome.folder, options, outcome)
    if bugs and status == ExitStatus.CLEAN:
        raise UnjudgedError(
            f"--break {', '.join(bugs)}: was brought back, and no test has failed, so that nothing "
            f"is proved: {seconds:g} s are too short to show it.",
            fix="let the session last longer, such as toolkit session 60.",
        )
    return status


def _report(folder: Path, options: argparse.Namespace, outcome: SessionOutcome | None) -> int:
    record = read_record(folder)
    if outcome is not None:
        record.lost_events = outcome.lost_events
    found = judge(record)
    output = None if options.output is None else Path(options.output)
    result(WRITERS[options.format](found), output)
    return int(ExitStatus.FINDINGS if found.failed else ExitStatus.CLEAN)


def _about(settings: SessionSettings, seconds: float, bugs: Sequence[Bug]) -> str:
    broken = f", with the bugs {', '.join(bugs)}" if bugs else ""
    return (
        f"trading {len(settings.symbols)} markets for {seconds:g} s, seed {settings.seed}{broken}"
    )


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="toolkit session",
        description=main.__doc__,
        epilog="Every setting of the bot is an option too, such as --seed 7: "
        "`toolkit serve session --help` lists them.",
        allow_abbrev=False,
    )
    made.add_argument(
        "seconds", nargs="?", help=f"how long to trade (default: {_DEFAULT_SECONDS:g})"
    )
    made.add_argument("--judge", metavar="FOLDER", help="trade not at all: judge this session")
    made.add_argument(
        "--break",
        dest="bring_back",
        action="append",
        default=[],
        metavar="BUG",
        choices=[bug.value for bug in Bug],
        help=f"bring a bug of the past back: {', '.join(Bug)}; may be repeated",
    )
    made.add_argument(
        "--format",
        default="text",
        choices=FORMATS,
        metavar="FORMAT",
        help=f"one of {', '.join(FORMATS)} (default: text)",
    )
    made.add_argument("--output", metavar="FILE", help="write the result to this file")
    return made


def _seconds(text: str | None) -> float:
    if text is None:
        return _DEFAULT_SECONDS
    try:
        seconds = float(text)
    except ValueError:
        raise UsageError(
            f"toolkit session {text}: is not a number of seconds.", fix="write it like 300."
        ) from None
    if not 0 < seconds <= _LONGEST_SECONDS:
        raise UsageError(
            f"toolkit session {text}: a session takes more than 0 s, and {_LONGEST_SECONDS:g} s "
            "at most.",
            fix="write it like 300.",
        )
    return seconds


def _refuse_with_judge(options: argparse.Namespace, others: Sequence[str]) -> None:
    given = [options.seconds] if options.seconds is not None else []
    given += ["--break"] if options.bring_back else []
    for word in (*given, *others):
        raise UsageError(
            f"toolkit session --judge {options.judge}: {word} is for a session that is run, and "
            "this one was.",
            fix="leave it out.",
        )


_SETTINGS = frozenset(
    {"--config", *(f"--{field.name.replace('_', '-')}" for field in fields(SessionSettings))}
)


def _split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The command's own words, and those of the bot's settings, each of which has a value."""
    own: list[str] = []
    others: list[str] = []
    left = list(words)
    while left:
        word = left.pop(0)
        if word.partition("=")[0] in _SETTINGS:
            others.append(word)
            if "=" not in word and left:
                others.append(left.pop(0))
        else:
            own.append(word)
    return own, others


def _refuse(unknown: Sequence[str]) -> None:
    known = {"--judge", "--break", "--format", "--output", *_SETTINGS}
    for word in unknown:
        name = word.partition("=")[0]
        if name.startswith("-"):
            hint = did_you_mean(name, known)
            raise UsageError(f"toolkit session: unknown option {name!r}{hint}")
        raise UsageError(
            f"toolkit session: {word!r} is one word too many.",
            fix="write it like toolkit session 300.",
        )


@contextmanager
def stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """Ctrl-C and SIGTERM set `stop`; a second one interrupts at once."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        for number in before:
            signal.signal(number, handle)
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def serve(words: Sequence[str]) -> int:
    """Run the trading bot until SIGTERM, as a service; 1 when it crashed or was stuck."""
    try:
        settings = read(words, os.environ)
        session = TradingSession(settings=settings, seconds=None)
        with stopped_by_signals(session.stop):
            outcome = session.run()
    except ToolkitError as error:
        sys.stderr.write(f"error: {error}\n")
        return error.status
    return int(ExitStatus.CLEAN if outcome.is_clean else ExitStatus.FINDINGS)
