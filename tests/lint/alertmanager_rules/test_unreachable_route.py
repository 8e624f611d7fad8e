"""`unreachable-route`: a route whose alerts earlier ones take."""

from pathlib import Path

import pytest

from tests.support.alertmanager_files import messages, routed
from toolkit.lint.alertmanager_rules.unreachable_route import RULE

FLAGGED = {
    "the same matcher again": (
        routed("matchers: ['team=\"db\"']", "matchers: ['team=\"db\"']"),
        [
            (
                "6:7 no alert reaches this route: `route.routes[0]` (line 5) before "
                "it takes all that it matches."
            )
        ],
    ),
    "a word of an earlier list": (
        routed(
            "matchers: ['severity=~\"critical|warning\"']", "matchers: ['severity=\"critical\"']"
        ),
        [
            (
                "6:7 no alert reaches this route: `route.routes[0]` (line 5) before "
                "it takes all that it matches."
            )
        ],
    ),
    "a narrower one": (
        routed("matchers: ['team=\"db\"']", "matchers: ['team=\"db\"', 'severity=\"info\"']"),
        [
            (
                "6:7 no alert reaches this route: `route.routes[0]` (line 5) before "
                "it takes all that it matches."
            )
        ],
    ),
    "two that take its words between them": (
        routed(
            "matchers: ['team=\"a\"']", "matchers: ['team=\"b\"']", "matchers: ['team=~\"a|b\"']"
        ),
        [
            (
                "7:7 no alert reaches this route: `route.routes[0]` (line 5) and "
                "`route.routes[1]` (line 6) before it take all that it matches."
            )
        ],
    ),
    "one without matchers, and the old syntax": (
        routed("receiver: desk", "match: {team: db}"),
        [
            (
                "6:7 no alert reaches this route: `route.routes[0]` (line 5) before "
                "it takes all that it matches."
            )
        ],
    ),
    "one that takes any value": (
        routed("matchers: ['team=~\".+\"']", "matchers: ['team=\"db\"']"),
        [
            (
                "6:7 no alert reaches this route: `route.routes[0]` (line 5) before "
                "it takes all that it matches."
            )
        ],
    ),
    "one that spares another value": (
        routed("matchers: ['team!=\"db\"']", "matchers: ['team=\"web\"']"),
        [
            (
                "6:7 no alert reaches this route: `route.routes[0]` (line 5) before "
                "it takes all that it matches."
            )
        ],
    ),
}
LEFT_ALONE = {
    "an earlier one that continues": routed(
        "{matchers: ['team=\"db\"'], continue: true}", "matchers: ['team=\"db\"']"
    ),
    "a wider one": routed(
        "matchers: ['team=\"db\"', 'severity=\"info\"']", "matchers: ['team=\"db\"']"
    ),
    "another value": routed("matchers: ['team=\"db\"']", "matchers: ['team=\"web\"']"),
    "one word more than two take": routed(
        "matchers: ['team=\"a\"']", "matchers: ['team=\"b\"']", "matchers: ['team=~\"a|b|c\"']"
    ),
    "expressions that are not compared": routed(
        "matchers: ['team=~\"db.*\"']", "matchers: ['team=~\"db-.*\"']"
    ),
    "alerts that have no such label": routed(
        "matchers: ['team=~\".+\"']", "matchers: ['severity=\"info\"']"
    ),
    "what matches nothing": routed(
        "matchers: ['team=\"a\"']", "matchers: ['team=\"a\"', 'team=\"b\"']"
    ),
}


@pytest.mark.parametrize(("text", "wanted"), FLAGGED.values(), ids=FLAGGED)
def test_flags(tmp_path: Path, text: str, wanted: list[str]) -> None:
    assert messages(RULE, tmp_path, text) == wanted


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, text: str) -> None:
    assert messages(RULE, tmp_path, text) == []
