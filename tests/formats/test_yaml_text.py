"""Both of PyYAML's writers give the same bytes, so that files do not depend on its build."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.support.repository import ROOT
from toolkit.formats import yaml_text

FILES = sorted(
    path
    for folder in ("alerts", "dashboards")
    for path in (ROOT / folder / "generated").rglob("*.y*ml")
)


def in_python(data: object) -> str:
    return yaml.dump(
        data, Dumper=yaml_text._Dumper, sort_keys=False, allow_unicode=True, width=1000
    )


def written(data: dict[str, object]) -> str:
    head, _, body = yaml_text.yaml_text(data, "x.py", "toolkit build").partition("\n")
    assert head == "# Generated from x.py: edit that, then run `toolkit build`."
    return body


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_generated_file(path: Path) -> None:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data = yaml.load(path.read_text(encoding="utf-8"), loader)  # noqa: S506 - both are safe
    assert written(data) == in_python(data)


# Control characters and lone surrogates are no text that a definition holds.
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n\t"))


@given(TEXT)
def test_any_text(text: str) -> None:
    data: dict[str, object] = {"key": text, "list": [text, {"key": text}]}
    assert written(data) == in_python(data)
    assert yaml.safe_load(written(data)) == data


def test_emoji_are_written_as_they_are() -> None:
    assert written({"a": "🔥 hot"}) == "a: 🔥 hot\n"


def test_lines_are_blocks() -> None:
    assert written({"a": "x\ny\n"}) == "a: |\n  x\n  y\n"
