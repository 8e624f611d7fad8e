"""`deprecated-matchers`: `match` and its relatives."""

from pathlib import Path

import pytest

from tests.support.alertmanager_files import findings, inhibiting, messages, routed
from toolkit.lint.alertmanager_rules.deprecated_matchers import RULE

FLAGGED = {
    "a route": (
        routed("{match: {team: db}, match_re: {zone: a|b}}"),
        ["5:8 `match` is deprecated.", "5:27 `match_re` is deprecated."],
    ),
    "an inhibition": (
        inhibiting("{source_match: {a: b}, target_match_re: {c: d}, equal: [e]}"),
        ["7:6 `source_match` is deprecated.", "7:28 `target_match_re` is deprecated."],
    ),
}
LEFT_ALONE = {
    "matchers": routed("matchers: ['team=\"db\"']"),
    "an empty one": routed("match: {}"),
}


@pytest.mark.parametrize(("text", "wanted"), FLAGGED.values(), ids=FLAGGED)
def test_flags(tmp_path: Path, text: str, wanted: list[str]) -> None:
    assert messages(RULE, tmp_path, text) == wanted


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, text: str) -> None:
    assert messages(RULE, tmp_path, text) == []


def test_the_fix_is_what_replaces_it(tmp_path: Path) -> None:
    text = routed("{match: {team: db, name: 'a \"b\"'}, match_re: {zone: a|b}}")
    first, second = findings(RULE, tmp_path, text)
    assert first.fix == 'write `matchers: [\'team="db"\', \'name="a \\"b\\""\']`.'
    assert second.fix == "write `matchers: ['zone=~\"a|b\"']`."
