"""Who may import whom, how large a module may be, and what the top level holds."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("toolkit", "validators", "target_app", "alerts", "dashboards", "loadtests")
OURS = {*FOLDERS, "tests"}
LEAVES = {"target_app.catalogue", "target_app.objectives"}
MAY_IMPORT = {
    "toolkit": {"toolkit"},
    "validators": {"toolkit", "validators"},
    "target_app": {"toolkit", "target_app"},
    "alerts": {"toolkit", "alerts", *LEAVES},
    "dashboards": {"toolkit", "dashboards", *LEAVES},
    "loadtests": {"toolkit", "loadtests", *LEAVES},
}
# Inside the toolkit a module imports from its own layer or from one above it in this list.
LAYERS = (
    {"errors", "findings", "blame", "causes"},
    {"config", "access", "catalogue", "objectives", "promql", "labelflow", "templating",
     "github"},
    {"alerts", "routing", "burn", "burnproofs", "dashboards", "instruments", "loadmetrics",
     "scrape", "rulesource", "rules", "gotemplates"},
    {"project"},
    {"classic", "visuals", "provisioning", "runbooks", "serverconfig", "servers",
     "grafana", "linting", "validate", "proving"},
    {"docs", "generate"},
    {"lint", "stack", "load", "generator", "coverage", "drill", "deploy", "operator",
     "sources", "preview"},
    {"report", "checkreport", "demo"},
    {"cli", "__main__"},
)  # fmt: skip
MOST_LINES = 400
NO_NAMES = {"utils", "util", "common", "helpers", "core", "misc"}
TOP_LEVEL = {
    "pyproject.toml", "requirements.lock", "README.md", "LICENSE", "Makefile", "compose.yaml",
    ".gitignore", ".gitattributes", ".ci", "tests", *FOLDERS,
}  # fmt: skip

MODULES = sorted(
    path
    for folder in OURS
    for path in (ROOT / folder).rglob("*.py")
    if not {"generated", "node_modules"} & set(path.parts)
)


def names(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module that the file imports, with its line, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: write the import in full"
            base = node.module or ""
            below = {f"{base}.{alias.name}" for alias in node.names}
            if base in OURS or base.partition(".")[0] in OURS:
                # `from target_app import catalogue` imports target_app.catalogue.
                yield from ((node.lineno, name) for name in sorted(below) if is_module(name))
                if any(not is_module(name) for name in below):
                    yield node.lineno, base
            else:
                yield node.lineno, base


def is_module(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


@pytest.mark.parametrize("folder", FOLDERS)
def test_folders_import_only_what_they_may(folder: str) -> None:
    wrong = []
    for path in (path for path in MODULES if path.is_relative_to(ROOT / folder)):
        for line, name in imports(path):
            top = name.partition(".")[0]
            if top in OURS and top not in MAY_IMPORT[folder] and name not in MAY_IMPORT[folder]:
                wrong.append(f"{names(path)}:{line} imports {name}")
    assert wrong == []


def layer(module: str) -> int:
    part = module.split(".")[1] if "." in module else ""
    return next((n for n, layer in enumerate(LAYERS) if part in layer), -1)


def test_every_toolkit_module_has_a_layer() -> None:
    found = {path.stem for path in (ROOT / "toolkit").glob("*.py")} - {"__init__"}
    found |= {path.parent.name for path in (ROOT / "toolkit").glob("*/__init__.py")}
    assert found == set().union(*LAYERS)


def test_toolkit_modules_import_from_their_layer_or_above() -> None:
    wrong = []
    for path in (path for path in MODULES if path.is_relative_to(ROOT / "toolkit")):
        for line, name in imports(path):
            if name.startswith("toolkit.") and layer(name) > layer(names(path)):
                wrong.append(f"{names(path)}:{line} imports {name}")
    assert wrong == []


@pytest.mark.parametrize("path", MODULES, ids=names)
def test_modules_are_small_named_and_described(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES, f"{names(path)} is too long: split it"
    assert path.stem not in NO_NAMES, f"{path.stem} says nothing: name what is in it"
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), f"{names(path)} does not say what it is"


def test_the_top_level_holds_what_was_agreed() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert {path.partition("/")[0] for path in tracked} <= TOP_LEVEL


def test_help_loads_no_heavy_library() -> None:
    script = (
        "import sys\n"
        "from toolkit.cli.main import run\n"
        "status = run(['--help'])\n"
        "heavy = {'locust', 'ccxt', 'grafanalib', 'fastapi', 'requests', 'yaml', 'gevent'}\n"
        "print(status, sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT,
        env=dict(os.environ),
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "0 []"
