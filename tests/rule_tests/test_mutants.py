"""Which changes of a rule are tried, and what they are called."""

from dataclasses import replace

from tests.support import project_builder
from toolkit.rule_tests import mutants

DEPTH = "app_queue_depth"


def changes(expr: str) -> dict[str, str]:
    found = mutants.mutants(project_builder.alert(expr=expr, hold="0s"), "15s")
    return {x.change: x.after.expr for x in found if not x.change.startswith("for ")}


def test_thresholds_and_operators() -> None:
    assert changes(f"{DEPTH} > 5") == {
        "> → >= before 5": f"{DEPTH}{{}} >= 5",
        "> → < before 5": f"{DEPTH}{{}} < 5",
        "5 → 6": f"{DEPTH}{{}} > 6",
        "5 → 4": f"{DEPTH}{{}} > 4",
        "5 → 10": f"{DEPTH}{{}} > 10",
    }


def test_a_share_steps_by_a_hundredth() -> None:
    found = changes(f"{DEPTH} > 0.1")
    assert {name for name in found if name[0] == "0"} == {"0.1 → 0.101", "0.1 → 0.099", "0.1 → 0.2"}


def test_windows() -> None:
    found = changes("rate(app_events_total[5m])")
    assert found == {
        "[5m] → [10m]": "rate(app_events_total{}[10m])",
        "[5m] → [2m30s]": "rate(app_events_total{}[2m30s])",
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
    assert found["5 → 6"] == DEPTH + r"""{kind=~"a\\.b|c",zone='say "x"'} > 6"""
    assert found["without zone=…"] == DEPTH + r"""{kind=~"a\\.b|c"} > 5"""
    assert found[r'kind=~"a\\.b|c" → "mutated"'] == (
        DEPTH + """{zone='say "x"',kind="mutated"} > 5"""
    )


def test_set_operators() -> None:
    found = changes("a and b")
    assert list(found) == ["and → or before b{}", "and → unless before b{}"]
    assert "or" in found["and → or before b{}"]


def test_the_same_change_twice_has_two_names() -> None:
    found = changes("a > 5 and b > 5")
    assert {"5 → 6", "5 → 6 (2)"} <= set(found)
    assert found["5 → 6"] != found["5 → 6 (2)"]


def test_holds() -> None:
    alert = replace(project_builder.alert(expr=f"{DEPTH} > 5", hold="1m"), keep_firing_for="2m")
    found = [
        x.change for x in mutants.mutants(alert, "15s") if x.change.startswith(("for", "keep"))
    ]
    assert found == [
        "for 1m → 75s",
        "for 1m → 45s",
        "for 1m → 0s",
        "for 1m → 120s",
        "keep_firing_for 2m → 0s",
        "keep_firing_for 2m → 240s",
    ]
