"""Adding up first changes no figure."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from target_app.execution.buffered_instruments import Count, Events, Observations


def test_what_is_added_up_first_is_what_would_have_been_recorded_singly() -> None:
    registry = CollectorRegistry()
    bounds = (0.1, 1.0, 10.0)
    one, two = (Histogram(n, "x", registry=registry, buckets=bounds) for n in ("one", "two"))
    three, four, five = (Counter(n, "x", registry=registry) for n in ("three", "four", "five"))
    summed, counted, happened = Observations(one), Count(three), Events(five)
    for amounts in ((0, 0.05, 0.1, 0.1000001), (1, 5, 10, 11, 1e9), ()):
        for amount in amounts:
            summed.record(amount)
            two.observe(amount)
            counted()
            happened.record()
            four.inc()
        for recorder in (summed, counted, happened):
            recorder.flush()
            recorder.flush()  # which finds nothing
    shown = {
        f.name: [(s.labels, s.value) for s in f.samples if "created" not in s.name]
        for f in registry.collect()
    }
    assert shown["one"] == shown["two"]
    assert [value for _, value in shown["three"]] == [9]
    for name in ("three", "five"):
        assert [value for _, value in shown[name]] == [value for _, value in shown["four"]]
