"""The files that a new project begins with, by path, as texts. A comment marks every guess."""

import re
from dataclasses import dataclass

from toolkit.adopt import (
    catalogue_as_python,
    client_libraries,
    starter_alerts,
    starter_dashboard,
    starter_objectives,
)
from toolkit.adopt.discover import Discovered
from toolkit.adopt.request_metrics import Signals
from toolkit.alerts import Severity
from toolkit.catalogue import Kind
from toolkit.config.services import SERVERS
from toolkit.errors import UsageError
from toolkit.formats.python_layout import Brackets, laid_out, text

PACKAGE = "observability"


@dataclass(frozen=True, slots=True)
class NewProject:
    """What is known about the service. `name` is a slug: `checkout-api`.

    `url` is the service's own address, and `metrics` the path of its metrics; `path` is one that
    a load scenario may ask for. `command` starts it; empty, it runs already.
    """

    name: str
    url: str
    metrics: str
    found: tuple[Discovered, ...]
    signals: Signals
    path: str = "/"
    command: tuple[str, ...] = ()

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
    if name in SERVERS:
        return f"{name}-service"
    return name if name[0].isalpha() else f"service-{name}"


def files(project: NewProject) -> dict[str, str]:
    """Every file but pyproject.toml and .gitignore, which may exist, by its path."""
    folder = f"{PACKAGE}/alerts/{project.module}"
    drilled = f"Stop({text(project.name)})" if project.command else ""
    alerts = starter_alerts.module(project.name, project.prefix, project.signals, drilled)
    head = (
        f"What {project.name} exports, by `toolkit discover`.\n\n"
        "Others named these metrics: without foreign=True a metric is held to the naming rules,\n"
        "and must be read by something."
    )
    return {
        f"{PACKAGE}/catalogue.py": _catalogue(project, head),
        f"{PACKAGE}/alerts/routing.py": _routing(project),
        f"{folder}/service.py": alerts,
        **starter_objectives.files(PACKAGE, folder, project.name, project.signals),
        f"{PACKAGE}/dashboards/{project.module}.py": starter_dashboard.module(
            project.name, project.module, project.signals
        ),
        f"{PACKAGE}/loadtests/visitors.py": _SCENARIO.replace("@PATH@", text(project.path)),
        ".github/workflows/observability.yml": _WORKFLOW,
    }


def configuration(project: NewProject) -> str:
    """The table of pyproject.toml."""
    lines = [
        "[tool.toolkit]",
        f'alerts = "{PACKAGE}.alerts"',
        f'dashboards = "{PACKAGE}.dashboards"',
        f'loadtests = "{PACKAGE}.loadtests"',
        'demo = "visitors"',
        "# Guess: where runbooks are read.",
        'runbook_url = "https://wiki.example.com/runbooks/{alert}"',
        "",
        f"[tool.toolkit.services.{project.name}]  # Guess: also the name of its scrape job.",
        f'catalogue = "{PACKAGE}.catalogue:CATALOGUE"',
        f"url = {text(project.url)}  # Guess: where the service listens.",
    ]
    if project.metrics != "/metrics":
        lines.append(f"metrics = {text(project.metrics)}")
    counted = project.signals.requests
    if counted is not None and counted.metric.kind is Kind.COUNTER:
        lines.append("# Guess: this counts every request once.")
        lines.append(f'requests = "{PACKAGE}.catalogue:{counted.constant}"')
    if project.command:
        lines.append(f"command = [{', '.join(map(text, project.command))}]")
    else:
        lines.append("# It runs already. With a command, `toolkit up` and `drill` can start it:")
        lines.append('# command = ["./service", "--port={port}"]')
    return "\n".join(lines) + "\n"


def _catalogue(project: NewProject, head: str) -> str:
    """The service's own metrics, and those of its process that the dashboard shows."""
    parts = client_libraries.split(project.found)
    if parts.library is None:
        return catalogue_as_python.module(project.found, head)
    shown = tuple(each for each in parts.declared if each in project.signals.process.values())
    head += f"\n{parts.without()}"
    return catalogue_as_python.module(parts.own, head, (parts.library.module, shown))


IGNORED = (".toolkit/", "build/", "__pycache__/", ".venv/")


def _routing(project: NewProject) -> str:
    names = starter_alerts.alert_names(project.prefix, project.signals)
    burning = starter_objectives.alert_names(project.prefix, project.signals)
    urgent = [names[key] for key in ("down", "errors") if key in names]
    urgent += [name for name, severity in burning.items() if severity is Severity.CRITICAL]
    patient = [names["slow"]] if "slow" in names else []
    patient += [name for name, severity in burning.items() if severity is not Severity.CRITICAL]
    pairs = [(alerts, to) for alerts, to in ((urgent, "on-call"), (patient, "team")) if alerts]
    deliveries = Brackets("deliveries=(", tuple(_delivery(alerts, to) for alerts, to in pairs))
    return _ROUTING.replace("@NAME@", project.name).replace(
        "@DELIVERIES@", laid_out(deliveries, "    ", ",")
    )


def _delivery(alerts: list[str], to: str) -> Brackets:
    names = Brackets("alerts=(", tuple(map(text, alerts)))
    return Brackets("Delivery(", (names, Brackets("to=(", (text(to),))))


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
@DELIVERIES@
)
'''

_SCENARIO = '''"""Visitors: ten requests a second, come what may. Does each succeed?"""

from locust import task

from toolkit.load.workload import DefaultLoad
from toolkit.load_generator.users import JudgedUser


class Visitor(JudgedUser):
    """Asks for one page, again and again."""

    load = DefaultLoad(rate=10, seconds=60)

    @task
    def visit(self) -> None:
        """One page."""
        # Guess: the path, and that its answer is 200.
        with self.ask("GET", @PATH@, name="visit") as answer:
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
