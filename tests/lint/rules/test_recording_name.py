"""`recording-name`: level:metric:operations."""

from pathlib import Path

import pytest

from tests.support import plain_rules
from toolkit.lint.rules.recording_name import RULE


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("job:requests:rate5m", True),
        (":requests:rate5m", True),
        ("requests_rate", False),
        ("job:requests", False),
        ("job:requests:rate5m:sum", False),
    ],
)
def test_has_three_parts(tmp_path: Path, name: str, right: bool) -> None:  # noqa: FBT001 - a table
    found = plain_rules.project(tmp_path, f"record: '{name}'\nexpr: x")
    wanted = [] if right else [f"`{name}` is not named level:metric:operations."]
    assert plain_rules.messages(RULE, found) == wanted
