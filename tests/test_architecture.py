"""Who may import whom, how large a module may be, and what the top level holds."""

import ast
import functools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import program_tests
from tests.support.repository import ROOT

FOLDERS = ("toolkit", "validators", "target_app", "alerts", "dashboards", "loadtests")
OURS = {*FOLDERS, "tests"}
LEAVES = {
    "target_app.catalogue", "target_app.objectives", "target_app.machine_catalogue",
    "target_app.session.catalogue", "target_app.session.objectives",
    "target_app.services.ai.catalogue", "target_app.services.exec_risk.catalogue",
    "target_app.services.analytics_os.catalogue", "target_app.services.analytics_os.drift",
    "target_app.services.bus_catalogue", "target_app.services.objectives",
}  # fmt: skip
MAY_IMPORT = {
    "toolkit": {"toolkit"},
    "validators": {"toolkit"},  # installed, it is toolkit.checks
    "target_app": {"toolkit", "target_app"},
    "alerts": {"toolkit", "alerts", *LEAVES},
    "dashboards": {"toolkit", "dashboards", *LEAVES},
    "loadtests": {"toolkit", "loadtests", *LEAVES},
}
# What projects write with, and the ground under it. The server packages see nothing else.
GROUND = {
    "definition_checks", "row_options", "errors", "did_you_mean", "durations", "findings",
    "drill_causes", "config", "http_client", "formats", "catalogue", "metric_names",
    "promql_matchers", "imported_panels", "objectives", "go_patterns", "promql", "alerts",
    "alertmanager_matchers", "receivers", "time_intervals", "routing", "imported_routing",
    "burn_rate", "burn_rate_tests", "dashboards", "instruments", "load_metrics",
}  # fmt: skip
SERVERS = {"prometheus", "alertmanager", "grafana", "mimir"}
MOST_LINES = 400
NO_NAMES = {
    # They say nothing.
    "utils", "util", "common", "helpers", "core", "misc",
    # They are pictures, where the field has words.
    "blame", "book", "campaign", "classic", "fleet", "hands", "head", "proofs", "scene", "stage",
    "visuals", "watch", "wire", "worlds",
}  # fmt: skip
TOP_LEVEL = {
    "pyproject.toml", "requirements.lock", "README.md", "CHANGELOG.md", "LICENSE",
    "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "docs", "zensical.toml",
    "Makefile", "compose.yaml", "Containerfile", "action.yml", "templates",
    ".pre-commit-hooks.yaml",
    ".gitignore", ".gitattributes", ".pre-commit-config.yaml", ".ci", "tests", "distributions",
    "examples",     *FOLDERS,
}  # fmt: skip

MODULES = sorted(
    path
    for folder in OURS
    for path in (ROOT / folder).rglob("*.py")
    if not {"generated", "node_modules"} & set(path.parts)
)


