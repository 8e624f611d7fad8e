"""Prometheus itself keeps the trace of a webhook as an exemplar, and shows it to a query."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import requests

from target_app import catalogue as m
from tests.support.foreign_programs import ForeignProgram
from tests.support.otlp_receiver import OtlpReceiver
from tests.support.service_in_process import order
from tests.support.service_process import Client, Server
from tests.support.wait_until import PATIENCE_SECONDS, read_until
from toolkit.catalogue import Metric
from toolkit.promql import quantile
from toolkit.stack.server_commands import FEATURES

pytestmark = pytest.mark.programs

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CONFIG = """\
global: {{scrape_interval: 1s}}
scrape_configs: [{{job_name: execution, static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}]
"""


@pytest.mark.needs("prometheus")
def test_prometheus_shows_the_trace_of_a_slow_webhook(
    tmp_path: Path, launch: Callable[..., Server], collector: OtlpReceiver
) -> None:
    service = launch(OTEL_EXPORTER_OTLP_ENDPOINT=collector.url)
    client = Client(service.port)
    status, _ = client.send(order(), traceparent=f"00-{TRACE}-00f067aa0ba902b7-01")
    client.close()
    assert status == 200
    prometheus = ForeignProgram(
        "prometheus",
        (
            "--config.file={folder}/config.yml",
            "--storage.tsdb.path={folder}/data",
            "--web.listen-address=127.0.0.1:{port}",
            f"--enable-feature={FEATURES}",
        ),
        config=CONFIG.format(port=service.port),
        ready="/-/ready",
    )
    began = time.time() - 3600
    with prometheus.exporting(tmp_path) as url:

        def traces(metric: Metric) -> set[str]:
            asked = requests.get(
                url.removesuffix("metrics") + "api/v1/query_exemplars",
                params={
                    "query": quantile(0.95, metric, "1m"),
                    "start": str(began),
                    "end": str(time.time() + 3600),
                },
                timeout=PATIENCE_SECONDS,
            ).json()
            assert asked["status"] == "success", asked
            return {x["labels"]["trace_id"] for each in asked["data"] for x in each["exemplars"]}

        for metric in (
            m.WEBHOOK_DURATION,
            m.PIPELINE_LATENCY,
            m.ORDER_DURATION,
            m.EXCHANGE_DURATION,
        ):
            assert read_until(partial(traces, metric), {TRACE}) == {TRACE}, metric.name
        assert traces(m.JOURNAL_DURATION) == set()
