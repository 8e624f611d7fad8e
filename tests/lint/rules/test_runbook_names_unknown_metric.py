"""`runbook-names-unknown-metric`: a page tells its reader to look only at what is there."""

import pytest

from tests.support import plain_rules, project_builder
from toolkit.lint.rules.runbook_names_unknown_metric import RULE


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("See `app_events_total`, {{ $value }}.", []),
        ("See `app_latency_bucket`, {{ $value }}.", []),
        ("See `other_thing`, {{ $value }}.", []),
        ("See app_event_total, {{ $value }}.", []),
        (
            "See `app_event_total`, {{ $value }}.",
            ["`app_event_total` is not a metric; did you mean 'app_events_total'?"],
        ),
    ],
    ids=["a metric", "a series of one", "another system's", "not quoted", "misspelt"],
)
def test_quoted_names_are_metrics(text: str, wanted: list[str]) -> None:
    found = plain_rules.messages(
        RULE, project_builder.project(alerts=(project_builder.alert(description=text),))
    )
    assert [message.partition(" (known")[0] for message in found] == wanted
