"""`regexp-in-equal-matcher`: an expression where a value is compared letter by letter."""

from pathlib import Path

import pytest

from tests.support.alertmanager_files import inhibiting, messages, routed
from toolkit.lint.alertmanager_rules.regexp_in_equal_matcher import RULE

FLAGGED = {
    "a list": (
        routed("matchers: ['severity=\"critical|warning\"']"),
        [
            (
                '5:18 `severity="critical|warning"` compares letter by letter with a '
                "regular expression."
            )
        ],
    ),
    "any beginning": (
        routed("matchers: ['team!=\"db.*\"']"),
        ['5:18 `team!="db.*"` compares letter by letter with a regular expression.'],
    ),
    "an old match": (
        routed("match: {team: ^db$}"),
        ['5:15 `team="^db$"` compares letter by letter with a regular expression.'],
    ),
    "a source": (
        inhibiting("{source_matchers: ['a=\"b.+\"'], target_matchers: ['x=\"1\"'], equal: [c]}"),
        ['7:24 `a="b.+"` compares letter by letter with a regular expression.'],
    ),
}
LEFT_ALONE = {
    "an expression": routed("matchers: ['severity=~\"critical|warning\"']"),
    "a host name": routed("matchers: ['host=\"db-1.example.com\"']"),
    "a file system": routed("matchers: ['mount=\"/var/lib\"']"),
}


@pytest.mark.parametrize(("text", "wanted"), FLAGGED.values(), ids=FLAGGED)
def test_flags(tmp_path: Path, text: str, wanted: list[str]) -> None:
    assert messages(RULE, tmp_path, text) == wanted


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, text: str) -> None:
    assert messages(RULE, tmp_path, text) == []
