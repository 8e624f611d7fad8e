"""Values as they are written in their files."""

from pathlib import Path

import yaml

from toolkit.findings import Location
from toolkit.prometheus.read_user_rule_files import read
from toolkit.prometheus.text_positions import Extent, SourceText, line_of, lines_of, slice_of

TEXT = SourceText(Location("a.yml", 3, 5), "one\ntwo one\n")


def test_a_part_is_found_by_its_number() -> None:
    assert TEXT.find("one", 0) == Location("a.yml", 3, 5)
    assert TEXT.find("one", 1) == Location("a.yml", 4, 5)
    assert TEXT.find("one", 2) is None
    assert TEXT.find("ne", 0) == Location("a.yml", 3, 6)
    assert TEXT.end == Location("a.yml", 5, 1)


FILE = """\
list:
- a: "x \\" y"
  b: 1

  # of the second
- c: |
    text
    more
- {d: 2}
"""


def nodes() -> tuple[list[str], list[yaml.Node]]:
    root = yaml.compose(FILE)
    assert root is not None
    (_, items) = root.value[0]
    return FILE.splitlines(), items.value


def test_slices_have_quotes_and_escapes() -> None:
    lines, (first, second, _) = nodes()
    source = slice_of("f", lines, Extent.of(first.value[0][1]))
    assert (source.start, source.text) == (Location("f", 2, 6), '"x \\" y"')
    assert slice_of("f", lines, Extent.of(second.value[0][1])).text == "|\n    text\n    more\n"


def test_lines_are_whole() -> None:
    lines, (first, second, third) = nodes()
    assert line_of("f", lines, Extent.of(first.value[1][1])) == SourceText(
        Location("f", 3, 1), "  b: 1\n"
    )
    assert lines_of("f", lines, Extent.of(first)).text == '- a: "x \\" y"\n  b: 1\n'
    block = lines_of("f", lines, Extent.of(second))
    assert (block.start.line, block.text) == (6, "- c: |\n    text\n    more\n")
    assert lines_of("f", lines, Extent.of(third)).text == ""


def test_an_item_that_shares_its_first_line_has_none(tmp_path: Path) -> None:
    path = tmp_path / "r.yml"
    path.write_text("groups: [{name: g, rules: [{alert: A, expr: up == 0, for: 0m}]}]")
    (rule,) = read([path]).rules
    assert rule.sources[""].text == ""


def test_the_last_item_ends_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "r.yml"
    path.write_text("groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up == 0")
    (rule,) = read([path]).rules
    assert rule.sources[""].text == "  - alert: A\n    expr: up == 0\n"


def test_places_and_texts_are_made_for_the_keys_that_are_there(tmp_path: Path) -> None:
    path = tmp_path / "r.yml"
    path.write_text(
        "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up == 0\n    for: 5m\n"
        "    annotations:\n      summary: '{{ $value }}'\n"
    )
    (rule,) = read([path]).rules
    assert set(rule.places) == {"alert", "expr", "for", "annotations", "annotations.summary"}
    assert rule.places["annotations.summary"] == Location(str(path), 8, 16)
    assert len(rule.places) == 5
    assert rule.place("labels.none") == rule.location
    assert {key: text.text for key, text in rule.sources.items()} == {
        "": path.read_text().partition("rules:\n")[2],
        "for": "    for: 5m\n",
        "annotations.summary": "'{{ $value }}'",
    }
    assert len(rule.sources) == 3
