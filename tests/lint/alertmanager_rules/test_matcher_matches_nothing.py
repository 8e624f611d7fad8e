"""`matcher-matches-nothing`: matchers that contradict each other."""

from pathlib import Path

import pytest

from tests.support.alertmanager_files import inhibiting, messages, routed
from toolkit.lint.alertmanager_rules.matcher_matches_nothing import RULE

FLAGGED = {
    "two values": (
        routed("matchers: ['team=\"a\"', 'team=\"b\"']"),
        [('5:7 no alert matches this route: `team="a"` and `team="b"` contradict each other.')],
    ),
    "a value and its denial": (
        routed("matchers: ['team=\"a\"', 'team!~\"a|b\"']"),
        [('5:7 no alert matches this route: `team="a"` and `team!~"a|b"` contradict each other.')],
    ),
    "the route above, reported once": (
        routed(
            "{matchers: ['team=\"a\"'], routes: [{matchers: ['team=\"b\"'], routes: "
            "[{matchers: ['team=\"b\"']}]}]}"
        ),
        [('5:41 no alert matches this route: `team="a"` and `team="b"` contradict each other.')],
    ),
    "an alert without a name": (
        routed("matchers: ['alertname=\"\"']"),
        ['5:7 no alert matches this route: `alertname=""` matches no value.'],
    ),
    "the denial of everything": (
        routed("matchers: ['team!~\".*\"']"),
        ['5:7 no alert matches this route: `team!~".*"` matches no value.'],
    ),
    "a target": (
        inhibiting(
            "{source_matchers: ['a=\"b\"'], target_matchers: ['x=\"1\"', 'x=\"2\"'], equal: [c]}"
        ),
        ['7:52 no alert can be its target: `x="1"` and `x="2"`.'],
    ),
    "a source": (
        inhibiting(
            "{source_matchers: ['x=\"1\"', 'x!=\"1\"'], target_matchers: ['a=\"b\"'], equal: [c]}"
        ),
        ['7:24 no alert can be its source: `x="1"` and `x!="1"`.'],
    ),
}
LEFT_ALONE = {
    "labels that differ": routed("matchers: ['team=\"a\"', 'zone=\"b\"']"),
    "a word of a list": routed("matchers: ['team=~\"a|b\"', 'team!=\"a\"']"),
    "a word that an expression takes": routed("matchers: ['team=~\"a.*\"', 'team=\"ab\"']"),
    "an expression that Python cannot read": routed(
        "matchers: ['team=~\"[[:alpha:]\\\\pL\"', 'team=\"ab\"']"
    ),
    "a missing label": routed("matchers: ['team=\"\"']"),
}


@pytest.mark.parametrize(("text", "wanted"), FLAGGED.values(), ids=FLAGGED)
def test_flags(tmp_path: Path, text: str, wanted: list[str]) -> None:
    assert messages(RULE, tmp_path, text) == wanted


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, text: str) -> None:
    assert messages(RULE, tmp_path, text) == []
