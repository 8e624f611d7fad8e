"""The files that a new project begins with, by path, as texts. A comment marks every guess."""

import re
from dataclasses import dataclass

from toolkit.adopt import catalogue_source, starter_alerts, starter_dashboard
from toolkit.adopt.discover import Discovered
from toolkit.adopt.signals import Signals
from toolkit.errors import UsageError
from toolkit.formats.python_source import text

PACKAGE = "observability"
_JOBS_OF_THE_STACK = ("prometheus", "alertmanager")  # `build` makes scrape jobs of these names


@dataclass(frozen=True, slots=True)
class NewProject:
    """What is known about the service. `name` is a slug: `checkout-api`.

    `url` is the service's own address, and `metrics` the path of its metrics.
    """

    name: str
    url: str
    metrics: str
    found: tuple[Discovered, ...]
    signals: Signals

    @property
    def module(self) -> str:
        """The name as a Python module has it."""
        return self.name.replace("-", "_")

    @property
    def prefix(self) -> str:
        """The name as alerts begin with it."""
        return "".join(word.capitalize() for word in self.name.split("-"))


def slug(words: str) -> str:
    """`words` as a name for a service. Raises UsageError where nothing is left."""
    name = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
    if not name:
        raise UsageError(f"--name {words!r}: has no letters.", fix="write it like checkout-api.")
    if name in _JOBS_OF_THE_STACK:
        return f"{name}-service"
    return name if name[0].isalpha() else f"service-{name}"


def files(project: NewProject) -> dict[str, str]:
    """Every file but pyproject.toml and .gitignore, which may exist, by its path."""
    alerts = starter_alerts.module(project.name, project.prefix, project.signals)
    head = (
        f"What {project.name} exports, by `toolkit discover`. Others named these metrics: without\n"
        "foreign=True a metric is held to the naming rules, and must be read by something."
    )
    return {
        f"{PACKAGE}/catalogue.py": catalogue_source.module(project.found, head),
        f"{PACKAGE}/alerts/routing.py": _routing(project),
        f"{PACKAGE}/alerts/{project.module}/service.py": alerts,
        f"{PACKAGE}/dashboards/{project.module}.py": starter_dashboard.module(
            project.name, project.module, project.signals
        ),
        f"{PACKAGE}/loadtests/visitors.py": _SCENARIO.replace("@PATH@", text(project.signals.path)),
        ".github/workflows/observability.yml": _WORKFLOW,
    }


def configuration(project: NewProject) -> str:
    """The table of pyproject.toml."""
    lines = [
        "[tool.toolkit]",
        f'catalogue = "{PACKAGE}.catalogue:CATALOGUE"',
        f'alerts = "{PACKAGE}.alerts"',
        f'dashboards = "{PACKAGE}.dashboards"',
        f'loadtests = "{PACKAGE}.loadtests"',
        f"job = {text(project.name)}  # Guess: the name of the scrape job.",
        'demo = "visitors"',
        "# Guess: where runbooks are read.",
        'runbook_url = "https://wiki.example.com/runbooks/{alert}"',
        "",
        "[tool.toolkit.stack]",
        f"service = {text(project.url)}  # Guess: where the service listens.",
    ]
    if project.metrics != "/metrics":
        lines.append(f"# Its metrics are at {project.metrics}, which Prometheus must be told.")
    return "\n".join(lines) + "\n"


IGNORED = (".toolkit/", "build/", "__pycache__/", ".venv/")


def _routing(project: NewProject) -> str:
    names = starter_alerts.alert_names(project.prefix, project.signals)
    critical = [names[key] for key in ("down", "errors") if key in names]
    deliveries = f'Delivery(alerts={_names(critical)}, to=("on-call",)),'
    if "slow" in names:
        to_team = f'Delivery(alerts={_names([names["slow"]])}, to=("team",)),'
        deliveries = f"\n        {deliveries}\n        {to_team}\n    "
    return _ROUTING.replace("@NAME@", project.name).replace("@DELIVERIES@", deliveries)


def _names(names: list[str]) -> str:
    return f"({', '.join(map(text, names))}{',' if len(names) == 1 else ''})"


_ROUTING = '''"""Who is notified of which alert."""

from toolkit.alerts import Severity
from toolkit.routing import Delivery, Receiver, Route, Routing, Slack

# Guess: two Slack channels. Alertmanager reads the secret address from a file.
ON_CALL = Receiver("on-call", (Slack(channel="#@NAME@-incidents"),))
TEAM = Receiver("team", (Slack(channel="#@NAME@"),))

ROUTING = Routing(
    routes=(
        Route(severity=Severity.CRITICAL, receiver=ON_CALL, repeat="1h"),
        Route(severity=Severity.WARNING, receiver=TEAM, repeat="4h"),
        Route(severity=Severity.INFO, receiver=TEAM, repeat="24h"),
    ),
    deliveries=(@DELIVERIES@),
)
'''

_SCENARIO = '''"""Visitors: ten people who ask once a second each. Does every request succeed?"""

from locust import constant_pacing, task

from toolkit.load.workload import DefaultLoad, Loop
from toolkit.load_generator.users import JudgedUser


class Visitor(JudgedUser):
    """Asks for one page, again and again."""

    load = DefaultLoad(loop=Loop.CLOSED, seconds=60)  # each visitor waits for the answer
    wait_time = constant_pacing(1)

    @task
    def visit(self) -> None:
        """Guess: the path, and that its answer is 200."""
        with self.ask("GET", @PATH@, body=b"", headers={}, name="visit") as answer:
            answer.expect(200)
'''

_WORKFLOW = """\
# Are the generated files up to date, and are rules and dashboards right?
name: observability
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: { python-version: "3.11" }
      # promtool and amtool prove the rules and the routes.
      - run: sudo apt-get update && sudo apt-get install -y prometheus prometheus-alertmanager
      # Guess: where the toolkit is installed from.
      - run: pip install observability-toolkit
      - run: toolkit build --check
      - run: toolkit lint --format github
      - run: toolkit test
"""
