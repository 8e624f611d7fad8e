"""What a deployment changes in a Grafana that speaks V1 or V2.

No real Grafana runs here: see tests/support/fake_grafana_resources.py.
"""

import copy
from collections.abc import Iterator

import pytest

from tests.deploy.test_dashboards_to_grafana import ALL_KEPT, ALL_NEW, PAGE, project, steps
from tests.support import small_dashboards
from tests.support.fake_grafana import EDITOR, VIEWER, State, serving
from tests.support.fake_grafana_resources import GRAFANA_12, GRAFANA_13, Resources
from toolkit.deploy.dashboards_to_grafana import DeployChange, DeployStep, deploy
from toolkit.errors import ConfigurationError, RefusedError
from toolkit.grafana.client import ChangedError, Grafana

VERSIONS = {"v1": GRAFANA_12, "v2": GRAFANA_13}


@pytest.fixture(params=VERSIONS)
def state(request: pytest.FixtureRequest) -> Iterator[State]:
    resources = Resources(dashboard_versions=VERSIONS[request.param])
    with serving(State(version="13.2.0", resources=resources)) as running:
        yield running


def told(state: State, **options: object) -> dict[str, DeployStep]:
    found = deploy(project(), Grafana(state.url, EDITOR), **options)  # type: ignore[arg-type]
    return {f"{step.kind} {step.uid}": step for step in found}


def title_of(state: State, uid: str = "events") -> str:
    return str(state.resources.of(uid)["spec"]["title"])


def edit(state: State, title: str = "Edited") -> None:
    """Somebody else saves another title."""
    state.resources.of("events")["spec"]["title"] = title
    state.resources.touch("events")


def test_the_first_run_makes_everything(state: State) -> None:
    assert steps(state) == ALL_NEW
    folder = state.resources.held["folders", "service"]
    assert folder["spec"] == {"title": "Service"}
    saved = state.resources.of("events")
    assert saved["metadata"]["annotations"]["grafana.app/folder"] == "service"
    assert saved["metadata"]["namespace"] == "default"
    is_v2 = "elements" in saved["spec"]
    assert is_v2 is (state.resources.dashboard_versions == GRAFANA_13)
    assert state.dashboards == {}, "nothing by the classic API"


def test_the_second_run_changes_nothing(state: State) -> None:
    """What the server brings up, leaves out and adds of itself does not count."""
    every = small_dashboards.every_view()
    made = project(PAGE, small_dashboards.board(*every.rows, uid="other", title="Other"))
    steps(state, made)
    state.writes.clear()
    assert steps(state, made) == ALL_KEPT
    assert state.writes == []


def test_a_dry_run_tells_the_same_and_writes_nothing(state: State) -> None:
    assert steps(state, dry_run=True) == ALL_NEW
    assert state.writes == []
    assert state.resources.held == {}


def test_an_edit_in_the_browser_is_undone_and_the_rest_of_its_metadata_stays(
    state: State,
) -> None:
    steps(state)
    edit(state)
    metadata = state.resources.of("events")["metadata"]
    metadata["labels"] = {"team": "desk"}
    metadata["annotations"]["example.com/owner"] = "desk"
    assert steps(state) == ALL_KEPT | {"dashboard events": DeployChange.UPDATE}
    assert title_of(state) == "Events"
    kept = state.resources.of("events")["metadata"]
    assert kept["labels"] == {"team": "desk"}
    assert kept["annotations"]["example.com/owner"] == "desk"


def test_an_edited_panel_is_seen(state: State) -> None:
    steps(state)
    spec = state.resources.of("events")["spec"]
    panel = spec["elements"]["panel-2"]["spec"] if "elements" in spec else spec["panels"][1]
    panel["title"] = "Edited"
    assert steps(state)["dashboard events"] is DeployChange.UPDATE
    assert steps(state) == ALL_KEPT


def test_a_dashboard_in_another_folder_is_brought_home(state: State) -> None:
    steps(state)
    state.resources.annotate("dashboards", "events", folder="elsewhere")
    assert steps(state)["dashboard events"] is DeployChange.UPDATE
    annotations = state.resources.of("events")["metadata"]["annotations"]
    assert annotations["grafana.app/folder"] == "service"


def test_a_folder_of_another_title_is_renamed(state: State) -> None:
    steps(state)
    state.resources.held["folders", "service"]["spec"]["title"] = "Old"
    assert steps(state)["folder service"] is DeployChange.UPDATE
    assert state.resources.held["folders", "service"]["spec"]["title"] == "Service"


def test_what_files_provisioned_is_left_alone(state: State) -> None:
    """Grafana would take the change, and lose it with the next look at the file."""
    steps(state)
    edit(state)
    state.resources.annotate(
        "dashboards", "events", managedBy="classic-file-provisioning", managerId="desk"
    )
    state.writes.clear()
    found = told(state)["dashboard events"]
    assert (found.change, found.is_refused) == (DeployChange.PROVISIONED, True)
    assert state.writes == []
    assert title_of(state) == "Edited"


MANAGERS = {
    "a repository": ("repo", "platform"),
    "terraform": ("terraform", "grafana-terraform-provider"),
    "kubectl": ("kubectl", "grafanactl"),
    "one that is newer than this": ("argo", "desk"),
}


