"""A webhook as one trace: from its HTTP request through the journal to the call of the exchange."""

import json
import logging
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from target_app.exchanges.venue_sim import VenueSim
from target_app.execution.logs import JsonFormatter
from target_app.tracing.start import open_tracer
from tests.support import simulator_in_process
from tests.support.otlp_receiver import OtlpReceiver
from tests.support.repository import ROOT
from tests.support.service_in_process import Served, order, served
from tests.support.service_process import Client, Server

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
GIVEN = f"00-{TRACE}-{SPAN}-01"
WEBHOOK = "POST /webhook/tradingview"


class Listening(VenueSim):
    """One that keeps the traceparent of each request for an order."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == "/api/v3/order":
            self.heard += [v.decode() for k, v in scope["headers"] if k == b"traceparent"]
        await super().__call__(scope, receive, send)


@pytest.fixture
def venue() -> Iterator[tuple[Listening, str]]:
    sim = Listening()
    with simulator_in_process.serving(sim) as url:
        yield sim, url


@pytest.fixture
def traced_service(tmp_path: Path, collector: OtlpReceiver) -> Iterator[Served]:
    tracer = open_tracer("execution", {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url})
    with served(tmp_path, tracer=tracer) as running:
        yield running


def sent(service: Served, *headers: tuple[str, str]) -> None:
    assert service.send(order(), headers=headers).status == 200


def test_a_webhook_is_one_trace_of_the_client(
    traced_service: Served, collector: OtlpReceiver
) -> None:
    sent(traced_service, ("traceparent", GIVEN), ("tracestate", "congo=t61rcWkgMzE"))
    webhook = collector.one(WEBHOOK)
    journal, ordered = collector.one("journal_intent"), collector.one("create_order")
    assert {x.trace_id for x in (webhook, journal, ordered)} == {TRACE}
    assert webhook.parent_id == SPAN
    assert journal.parent_id == ordered.parent_id == webhook.span_id
    assert {x.state for x in (webhook, ordered)} == {"congo=t61rcWkgMzE"}
    assert [webhook.kind, journal.kind, ordered.kind] == ["SERVER", "INTERNAL", "CLIENT"]
    assert {x.service for x in (webhook, journal, ordered)} == {"execution"}
    assert webhook.attributes["http.route"] == "/webhook/tradingview"
    assert webhook.attributes["http.response.status_code"] == 200
    assert webhook.attributes["webhook.status"] == "success"
    assert webhook.attributes["webhook.symbol"] == "BTC/USDT"
    assert str(webhook.attributes["order.client_id"]).startswith("x-")
    assert ordered.attributes["exchange"] == "paper"
    assert not webhook.is_error
    assert collector.paths == {"/v1/traces"}


def test_a_webhook_without_a_trace_begins_one(
    traced_service: Served, collector: OtlpReceiver
) -> None:
    for _ in range(2):
        sent(traced_service)
    collector.wait_for(lambda: len(collector.named(WEBHOOK)) == 2, "both webhooks")
    assert {x.parent_id for x in collector.named(WEBHOOK)} == {""}
    assert len({x.trace_id for x in collector.named(WEBHOOK)}) == 2


HOSTILE: dict[str, Sequence[tuple[str, str]]] = {
    "another header within": [("traceparent", f"{GIVEN}\r\nx-admin: yes")],
    "no hexadecimal digits": [("traceparent", f"00-{'z' * 32}-{SPAN}-01")],
    "a flood": [("traceparent", f"cc-{TRACE}-{SPAN}-01-{'x' * 9000}")],
    "bytes that are no text": [("traceparent", "\xff\x00\xfe")],
    "nothing": [("traceparent", "")],
    "two of them": [("traceparent", GIVEN), ("traceparent", GIVEN)],
}


@pytest.mark.parametrize("headers", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_traceparent_changes_no_order_and_no_trace(
    traced_service: Served, collector: OtlpReceiver, headers: Sequence[tuple[str, str]]
) -> None:
    sent(traced_service, *headers)
    webhook = collector.one(WEBHOOK)
    assert webhook.trace_id != TRACE
    assert webhook.parent_id == ""
    assert collector.one("create_order").trace_id == webhook.trace_id


@pytest.mark.parametrize("state", ["a=" + "x" * 600, "=,=,=", "\xff=\x00", "a=1,a=2"])
def test_a_hostile_tracestate_is_left_out(
    traced_service: Served, collector: OtlpReceiver, state: str
) -> None:
    sent(traced_service, ("traceparent", GIVEN), ("tracestate", state))
    assert collector.one(WEBHOOK).trace_id == TRACE
    assert collector.one("create_order").state in {"", "a=1", "a=2"}


def test_a_client_that_wants_no_trace_gets_none(
    traced_service: Served, collector: OtlpReceiver
) -> None:
    sent(traced_service, ("traceparent", f"00-{TRACE}-{SPAN}-00"))
    sent(traced_service)
    collector.one(WEBHOOK)
    assert {x.trace_id for x in collector.spans} != {TRACE}
    assert TRACE not in {x.trace_id for x in collector.spans}


def test_what_is_not_sampled_is_told_on_and_not_sent(
    tmp_path: Path,
    collector: OtlpReceiver,
    venue: tuple[Listening, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")
    sim, url = venue
    tracer = open_tracer("execution", {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url})
    with served(tmp_path, tracer=tracer, exchanges=("venue_sim",), venue_sim_url=url) as service:
        sent(service, ("traceparent", GIVEN))
    (heard,) = sim.heard
    assert heard.split("-")[1] == TRACE
    assert heard.endswith("-00")
    assert collector.spans == []


def test_clients_traces_may_be_passed_over(tmp_path: Path, collector: OtlpReceiver) -> None:
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_PROPAGATORS": "none"}
    with served(tmp_path, tracer=open_tracer("execution", environment)) as service:
        sent(service, ("traceparent", GIVEN))
        assert collector.one(WEBHOOK).trace_id != TRACE


def test_refusals_are_told_and_only_our_own_failures_are_errors(
    tmp_path: Path, collector: OtlpReceiver
) -> None:
    tracer = open_tracer("execution", {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url})
    with served(tmp_path, tracer=tracer, admin_token="t") as service:
        assert service.send(order(confidence=0.1)).code == "low_confidence"
        refused = collector.one(WEBHOOK)
        assert refused.attributes["http.response.status_code"] == 422
        assert refused.attributes["webhook.status"] == "low_confidence"
        assert not refused.is_error
        fault = {"fault": "exchange_errors", "kind": "rejected", "duration_seconds": 60}
        bearer = [("Authorization", "Bearer t")]
        made = service.request(
            "POST", "/admin/faults", body=json.dumps(fault).encode(), headers=bearer
        )
        assert made.status == 200, made.body
        assert service.send(order(id="refused")).status == 502
        asked = collector.one("fetch_ticker")
        assert asked.is_error
        assert asked.attributes["error.type"] == "rejected"
        collector.wait_for(lambda: len(collector.named(WEBHOOK)) == 2, "the second webhook")
        assert [x.is_error for x in collector.named(WEBHOOK)] == [False, True]


def test_what_is_asked_all_the_time_is_no_trace_and_routes_have_their_own_names(
    traced_service: Served, collector: OtlpReceiver
) -> None:
    for path in ("/health", "/ready", "/metrics", "/orders/secret-1", "/no/such/page"):
        traced_service.get(path)
    traced_service.request("BREW", "/docs")
    names = {"GET /orders/{order_id}", "GET", "HTTP /docs"}
    collector.wait_for(lambda: len(collector.spans) >= 3, "three spans")
    assert {x.name for x in collector.spans} == names


def test_log_lines_say_which_trace_they_belong_to(
    traced_service: Served, collector: OtlpReceiver
) -> None:
    lines: list[dict[str, Any]] = []
    level = logging.getLogger().level

    class Heard(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(JsonFormatter().format(record)))

    handler, root = Heard(), logging.getLogger()
    root.addHandler(handler)
    root.setLevel("INFO")
    try:
        traced_service.run(
            traced_service.asend(
                headers=[("traceparent", GIVEN)], messages=[{"type": "http.disconnect"}]
            )
        )
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
    (line,) = [x for x in lines if x["message"].startswith("the client left")]
    assert line["trace_id"] == TRACE
    assert line["span_id"] == collector.one(WEBHOOK).span_id


def test_histograms_name_the_trace_of_their_last_amounts(
    traced_service: Served, collector: OtlpReceiver
) -> None:
    sent(traced_service, ("traceparent", GIVEN))
    text = traced_service.get(
        "/metrics", headers=[("Accept", "application/openmetrics-text; version=1.0.0")]
    ).body.decode()
    shown = {
        line.partition("{")[0].removesuffix("_bucket")
        for line in text.splitlines()
        if f'# {{trace_id="{TRACE}"}}' in line
    }
    assert shown == {
        "execution_webhook_processing_duration",
        "execution_pipeline_latency",
        "execution_order_execution_duration",
        "execution_exchange_api_duration",
    }
    plain = traced_service.get("/metrics").body.decode()
    assert TRACE not in plain
    assert collector.one(WEBHOOK).trace_id == TRACE


def test_a_trace_that_nobody_keeps_is_no_exemplar(traced_service: Served) -> None:
    sent(traced_service, ("traceparent", f"00-{TRACE}-{SPAN}-00"))
    accept = [("Accept", "application/openmetrics-text; version=1.0.0")]
    assert "# {" not in traced_service.get("/metrics", headers=accept).body.decode()


def test_the_simulated_exchange_is_told_the_trace(
    tmp_path: Path, collector: OtlpReceiver, venue: tuple[Listening, str]
) -> None:
    sim, url = venue
    tracer = open_tracer("execution", {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url})
    options: dict[str, Any] = {"exchanges": ("venue_sim",), "venue_sim_url": url}
    with served(tmp_path / "on", tracer=tracer, **options) as service:
        sent(service, ("traceparent", GIVEN))
        ordered = collector.one("create_order")
        assert sim.heard == [f"00-{TRACE}-{ordered.span_id}-01"]
    with served(tmp_path / "off", **options) as service:
        sent(service, ("traceparent", GIVEN))
    assert len(sim.heard) == 1


@pytest.mark.programs
def test_off_nothing_that_makes_spans_is_imported() -> None:
    script = (
        "import sys\n"
        "def heavy(*names):\n"
        "    return sorted(x for x in sys.modules if x.startswith(names))\n"
        "from target_app.services.exec_risk import main, service\n"
        "from target_app.services import serve\n"
        "from target_app.tracing.start import open_tracer\n"
        "assert open_tracer('x', {}) is None\n"
        "print(heavy('opentelemetry', 'google'))\n"
        # FastAPI imports the API by itself, and not what makes and sends spans.
        "from target_app.execution import app, main\n"
        "print(heavy('opentelemetry.sdk', 'opentelemetry.exporter', 'google'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["[]", "[]"]


@pytest.mark.long
def test_several_workers_make_spans_and_no_exemplars(
    launch: Callable[..., Server], collector: OtlpReceiver
) -> None:
    server = launch(
        EXECUTION_WORKERS="2",
        OTEL_TRACES_EXPORTER="otlp",
        OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
        OTEL_BSP_SCHEDULE_DELAY="3600000",
    )
    client = Client(server.port)
    assert client.send(order(id="one"))[0] == 200
    client.close()
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/metrics",
        headers={"Accept": "application/openmetrics-text"},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own address
        assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
        assert "# {" not in answer.read().decode()
    server.stop()
    webhook = collector.one(WEBHOOK)
    assert collector.one("create_order").parent_id == webhook.span_id
