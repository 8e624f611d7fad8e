"""Starts Locust as a child process and reads what it counted.

A child process, because importing locust patches the sockets of the whole process. What a
scenario sends and expects is its own business.
"""

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

from toolkit.config import Config
from toolkit.errors import ExitStatus, ToolkitError, UnreachableError, UsageError, did_you_mean

# How long Locust lets requests in flight finish when the time is over, so that what was
# sent was also counted.
STOP_SECONDS = 15
SHOWN_LINES = 12  # of a failing scenario's log or traceback
REPORT = Path(__file__).with_name("loadreport.py")


class ScenarioError(ToolkitError):
    """Mend the scenario: it raised instead of sending."""

    status = ExitStatus.WRONG


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One run: `users` run `scenario` against `url` for `seconds`, `spawn_rate` start a second."""

    scenario: str
    url: str
    users: int
    spawn_rate: float
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadResult:
    """What Locust counted. `errors` maps a failure's message to its number.

    `response_milliseconds` maps a rounded response time to the number of requests that took
    it; Locust rounds to two significant digits.
    """

    seconds: float
    requests: int
    failures: int
    response_milliseconds: Mapping[int, int]
    errors: Mapping[str, int]

    @property
    def successes(self) -> int:
        """Requests answered as the scenario expects."""
        return self.requests - self.failures

    @property
    def success_share(self) -> float:
        """Successes among all requests, 0 to 1; 0 when nothing was sent."""
        return self.successes / self.requests if self.requests else 0.0

    @property
    def requests_per_second(self) -> float:
        """Throughput over the whole run."""
        return self.requests / self.seconds if self.seconds else 0.0

    def quantile_seconds(self, q: float) -> float:
        """The response time that a share `q` (0..1) of the requests did not exceed."""
        rank = q * sum(self.response_milliseconds.values())
        seen = 0
        for milliseconds, count in sorted(self.response_milliseconds.items()):
            seen += count
            if seen >= rank:
                return milliseconds / 1000
        return 0.0


def scenarios(config: Config) -> dict[str, Path]:
    """Scenario name → locustfile: every public module of the `loadtests` folder."""
    folder = config.root / config.loadtests.replace(".", "/")
    return {path.stem: path for path in sorted(folder.glob("[!_]*.py"))}


def find(config: Config, name: str) -> Path:
    """The locustfile of a scenario. Raises UsageError with a guess when there is none."""
    known = scenarios(config)
    if name not in known:
        raise UsageError(f"unknown scenario {name!r}{did_you_mean(name, known)}")
    return known[name]


def run(
    config: Config, plan: Plan, environment: Mapping[str, str], progress: Callable[[str], None]
) -> LoadResult:
    """Run the plan to its end and give the result.

    Raises UnreachableError when nothing listens at the address, ScenarioError with the end
    of Locust's log when the scenario itself fails.
    """
    path = find(config, plan.scenario)
    _reach(plan.url)
    progress(f"{plan.scenario}: {plan.users} users for {plan.seconds} s against {plan.url}")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        command = [
            sys.executable, "-m", "locust", "--locustfile", f"{path},{REPORT}", "--headless",
            "--host", plan.url, "--users", str(plan.users),
            "--spawn-rate", f"{plan.spawn_rate:g}", "--run-time", f"{plan.seconds}s",
            "--stop-timeout", str(STOP_SECONDS), "--only-summary",
            "--logfile", str(out / "locust.log"),
        ]  # fmt: skip
        child = subprocess.Popen(
            command,
            cwd=config.root,
            env={**environment, "TOOLKIT_LOAD_REPORT": str(out / "report.json")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            _, complaint = child.communicate(timeout=plan.seconds + STOP_SECONDS + 30)
        except BaseException:
            child.send_signal(signal.SIGINT)
            child.wait(STOP_SECONDS + 5)
            raise
        return _read(plan, out, complaint)


def _reach(url: str) -> None:
    try:
        requests.get(url, timeout=5)
    except requests.RequestException:
        raise UnreachableError(
            f"{url}: nothing answers there, so no load was sent.",
            fix="start the service with `toolkit up`, or give --url.",
        ) from None


def _read(plan: Plan, out: Path, complaint: str) -> LoadResult:
    report, log = out / "report.json", out / "locust.log"
    data = json.loads(report.read_text(encoding="utf-8")) if report.is_file() else {}
    raised = data.get("exceptions", [])
    if raised:
        words = f"{raised[0]['message']}\n{raised[0]['traceback']}"
        raise ScenarioError(f"{plan.scenario}: the scenario raised {_indented(words)}")
    if not data.get("requests"):
        words = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
        why = _indented(complaint + words)
        raise ScenarioError(f"{plan.scenario}: the scenario sent nothing: {why}")
    return LoadResult(
        seconds=data["seconds"],
        requests=data["requests"],
        failures=data["failures"],
        response_milliseconds={int(t): n for t, n in data["response_milliseconds"].items()},
        errors={error["message"]: error["count"] for error in data["errors"]},
    )


def _indented(text: str) -> str:
    """The last lines of `text`, each on a line of its own below the message."""
    return "".join(f"\n    {line}" for line in text.strip().splitlines()[-SHOWN_LINES:])
