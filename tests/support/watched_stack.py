"""A real Prometheus and Alertmanager around two instances whose metrics a test changes.

Evaluations come five times a second, so that a watch of seconds sees dozens of them, and scrapes
once: each may take a whole one, since one that times out ends all that the test has made.
"""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import requests
import yaml

from tests.support import project_builder
from tests.support.foreign_programs import ALERTMANAGER, PROMETHEUS
from tests.support.http_server import serving
from tests.support.wait_until import PATIENCE_SECONDS, eventually
from toolkit import burn_rate
from toolkit.alertmanager.client import Alertmanager
from toolkit.alerts import Alert, Recording, Severity
from toolkit.catalogue import one_of
from toolkit.drill_causes import Undrillable
from toolkit.objectives import AvailabilityObjective
from toolkit.project import Project
from toolkit.prometheus.client import Prometheus
from toolkit.prometheus.write_rule_files import rule_file
from toolkit.validate.check import CheckedStack

EVALUATION_INTERVAL = "200ms"
SCRAPE_INTERVAL = "1s"
SAID_INTERVAL = "2s"  # what the project says; windows follow it, and a slow machine has time
PROMISE = AvailabilityObjective(project_builder.EVENTS, bad={"kind": one_of("write")}, share=0.99)
PAGES = replace(
    project_builder.alert(
        name="QueueIsFull", expr="max(app_queue_depth) > 100", hold="0s", panel="Depth"
    ),
    severity=Severity.CRITICAL,
)
WARNS = project_builder.alert(name="QueueGrows", expr="max(app_queue_depth) > 10", hold="0s")


@dataclass
class Instance:
    """What one instance exports. Events come by themselves, so many at each scrape."""

    reads: int = 20
    writes: int = 0
    depth: float = 1.0
    started: float = 1_700_000_000.0
    without: str = ""  # a line that begins so is left out
    down: bool = False
    counted: dict[str, int] = field(default_factory=lambda: {"read": 0, "write": 0})

    def text(self) -> str:
        """The exposition, after the events that have come meanwhile."""
        self.counted["read"] += self.reads
        self.counted["write"] += self.writes
        lines = ["# TYPE app_events_total counter"]
        for kind, count in self.counted.items():
            lines.append(f'app_events_total{{kind="{kind}",zone="eu"}} {count}')
        lines += ["# TYPE app_queue_depth gauge"]
        lines += [f'app_queue_depth{{kind="{kind}"}} {self.depth}' for kind in ("read", "write")]
        lines += ["# TYPE app_latency histogram"]
        for kind in ("read", "write"):
            bounds = (f'app_latency_bucket{{kind="{kind}",le="{x}"}} 1' for x in ("0.1", "+Inf"))
            lines += [*bounds, f'app_latency_sum{{kind="{kind}"}} 1']
            lines += [f'app_latency_count{{kind="{kind}"}} 1']
        lines += [
            "# TYPE process_start_time_seconds gauge",
            f"process_start_time_seconds {self.started}",
        ]
        kept = (x for x in lines if not (self.without and x.startswith(self.without)))
        return "\n".join(kept) + "\n"


class WatchedStack:
    """The running servers, and the instances behind them."""

    def __init__(self, instances: tuple[Instance, ...], prometheus: str, alertmanager: str) -> None:
        self.instances = instances
        self.prometheus = Prometheus(prometheus, "start it.")
        self.alertmanager = Alertmanager(alertmanager, "start it.")

    def reset(self) -> None:
        """Make all well again, and wait until Prometheus sees it so."""
        for silence in requests.get(f"{self._silences}s", timeout=PATIENCE_SECONDS).json():
            requests.delete(f"{self._silences}/{silence['id']}", timeout=PATIENCE_SECONDS)
        for instance in self.instances:
            counted = instance.counted
            instance.__dict__.update(Instance().__dict__, counted=counted)
        self.until("count(up{job='app'} == 1) == 2 and count(app_queue_depth == 1) == 4")
        self.until('absent(ALERTS{alertstate="firing"})')

    @property
    def _silences(self) -> str:
        return f"{self.alertmanager.url}/api/v2/silence"

    def until(self, expr: str) -> None:
        """Wait until a query has a result."""
        eventually(lambda: self.prometheus.query(expr), f"{expr} has a result")

    def stack(self, project: Project | None = None) -> CheckedStack:
        """What checks look at."""
        return CheckedStack(
            project=project or PROJECT,
            services=(),
            prometheus=self.prometheus,
            alertmanager=self.alertmanager,
        )

    def silence(self, alertname: str) -> None:
        """Silence an alert in Alertmanager until `reset`, or for ten minutes."""
        now = time.time()
        ends = (now - 1, now + 600)
        stamps = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment)) for moment in ends]
        matcher = {"name": "alertname", "value": alertname, "isRegex": False, "isEqual": True}
        body = {
            "matchers": [matcher],
            "startsAt": stamps[0],
            "endsAt": stamps[1],
            "createdBy": "test",
            "comment": "known",
        }
        answer = requests.post(f"{self._silences}s", json=body, timeout=PATIENCE_SECONDS)
        assert answer.status_code == 200, answer.text


