"""`runbook-names-unknown-metric`: a page tells nobody to look at what is not there."""

import pytest

from tests import builders
from tests.lint import plain
from toolkit.lint.runbook_names_unknown_metric import RULE


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("See `app_events_total`, {{ $value }}.", []),
        ("See `app_latency_bucket`, {{ $value }}.", []),
        ("See `other_thing`, {{ $value }}.", []),
        ("See app_event_total, {{ $value }}.", []),
        (
            "See `app_event_total`, {{ $value }}.",
            ["`app_event_total` is no metric; did you mean 'app_events_total'?"],
        ),
    ],
    ids=["a metric", "a series of one", "another system's", "not quoted", "misspelt"],
)
def test_quoted_names_are_metrics(text: str, wanted: list[str]) -> None:
    found = plain.told(RULE, builders.project(alerts=(builders.alert(description=text),)))
    assert [message.partition(" (known")[0] for message in found] == wanted
