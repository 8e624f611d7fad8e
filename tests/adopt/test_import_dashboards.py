"""Dashboards that become definitions, which ask the same queries again."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import WriteProject
from tests.support.repository import ROOT
from toolkit import find_definitions
from toolkit.adopt.import_dashboards import import_dashboards
from toolkit.adopt.import_result import Imported
from toolkit.adopt.write_imported import write
from toolkit.errors import UsageError
from toolkit.generate import dashboards

CORPUS = ROOT.parent / "shared/corpora/dashboards"
SAMPLE = Path(__file__).parent / "sample_dashboard.json"
OLD = {"graph", "singlestat"}
needs_corpus = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"the corpus of other people's dashboards is not at {CORPUS}"
)


def panels(model: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every panel of a dashboard of any schema, in reading order."""
    for row in model.get("rows") or []:
        yield from row["panels"]
    placed = sorted(model.get("panels") or [], key=at)
    for panel in placed:
        yield from sorted(panel.get("panels") or [], key=at)
        if panel["type"] not in {"row", "text"}:
            yield panel


def at(panel: dict[str, Any]) -> tuple[int, int]:
    return panel["gridPos"]["y"], panel["gridPos"]["x"]


def said(panel: dict[str, Any]) -> dict[str, Any]:
    """What must come back, wherever the schema keeps it."""
    defaults = panel.get("fieldConfig", {}).get("defaults", {})
    found = {
        "title": panel["title"],
        "help": panel.get("description") or "",
        "queries": [
            (x["expr"], x.get("legendFormat") or "", bool(x.get("hide"))) for x in panel["targets"]
        ],
        "unit": defaults.get("unit") or "short",
    }
    if panel["type"] in OLD:
        axes = panel.get("yaxes") or [{}]
        found["unit"] = panel.get("format") or axes[0].get("format") or "short"
        return found
    steps = defaults.get("thresholds", {}).get("steps", [])
    limits = {key: defaults[key] for key in ("min", "max") if defaults.get(key) is not None}
    return found | limits | {"steps": [(step.get("value"), step["color"]) for step in steps]}


def assert_comes_back(source: dict[str, Any], model: dict[str, Any]) -> int:
    """Compare all panels that were carried; gives how many."""
    again = {panel["title"]: panel for panel in panels(model)}
    first: dict[str, dict[str, Any]] = {}
    for panel in panels(source):
        first.setdefault(panel["title"], panel)
    carried = [title for title in first if title in again]
    assert list(again) == carried  # in the order of the source
    for title in carried:
        wanted, got = said(first[title]), said(again[title])
        # A panel without thresholds gets the base that Grafana wants; a state timeline draws none.
        if not wanted.get("steps") or first[title]["type"] == "state-timeline":
            got.pop("steps")
            wanted.pop("steps", None)
        assert got == wanted | ({} if first[title]["type"] not in OLD else limits_of(got))
    return len(carried)


def limits_of(got: dict[str, Any]) -> dict[str, Any]:
    """An old panel's limits and colours: `read_exported_dashboards` has tests for them."""
    return {key: got[key] for key in ("min", "max", "steps") if key in got}


def imported_models(root: Path, *paths: Path) -> tuple[Imported, dict[str, dict[str, Any]]]:
    imported = import_dashboards(paths, "shop/dashboards", uids=frozenset({"shop"}))
    write(root, imported)
    return imported, dashboards.models(find_definitions.load(root))


@needs_corpus
def test_nine_in_ten_panels_of_the_corpus_come_back_and_the_rest_are_listed(
    shop: WriteProject,
) -> None:
    files = sorted(CORPUS.glob("*.json"))
    imported, models = imported_models(shop(), *files)
    by_title = {model["title"]: model for model in models.values()}
    total = carried = 0
    for file in files:
        source = json.loads(file.read_text(encoding="utf-8"))
        total += sum(1 for _ in panels(source))
        carried += assert_comes_back(source, by_title[source["title"]])
    listed = [x for x in imported.left if x.message.startswith("panel ")]
    assert (total, carried) == (774, 774 - len(listed))
    assert carried >= 0.9 * total
    assert {x.message.partition(": ")[2] for x in listed} == {
        "another panel of the dashboard has the same title."
    }


@needs_corpus
def test_the_variables_of_the_corpus_come_back(shop: WriteProject) -> None:
    files = sorted(CORPUS.glob("*.json"))
    _, models = imported_models(shop(), *files)
    by_title = {model["title"]: model for model in models.values()}
    for file in files:
        source = json.loads(file.read_text(encoding="utf-8"))
        assert variables(by_title[source["title"]])[1:] == variables(source)[-len(names(source)) :]


def names(model: dict[str, Any]) -> list[str]:
    return [x["name"] for x in model["templating"]["list"] if x["type"] != "datasource"]


def variables(model: dict[str, Any]) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for each in model["templating"]["list"]:
        query = each.get("query") or ""
        text = query["query"] if isinstance(query, dict) else query
        multi, every = bool(each.get("multi")), bool(each.get("includeAll"))
        regex = each.get("regex") or ""
        found.append((each["name"], each["type"], text, multi, every, regex, each.get("hide") or 0))
    return found


