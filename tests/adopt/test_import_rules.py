"""Rule files that become definitions, which generate the same rules again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import WriteProject
from tests.support.repository import ROOT
from toolkit import find_definitions
from toolkit.adopt.import_result import Imported
from toolkit.adopt.import_rules import folder_names, import_rules, pascal_case
from toolkit.adopt.write_imported import write
from toolkit.durations import seconds
from toolkit.formats.yaml_text import yaml_text
from toolkit.generate.write import Part, render
from toolkit.project import Project
from toolkit.prometheus.read_user_rule_files import read
from toolkit.promql import canonical

CORPUS = ROOT.parent / "shared/corpora/rules"
SAMPLE = Path(__file__).parent / "sample_rules"
needs_corpus = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"the corpus of other people's rules is not at {CORPUS}"
)


def structure(path: Path) -> dict[str, Any]:
    """What the file says, whatever its form: group → interval, settings, alerts, recordings."""
    found = read([path])
    assert found.problems == ()
    return {
        group.name: (
            duration(group.interval),
            dict(group.settings),
            [
                sorted_kind
                for is_alert in (False, True)
                for sorted_kind in [
                    (
                        rule.name,
                        canonical(rule.expr),
                        duration(rule.hold),
                        duration(rule.keep_firing_for),
                        dict(rule.labels),
                        dict(rule.annotations),
                    )
                    for rule in found.rules
                    if rule.group == group.name and rule.is_alert is is_alert
                ]
            ],
        )
        for group in found.groups
    }


def duration(written: str) -> float:
    return seconds(written) if written not in {"", "0"} else 0.0


def imported_project(root: Path, *paths: Path) -> tuple[Imported, Project]:
    imported = import_rules(paths, "shop/alerts", alerts=frozenset({"NoSales"}))
    write(root, imported)
    return imported, find_definitions.load(root)


def generated(project: Project, folder: Path) -> Iterator[tuple[str, Path]]:
    """By folder of the definitions, the generated rule file."""
    data = project.source.generated()
    for file in project.rule_files:
        path = folder / f"{file.name}.yml"
        rules = data[f"shop/alerts/generated/rules/{file.name}_alerts.yml"]
        path.write_text(yaml_text(rules, "x", "y"), encoding="utf-8")
        yield f"shop/alerts/{file.name}", path


def assert_round_trip(root: Path, out: Path, *paths: Path) -> Imported:
    """Import, generate again and compare every file; gives what the import said."""
    imported, project = imported_project(root, *paths)
    again = dict(generated(project, out))
    for source in imported.sources:
        assert structure(again[source.target]) == structure(Path(source.source)), source.source
    return imported


@pytest.fixture
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("generated")


def test_the_sample_comes_back_as_it_was(shop: WriteProject, out: Path) -> None:
    imported = assert_round_trip(shop(), out, SAMPLE / "shop.yml")
    (source,) = imported.sources
    assert source.counts == {"groups": 2, "alerts": 6, "recordings": 2}
    assert imported.left == ()


@needs_corpus
def test_every_file_of_the_corpus_comes_back_as_it_was(shop: WriteProject, out: Path) -> None:
    files = sorted(CORPUS.rglob("*.yml"))
    imported = assert_round_trip(shop(), out, CORPUS)
    left = {problem.location.path for problem in imported.left}
    assert len(files) == len(imported.sources) + len(left)
    # A group without rules, of a file that is not to be used anyway.
    assert [Path(path).name for path in left] == ["cloudflare-kafka-zookeeper-exporter.yml"]
    assert sum(source.counts["alerts"] for source in imported.sources) == 954


def test_two_rules_of_one_name_are_two_definitions_with_two_tests(shop: WriteProject) -> None:
    _, project = imported_project(shop(), SAMPLE / "shop.yml")
    named = {alert.name: alert for alert in project.alerts}
    assert {"FewSales", "FewSalesWarning", "ShopSalesNonePaid", "Alert5xxRger"} <= set(named)
    assert named["FewSalesWarning"].alertname == "FewSales"
    assert named["NoSales2"].alertname == "NoSales"  # the project has a NoSales of its own
    tests = "".join(render(project, (Part.ALERTS,)).texts.values())
    asked = 'ALERTS{alertname="FewSales", alertstate="firing", severity="warning"}'
    assert asked in tests
    assert "[FewSalesWarning](FewSalesWarning.md)" in tests


def test_guesses_and_placeholders_say_that_they_are(shop: WriteProject) -> None:
    imported, project = imported_project(shop(), SAMPLE / "shop.yml")
    sales = imported.texts["shop/alerts/shop/shop_sales_eu.py"]
    assert "severity=Severity.CRITICAL,  # a guess: the rule says 'page'\n" in sales
    assert 'component="shop",  # a guess: the file\'s name\n' in sales
    assert 'component="till",\n' in sales
    assert "severity=Severity.WARNING,\n" in sales
    other = imported.texts["shop/alerts/shop/nothing_much.py"]
    assert "severity=Severity.WARNING,  # a guess: the rule has none\n" in other
    few = next(alert for alert in project.alerts if alert.name == "FewSales")
    assert few.impact == "The rule file that this was imported from does not say."
    assert (few.panel, few.proof, few.component) == ("", (), "till")


def test_no_line_of_what_is_written_is_too_long(shop: WriteProject) -> None:
    imported, _ = imported_project(shop(), SAMPLE / "shop.yml")
    lines = [line for text in imported.texts.values() for line in text.splitlines()]
    assert max(map(len, lines)) <= 100
    assert not any(line.endswith(" ") for line in lines)


def refused(folder: Path, text: str) -> list[str]:
    (folder / "bad.yml").write_text(text, encoding="utf-8")
    imported = import_rules([folder / "bad.yml"], "alerts")
    assert imported.texts == {}
    return [f"{each.location.line}: {each.message} {each.fix}".strip() for each in imported.left]


def test_what_prometheus_refuses_is_not_imported(tmp_path: Path) -> None:
    rule = "  - {alert: A, expr: up == 0, for: soon}\n"
    assert refused(tmp_path, f"groups:\n- name: a\n  rules:\n{rule}") == [
        "4: `for`: 'soon' is not a duration. write it like 15s, 5m or 1h30m."
    ]
    assert refused(tmp_path, "groups:\n{{- range .x }}\n- name: a\n{{- end }}\n") == [
        "2: not YAML: could not find expected ':'; it is a template of Helm, which has "
        "'{{- range .x }}'. render the template first, as with `helm template`."
    ]
    assert refused(tmp_path, "groups: [{name: a, rules: []}]") == ["1: no rules to import."]


def test_a_file_that_has_a_group_twice_is_left_out(tmp_path: Path) -> None:
    group = "- name: a\n  rules: [{alert: %s, expr: up == 0}]\n"
    path = tmp_path / "twice.yml"
    path.write_text("groups:\n" + group % "A" + group % "B")
    imported = import_rules([path], "alerts")
    assert imported.texts == {}
    assert [(each.location.line, each.message) for each in imported.left] == [
        (4, "the group 'a' is in this file twice, which Prometheus refuses.")
    ]


def test_a_group_without_rules_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "one.yml"
    path.write_text(
        "groups:\n- name: a\n  rules: [{alert: A, expr: up == 0}]\n- {name: c, rules: []}\n"
    )
    imported = import_rules([path], "alerts")
    assert list(imported.texts) == ["alerts/one/__init__.py", "alerts/one/a.py"]
    assert [(each.location.line, each.message) for each in imported.left] == [
        (4, "group 'c': has no rules, so there is nothing to define.")
    ]


RECORDING, ALERT = "record: 'a:b:c{n}', expr: up", "alert: A{n}, expr: up == 0"
ORDERS = {
    "recordings first, as they are from now on": ((RECORDING, RECORDING, ALERT, ALERT), ""),
    "a recording behind an alert": ((RECORDING, ALERT, RECORDING), "a:b:c2"),
    "the first of several": ((ALERT, RECORDING, ALERT, RECORDING), "a:b:c1"),
    "alerts alone": ((ALERT, ALERT), ""),
}


@pytest.mark.parametrize(("rules", "moved"), ORDERS.values(), ids=ORDERS)
def test_a_recording_that_is_evaluated_earlier_from_now_on_is_noted(
    tmp_path: Path, rules: tuple[str, ...], moved: str
) -> None:
    path = tmp_path / "rules.yml"
    listed = "".join(f"  - {{{each.format(n=n)}}}\n" for n, each in enumerate(rules))
    path.write_text(f"groups:\n- name: g\n  rules:\n{listed}", encoding="utf-8")
    notes = [x.message for x in import_rules([path], "alerts").notes if "evaluated" in x.message]
    words = f"{moved}: is evaluated before the group's alerts from now on."
    assert notes == ([words] if moved else [])


def test_folders_are_told_apart_by_the_folders_above() -> None:
    files = [
        "a/embedded-exporter.yml",
        "b/embedded-exporter.yml",
        "b/5 rules.yaml",
        "generated.yml",
    ]
    assert folder_names(files) == {
        "a/embedded-exporter.yml": "a_embedded_exporter",
        "b/embedded-exporter.yml": "b_embedded_exporter",
        "b/5 rules.yaml": "rules_5_rules",
        "generated.yml": "generated_2",
    }


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("HighErrorRate", "HighErrorRate"),
        ("etcdNoLeader", "EtcdNoLeader"),
        ("Cert-managerAbsent", "CertManagerAbsent"),
        ("ReplicationLag(dcu)", "ReplicationLagDcu"),
        ("MemoryHigh(>90%)", "MemoryHigh90"),
        ("5xx", "Alert5xx"),
        ("Ü", "Alert"),
    ],
)
def test_names_become_pascal_case(written: str, name: str) -> None:
    assert pascal_case(written) == name
