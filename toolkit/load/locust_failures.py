"""Why Locust sent nothing, from what it wrote: in words, without a traceback of its own code."""

import re
from pathlib import Path

from toolkit.errors import ExitStatus, ToolkitError, UnreachableError, UsageError
from toolkit.load.load_plan import LoadPlan
from toolkit.user_code_in_tracebacks import is_authors

_SHOWN_LINES = 12  # of a log that says nothing that is known
_OUR_ERROR = re.compile(r"^toolkit\.errors\.\w+: (.+)", re.MULTILINE | re.DOTALL)
_TRACEBACK = "Traceback (most recent call last):\n"
_FRAME = re.compile(r'  File "(?P<file>[^"]+)", line (?P<line>\d+).*\n(?:    .*\n)*')


class ScenarioError(ToolkitError):
    """Fix the scenario: it raised instead of sending."""

    status = ExitStatus.WRONG


def sent_nothing(plan: LoadPlan, log: str) -> ToolkitError:
    """The error to raise of a plan for which Locust wrote this log, and sent nothing."""
    if "Gave up waiting for workers" in log:
        return UnreachableError(
            f"{plan.scenario}: not enough workers came, so no load was sent.",
            fix=f"start them with `toolkit load {plan.scenario} --worker`.",
        )
    if "was busy. Close any applications" in log:
        return UsageError(
            f"{plan.scenario}: another process listens on the master's port.",
            fix="give another one with --master-port, to master and workers.",
        )
    if found := _OUR_ERROR.search(log):
        # What the toolkit refused while the scenario was imported: its own words say it all.
        message, _, rest = found[1].partition("\n  fix: ")
        where = _own_line(log[: found.start()]) or plan.scenario
        return ScenarioError(f"{where}: {message.strip()}", fix=rest.partition("\n")[0])
    # A file without users is read by Locust once more, as tests of pytest.
    if "No User class found" in log or "in load_locustfile_pytest" in log:
        return ScenarioError(
            f"{plan.scenario}: the scenario has no class of users.",
            fix="write one: `class Buyer(JudgedUser)` with a method that is a @task.",
        )
    if raised := own_traceback(log):
        return ScenarioError(f"{plan.scenario}: the scenario cannot be loaded: {raised}")
    said = last_lines(log) or "it ended, and said nothing."
    return ScenarioError(f"{plan.scenario}: the scenario sent nothing: {said}")


def own_traceback(log: str) -> str:
    """What the last traceback of a log says, and where in the project; empty without one."""
    frames, rest = _last_traceback(log)
    said = rest.partition("\n\n")[0].strip()
    return said + "".join(f"\n  {line}" for x in frames for line in x[0].splitlines())


def _own_line(log: str) -> str:
    """`loadtests/buy.py:12`, where the project's own code was when it raised; empty if nowhere."""
    frames, _ = _last_traceback(log)
    if not frames:
        return ""
    path, folder = Path(frames[-1]["file"]), Path.cwd()
    shown = path.relative_to(folder) if path.is_relative_to(folder) else path
    return f"{shown}:{frames[-1]['line']}"


def _last_traceback(log: str) -> tuple[list[re.Match[str]], str]:
    """The frames of the project in the last traceback of a log, and what comes after them."""
    _, found, rest = log.rpartition(_TRACEBACK)
    frames, end = [], 0
    while found and (frame := _FRAME.match(rest, end)):
        end = frame.end()
        if is_authors(frame["file"]):
            frames.append(frame)
    return frames, rest[end:] if found else ""


def last_lines(text: str) -> str:
    """The last lines of `text`, each on a line of its own below the message."""
    return "".join(f"\n    {line}" for line in text.strip().splitlines()[-_SHOWN_LINES:])