def _rules() -> tuple[tuple[Recording, ...], tuple[Alert, ...]]:
    causes = dict.fromkeys((w.pace for w in burn_rate.WINDOWS), Undrillable("It is not run."))
    made = burn_rate.rules(
        PROMISE,
        "app-promise",
        component="app",
        impact="It is felt.",
        response="1. Look.",
        panel="Events",
        fired_by=causes,
    )
    recordings = tuple(x for x in made if isinstance(x, Recording))
    return recordings, (*(x for x in made if isinstance(x, Alert)), PAGES, WARNS)


def project(**changes: object) -> Project:
    """A project of one service with an objective, a paging alert and a warning."""
    recordings, alerts = _rules()
    depth = project_builder.panel("Depth", "max by (kind) (app_queue_depth)")
    latency = project_builder.panel("Latency", "sum(rate(app_latency_count[5m]))")
    made = project_builder.project(
        alerts=alerts,
        recordings=recordings,
        dashboards=(project_builder.dashboard(project_builder.panel(), depth, latency),),
    )
    config = replace(made.config, scrape_interval=SAID_INTERVAL)
    return replace(made, config=config, **changes)  # type: ignore[arg-type]


PROJECT = project()


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """What other teams have in the same servers: rule groups, scrape jobs, routes."""

    groups: tuple[Mapping[str, Any], ...] = ()
    jobs: tuple[Mapping[str, Any], ...] = ()
    alertmanager: Mapping[str, Any] | None = None


NOBODY_ELSE = Others()


@contextmanager
def watched_stack(folder: Path, others: Others = NOBODY_ELSE) -> Iterator[WatchedStack]:
    """Started, scraped and evaluated once; gone at the end."""
    with ExitStack() as stack:
        instances = (Instance(), Instance())
        targets = [
            stack.enter_context(serving(_exporter(x))).removeprefix("http://") for x in instances
        ]
        (folder / "alertmanager").mkdir()
        (folder / "prometheus").mkdir()
        router = ALERTMANAGER
        if others.alertmanager is not None:
            router = replace(ALERTMANAGER, config=yaml.safe_dump(others.alertmanager))
        alertmanager = stack.enter_context(router.exporting(folder / "alertmanager"))
        host = alertmanager.removeprefix("http://").removesuffix("/metrics")
        (file,) = PROJECT.rule_files
        rules = rule_file(
            file,
            runbook_url=PROJECT.config.runbook_url,
            dashboard_urls={alert.name: "" for alert in file.alerts},
        )
        (folder / "rules.yml").write_text(yaml.safe_dump(rules), encoding="utf-8")
        (folder / "others.yml").write_text(
            yaml.safe_dump({"groups": [dict(x) for x in others.groups]}), encoding="utf-8"
        )
        config = yaml.safe_dump(
            {
                "global": {
                    "scrape_interval": SCRAPE_INTERVAL,
                    "scrape_timeout": SCRAPE_INTERVAL,
                    "evaluation_interval": EVALUATION_INTERVAL,
                },
                "rule_files": [str(folder / "rules.yml"), str(folder / "others.yml")],
                "alerting": {"alertmanagers": [{"static_configs": [{"targets": [host]}]}]},
                "scrape_configs": [
                    {"job_name": "app", "static_configs": [{"targets": targets}]},
                    {"job_name": "prometheus", "static_configs": [{"targets": [host]}]},
                    {"job_name": "alertmanager", "static_configs": [{"targets": [host]}]},
                    *map(dict, others.jobs),
                ],
            }
        )
        server = replace(PROMETHEUS, config=config)
        address = stack.enter_context(server.exporting(folder / "prometheus"))
        running = WatchedStack(instances, address.removesuffix("/metrics"), f"http://{host}")
        running.until("count(up == 1) >= 4")
        yield running


def _exporter(instance: Instance) -> type[BaseHTTPRequestHandler]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with lock:
                text = "" if instance.down else instance.text()
            self.send_response(500 if instance.down else 200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    return Handler
