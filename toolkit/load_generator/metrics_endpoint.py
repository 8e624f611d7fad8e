"""The load generator's own metrics on a port for Prometheus; with workers, those of all.

What is exported is `toolkit.catalogues.load_generator`, made from the figures at each scrape;
nothing is counted twice. A file for Prometheus' file_sd says where, for as long as the process
lives.
"""

import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from gevent import pywsgi, socket
from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from toolkit.catalogues import load_generator as m
from toolkit.errors import UsageError
from toolkit.load.statistics import Figures, RequestOutcome, Tally, together

_LOG = logging.getLogger(__name__)
ADDRESS = "127.0.0.1:0"
"""A free port that this machine alone can reach."""
OTHER = "other"


class Collector:
    """The figures of the moment as metric families; `users` is how many run now."""

    def __init__(self, figures: Callable[[], Figures], users: Callable[[], int]) -> None:
        self._figures, self._users = figures, users

    def collect(self) -> Iterator[Metric]:
        """Every metric of the catalogue."""
        names = _bounded(self._figures().names, m.NAME.bound)
        users = GaugeMetricFamily(m.USERS.name, m.USERS.help)
        users.add_metric([], self._users())
        yield users
        yield _counter(
            m.REQUESTS,
            (
                (name, outcome, t.outcomes[outcome])
                for name, t in names.items()
                for outcome in RequestOutcome
            ),
        )
        yield _counter(
            m.REFUSALS,
            (
                (name, code, count)
                for name, t in names.items()
                for code, count in _folded(t.refusals.items(), m.CODE.bound).items()
            ),
        )
        yield _counter(
            m.FAILURES,
            (
                (name, reason, t.failures[reason])
                for name, t in names.items()
                for reason in m.REASON.values
            ),
        )
        durations = HistogramMetricFamily(
            m.DURATION.name, m.DURATION.help, labels=[x.name for x in m.DURATION.labels]
        )
        for name, tally in names.items():
            cumulated = zip(m.DURATION.bounds, accumulate(tally.bucket_counts), strict=True)
            durations.add_metric([name], list(cumulated), sum_value=tally.durations.sum_seconds)
        yield durations


def _counter(metric: Any, rows: Iterable[tuple[str, str, int]]) -> Metric:
    family = CounterMetricFamily(
        metric.name.removesuffix("_total"), metric.help, labels=[x.name for x in metric.labels]
    )
    for first, second, count in rows:
        family.add_metric([first, second], count)
    return family


def _bounded(names: dict[str, Tally], most: int) -> dict[str, Tally]:
    """No more names than the label may take; the least busy are one, `other`."""
    # By requests, so that a scenario with a name for each customer still shows its main ones.
    busiest = sorted(names, key=lambda name: -names[name].requests)
    kept = {name: names[name] for name in sorted(busiest[: most - 1])}
    rest = [names[name] for name in busiest[most - 1 :]]
    return kept | ({OTHER: together(rest)} if rest else {})


def _folded(counts: Iterable[tuple[str, int]], most: int) -> dict[str, int]:
    ordered = sorted(counts, key=lambda item: -item[1])
    rest = sum(count for _, count in ordered[most - 1 :])
    return dict(ordered[: most - 1]) | ({OTHER: rest} if rest else {})


def _listening(address: str) -> socket.socket:
    """A socket that listens on host:port."""
    host, _, port = address.rpartition(":")
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host.strip("[]"), int(port)))
        listener.listen()
    except OSError as error:
        listener.close()
        raise UsageError(
            f"--metrics-address {address}: cannot listen there: {error.strerror or error}.",
            fix="choose another address, or leave it out for a free port of this machine.",
        ) from None
    return listener


class Endpoint:
    """Serves the metrics until the process ends.

    Raises UsageError for an address that cannot be listened on.
    """

    def __init__(
        self, collector: Collector, *, address: str = ADDRESS, targets_file: str = ""
    ) -> None:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(collector)
        self._host = address.rpartition(":")[0]
        self._server = pywsgi.WSGIServer(
            _listening(address), make_wsgi_app(registry), log=None, error_log=_LOG
        )
        self._server.start()
        self._targets_file = Path(targets_file) if targets_file else None
        _LOG.info("metrics on http://%s/metrics", self.address)
        if self._targets_file is not None:
            self._announce(self._targets_file)

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{self._host}:{self._server.server_port}"

    def _announce(self, path: Path) -> None:
        """Say to Prometheus where to scrape, in one step: it reads whenever the file changes."""
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(f".{os.getpid()}.new")
        new.write_text(json.dumps([{"targets": [self.address]}]), encoding="utf-8")
        new.replace(path)

    def close(self) -> None:
        """Take the announcement back."""
        if self._targets_file is not None:
            self._targets_file.unlink(missing_ok=True)
        self._server.stop(timeout=1)
