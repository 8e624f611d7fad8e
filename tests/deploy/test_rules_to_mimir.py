"""What a deployment of rules changes in a ruler that answers as Mimir and Cortex document.

No real Mimir runs here: see tests/support/fake_ruler.py.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.support import small_dashboards
from tests.support.fake_ruler import CORTEX, RulerState, serving
from toolkit.alerts import Group, Recording, RuleFile
from toolkit.deploy.rules_to_mimir import RuleChange, deploy_rules, rule_groups
from toolkit.errors import ConfigurationError, RefusedError, ToolkitError, UnreachableError
from toolkit.mimir.ruler_client import find_ruler
from toolkit.project import Project

CREATE, UPDATE, KEEP = RuleChange.CREATE, RuleChange.UPDATE, RuleChange.KEEP
STATES = {
    "mimir": RulerState(),
    "an older mimir": RulerState(empty_is_404=True),
    "cortex": RulerState(prefix=CORTEX, empty_is_404=True),
}


@pytest.fixture
def state() -> Iterator[RulerState]:
    with serving(RulerState()) as running:
        yield running


def group(name: str, expr: str = "sum(rate(app_events_total[5m]))", *, interval: str = "") -> Group:
    recording = Recording(
        name=f"app:{name.replace(' ', '_').replace('/', '')}:sum", expr=expr, because="Tried."
    )
    return Group(name, f"alerts/app/{name}.py", (recording,), (), interval)


def project(*groups: Group) -> Project:
    made = small_dashboards.project()
    files = (RuleFile("app", groups or (group("events"), group("orders", interval="1m"))),)
    return replace(made, rule_files=files)


def steps(
    state: RulerState, made: Project | None = None, *, tenant: str = "", dry_run: bool = False
) -> dict[str, RuleChange]:
    ruler = find_ruler(state.url, "shop", tenant=tenant)
    found = deploy_rules(made or project(), ruler, "shop", dry_run=dry_run)
    return {step.group: step.change for step in found}


NAMES = tuple(rule_groups(project()))


@pytest.mark.parametrize("kind", STATES)
def test_the_first_run_makes_everything_and_the_second_nothing(kind: str) -> None:
    with serving(replace(STATES[kind], held={}, writes=[], types=set())) as state:
        assert steps(state) == dict.fromkeys(NAMES, CREATE)
        assert state.types == {"application/yaml"}
        held = state.namespace("shop")
        assert tuple(held) == NAMES
        assert [each["interval"] for each in held.values()] == ["15s", "1m"]
        assert held[NAMES[0]]["rules"] == [
            {"record": "app:events:sum", "expr": "sum(rate(app_events_total[5m]))"}
        ]
        state.writes.clear()
        assert steps(state) == dict.fromkeys(NAMES, KEEP)
        assert state.writes == []


def test_a_dry_run_tells_the_same_and_writes_nothing(state: RulerState) -> None:
    assert steps(state, dry_run=True) == dict.fromkeys(NAMES, CREATE)
    assert state.writes == []


def test_only_what_differs_is_sent(state: RulerState) -> None:
    steps(state)
    state.writes.clear()
    state.namespace("shop")[NAMES[1]]["rules"][0]["expr"] = "vector(1)"
    assert steps(state) == {NAMES[0]: KEEP, NAMES[1]: UPDATE}
    assert state.writes == ["POST /prometheus/config/v1/rules/shop"]
    assert state.namespace("shop")[NAMES[1]]["rules"][0]["expr"].startswith("sum(rate(")


def test_another_spelling_is_no_difference(state: RulerState) -> None:
    steps(state)
    held = state.namespace("shop")[NAMES[1]]
    held |= {"interval": "60s", "limit": 0}
    held["rules"][0] |= {"expr": "sum( rate(app_events_total[300s]) )\n", "labels": {}}
    assert steps(state) == dict.fromkeys(NAMES, KEEP)


def test_groups_of_the_namespace_that_nothing_makes_are_deleted_and_others_kept(
    state: RulerState,
) -> None:
    theirs = ("anonymous", "shop-2", "billing")
    state.held[theirs] = {"name": "billing", "rules": []}
    state.held["other", "shop", "billing"] = {"name": "billing", "rules": []}
    steps(state, project(group("events"), group("old / new")))
    (kept, gone) = rule_groups(project(group("events"), group("old / new")))
    found = steps(state, project(group("events")))
    assert found == {kept: KEEP, gone: RuleChange.DELETE}
    assert tuple(state.namespace("shop")) == (kept,)
    assert theirs in state.held
    assert ("other", "shop", "billing") in state.held


def test_a_dry_run_deletes_nothing(state: RulerState) -> None:
    steps(state)
    found = steps(state, project(group("events")), dry_run=True)
    assert found[NAMES[1]] is RuleChange.DELETE
    assert tuple(state.namespace("shop")) == NAMES


def test_the_tenant_is_named_in_every_request(state: RulerState) -> None:
    state.needs_tenant = True
    assert steps(state, tenant="desk") == dict.fromkeys(NAMES, CREATE)
    assert tuple(state.namespace("shop", "desk")) == NAMES
    with pytest.raises(ConfigurationError) as caught:
        steps(state)
    assert str(caught.value) == (
        f"{state.url}/prometheus/config/v1/rules/shop: answered 401: no org id\n"
        "  fix: name the tenant (--tenant, or the header X-Scope-OrgID in "
        "[tool.toolkit.targets.…] headers), or correct the credentials."
    )


def test_a_protected_namespace_is_left_alone(state: RulerState) -> None:
    steps(state)
    state.protected = ("billing", "shop")
    state.writes.clear()
    found = steps(state, project(group("events", "vector(1)")))
    assert found == dict.fromkeys(NAMES, RuleChange.PROTECTED)
    assert state.writes == []


REFUSALS: dict[str, tuple[tuple[int, str], type[ToolkitError], str]] = {
    "a limit": (
        (400, "per-user rule groups limit (limit: 70 actual: 71) exceeded\n"),
        RefusedError,
        "answered 400: per-user rule groups limit (limit: 70 actual: 71) exceeded\n"
        "  fix: correct the rules, or have the limit raised.",
    ),
    "a way in that is not ours": (
        (403, "namespace is protected, no modification allowed\n"),
        RefusedError,
        "answered 403: namespace is protected, no modification allowed\n"
        "  fix: take another namespace with --namespace, or have this one opened.",
    ),
    "a group that is too large": (
        (413, "<html><h1>413 Request Entity Too Large</h1></html>"),
        RefusedError,
        "answered 413: <html><h1>413 Request Entity Too Large</h1></html>\n"
        "  fix: split the group, or have the limit of what stands before the ruler raised.",
    ),
    "too many requests": (
        (429, "rate limited"),
        UnreachableError,
        "answered 429: rate limited\n"
        "  fix: wait, and run it again: what was written stays, and only what is missing is sent.",
    ),
    "a store in trouble": (
        (500, '{"status":"error","errorType":"server_error","error":"bucket is away"}'),
        UnreachableError,
        "answered 500: bucket is away\n"
        "  fix: read its log; wait, and run it again: what was written stays, and only what is "
        "missing is sent.",
    ),
    "a ruler that starts": ((503, "not ready"), UnreachableError, "answered 503: not ready\n"),
}


@pytest.mark.parametrize(("answer", "error", "told"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_told_in_the_ruler_s_words(
    answer: tuple[int, str], error: type[ToolkitError], told: str, state: RulerState
) -> None:
    state.instead_of_writes = answer
    with pytest.raises(error) as caught:
        steps(state)
    assert type(caught.value) is error
    assert f"POST {state.url}/prometheus/config/v1/rules/shop: {told}" in str(caught.value)


def test_after_a_refusal_only_what_is_missing_is_sent(state: RulerState) -> None:
    state.most_rules = 1
    two = replace(group("orders"), recordings=(*group("a").recordings, *group("b").recordings))
    made = project(group("events"), two)
    with pytest.raises(RefusedError, match=r"per-user rules per rule group limit"):
        steps(state, made)
    state.most_rules = 2
    first, second = rule_groups(made)
    assert steps(state, made) == {first: KEEP, second: CREATE}


NOT_RULERS = {
    "a page": (200, "<html>Sign in</html>"),
    "a list": (200, "- a\n"),
    "not YAML": (200, "a: [\n"),
    "groups without a name": (200, "shop:\n- rules: []\n"),
}


@pytest.mark.parametrize("answer", NOT_RULERS.values(), ids=NOT_RULERS)
def test_a_server_that_is_no_ruler_is_told(answer: tuple[int, str], state: RulerState) -> None:
    state.instead = answer
    with pytest.raises(ConfigurationError, match="answered, but not as a ruler does"):
        steps(state)


def test_a_server_without_the_api_is_told_and_what_to_do(state: RulerState) -> None:
    state.prefix = "/nowhere"
    with pytest.raises(ConfigurationError) as caught:
        steps(state)
    assert str(caught.value) == (
        f"{state.url}: has no API for rules (/prometheus/config/v1/rules and /api/v1/rules are "
        "not there).\n"
        "  fix: name the ruler of a Mimir or Cortex. Prometheus and Thanos' ruler read files: run "
        "`toolkit build`, mount alerts/generated/rules there, and reload it (POST /-/reload)."
    )


def test_two_groups_of_one_name_are_refused() -> None:
    made = project()
    twice = replace(made, rule_files=(made.rule_files[0], replace(made.rule_files[0], name="app")))
    with pytest.raises(ConfigurationError, match="both have a group"):
        rule_groups(twice)


def test_a_project_without_rules_is_told() -> None:
    with pytest.raises(ConfigurationError, match="defines no rules"):
        rule_groups(replace(project(), rule_files=()))


def test_an_alert_is_sent_with_its_links(state: RulerState) -> None:
    """What the rule files hold, not the short form that tests of rules use."""
    from tests.support.watched_stack import PROJECT

    steps(state, PROJECT)
    rules = [x for each in state.namespace("shop").values() for x in each["rules"]]
    (alert, *_) = (x for x in rules if "alert" in x)
    assert alert["annotations"]["runbook_url"].startswith("http")
