"""`range-over-retention`: what was thrown away is not looked at."""

from pathlib import Path

import pytest

from tests.support import plain_rules
from toolkit.lint.rules.range_over_retention import RULE


@pytest.mark.parametrize(
    ("kept", "wanted"),
    [
        ("15d", ["it looks back 30 days, and 15 are kept."]),
        ("30d", []),
        ("1y", []),
        (None, []),
    ],
    ids=["half of it", "just all", "more", "not known"],
)
def test_a_range_is_no_longer_than_what_is_kept(
    tmp_path: Path, kept: str | None, wanted: list[str]
) -> None:
    server = f"storage: {{tsdb: {{retention: {{time: {kept}}}}}}}" if kept else "global: {}"
    rule = "alert: X\nexpr: avg_over_time(a[30d]) > 1"
    found = plain_rules.project(tmp_path, rule, prometheus_yml=server)
    assert plain_rules.messages(RULE, found) == wanted
