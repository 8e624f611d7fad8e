"""However many clients, sources and symbols there are, the series stay few."""

from collections.abc import Callable

from target_app.catalogue import CATALOGUE
from tests.support.service_in_process import Served, order

Serve = Callable[..., Served]


def test_two_thousand_of_everything_leave_the_number_of_series_bounded(serve: Serve) -> None:
    service = serve(trusted_proxies=("10.0.0.0/8",), rate_limit_per_minute=3, rate_limit_burst=0)
    before = sum(len(family.samples) for family in service.service.metrics.exposed().collect())

    async def flood() -> None:
        for n in range(2_000):
            address = f"{n % 223 + 1}.{n // 223 % 256}.{n % 251}.7"
            await service.asend(
                order(symbol=f"S{n}/USDT", source=f"source-{n}", side=f"x{n}", **{f"key{n}": n}),
                headers=[("X-Forwarded-For", address)],
                peer="10.0.0.1",
            )

    service.run(flood())
    service.wait_for(lambda: service.service.pipeline.placer.open_intents == 0)
    after = sum(len(family.samples) for family in service.service.metrics.exposed().collect())
    assert after - before <= 2 * 50  # named clients, judged and refused
    for metric in CATALOGUE.metrics:
        for label in metric.labels:
            series = f"{metric.name}_count" if metric.buckets else metric.name
            values = {sample.labels[label.name] for sample in service.samples(series)}
            assert len(values) <= label.bound, (metric.name, label.name)
            if label.values:
                assert values <= set(label.values)
    counted = sum(s.value for s in service.samples("execution_webhook_requests_total"))
    assert counted == 2_000
