"""What each variable stands for: given, saved, or the first that the server knows."""

from typing import Any

import pytest

from tests.support.made_up_prometheus import HOUR, World, dashboard, templating, variable
from toolkit.errors import RefusedError, UsageError
from toolkit.grafana.variable_interpolation import Choice
from toolkit.preview.variables import in_the_head, resolve

ZONES = World(values={"zone": ("us", "eu-10", "eu-9")})
PLAIN = "label_values(events_total, zone)"


def resolved(
    *variables: dict[str, Any], world: World = ZONES, **given: tuple[str, ...]
) -> dict[str, Choice]:
    found = resolve(dashboard(templating=templating(*variables)), world, HOUR, given)
    assert found.notes == ()
    return dict(found.choices)


CHOSEN: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "the first known": ({}, ("us",)),
    "sorted": ({"sort": 1}, ("eu-10",)),
    "sorted by number, falling": ({"sort": 4}, ("eu-10",)),
    "sorted by number": ({"sort": 3}, ("us",)),
    "what was saved": ({"current": {"value": "eu-9"}}, ("eu-9",)),
    "what was saved and is gone": ({"current": {"value": "asia"}}, ("us",)),
    "several that were saved": (
        {"current": {"value": ["us", "eu-9", "asia"]}, "multi": True},
        ("us", "eu-9"),
    ),
    "filtered": ({"regex": "/eu-(9)/"}, ("9",)),
    "filtered by a named group": ({"regex": "/(?<text>e)(?<value>u).*/"}, ("u",)),
    "a plain regex is the whole value": ({"regex": "eu"}, ()),
    "a plain regex of the whole value": ({"regex": "eu-(9|1.)", "sort": 2}, ("9",)),
}


@pytest.mark.parametrize(("says", "expected"), CHOSEN.values(), ids=CHOSEN)
def test_of_a_query_it_takes(says: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert resolved(variable("zone", PLAIN, **says))["zone"].values == expected


def test_given_values_go_first_even_where_the_server_does_not_know_them() -> None:
    several = variable("zone", PLAIN, multi=True)
    assert resolved(several, zone=("mars", "us"))["zone"].promql == "(mars|us)"
    assert resolved(variable("zone", PLAIN), zone=("mars", "us"))["zone"].promql == "mars"


def test_all_is_every_value_or_what_the_dashboard_puts_for_it() -> None:
    every = variable("zone", PLAIN, includeAll=True, current={"value": "$__all"})
    assert resolved(every)["zone"].promql == "(us|eu-10|eu-9)"
    own = resolved(every | {"allValue": ".+"})["zone"]
    assert (own.promql, own.text) == (".+", "All")
    assert resolved(every, world=World(values={"zone": ("us",)}))["zone"].promql == "us"


def test_all_of_nothing_known_matches_everything() -> None:
    every = variable("zone", "custom_nothing(", includeAll=True)
    world = World(refused={"custom_nothing(": "no PromQL"})
    found = resolve(dashboard(templating=templating(every)), world, HOUR, {})
    assert found.choices["zone"].promql == ".*"
    assert found.notes == ("Variable zone: no PromQL",)


def test_one_may_ask_about_another() -> None:
    world = World(values={"job": ("api",), "zone": ("us",)})
    asked = variable("zone", 'label_values(up{job="$job"}, zone)')
    resolved(variable("job", "label_values(job)"), asked, world=world)
    assert world.asked[-1][1]["match[]"] == 'up{job="api"}'


OTHERS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "custom": (variable("x", "one, two : 2, three", "custom"), ("one",)),
    "custom with a name for its value": (variable("x", "two : 2, one", "custom"), ("2",)),
    "interval": (variable("x", "1m,5m", "interval"), ("1m",)),
    "constant": (variable("x", "fixed", "constant"), ("fixed",)),
    "textbox": (variable("x", "typed", "textbox"), ("typed",)),
    "a data source": (variable("x", "prometheus", "datasource"), ("prometheus",)),
    "names of labels": (variable("x", "label_names()"), ("zone",)),
    "names of metrics": (variable("x", "metrics(two)"), ("__name__-two",)),
    "series": (variable("x", "events{job='a'}"), ('events{zone="us"}',)),
    "custom as JSON": (
        variable("x", '[{"text": "one", "value": "1"}, 2]', "custom", valuesFormat="json"),
        ("1",),
    ),
    "any character at all": (variable("x", PLAIN, regex="/^[^]s$/"), ("us",)),
    "flags": (variable("x", PLAIN, regex="/^U./is"), ("us",)),
    "a result": (variable("x", "query_result(sum by (zone) (e))", regex='/zone="(.+)"/'), ("us",)),
}


