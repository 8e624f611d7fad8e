"""`malformed-alertmanager`: what keeps a file, or a part of it, from being read."""

from pathlib import Path

import pytest

from tests.support.alertmanager_files import messages, project, routed
from toolkit.alertmanager.read_config import read_file
from toolkit.lint.alertmanager_rules.malformed_alertmanager import RULE

FLAGGED = {
    "a mistyped key": (
        routed("reciever: desk"),
        [
            (
                "5:7 route.routes[0]: unknown key 'reciever'; did you mean "
                "'receiver'? (known: active_time_intervals, continue, group_by, "
                "group_interval, group_wait, labels, match, match_re, matchers, "
                "mute_time_intervals, receiver, repeat_interval, routes)"
            )
        ],
    ),
    "a text for a list": (
        routed("matchers: 'a=\"b\"'"),
        ['5:17 `matchers` must be a list, but is a="b".'],
    ),
    "what is not a matcher": (routed("matchers: [team]"), ["5:18 'team' is not a matcher."]),
    "what is not a duration": (
        routed("group_wait: 5 minutes"),
        ["5:19 `group_wait`: '5 minutes' is not a duration."],
    ),
    "a key twice": (
        routed("{receiver: desk, receiver: desk}"),
        ["5:24 the key `receiver` is given twice; the first is on line 5."],
    ),
    "a receiver twice": (
        routed(receivers=("desk", "desk")),
        ["6:11 two receivers are named 'desk'; the first is on line 5."],
    ),
    "no route": ("receivers: [{name: a}]", ["1:1 there is no `route`."]),
    "a root with matchers and without a receiver": (
        "route: {matchers: ['a=\"b\"']}",
        [
            "1:8 the root route has no receiver.",
            "1:9 the root route takes every alert, and has no `matchers`.",
        ],
    ),
    "not YAML": ("route: [", ["2:1 not YAML: did not find expected node content."]),
    "a second document": (
        "route: {receiver: a}\n---\nx: 1",
        ["3:1 a second document, and Alertmanager reads the first alone."],
    ),
    "a loop of aliases": (
        "route: &r\n  receiver: a\n  routes: [*r]",
        ["1:8 nested more than 100 deep."],
    ),
    "an allowance without a reason": (
        routed("matchers: ['a=\"b\"']  # allow unused-receiver:"),
        ["5:0 Allow('unused-receiver') has no reason."],
    ),
}
LEFT_ALONE = {
    "a whole file": routed(
        '{matchers: [\'{a="b",c!~"d,e"}\', \'"f.g"=h\'], continue: true, group_wait: 1m30s}'
    ),
    "anchors and merges": "route: &a {receiver: a}\nreceivers: [{name: a}]",
    "every integration": (
        "route: {receiver: a}\nreceivers: [{name: a, mattermost_configs: [], slack_configs: []}]"
    ),
    "nothing where a mapping may be": (
        "route: {receiver: a}\nreceivers: [{name: a}]\nglobal:\ninhibit_rules:\ntemplates: []"
    ),
}


@pytest.mark.parametrize(("text", "wanted"), FLAGGED.values(), ids=FLAGGED)
def test_flags(tmp_path: Path, text: str, wanted: list[str]) -> None:
    assert messages(RULE, tmp_path, text) == wanted


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, text: str) -> None:
    assert messages(RULE, tmp_path, text) == []


def test_merged_keys_count_as_given(tmp_path: Path) -> None:
    text = """
        route:
          receiver: a
          routes:
          - &db {receiver: a, group_wait: 5m}
          - {<<: *db, group_wait: 6m}
        """
    (config,) = project(tmp_path, text).alertmanager_configs
    assert config.problems == ()
    assert [config.routes[n].interval("group_wait") for n in (1, 2)] == ["5m", "6m"]


def test_what_is_not_utf_8_or_too_large_is_said(tmp_path: Path) -> None:
    path = tmp_path / "alertmanager.yml"
    path.write_bytes(b"route: {receiver: '\xff'}")
    assert [x.message for x in read_file(path).problems] == ["not UTF-8: invalid start byte."]
    path.write_bytes(b"#" * 10_000_001)
    (problem,) = read_file(path).problems
    assert problem.message == "10 MB is too large: at most 10 MB is read."
