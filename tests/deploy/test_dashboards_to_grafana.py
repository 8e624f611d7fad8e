"""What a deployment changes in a server that answers as Grafana documents.

No real Grafana runs here: see tests/support/fake_grafana.py.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import WriteProject
from tests.support import small_dashboards
from tests.support.fake_grafana import EDITOR, VIEWER, State, serving
from toolkit.cli.main import run
from toolkit.deploy import dashboards_to_grafana as deployment
from toolkit.deploy.dashboards_to_grafana import DeployChange, agrees, deploy
from toolkit.errors import ConfigurationError, RefusedError, UnreachableError
from toolkit.grafana.client import ChangedError, Grafana
from toolkit.project import Project

PAGE = small_dashboards.board()
OTHER = small_dashboards.board(uid="other", title="Other")


@pytest.fixture
def state() -> Iterator[State]:
    with serving(State()) as running:
        yield running


def grafana(state: State, token: str = EDITOR) -> Grafana:
    return Grafana(state.url, token)


def project(*pages: Any) -> Project:
    return small_dashboards.project(*(pages or (PAGE, OTHER)))


def steps(state: State, made: Project | None = None, **options: Any) -> dict[str, DeployChange]:
    found = deploy(made or project(), grafana(state), **options)
    return {f"{step.kind} {step.uid}": step.change for step in found}


ALL_NEW = {
    "folder service": DeployChange.CREATE,
    "datasource prometheus": DeployChange.CREATE,
    "datasource alertmanager": DeployChange.CREATE,
    "dashboard events": DeployChange.CREATE,
    "dashboard other": DeployChange.CREATE,
}
ALL_KEPT = dict.fromkeys(ALL_NEW, DeployChange.KEEP)


def test_the_first_run_makes_everything(state: State) -> None:
    assert steps(state, message="release 1.4") == ALL_NEW
    assert state.folders["service"]["title"] == "Service"
    assert state.datasources["prometheus"]["jsonData"]["timeInterval"] == "15s"
    assert state.datasources["prometheus"]["url"] == "http://127.0.0.1:9090"
    saved = state.dashboards["events"]
    assert saved["meta"]["folderUid"] == "service"
    assert saved["dashboard"]["title"] == "Events"
    assert saved["dashboard"]["panels"][1]["title"] == "As timeseries"


def test_the_second_run_changes_nothing(state: State) -> None:
    steps(state)
    state.writes.clear()
    assert steps(state) == ALL_KEPT
    assert state.writes == []


def test_a_dry_run_tells_the_same_and_writes_nothing(state: State) -> None:
    assert steps(state, dry_run=True) == ALL_NEW
    assert state.writes == []
    assert state.dashboards == {}


def test_an_edit_in_the_browser_is_undone(state: State) -> None:
    steps(state)
    state.dashboards["events"]["dashboard"]["panels"][1]["title"] = "Edited"
    state.dashboards["events"]["dashboard"]["version"] = 5
    assert steps(state) == ALL_KEPT | {"dashboard events": DeployChange.UPDATE}
    assert state.dashboards["events"]["dashboard"]["panels"][1]["title"] == "As timeseries"
    assert state.dashboards["events"]["dashboard"]["version"] == 6


def test_what_the_server_adds_of_itself_is_no_edit(state: State) -> None:
    steps(state)
    state.dashboards["events"]["dashboard"]["preload"] = False
    state.dashboards["events"]["dashboard"]["panels"][1]["options"]["new"] = 1
    assert steps(state) == ALL_KEPT


def test_a_dashboard_in_another_folder_is_brought_home(state: State) -> None:
    steps(state)
    state.dashboards["events"]["meta"]["folderUid"] = "elsewhere"
    assert steps(state)["dashboard events"] is DeployChange.UPDATE
    assert state.dashboards["events"]["meta"]["folderUid"] == "service"


def test_a_folder_and_a_datasource_that_differ_are_brought_up_to_date(state: State) -> None:
    steps(state)
    state.folders["service"]["title"] = "Old"
    state.datasources["prometheus"]["jsonData"]["timeInterval"] = "60s"
    found = steps(state)
    assert found["folder service"] is DeployChange.UPDATE
    assert found["datasource prometheus"] is DeployChange.UPDATE
    assert state.folders["service"]["title"] == "Service"
    assert state.datasources["prometheus"]["jsonData"]["timeInterval"] == "15s"
    assert steps(state) == ALL_KEPT


def test_the_datasources_may_be_left_out(state: State) -> None:
    assert not any(name.startswith("datasource") for name in steps(state, datasources=False))
    assert state.datasources == {}


def test_what_files_provisioned_is_left_alone(state: State) -> None:
    steps(state)
    state.datasources["prometheus"] |= {"readOnly": True, "url": "http://other:9090"}
    state.dashboards["events"]["meta"]["provisioned"] = True
    state.dashboards["events"]["dashboard"]["title"] = "Older"
    state.writes.clear()
    assert steps(state) == ALL_KEPT | {
        "datasource prometheus": DeployChange.PROVISIONED,
        "dashboard events": DeployChange.PROVISIONED,
    }
    assert state.writes == []


def test_a_dashboard_of_the_folder_that_nothing_makes_is_named_and_kept(state: State) -> None:
    steps(state)
    found = steps(state, project(PAGE))
    assert found["dashboard other"] is DeployChange.LEFT_OVER
    assert "other" in state.dashboards


def save_meanwhile(state: State) -> None:
    """From now on somebody else saves the dashboard just before we do."""
    held = state.dashboards["events"]["dashboard"]

    def save() -> None:
        held["version"] += 1

    state.meanwhile = save


def test_what_somebody_saves_in_the_meantime_is_not_lost(state: State) -> None:
    steps(state)
    state.dashboards["events"]["dashboard"]["title"] = "Edited"
    save_meanwhile(state)
    with pytest.raises(ChangedError) as caught:
        steps(state)
    assert str(caught.value) == (
        f"POST {state.url}/api/dashboards/db: answered 412: The dashboard has been changed by "
        "someone else\n"
        "  fix: look at what changed there; --overwrite replaces it all the same."
    )
    assert state.dashboards["events"]["dashboard"]["title"] == "Edited"


def test_overwrite_replaces_it_all_the_same(state: State) -> None:
    steps(state)
    state.dashboards["events"]["dashboard"]["title"] = "Edited"
    save_meanwhile(state)
    assert steps(state, overwrite=True)["dashboard events"] is DeployChange.UPDATE
    assert state.dashboards["events"]["dashboard"]["title"] == "Events"


def test_a_title_that_another_dashboard_has_is_told_in_grafanas_words(state: State) -> None:
    steps(state, project(PAGE))
    taken = small_dashboards.board(uid="second", title="Events")
    with pytest.raises(ChangedError, match="A dashboard with the same name in the folder"):
        steps(state, project(PAGE, taken))


def test_a_refusal_is_told_in_grafanas_words(state: State) -> None:
    state.datasources["else"] = {"uid": "else", "name": "Prometheus"}
    with pytest.raises(RefusedError) as caught:
        steps(state)
    assert str(caught.value) == (
        f"POST {state.url}/api/datasources: answered 409: data source with the same name already "
        "exists\n"
        "  fix: rename that one, or leave ours out with --no-datasources: the dashboards ask "
        "whichever their variable names."
    )


def test_what_else_is_set_on_a_datasource_stays(state: State) -> None:
    steps(state)
    ours = state.datasources["prometheus"]
    assert "isDefault" not in ours, "which one is the default is not ours to say"
    ours |= {"isDefault": True, "basicAuth": True, "url": "http://elsewhere:9090"}
    ours["jsonData"]["tlsAuth"] = True
    assert steps(state)["datasource prometheus"] is DeployChange.UPDATE
    updated = state.datasources["prometheus"]
    assert updated["url"] == "http://127.0.0.1:9090"
    assert (updated["isDefault"], updated["basicAuth"]) == (True, True)
    assert updated["jsonData"]["tlsAuth"] is True
    assert steps(state) == ALL_KEPT


def test_a_token_that_may_only_read(state: State) -> None:
    with pytest.raises(ConfigurationError) as caught:
        list(deploy(project(), grafana(state, VIEWER)))
    told = str(caught.value)
    assert told.startswith(f"POST {state.url}/api/folders: answered 403: You'll need additional")
    assert told.endswith("Admin where it must manage the datasource too.")
    assert VIEWER not in told


def test_an_old_grafana_is_refused_before_anything_is_written(state: State) -> None:
    state.version = "9.5.21"
    with pytest.raises(ConfigurationError, match=r"is Grafana 9\.5\.21; the dashboards are for 10"):
        steps(state)
    assert state.writes == []


def test_a_grafana_whose_database_is_down_is_not_known(state: State) -> None:
    state.database = "failing"
    with pytest.raises(UnreachableError, match="its database is failing"):
        steps(state)


AGREEING: dict[str, tuple[Any, Any, bool]] = {
    "equal": ({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}, True),
    "a key more there": ({"a": 1}, {"a": 1, "b": 2}, True),
    "null here, missing there": ({"a": None}, {}, True),
    "a key less there": ({"a": 1}, {}, False),
    "another value": ({"a": 1}, {"a": 2}, False),
    "a longer list": ({"a": [1]}, {"a": [1, 2]}, False),
    "another order": ({"a": [1, 2]}, {"a": [2, 1]}, False),
    "a whole number as a float": ({"a": 1.0}, {"a": 1}, True),
    "true is not one": ({"a": True}, {"a": 1}, False),
}


@pytest.mark.parametrize(("ours", "theirs", "wanted"), AGREEING.values(), ids=AGREEING)
def test_agrees(ours: Any, theirs: Any, wanted: bool) -> None:  # noqa: FBT001 - a table's column
    assert agrees(ours, theirs) is wanted


def test_the_deployed_pages_are_the_generated_files(shop: WriteProject, state: State) -> None:
    root: Path = shop()
    assert run(["build-dashboards"]) == 0
    written = json.loads((root / "shop/dashboards/generated/shop.json").read_text("utf-8"))
    from toolkit.find_definitions import load

    list(deployment.deploy(load(root), grafana(state)))
    held = state.dashboards["shop"]["dashboard"]
    assert agrees({**written, "id": 7, "version": 1}, held)
