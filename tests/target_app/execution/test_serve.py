"""The service as a process: starting, draining, several workers."""

import json
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.service_in_process import Served, order, settings
from tests.support.service_process import Client, Server, venue_sim

Launch = Callable[..., Server]


def total(server: Server, name: str, **labels: str) -> float:
    """The sum over a metric's samples with these labels, as scraped."""
    text = server.get("/metrics")[1].decode()
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_sigterm_finishes_what_was_accepted_and_closes_the_port(
    tmp_path: Path, launch: Launch
) -> None:
    venue = venue_sim(tmp_path)
    server = launch(
        EXECUTION_EXCHANGES="venue_sim",
        EXECUTION_VENUE_SIM_URL=f"http://127.0.0.1:{venue.port}",
    )
    answers: list[tuple[int, bool]] = []

    def send(n: int) -> None:
        client = Client(server.port)
        status, document = client.send(order(id=f"in-flight-{n}", exchange="venue_sim"))
        client.close()
        answers.append((status, document["duplicate"]))

    threads = [threading.Thread(target=send, args=(n,)) for n in range(8)]
    try:
        with venue.paused():  # so that all eight are open at once, however slow the machine is
            for thread in threads:
                thread.start()
            server.wait_until(lambda: json.loads(server.get("/health")[1])["open_intents"] == 8)
            server.process.send_signal(signal.SIGTERM)
            server.wait_until(lambda: server.get("/ready")[0] == 0)
        for thread in threads:
            thread.join()
        assert answers == [(200, False)] * 8
        assert server.stop() == 0
    finally:
        venue.kill()
    events = [line["event"] for line in lines(tmp_path / "audit.jsonl")]
    assert events == ["started", *["order_accepted"] * 8, "stopped"]


def test_every_line_of_the_log_is_an_object(launch: Launch) -> None:
    server = launch()
    assert server.stop() == 0
    written = lines(server.log)
    assert {"time", "level", "logger", "message"} <= set(written[0])
    assert any("Uvicorn running" in str(line["message"]) for line in written)


def test_the_port_answers_before_the_exchanges_are_loaded(launch: Launch) -> None:
    server = launch(ready=False)
    assert server.get("/health")[0] == 200
    assert server.get("/ready")[0] in {200, 503}
    server.wait_until(lambda: server.get("/ready")[0] == 200)
    assert server.stop() == 0


def test_workers_share_metrics_which_outlive_a_worker_and_journal_which_knows_duplicates(
    launch: Launch,
) -> None:
    server = launch("--workers", "2")
    server.wait_until(lambda: len(ready_workers(server)) == 2)
    pids = ready_workers(server)
    payload = order(id="everywhere")
    answers = []
    for _ in range(20):
        client = Client(server.port)  # a connection each, so that both workers get some
        answers.append(client.send(payload))
        client.close()
    assert {status for status, _ in answers} == {200}
    assert [document["duplicate"] for _, document in answers].count(False) == 1
    assert len({document["order_id"] for _, document in answers}) == 1
    name = "execution_webhook_requests_total"
    server.wait_until(lambda: total(server, name, status="duplicate") == 19)
    # Each worker shares what it counted four times a second; a kill takes what is newer.
    orders = "execution_orders_total"
    server.wait_until(lambda: total(server, orders, status="success") == 1)
    assert total(server, "execution_build_info") == 1
    os.kill(min(pids), signal.SIGKILL)
    server.wait_until(lambda: len(ready_workers(server) - {min(pids)}) == 2)
    assert total(server, name, status="duplicate") == 19
    assert total(server, orders, status="success") == 1
    assert total(server, "execution_exchange_connections") == 1
    assert server.stop() == 0


def ready_workers(server: Server) -> set[int]:
    """The workers that take orders, out of those that answer."""
    told = [json.loads(server.get("/health")[1]) for _ in range(20)]
    return {t["pid"] for t in told if t.get("phase") == "ready"}


def test_a_service_that_cannot_become_ready_says_why_in_a_line_and_ends_cleanly(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "plain").write_text("")
    service = Served(settings(tmp_path, journal=str(tmp_path / "plain" / "j.db")))
    service.start(ready=False)
    service.wait_for(lambda: bool(caplog.records))
    assert service.get("/ready").status == 503
    service.stop()
    (record,) = caplog.records
    assert record.getMessage().startswith(f"the service cannot become ready: {tmp_path}/plain/j.db")
    assert record.exc_info is None
    told = [line["event"] for line in lines(tmp_path / "audit.jsonl")]
    assert told == ["started", "stopped"]
