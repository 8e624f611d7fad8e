"""What an expression reads, itself or through recordings."""

import pytest

from toolkit.alerts import Recording
from toolkit.prometheus.recording_rules import RecordingRules
from toolkit.promql import selectors


def recording(name: str, expr: str, **labels: str) -> Recording:
    return Recording(name=name, expr=expr, because="It is tested.", labels=labels)


FAST = recording("job:burn:rate5m", "rate(slow_total[5m])", slo="latency")
OTHER = recording("job:burn:rate5m", "rate(lost_total[5m])", slo="availability")
SUM = recording("app:burn:sum", "sum(job:burn:rate5m{slo='latency'}) / job:size:max")
SIZE = recording("job:size:max", "max(size_bytes)")
RULES = RecordingRules((SIZE, SUM, FAST, OTHER))

SELECTED = {
    "the only one of its name": ("job:size:max", (SIZE,)),
    "no label asked for": ("job:burn:rate5m", (FAST, OTHER)),
    "its label": ('job:burn:rate5m{slo="availability"}', (OTHER,)),
    "a label that the rule does not set": ('job:burn:rate5m{job="a"}', (FAST, OTHER)),
    "a value that no rule sets": ('job:burn:rate5m{slo="x"}', ()),
    "a pattern, which may match": ('job:burn:rate5m{slo=~"lat.*"}', (FAST, OTHER)),
    "what nobody records": ("size_bytes", ()),
}


@pytest.mark.parametrize(("text", "wanted"), SELECTED.values(), ids=SELECTED)
def test_a_selector_selects_what_its_equalities_do_not_contradict(
    text: str, wanted: tuple[Recording, ...]
) -> None:
    (selector,) = selectors(text)
    assert RULES.selected_by(selector.name, selector.matches) == wanted


READ = {
    "nothing recorded": (("size_bytes > 1",), ()),
    "directly": (("job:size:max > 1",), (SIZE,)),
    "through another, in the order of definition": (("app:burn:sum > 1",), (SIZE, SUM, FAST)),
    "by several expressions": (("job:burn:rate5m", "job:size:max"), (SIZE, FAST, OTHER)),
}


@pytest.mark.parametrize(("texts", "wanted"), READ.values(), ids=READ)
def test_recordings_are_read_directly_and_through_others(
    texts: tuple[str, ...], wanted: tuple[Recording, ...]
) -> None:
    assert RULES.read_by(texts) == wanted


def test_recordings_that_read_each_other_end() -> None:
    one, two = recording("a:one:sum", "a:two:sum + x"), recording("a:two:sum", "a:one:sum")
    assert RecordingRules((one, two)).read_by(["a:two:sum"]) == (one, two)


def test_the_series_read_are_those_of_the_expressions_and_of_what_is_recorded() -> None:
    assert RULES.series_read_by(iter(["app:burn:sum > up"])) == {
        "app:burn:sum",
        "up",
        "job:burn:rate5m",
        "slow_total",
        "job:size:max",
        "size_bytes",
    }


def test_rules_are_known_by_name() -> None:
    assert RULES.names == {"job:burn:rate5m", "app:burn:sum", "job:size:max"}
    assert RULES.named("job:burn:rate5m") == (FAST, OTHER)
    assert RULES.named("size_bytes") == ()