@pytest.mark.parametrize(("given", "expected"), OTHERS.values(), ids=OTHERS)
def test_other_kinds(given: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert resolved(given)["x"].values == expected


@pytest.mark.parametrize("kind", ["textbox", "constant"])
def test_what_holds_one_value_takes_the_first_that_is_given(kind: str) -> None:
    assert resolved(variable("x", "typed", kind), x=("a", "b"))["x"] == Choice(("a",))


def test_an_unknown_name_is_refused_with_a_guess() -> None:
    with pytest.raises(UsageError, match=r"Events: .*'zoen'; did you mean 'zone'\?"):
        resolved(variable("zone", PLAIN), zoen=("us",))


def test_a_regex_that_is_none_is_a_note() -> None:
    page = dashboard(templating=templating(variable("zone", PLAIN, regex="/(/")))
    (note,) = resolve(page, ZONES, HOUR, {}).notes
    assert note.startswith("Variable zone: its regex '/(/' is not understood: ")


def test_the_head_shows_neither_hidden_variables_nor_constants() -> None:
    page = dashboard(
        templating=templating(
            variable("zone", PLAIN, label="Zone"),
            variable("secret", PLAIN, hide=2),
            variable("fixed", "1", "constant"),
        )
    )
    assert [variable["name"] for variable in in_the_head(page)] == ["zone"]


def test_a_server_that_refuses_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: str, _params: object = None) -> Any:
        raise RefusedError("too many")

    world = World()
    monkeypatch.setattr(world, "ask", refuse)
    page = dashboard(templating=templating(variable("zone", PLAIN)))
    assert resolve(page, world, HOUR, {}).notes == ("Variable zone: too many",)


BOTH = '/instance="(?<text>[^"]+)"|version="(?<value>[^"]+)"/g'


def build_info() -> World:
    """One sample with an instance and a version, as `query_result` finds it."""

    class Built(World):
        def ask(self, _path: str, _params: Any = None) -> Any:
            row = {"metric": {"instance": "db-1:9100", "version": "1.2.0"}, "value": [1, "1"]}
            return {"resultType": "vector", "result": [row]}

    return Built()


def test_named_groups_are_found_over_all_matches_of_a_sample() -> None:
    found = resolved(variable("host", "query_result(build)", regex=BOTH), world=build_info())[
        "host"
    ]
    assert (found.values, found.text) == (("1.2.0",), "db-1:9100")


def test_a_plain_group_with_g_gives_an_option_for_each_match() -> None:
    every = variable("x", "query_result(b)", regex='/="([^"]+)"/g', includeAll=True)
    assert resolved(every, world=build_info())["x"].values == ("db-1:9100", "1.2.0")
    first = variable("x", "query_result(b)", regex='/="([^"]+)"/', includeAll=True)
    assert resolved(first, world=build_info())["x"].values == ("db-1:9100",)


AUTO: dict[str, Any] = {
    "auto": True,
    "auto_count": 30,
    "auto_min": "1m",
    "current": {"text": "auto", "value": "$__auto_interval_i"},
}


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ({}, "2m"), ({"auto_count": 200}, "1m"), ({"auto_count": 2}, "30m"),
        ({"auto_min": "never"}, "2m"), ({"current": {"value": "$__auto"}}, "2m"),
    ],
    ids=["a thirtieth of the hour", "no less than the least", "rounded", "a least that is none",
         "as scenes write it"],
)  # fmt: skip
def test_an_interval_may_follow_the_range(says: dict[str, Any], expected: str) -> None:
    found = resolved(variable("i", "1m,5m", "interval", **(AUTO | says)))["i"]
    assert (found.values, found.text) == ((expected,), expected)


def test_auto_may_be_given() -> None:
    chosen = variable("i", "1m,5m", "interval", **(AUTO | {"current": {"value": "5m"}}))
    assert resolved(chosen, i=("auto",))["i"].values == ("2m",)


def test_a_list_that_is_not_json_is_a_note() -> None:
    page = dashboard(templating=templating(variable("x", "a,b", "custom", valuesFormat="json")))
    (note,) = resolve(page, ZONES, HOUR, {}).notes
    assert note == "Variable x: its list is not JSON of texts and values."


def test_a_filter_may_name_a_variable_that_comes_after_it() -> None:
    one = {"key": "zone", "operator": "=", "value": "$later"}
    filters = {"type": "adhoc", "name": "f", "filters": [one]}
    page = dashboard(templating=templating(filters, variable("later", "eu", "constant")))
    assert [x.matcher for x in resolve(page, ZONES, HOUR, {}).filters] == ['zone="eu"']


def test_a_chosen_interval_stays_chosen() -> None:
    chosen = variable("i", "1m,5m", "interval", **(AUTO | {"current": {"value": "5m"}}))
    assert resolved(chosen)["i"].values == ("5m",)


def test_a_custom_value_is_shown_by_its_name() -> None:
    pairs = variable("kv", "Web one : web-1, Db : db-1", "custom")
    assert (resolved(pairs)["kv"].values, resolved(pairs)["kv"].text) == (("web-1",), "Web one")


def test_a_data_source_is_shown_by_the_name_that_was_chosen() -> None:
    chosen = variable("ds", "prometheus", "datasource", current={"text": "main", "value": "m"})
    assert resolved(chosen)["ds"].text == "main"


def test_a_query_of_another_data_source_keeps_what_was_saved_and_is_named() -> None:
    asks = variable("app", "label_values(app)", datasource={"type": "loki"}, current={"value": "x"})
    found = resolve(dashboard(templating=templating(asks)), ZONES, HOUR, {})
    assert found.choices["app"].values == ("x",)
    assert found.notes == ("Variable app: it asks loki, not Prometheus.",)
