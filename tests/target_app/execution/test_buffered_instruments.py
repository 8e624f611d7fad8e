"""Hostile input leaves the number of series bounded, and adding up first changes no figure."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Histogram

from target_app.catalogue import CATALOGUE
from target_app.execution.buffered_instruments import Count, Observations
from tests.support.service_in_process import Served, order
from tests.target_app.execution.test_metrics import samples

Serve = Callable[..., Served]


def test_ten_thousand_of_everything_leave_the_number_of_series_bounded(serve: Serve) -> None:
    service = serve(trusted_proxies=("10.0.0.0/8",), rate_limit_per_minute=3, rate_limit_burst=0)
    before = sum(len(family.samples) for family in service.service.metrics.exposed().collect())

    async def flood() -> None:
        for n in range(10_000):
            address = f"{n % 223 + 1}.{n // 223 % 256}.{n % 251}.7"
            await service.asend(
                order(symbol=f"S{n}/USDT", source=f"source-{n}", side=f"x{n}", **{f"key{n}": n}),
                headers=[("X-Forwarded-For", address)],
                peer="10.0.0.1",
            )

    service.run(flood())
    service.wait_for(lambda: service.service.placer.open_intents == 0)
    after = sum(len(family.samples) for family in service.service.metrics.exposed().collect())
    assert after - before <= 2 * 50  # named clients, judged and refused
    for metric in CATALOGUE.metrics:
        for label in metric.labels:
            series = f"{metric.name}_count" if metric.buckets else metric.name
            values = {sample.labels[label.name] for sample in samples(service, series)}
            assert len(values) <= label.bound, (metric.name, label.name)
            if label.values:
                assert values <= set(label.values)
    counted = sum(s.value for s in samples(service, "execution_webhook_requests_total"))
    assert counted == 10_000


def test_what_is_added_up_first_is_what_would_have_been_recorded_singly() -> None:
    registry = CollectorRegistry()
    bounds = (0.1, 1.0, 10.0)
    one, two = (Histogram(n, "x", registry=registry, buckets=bounds) for n in ("one", "two"))
    three, four = (Counter(n, "x", registry=registry) for n in ("three", "four"))
    summed, counted = Observations(one), Count(three)
    for amounts in ((0, 0.05, 0.1, 0.1000001), (1, 5, 10, 11, 1e9), ()):
        for amount in amounts:
            summed(amount)
            two.observe(amount)
            counted()
            four.inc()
        summed.flush()
        counted.flush()
    shown = {f.name: [(s.labels, s.value) for s in f.samples if "created" not in s.name]
             for f in registry.collect()}  # fmt: skip
    assert shown["one"] == shown["two"]
    assert shown["three"] == shown["four"]