def test_the_sample_comes_back(shop: WriteProject) -> None:
    imported, models = imported_models(shop(), SAMPLE)
    model = models["shop_Sales"]
    assert list(imported.texts) == ["shop/dashboards/shop_Sales.py"]
    source = json.loads(SAMPLE.read_text(encoding="utf-8"))["dashboard"]
    again = {panel["title"]: panel for panel in panels(model) if panel["type"] != "text"}
    first = {panel["title"]: panel for panel in reversed(list(panels(source)))}
    assert list(again) == ["Left", "Right", "Heat"]
    assert said(again["Right"]) == said(first["Right"])
    assert said(again["Left"])["queries"] == [("rate(a[$step])", "", True), ("b", "", False)]
    assert again["Left"]["targets"][0]["datasource"] == {"type": "prometheus", "uid": "${DS}"}
    assert again["Heat"]["targets"][0]["format"] == "heatmap"
    styles = again["Left"]["fieldConfig"]["defaults"]["custom"]
    assert (styles["stacking"]["mode"], styles["thresholdsStyle"]["mode"]) == ("normal", "line")
    assert again["Right"]["fieldConfig"]["defaults"]["thresholds"]["mode"] == "percentage"
    assert (model["refresh"], model["time"]["from"], model["tags"]) == ("1m", "now-6h", ["shop"])
    assert variables(model) == [
        ("DS", "datasource", "prometheus", False, False, "", 0),
        ("till", "query", 'label_values(up{job="shop"}, till)', True, True, "/a.*/", 0),
        ("step", "custom", "1m,5m", False, False, "", 0),
    ]


def test_a_line_is_filled_and_as_high_as_its_highest(shop: WriteProject) -> None:
    _, models = imported_models(shop(), SAMPLE)
    model = models["shop_Sales"]
    rows = [panel for panel in model["panels"] if panel["type"] == "row"]
    assert [(row["title"], row["collapsed"]) for row in rows] == [("", False), ("Detail", True)]
    places = {panel["title"]: panel["gridPos"] for panel in model["panels"]}
    assert places["Left"] == {"x": 0, "y": 1, "w": 12, "h": 5}
    assert places["Right"] == {"x": 12, "y": 1, "w": 12, "h": 5}
    note = rows[1]["panels"][1]
    assert (note["title"], note["options"]["content"]) == ("Read me", '# Sales\nof "all"')


def test_what_is_left_out_is_listed_with_its_line_and_the_reason() -> None:
    imported = import_dashboards([SAMPLE], "dashboards")
    assert [f"{x.location.line}: {x.message}" for x in imported.left] == [
        "37: panel 'Map': the panel type 'grafana-worldmap-panel' is not one that a Panel draws.",
        "38: panel 'Left': another panel of the dashboard has the same title.",
        "39: panel 'Logs': query: not PromQL: unexpected character: '|'",
        "40: panel 'Elsewhere': it asks another data source than most panels.",
        "41: panel '': it has no title.",
        "42: panel 'Shared': a library panel, whose queries are not in the file.",
        "43: panel 'Empty': it has no queries in PromQL alone.",
        "15: variable 'Filters': the type 'adhoc' is not carried over.",
    ]
    assert [f"{x.location.line}: {x.message}" for x in imported.notes] == [
        "19: panel 'Right': without its overrides, steps of queries.",
    ]
    assert imported.sources[0].counts == {"panels": 3, "not carried": 7}


def test_a_uid_that_is_taken_or_cannot_be_kept_becomes_another(tmp_path: Path) -> None:
    model = json.loads(SAMPLE.read_text(encoding="utf-8"))["dashboard"]
    for title, uid in (("A", "shop-1"), ("B", None), ("B 2", "x" * 41), ("A_", "shop_2")):
        text = json.dumps(model | {"uid": uid, "title": title})
        (tmp_path / f"{title}.json").write_text(text, encoding="utf-8")
    imported = import_dashboards(sorted(tmp_path.glob("*")), "d", uids=frozenset({"shop-1"}))
    assert list(imported.texts) == ["d/a.py", "d/shop_2.py", "d/b_2.py", "d/b.py"]
    assert 'uid="b-2",' in imported.texts["d/b_2.py"]
    moved = [x.message for x in imported.notes if x.message.startswith("uid")]
    assert moved[0] == "uid: is a from now on, so its address is another."


def test_a_dashboard_whose_title_is_taken_is_left_out() -> None:
    imported = import_dashboards([SAMPLE, SAMPLE], "d")
    assert list(imported.texts) == ["d/shop_Sales.py"]
    message = "another dashboard of the project is titled 'Shop sales' too."
    assert imported.left[-1].message == message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not JSON: Expecting property name enclosed in double quotes: line 1 column 2"),
        ("[]", "not a dashboard: it has no panels."),
        ('{"rows": [{"title": "A"}]}', "not a dashboard as Grafana saves one: 'panels' is"),
        ('{"panels": [1]}', "not a dashboard as Grafana saves one: panels[0] must be an"),
        ('{"panels": []}', "not a dashboard: it has no panels."),
        (
            '{"spec": {"elements": {}}}',
            "a dashboard of the schema v2, and only the classic schema is read.",
        ),
    ],
)
def test_what_is_not_a_dashboard_costs_only_itself(text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(text, encoding="utf-8")
    imported = import_dashboards([tmp_path / "bad.json", SAMPLE], "d")
    assert imported.left[0].message.startswith(reason)
    assert list(imported.texts) == ["d/shop_Sales.py"]


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="no such file"):
        import_dashboards([Path("nowhere.json")], "d")
