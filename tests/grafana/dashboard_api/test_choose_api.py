"""Which API is chosen, by what a Grafana says that it has.

No real Grafana runs here: see tests/support/fake_grafana_resources.py.
"""

from collections.abc import Iterator

import pytest

from tests.support.fake_grafana import EDITOR, State, serving
from tests.support.fake_grafana_resources import GRAFANA_12, GRAFANA_13
from toolkit.errors import ConfigurationError
from toolkit.grafana.client import Grafana
from toolkit.grafana.dashboard_api.choose_api import choose, served


@pytest.fixture
def state() -> Iterator[State]:
    with serving(State()) as running:
        yield running


CHOSEN: dict[str, tuple[tuple[str, ...], str, str]] = {
    "before Grafana 12": ((), "classic", "the classic API"),
    "Grafana 11 with its first resources": (("v0alpha1",), "classic", "the classic API"),
    "where all is alpha": (
        ("v1alpha1", "v0alpha1", "v2alpha1"),
        "classic",
        "the classic API",
    ),
    "Grafana 12.2": (GRAFANA_12, "v1", "dashboard.grafana.app/v1beta1"),
    "Grafana 12 with the new layouts, which are beta": (
        ("v2beta1", "v2alpha1", "v0alpha1", "v1beta1"),
        "v1",
        "dashboard.grafana.app/v1beta1",
    ),
    "V2 is served, and V1 preferred": (
        ("v1", "v1beta1", "v0alpha1", "v2", "v2beta1"),
        "v1",
        "dashboard.grafana.app/v1",
    ),
    "Grafana 13": (GRAFANA_13, "v2", "dashboard.grafana.app/v2"),
    "V2 alone": (("v2",), "v2", "dashboard.grafana.app/v2"),
}


@pytest.mark.parametrize(("versions", "kind", "name"), CHOSEN.values(), ids=CHOSEN)
def test_what_grafana_prefers_is_chosen(
    state: State, versions: tuple[str, ...], kind: str, name: str
) -> None:
    state.resources.dashboard_versions = versions
    chosen = choose(Grafana(state.url, EDITOR))
    assert (chosen.kind, chosen.name) == (kind, name)


def test_dashboards_without_folders_of_their_kind_are_left_to_the_classic_api(
    state: State,
) -> None:
    state.resources.dashboard_versions = GRAFANA_13
    state.resources.folder_versions = ("v0alpha1",)
    assert choose(Grafana(state.url, EDITOR)).kind == "classic"


def test_one_may_be_named(state: State) -> None:
    state.resources.dashboard_versions = ("v1", "v2")
    there = Grafana(state.url, EDITOR)
    assert [choose(there, kind).kind for kind in ("classic", "v1", "v2")] == ["classic", "v1", "v2"]


def test_one_that_is_not_there_is_refused_with_what_is(state: State) -> None:
    state.resources.dashboard_versions = GRAFANA_12
    with pytest.raises(ConfigurationError) as caught:
        choose(Grafana(state.url, EDITOR), "v2")
    assert str(caught.value) == (
        f"{state.url}: does not serve dashboards as v2 (dashboard.grafana.app: v1beta1, v0alpha1, "
        "v2beta1, v2alpha1).\n"
        "  fix: leave --api out: the newest that it has is taken."
    )


def test_the_groups_are_read_with_their_preference(state: State) -> None:
    state.resources.dashboard_versions = GRAFANA_13
    groups = served(Grafana(state.url, EDITOR))
    assert groups["dashboard.grafana.app"].preferred == "v2"
    assert groups["folder.grafana.app"].versions == ("v1", "v1beta1")


def test_the_organisation_of_the_token_is_the_namespace(state: State) -> None:
    state.resources.dashboard_versions = GRAFANA_13
    state.resources.namespace = "org-7"
    there = choose(Grafana(state.url, EDITOR))
    assert there.folder("service") is None  # another namespace would be refused


ANSWERS = {
    "a login page of a proxy": "<!doctype html><title>Sign in</title>",
    "another server's JSON": {"status": "ok"},
    "a list": [],
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_is_no_list_of_groups_is_told(state: State, answer: object) -> None:
    state.instead = (200, answer)
    with pytest.raises(ConfigurationError, match="answered, but not"):
        choose(Grafana(state.url, EDITOR))


def test_a_grafana_that_says_no_namespace_is_told(state: State) -> None:
    state.resources.dashboard_versions = GRAFANA_13
    state.resources.namespace = ""
    with pytest.raises(ConfigurationError) as caught:
        choose(Grafana(state.url, EDITOR))
    assert caught.value.fix == "say --api classic."