@pytest.mark.parametrize(("kind", "name"), MANAGERS.values(), ids=MANAGERS)
def test_what_another_tool_manages_is_left_alone(state: State, kind: str, name: str) -> None:
    """An admin's write without the annotations would take it from its repository."""
    steps(state)
    edit(state)
    state.resources.annotate("dashboards", "events", managedBy=kind, managerId=name)
    state.writes.clear()
    found = told(state)["dashboard events"]
    assert found == DeployStep("dashboard", "events", DeployChange.MANAGED, f"{kind} {name}")
    assert found.is_refused
    assert state.writes == []


def test_what_another_tool_manages_and_is_as_defined_is_no_refusal(state: State) -> None:
    steps(state)
    state.resources.annotate("dashboards", "events", managedBy="repo", managerId="platform")
    found = told(state)["dashboard events"]
    assert (found.change, found.is_refused) == (DeployChange.KEEP, False)


def test_a_manager_that_lets_others_edit_keeps_its_dashboard(state: State) -> None:
    steps(state)
    edit(state)
    state.resources.annotate(
        "dashboards", "events", managedBy="kubectl", managerId="desk", managerAllowsEdits="true"
    )
    assert steps(state)["dashboard events"] is DeployChange.UPDATE
    annotations = state.resources.of("events")["metadata"]["annotations"]
    assert annotations["grafana.app/managedBy"] == "kubectl"


def test_into_a_folder_of_another_tool_nothing_is_put(state: State) -> None:
    steps(state, project(PAGE))
    state.resources.annotate("folders", "service", managedBy="repo", managerId="platform")
    state.writes.clear()
    found = told(state)
    assert found["folder service"].change is DeployChange.KEEP
    assert found["dashboard events"].change is DeployChange.KEEP
    other = found["dashboard other"]
    assert (other.change, other.manager) == (DeployChange.MANAGED, "repo platform")
    assert state.writes == []


def test_a_dashboard_of_the_folder_that_nothing_makes_is_named_and_kept(state: State) -> None:
    steps(state)
    assert steps(state, project(PAGE))["dashboard other"] is DeployChange.LEFT_OVER
    assert title_of(state, "other") == "Other"


def save_meanwhile(state: State, times: int) -> None:
    """From now on somebody else saves the dashboard just before we do, so many times."""
    left = iter(range(times))

    def save() -> None:
        if next(left, None) is not None:
            state.resources.touch("events")

    state.meanwhile = save


def test_what_somebody_saves_in_the_meantime_is_not_lost(state: State) -> None:
    steps(state)
    edit(state)
    save_meanwhile(state, 1)
    with pytest.raises(ChangedError) as caught:
        steps(state)
    version = "v2" if state.resources.dashboard_versions == GRAFANA_13 else "v1beta1"
    assert str(caught.value) == (
        f"PUT {state.url}/apis/dashboard.grafana.app/{version}/namespaces/default/dashboards/events"
        ": answered 409: Operation cannot be fulfilled on dashboards.dashboard.grafana.app "
        '"events": requested RV does not match current RV\n'
        "  fix: look at what changed there; --overwrite replaces it all the same."
    )
    assert title_of(state) == "Edited"


def test_overwrite_replaces_it_all_the_same(state: State) -> None:
    steps(state)
    edit(state)
    save_meanwhile(state, 2)
    assert steps(state, overwrite=True)["dashboard events"] is DeployChange.UPDATE
    assert title_of(state) == "Events"


def test_overwrite_ends_where_somebody_never_stops(state: State) -> None:
    steps(state)
    edit(state)
    save_meanwhile(state, 1000)
    with pytest.raises(ChangedError):
        steps(state, overwrite=True)


def test_a_dashboard_that_somebody_makes_meanwhile_is_not_lost(state: State) -> None:
    steps(state)
    theirs = copy.deepcopy(state.resources.of("events"))
    del state.resources.held["dashboards", "events"]

    def make() -> None:
        state.resources.held["dashboards", "events"] = theirs

    state.meanwhile = make
    with pytest.raises(ChangedError, match=r"answered 409: .*already exists"):
        steps(state)


def test_every_cause_of_a_refusal_has_a_line(state: State) -> None:
    state.resources.causes = (
        ("spec.elements.panel-2.spec.id", "conflicting values 2 and string"),
        ("spec.title", "must not be empty"),
    )
    with pytest.raises(RefusedError) as caught:
        steps(state)
    assert caught.value.message.endswith(
        'answered 422: Dashboard.dashboard.grafana.app "events" is invalid:\n'
        "    spec.elements.panel-2.spec.id: Invalid value: conflicting values 2 and string\n"
        "    spec.title: Invalid value: must not be empty"
    )


def test_a_token_that_may_only_read(state: State) -> None:
    with pytest.raises(ConfigurationError) as caught:
        list(deploy(project(), Grafana(state.url, VIEWER)))
    assert "answered 403: dashboards.dashboard.grafana.app is forbidden" in str(caught.value)
    assert VIEWER not in str(caught.value)


def test_a_resource_without_its_parts_is_told(state: State) -> None:
    steps(state)
    del state.resources.of("events")["spec"]
    with pytest.raises(ConfigurationError, match="answered a resource without spec"):
        steps(state)
