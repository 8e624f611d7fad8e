"""`range-over-retention`: what was thrown away is not looked at."""

from dataclasses import replace
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
    found = plain_rules.project(tmp_path, "alert: X\nexpr: avg_over_time(a[30d]) > 1")
    assert found.plain is not None
    server = {"storage": {"tsdb": {"retention": {"time": kept}}}} if kept else {"global": {}}
    known = replace(found, plain=replace(found.plain, server=server))
    assert plain_rules.told(RULE, known) == wanted
