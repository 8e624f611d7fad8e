"""The options of `toolkit load`, in the groups that its help shows."""

from dataclasses import dataclass
from typing import Annotated

import typer

from toolkit.cli import completed_values
from toolkit.cli.target_option import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceOptions:
    """The service."""

    service: Annotated[
        str, typer.Option(help="One of the project's services; left out, the one with `requests`.")
    ] = ""
    url: Annotated[str, typer.Option(help="Its address; left out, that of the running stack.")] = ""
    target: Target = ""
    secret: Annotated[
        str, typer.Option(help="To sign with; left out, the running stack's or the environment's.")
    ] = ""
    timeout: Annotated[
        str, typer.Option(help="For a whole request, like 10s; left out, as the scenario says.")
    ] = ""
    ca_file: Annotated[
        str, typer.Option(help="Certificate authorities to trust, in PEM; left out, the machine's.")
    ] = ""
    client_cert: Annotated[str, typer.Option(help="The client's own certificate, in PEM.")] = ""
    client_key: Annotated[str, typer.Option(help="And its key, in PEM.")] = ""
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Accept any certificate of the service.")
    ] = False
    proxy: Annotated[str, typer.Option(help="An HTTP proxy, http://user:password@host:port.")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadOptions:
    """What is sent."""

    rate: Annotated[
        float | None, typer.Option(min=0.1, help="Requests a second, sent by the clock.")
    ] = None
    concurrent: Annotated[
        int | None, typer.Option(min=1, help="Closed loop: users that wait for each answer.")
    ] = None
    users: Annotated[
        int | None, typer.Option(min=1, help="Open loop: requests under way at once, at the most.")
    ] = None
    duration: Annotated[
        str, typer.Option(help="How long to send: 90, 90s or 1m30s; whole seconds.")
    ] = ""
    webhooks: Annotated[
        int | None,
        typer.Option("--webhooks", "--requests", "--iterations", "-i", min=1, help="Send so many."),
    ] = None
    shape: Annotated[
        str,
        typer.Option(
            help="How the rate changes: constant, ramp or spike.",
            autocompletion=completed_values.shapes,
        ),
    ] = ""
    stages: Annotated[str, typer.Option(help="File of stages: duration and target rate.")] = ""
    warm_up: Annotated[str, typer.Option(help="Send at first without counting, like 10s.")] = ""
    ramp_users: Annotated[
        str, typer.Option(help="Closed loop: let the users come over a time, like 30s.")
    ] = ""
    seed: Annotated[int, typer.Option(help="The same seed sends the same payloads.")] = 1
    tag: Annotated[
        list[str] | None, typer.Option(help="Repeatable: send only tasks with this @tag.")
    ] = None
    exclude_tag: Annotated[
        list[str] | None, typer.Option(help="Repeatable: send no task with this @tag.")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioOptions:
    """More scenarios."""

    mix: Annotated[
        str, typer.Option(help="Several scenarios at once: a table [tool.toolkit.mixes.NAME].")
    ] = ""
    load_test: Annotated[bool, typer.Option("--load-test", help="A sustained load.")] = False
    test_failures: Annotated[
        bool, typer.Option("--test-failures", help="Also send what must be refused.")
    ] = False
    test_rate_limit: Annotated[
        bool, typer.Option("--test-rate-limit", help="Also exceed one client's limit.")
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdOptions:
    """Thresholds."""

    threshold: Annotated[
        list[str] | None,
        typer.Option(help='Repeatable: "p(95)<100", "webhook: valid: p(99)<50", "promql: …".'),
    ] = None
    max_p95_ms: Annotated[float | None, typer.Option(help="As p(95)<=….")] = None
    max_p99_ms: Annotated[float | None, typer.Option(help="As p(99)<=….")] = None
    min_rps: Annotated[
        float | None, typer.Option("--min-rps", "--check-rps", help="As rps>=….")
    ] = None
    min_success_rate: Annotated[float | None, typer.Option(help="As success>=…, percent.")] = None
    check_fail_ratio: Annotated[float | None, typer.Option(help="As fail_ratio<=…, 0 to 1.")] = None
    check_avg_response_time: Annotated[float | None, typer.Option(help="As avg<=…, ms.")] = None
    abort_on_fail: Annotated[
        bool, typer.Option("--abort-on-fail", help="Stop at the first threshold that is missed.")
    ] = False
    abort_after: Annotated[
        str, typer.Option(help="The same, but not before this time, like 30s.")
    ] = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """All of them, as they would be given with --threshold."""
        bounds = {
            "p(95)<=": self.max_p95_ms,
            "p(99)<=": self.max_p99_ms,
            "rps>=": self.min_rps,
            "success>=": self.min_success_rate,
            "fail_ratio<=": self.check_fail_ratio,
            "avg<=": self.check_avg_response_time,
        }
        given = (f"{text}{bound:g}" for text, bound in bounds.items() if bound is not None)
        return (*(self.threshold or ()), *given)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerOptions:
    """Several processes."""

    processes: Annotated[
        int, typer.Option(help="Send from so many processes of this machine; -1: all cores.")
    ] = 0
    master: Annotated[
        bool, typer.Option("--master", help="Wait for workers, and let them send.")
    ] = False
    worker: Annotated[
        bool, typer.Option("--worker", help="Send for a master; its options count, not these.")
    ] = False
    expect_workers: Annotated[int, typer.Option(min=1, help="Workers that a master waits for.")] = 1
    master_host: Annotated[str, typer.Option(help="Where the master listens.")] = "127.0.0.1"
    master_port: Annotated[int, typer.Option(min=1, max=65535, help="And on which port.")] = 5557
    metrics_address: Annotated[
        str,
        typer.Option(
            help="Where the figures of all are served for Prometheus, host:port; left out, on a "
            "free port that this machine alone can reach."
        ),
    ] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPageOptions:
    """Web page."""

    web: Annotated[
        bool, typer.Option("--web", help="Locust's web page, with the options as its fields.")
    ] = False
    web_port: Annotated[int, typer.Option(min=1, max=65535, help="Where it listens.")] = 8089


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOptions:
    """Reports and comparisons."""

    report: Annotated[
        list[str] | None,
        typer.Option(
            help="Repeatable: a file to write, .html, .json, .csv, .seconds.csv, .xml (JUnit), .md."
        ),
    ] = None
    panels: Annotated[
        list[str] | None,
        typer.Option(help="Repeatable: a dashboard's uid, drawn for those minutes in the .html."),
    ] = None
    requests_csv: Annotated[
        str, typer.Option(help="A file for a line of each request, as CSV.")
    ] = ""
    compare: Annotated[
        list[str] | None,
        typer.Option(help="Repeatable: an earlier .json report, or a folder of --history."),
    ] = None
    regression: Annotated[
        list[str] | None,
        typer.Option(help='Repeatable: how much worse a figure may be, "p95:10%", "rps:5%".'),
    ] = None
    history: Annotated[str, typer.Option(help="A folder that keeps the run, for its trend.")] = ""
    conserve: Annotated[
        bool, typer.Option("--conserve", help="Compare what was sent with the service's counters.")
    ] = False
