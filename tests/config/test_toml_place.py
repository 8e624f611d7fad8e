"""An error about pyproject.toml names the line of its key, or of its table."""

from pathlib import Path

import pytest

from toolkit.config.pyproject import load
from toolkit.config.toml_place import TomlPlace
from toolkit.errors import ConfigurationError

TEXT = """\
[project]
name = "shop"  # [tool.toolkit]

[tool.toolkit]
catalogue = "shop.catalogue:CATALOGUE"
drill.users = 3
targets = { live = { service = "x" } }
notes = '''
[tool.toolkit.stack]
prometheus = "in a text"
'''

[ tool.toolkit.stack ]  # the servers
prometheus = "x"
environment.PORT = "{port}"

[tool.toolkit.services.web-1]
"command" = ["x"]
[tool.toolkit.services.web-1.environment]
PORT = "8000"

[[tool.toolkit.lint.policies]]
name = "one"
[[ tool.toolkit.lint.policies ]]
name = "two"
kind = "alert"
[tool.toolkit.lint.policies.labels]
a = "b"
"""

TOOLKIT = ("tool", "toolkit")
WEB = (*TOOLKIT, "services", "web-1")
POLICIES = (*TOOLKIT, "lint")

# The table, the keys, a key inside that is meant, and the line.
LINES: dict[str, tuple[tuple[str, ...], tuple[str, ...], str, int]] = {
    "a key": (TOOLKIT, ("catalogue",), "", 5),
    "a key that nobody knows": (TOOLKIT, (), "notes", 8),
    "a key of a table that its keys make": ((*TOOLKIT, "drill"), ("users",), "", 6),
    "a key of a table on one line": ((*TOOLKIT, "targets", "live"), ("service",), "", 7),
    "a key below a head, and not in a text": ((*TOOLKIT, "stack"), ("prometheus",), "", 14),
    "a key of a dotted table": ((*TOOLKIT, "stack", "environment"), ("PORT",), "", 15),
    "a key that is not written": ((*TOOLKIT, "stack"), ("grafana",), "", 13),
    "a key in quotes": (WEB, ("command",), "", 18),
    "a key of a table inside": (WEB, ("environment", "PORT"), "", 20),
    "a key in quotes that nobody knows": (WEB, (), "command", 18),
    "another that is not written": (WEB, ("needs",), "", 17),
    "a key in a table that is not written": (WEB, ("faults",), "pth", 17),
    "a table that its keys make": (TOOLKIT, ("drill",), "", 6),
    "a table by the tables in it": (TOOLKIT, (), "services", 17),
    "a table that is not written": ((*TOOLKIT, "services", "other"), (), "", 17),
    "the first of a list": (POLICIES, ("policies", "0"), "", 22),
    "a key of the second": (POLICIES, ("policies", "1", "kind"), "", 26),
    "a table of the second": (POLICIES, ("policies", "1", "labels"), "a", 28),
    "a key that the second has not": (POLICIES, ("policies", "1", "level"), "", 24),
}


@pytest.mark.parametrize(("table", "keys", "of_key", "line"), LINES.values(), ids=LINES)
def test_the_line_is_that_of_the_key_or_of_its_table(
    tmp_path: Path, table: tuple[str, ...], keys: tuple[str, ...], of_key: str, line: int
) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(TEXT, encoding="utf-8")
    error = TomlPlace(path, table, keys).error("is wrong.", fix="mend it.", of_key=of_key)
    inside = " ".join([f"[{'.'.join(table)}]", *keys])
    assert (error.message, error.fix) == (f"{path}:{line}: {inside}: is wrong.", "mend it.")


@pytest.mark.parametrize(
    "before",
    [
        "a = 1  # never ''' nor \"\"\"",
        "a = \"in ''' quotes\"",
        'a = \'in """ quotes\'',
        'a = """x"""  # one line',
        'a = """\n\\"""\n"""',
        'a = """\n[stack]\nport = 2\n""""',
        "a = '''\n# \"\"\"\n'''",
        'a = """x"""" # "',
        "a = 'a\x85b\u2028c'",
    ],
)
def test_quotes_and_separators_in_other_texts_move_no_line(tmp_path: Path, before: str) -> None:
    path = tmp_path / "pyproject.toml"
    text = f"[other]\n{before}\n[stack]\nport = 1\n"
    path.write_text(text, encoding="utf-8")
    line = text.count("\n", 0, text.rindex("port"))
    error = TomlPlace(path, ("stack",), ("port",)).error("is wrong.")
    assert error.message == f"{path}:{line + 1}: [stack] port: is wrong."


def test_a_place_is_said_as_it_is_written(tmp_path: Path) -> None:
    stack = TomlPlace(None, TOOLKIT).below("stack")
    assert str(stack) == "[tool.toolkit.stack]"
    assert str(stack.key("environment", "A B")) == "[tool.toolkit.stack] environment 'A B'"
    assert str(TomlPlace(None, ("services", "a b"))) == '[services."a b"]'
    assert str(stack.key("jaeger", words="tempo and jaeger")) == (
        "[tool.toolkit.stack] tempo and jaeger"
    )
    first = TomlPlace(None, ("lint",)).key("policies", "0", words="policies, the 1.")
    assert str(first.key("kind")) == "[lint] policies, the 1. kind"
    assert stack.key("jaeger").error("no.").message == "[tool.toolkit.stack] jaeger: no."
    path = tmp_path / ".toolkit-lint.toml"
    path.write_text('# ours\nlevels = { x = "loud" }\n', encoding="utf-8")
    levels = TomlPlace(path).key("levels")
    assert str(levels) == f"{path}: levels"
    assert levels.key("x").error("is loud.").message == f"{path}:2: levels x: is loud."
    assert TomlPlace(path).error("is wrong.").message == f"{path}: is wrong."


@pytest.mark.parametrize("text", [None, "", "not TOML", "[tool.other]"])
def test_what_stands_nowhere_has_no_line(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "pyproject.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    error = TomlPlace(path, ("other",), ("x",)).error("is wrong.")
    assert error.message == f"{path}: [other] x: is wrong."


def test_a_file_that_is_gone_is_no_other_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        load(tmp_path)