def names(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")


@functools.cache
def imports(path: Path) -> tuple[tuple[int, str], ...]:
    """Every module that the file imports, with its line, inside functions too."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[tuple[int, str]]:
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


@functools.cache
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


@functools.cache
def imported_modules(folder: str) -> dict[str, set[str]]:
    """By module below `folder`, the modules below it that it imports."""
    found = {}
    for path in (path for path in MODULES if path.is_relative_to(ROOT / folder)):
        below = {name for _, name in imports(path) if name.startswith(f"{folder}.")}
        if path.name != "__init__.py":
            found[names(path)] = {name for name in below if (ROOT / file_of(name)).is_file()}
    return found


def file_of(module: str) -> str:
    return f"{module.replace('.', '/')}.py"


@functools.cache
def room(module: str) -> str:
    """The folder of a module, or the module itself where its folder has folders of its own."""
    folder = ROOT / module.rpartition(".")[0].replace(".", "/")
    has_folders = any(path.parent != folder for path in folder.rglob("*.py"))
    return module if has_folders else module.rpartition(".")[0]


def circle(graph: dict[str, set[str]]) -> list[str]:
    """The names along one circle of arrows; empty where there is none."""
    done: set[str] = set()

    def search(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        for after in sorted(graph.get(name, ())):
            found = search(after, [*way, name])
            if found:
                return found
        done.add(name)
        return []

    return next((found for name in sorted(graph) if (found := search(name, []))), [])


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_file_imports_itself_by_way_of_others(folder: str) -> None:
    assert circle(imported_modules(folder)) == []


@pytest.mark.parametrize("folder", ["toolkit", "target_app"])
def test_no_folder_imports_itself_by_way_of_others(folder: str) -> None:
    rooms: dict[str, set[str]] = {}
    for module, imported in imported_modules(folder).items():
        rooms.setdefault(room(module), set()).update(map(room, imported))
    assert circle({name: others - {name} for name, others in rooms.items()}) == []


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == ["b", "c", "b"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_what_speaks_to_servers_knows_no_project() -> None:
    allowed = GROUND | SERVERS
    wrong = [
        f"{module} imports {name}"
        for module, imported in imported_modules("toolkit").items()
        if module.split(".")[1] in SERVERS
        for name in sorted(imported)
        if name.split(".")[1] not in allowed
    ]
    assert wrong == []


def test_what_projects_write_with_knows_no_server_and_no_command() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, imported in imported_modules("toolkit").items()
        if module.split(".")[1] in GROUND
        for name in sorted(imported)
        if name.split(".")[1] not in GROUND
    ]
    assert wrong == []


def test_exchanges_know_nothing_of_the_service_that_trades_there() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, imported in imported_modules("target_app").items()
        if module.split(".")[1] == "exchanges"
        for name in sorted(imported)
        if name.split(".")[1] not in {"exchanges", "catalogue", "tracing"}
    ]
    assert wrong == []


def test_traces_know_nothing_of_what_is_traced() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, imported in imported_modules("target_app").items()
        if module.split(".")[1] == "tracing"
        for name in sorted(imported)
        if name.split(".")[1] != "tracing"
    ]
    assert wrong == []


def test_the_session_knows_nothing_of_the_execution_service() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, imported in imported_modules("target_app").items()
        if module.split(".")[1] == "session"
        for name in sorted(imported)
        if name.split(".")[1] in {"execution", "services"}
    ]
    assert wrong == []


def test_modules_are_small_named_and_described() -> None:
    """One test, since pytest would take longer over a thousand than they do."""
    assert [wrong for path in MODULES for wrong in shortcomings(path)] == []


def shortcomings(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    is_list = path.is_relative_to(ROOT / "toolkit" / "catalogues")  # made by `toolkit discover`
    if not is_list and len(text.splitlines()) > MOST_LINES:
        yield f"{names(path)} is too long: split it"
    if path.stem in NO_NAMES:
        yield f"{names(path)} says nothing: name what is in it"
    if text.strip() and not text.lstrip().startswith(('"""', 'r"""')):
        yield f"{names(path)} does not say what it is"


def test_a_module_that_says_nothing_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    path = tmp_path / "utils.py"
    path.write_text("X = 1\n" * (MOST_LINES + 1), encoding="utf-8")
    assert [*shortcomings(path)] == [
        "utils is too long: split it",
        "utils says nothing: name what is in it",
        "utils does not say what it is",
    ]


@pytest.mark.programs
def test_the_top_level_holds_what_was_agreed() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert {path.partition("/")[0] for path in tracked} <= TOP_LEVEL


@pytest.mark.programs
@pytest.mark.parametrize("words", [["--help"], ["load", "--help"], ["lint", "-h"]])
def test_help_loads_no_heavy_library(words: list[str]) -> None:
    script = (
        "import sys\n"
        "from toolkit.cli.main import run\n"
        f"status = run({words})\n"
        "heavy = {'locust', 'ccxt', 'grafanalib', 'fastapi', 'requests', 'yaml', 'gevent',\n"
        "         'pydantic'}\n"
        "print(status, sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=dict(os.environ),
    )
    assert done.stdout.splitlines()[-1] == "0 []"


def test_the_modules_that_start_first_are_there() -> None:
    assert [name for name in program_tests.LONGEST if not (ROOT / name).is_file()] == []
