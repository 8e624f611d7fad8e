"""Which changes of a rule are tried, and what they are called."""

from dataclasses import replace

import pytest

from tests.support import project_builder
from toolkit.rule_tests import mutation_operators

DEPTH = "app_queue_depth"


def changes(expr: str) -> dict[str, str]:
    found = mutation_operators.mutants(project_builder.alert(expr=expr, hold="0s"), "15s")
    return {x.change: x.after.expr for x in found if not x.change.startswith("for ")}


def test_thresholds_and_operators() -> None:
    assert changes(f"{DEPTH} > 5") == {
        "> → >= before 5": f"{DEPTH} >= 5",
        "> → < before 5": f"{DEPTH} < 5",
        "5 → 6": f"{DEPTH} > 6",
        "5 → 4": f"{DEPTH} > 4",
        "5 → 10": f"{DEPTH} > 10",
    }


def test_a_share_steps_by_a_hundredth() -> None:
    found = changes(f"{DEPTH} > 0.1")
    assert {name for name in found if name[0] == "0"} == {"0.1 → 0.101", "0.1 → 0.099", "0.1 → 0.2"}


def test_windows() -> None:
    found = changes("rate(app_events_total[5m])")
    assert found == {
        "[5m] → [10m]": "rate(app_events_total[10m])",
        "[5m] → [2m30s]": "rate(app_events_total[2m30s])",
    }


def test_selectors() -> None:
    found = changes(f'{DEPTH}{{kind=~"read|write"}}')
    assert found == {
        "without kind=~…": f"{DEPTH}{{}}",
        'kind=~"read|write" → "mutated"': f'{DEPTH}{{kind="mutated"}}',
        "kind without read": f'{DEPTH}{{kind=~"write"}}',
        "kind without write": f'{DEPTH}{{kind=~"read"}}',
    }


def test_escapes_in_literals_stay_as_they_were() -> None:
    found = changes(DEPTH + r"""{kind=~"a\\.b|c", zone='say "x"'} > 5""")
    assert found["5 → 6"] == DEPTH + r"""{kind=~"a\\.b|c", zone='say "x"'} > 6"""
    assert found["without zone=…"] == DEPTH + r"""{kind=~"a\\.b|c"} > 5"""
    assert found[r'kind=~"a\\.b|c" → "mutated"'] == (
        DEPTH + """{kind="mutated", zone='say "x"'} > 5"""
    )


ODD = {
    "a label whose name is quoted": (
        '{"my.metric", "my.label"="x"} > 1',
        'my.label="x" → "mutated"',
        '{"my.metric", "my.label"="mutated"} > 1',
    ),
    "the one matcher of a selector by a quoted name": (
        '{"my.metric", "my.label"="x"} > 1',
        "without my.label=…",
        '{"my.metric"} > 1',
    ),
    "a name that is a pattern": (
        '{__name__=~"a|b", zone="x"} > 1',
        "without zone=…",
        '{__name__=~"a|b"} > 1',
    ),
    "a raw string": ("x{a=~`\\.d|b`} > 1", "a without b", 'x{a=~"\\\\.d"} > 1'),
    "an instant": ("x offset 5m @ start() > 1", "1 → 2", "x offset 5m @ start() > 2"),
    "a comment": ("x # 1 > 2\n  > 1e1", "10 → 11", "x # 1 > 2\n  > 11"),
    "an operator in capitals": ("a AND b", "and → or before b", "a or b"),
    "a trailing comma": ('x{a="b",} > 1', "without a=…", "x{} > 1"),
    "the first of two matchers": ('x{a="b", c="d"} > 1', "without a=…", 'x{c="d"} > 1'),
    "modifiers of a range": (
        "rate(x[5m] offset 1h @ end()) > 1",
        "[5m] → [10m]",
        "rate(x[10m] offset 1h @ end()) > 1",
    ),
    "bool and a list of labels": (
        "a == bool on (x) group_left (y) b",
        "== → != before b",
        "a != bool on (x) group_left (y) b",
    ),
    "a metric that is called offset": ("offset offset 5m > 1", "1 → 2", "offset offset 5m > 2"),
}


@pytest.mark.parametrize(("expr", "change", "after"), ODD.values(), ids=ODD)
def test_all_but_the_change_stays_as_it_was_written(expr: str, change: str, after: str) -> None:
    assert changes(expr)[change] == after


NO_MUTANT = {
    "a selector without any matcher": ('{zone="x"} > 1', "without zone=…"),
    "a limit without end": ("x > Inf", "Inf → Inf"),
    "not a number": ("x > NaN", "NaN → NaN"),
}


@pytest.mark.parametrize(("expr", "change"), NO_MUTANT.values(), ids=NO_MUTANT)
def test_what_prometheus_would_refuse_is_no_mutant(expr: str, change: str) -> None:
    found = changes(expr)
    assert found
    assert change not in found


RENAMED = {
    "a name": ("a:b > 1", "a:c > 1"),
    "a range": ("rate(a:b[5m] offset 1h)", "rate(a:c[5m] offset 1h)"),
    "a name in braces": ('{"a:b", x="y"} > 1', '{"a:c", x="y"} > 1'),
    "a name as a matcher": ("{__name__='a:b'} > 1", '{__name__="a:c"} > 1'),
    "each of several": ("a:b / a:b{x='a:b'}", "a:c / a:c{x='a:b'}"),
    "not a part of a name": ("a:b5m > a:b_total", "a:b5m > a:b_total"),
    "not a string": ('label_replace(x, "a:b", "a:b", "", "")',) * 2,
    "not a pattern": ('{__name__=~"a:b"}',) * 2,
}


@pytest.mark.parametrize(("before", "after"), RENAMED.values(), ids=RENAMED)
def test_selectors_are_renamed(before: str, after: str) -> None:
    assert mutation_operators.renamed(before, {"a:b": "a:c"}) == after


def test_set_operators() -> None:
    found = changes("a and b")
    assert list(found) == ["and → or before b", "and → unless before b"]
    assert "or" in found["and → or before b"]


def test_the_same_change_twice_has_two_names() -> None:
    found = changes("a > 5 and b > 5")
    assert {"5 → 6", "5 → 6 (2)"} <= set(found)
    assert found["5 → 6"] != found["5 → 6 (2)"]


def test_holds() -> None:
    alert = replace(project_builder.alert(expr=f"{DEPTH} > 5", hold="1m"), keep_firing_for="2m")
    found = [
        x.change
        for x in mutation_operators.mutants(alert, "15s")
        if x.change.startswith(("for", "keep"))
    ]
    assert found == [
        "for 1m → 75s",
        "for 1m → 45s",
        "for 1m → 0s",
        "for 1m → 120s",
        "keep_firing_for 2m → 0s",
        "keep_firing_for 2m → 240s",
    ]
