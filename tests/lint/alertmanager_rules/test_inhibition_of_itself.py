"""`inhibition-of-itself`: alerts on both sides, and inhibitions both ways."""

from pathlib import Path

import pytest

from tests.support.alertmanager_files import inhibiting, messages
from toolkit.lint.alertmanager_rules.inhibition_of_itself import RULE
from toolkit.lint.user_files_as_project import plain_project

FLAGGED = {
    "a source that is a target": (
        inhibiting("{source_matchers: ['s=\"1\"'], target_matchers: ['s=~\"1|2\"'], equal: [job]}"),
        ["7:5 an alert that fits the source is a target too."],
    ),
    "a target that is a source": (
        inhibiting("{source_matchers: ['s=~\"1|2\"'], target_matchers: ['s=\"1\"'], equal: [job]}"),
        ["7:5 an alert that fits the target is a source too."],
    ),
    "both ways": (
        inhibiting(
            "{source_matchers: ['s=\"1\"'], target_matchers: ['s=\"2\"'], equal: [job]}",
            "{source_matchers: ['s=\"2\"'], target_matchers: ['s=\"1\"'], equal: [job]}",
        ),
        [
            (
                "8:5 inhibits what inhibits it by `inhibit_rules[0]`: where both "
                "fire, nobody is notified of either."
            )
        ],
    ),
}
LEFT_ALONE = {
    "other values": inhibiting(
        "{source_matchers: ['s=\"1\"'], target_matchers: ['s=\"2\"'], equal: [job]}"
    ),
    "a chain": inhibiting(
        "{source_matchers: ['s=\"1\"'], target_matchers: ['s=\"2\"'], equal: [job]}",
        "{source_matchers: ['s=\"2\"'], target_matchers: ['s=\"3\"'], equal: [job]}",
    ),
    "no common label": inhibiting(
        "{source_matchers: ['alertname=\"Down\"'], target_matchers: ['team=\"db\"'], equal: [job]}"
    ),
    "a source that is spared": inhibiting(
        "{source_matchers: ['alertname=\"Down\"'], target_matchers: "
        "['team=\"db\"', 'alertname!=\"Down\"']}"
    ),
    "no source, and a target that is everything": inhibiting(
        "{source_matchers: [], target_matchers: ['s=~\".*\"'], equal: [job]}"
    ),
    "what matches nothing": inhibiting(
        "{source_matchers: ['s=\"1\"', 's=\"2\"'], target_matchers: ['s=~\"1|2\"'], equal: [job]}"
    ),
}


@pytest.mark.parametrize(("text", "wanted"), FLAGGED.values(), ids=FLAGGED)
def test_flags(tmp_path: Path, text: str, wanted: list[str]) -> None:
    assert messages(RULE, tmp_path, text) == wanted


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, text: str) -> None:
    assert messages(RULE, tmp_path, text) == []


def test_an_alert_that_is_known_to_fit_both_sides_is_named(tmp_path: Path) -> None:
    config, rules = tmp_path / "alertmanager.yml", tmp_path / "rules.yml"
    sides = "{source_matchers: ['alertname=\"A\"'], target_matchers: ['team=\"db\"'], equal: [x]}"
    config.write_text(inhibiting(sides), encoding="utf-8")
    text = "groups: [{name: g, rules: [{alert: A, expr: up == 0, labels: {team: db}}]}]"
    rules.write_text(text, encoding="utf-8")
    (finding,) = RULE.check(plain_project(None, [config, rules], None))
    assert finding.message == "A fits both the source and the target."
