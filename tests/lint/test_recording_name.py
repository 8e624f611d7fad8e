"""`recording-name`: level:metric:operations."""

from pathlib import Path

import pytest

from tests.lint import plain
from toolkit.lint.recording_name import RULE


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
    found = plain.project(tmp_path, f"record: '{name}'\nexpr: x")
    wanted = [] if right else [f"`{name}` is not named level:metric:operations."]
    assert plain.told(RULE, found) == wanted
