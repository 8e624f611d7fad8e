"""`matcher-matches-everything`: expressions that take alerts without the label."""

from pathlib import Path

import pytest

from tests.support.alertmanager_files import findings, inhibiting, messages, routed
from toolkit.findings import Level
from toolkit.lint.alertmanager_rules.matcher_matches_everything import RULE

FLAGGED = {
    "any value": (
        routed("matchers: ['team=~\".*\"']"),
        ['5:18 `team=~".*"` matches every alert, also one without the label.'],
    ),
    "any value, anchored and grouped": (
        routed("match_re: {team: ^(.*)$}"),
        ['5:18 `team=~"^(.*)$"` matches every alert, also one without the label.'],
    ),
    "an empty alternative": (
        routed("matchers: ['team=~\"db|\"']"),
        ['5:18 `team=~"db|"` matches every alert without the label `team`.'],
    ),
    "in an inhibition": (
        inhibiting("{source_matchers: ['a=\"b\"'], target_matchers: ['x=~\"(y)?\"'], equal: [c]}"),
        ['7:52 `x=~"(y)?"` matches every alert without the label `x`.'],
    ),
}
LEFT_ALONE = {
    "any value but none": routed("matchers: ['team=~\".+\"']"),
    "words": routed("matchers: ['team=~\"db|web\"']"),
    "a denial": routed("matchers: ['team!~\"db|web\"']"),
}


@pytest.mark.parametrize(("text", "wanted"), FLAGGED.values(), ids=FLAGGED)
def test_flags(tmp_path: Path, text: str, wanted: list[str]) -> None:
    assert messages(RULE, tmp_path, text) == wanted


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, text: str) -> None:
    assert messages(RULE, tmp_path, text) == []


def test_a_comment_with_a_reason_allows_it(tmp_path: Path) -> None:
    line = "matchers: ['team=~\".*\"']  # allow matcher-matches-everything: The rest is meant."
    (finding,) = findings(RULE, tmp_path, routed(line))
    assert finding.allowed == "The rest is meant."


def test_an_empty_value_is_a_note(tmp_path: Path) -> None:
    (finding,) = findings(RULE, tmp_path, routed("matchers: ['team=\"\"']"))
    assert finding.level is Level.INFO
    assert finding.message == '`team=""` matches every alert without the label `team`.'
    assert finding.fix == "give it a value, or allow it: `# allow matcher-matches-everything: why`."
    assert findings(RULE, tmp_path, routed("matchers: ['alertname=\"\"']")) == []
