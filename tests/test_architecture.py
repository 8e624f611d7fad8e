"""Who may import whom, how large a module may be, and what the top level holds."""

import ast
import functools
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support import program_tests
from tests.support.repository import ROOT

FOLDERS = ("toolkit", "validators", "target_app", "alerts", "dashboards", "loadtests")
OURS = {*FOLDERS, "tests"}
LEAVES = {
    "target_app.catalogue",
    "target_app.objectives",
    "target_app.node_exporter_catalogue",
    "target_app.session.catalogue",
    "target_app.session.objectives",
    "target_app.services.ai.catalogue",
    "target_app.services.exec_risk.catalogue",
    "target_app.services.analytics_os.catalogue",
    "target_app.services.analytics_os.drift",
    "target_app.services.bus_catalogue",
    "target_app.services.objectives",
}
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
    "definition_arguments", "errors", "unknown_name_did_you_mean", "durations", "findings",
    "drill_causes", "config", "http_client", "http_proxies", "formats", "label_matchers",
    "imported", "catalogue", "catalogues", "objectives", "promql", "alerts", "receivers",
    "time_intervals", "routing", "burn_rate", "burn_rate_tests", "dashboards", "dashboard_rows",
    "instruments", "secret_file", "unanswered_reasons", "yaml_nesting",
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


class Import(NamedTuple):
    line: int
    module: str
    at_once: bool  # when its own module is imported; not when a function runs


@functools.cache
def imports(path: Path) -> tuple[Import, ...]:
    """Every module that the file imports, inside functions too."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[Import]:
    for node, at_once in statements(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (Import(node.lineno, alias.name, at_once) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: write the import in full"
            base = node.module or ""
            below = {f"{base}.{alias.name}" for alias in node.names}
            if base in OURS or base.partition(".")[0] in OURS:
                # `from target_app import catalogue` imports target_app.catalogue.
                modules = sorted(name for name in below if is_module(name))
                yield from (Import(node.lineno, name, at_once) for name in modules)
                if len(modules) < len(below):
                    yield Import(node.lineno, base, at_once)
            else:
                yield Import(node.lineno, base, at_once)


def statements(node: ast.AST, *, at_once: bool = True) -> Iterator[tuple[ast.AST, bool]]:
    """Every statement below, and whether it runs when the module is imported."""
    for part in ("body", "orelse", "finalbody", "handlers", "cases"):
        for child in getattr(node, part, ()):
            yield child, at_once
            later = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) or (
                isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test)
            )
            yield from statements(child, at_once=at_once and not later)


@functools.cache
def is_module(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


@pytest.mark.parametrize("folder", FOLDERS)
def test_folders_import_only_what_they_may(folder: str) -> None:
    wrong = []
    for path in (path for path in MODULES if path.is_relative_to(ROOT / folder)):
        for line, name, _ in imports(path):
            top = name.partition(".")[0]
            if top in OURS and top not in MAY_IMPORT[folder] and name not in MAY_IMPORT[folder]:
                wrong.append(f"{names(path)}:{line} imports {name}")
    assert wrong == []


@functools.cache
def imported_modules(folder: str) -> dict[str, set[str]]:
    """By module below `folder`, the modules below it that it imports."""
    found = {}
    for path in (path for path in MODULES if path.is_relative_to(ROOT / folder)):
        below = {module for _, module, _ in imports(path) if module.startswith(f"{folder}.")}
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


def way_to_locust(start: Path) -> list[str]:
    """The modules from a test's module to one that imports Locust; empty where none does.

    Of the test's own module the functions count too: they run in the same process.
    """
    ways = [[names(start), name] for name in with_packages(each.module for each in imports(start))]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        if way[-1].partition(".")[0] == "locust":
            return way
        if way[-1] not in seen and way[-1] not in WITHOUT_LOCUST:
            seen.add(way[-1])
            ways += [[*way, name] for name in imported_at_once(way[-1])]
    WITHOUT_LOCUST.update(seen)
    return []


# From these no way leads there, as an earlier test has seen.
WITHOUT_LOCUST: set[str] = set()


@functools.cache
def imported_at_once(module: str) -> list[str]:
    path = ROOT / module.replace(".", "/")
    files = (path.with_suffix(".py"), path / "__init__.py")
    source = next((file for file in files if file.is_file()), None)
    found = imports(source) if source else ()
    return with_packages(each.module for each in found if each.at_once)


def with_packages(modules: Iterable[str]) -> list[str]:
    """The modules, and the packages around each, which are imported before it."""
    parts = (name.split(".") for name in modules)
    return sorted({".".join(way[:n]) for way in parts for n in range(1, len(way) + 1)})


def test_no_test_imports_locust() -> None:
    """Importing it patches sockets and threads, with which a worker of xdist hangs."""
    tests = (path for path in MODULES if path.is_relative_to(ROOT / "tests"))
    in_process = (path for path in tests if not path.is_relative_to(ROOT / "tests/benchmarks"))
    assert [way for path in in_process if (way := way_to_locust(path))] == []


def forget() -> None:
    is_module.cache_clear()
    imported_at_once.cache_clear()
    WITHOUT_LOCUST.clear()


@pytest.mark.parametrize(
    ("test", "way"),
    [
        ("import locust.exception", ["test_it", "locust"]),
        ("from locust import task", ["test_it", "locust"]),
        ("def test_it():\n    import locust", ["test_it", "locust"]),
        ("from toolkit import sender", ["test_it", "toolkit.sender", "locust"]),
        ("from toolkit.near import x", ["test_it", "toolkit.near", "toolkit.sender", "locust"]),
        ("from toolkit.loads import late", ["test_it", "toolkit.loads", "locust"]),
        ("from toolkit import late", []),
        ("import tests.support, json", []),
        ("SCENARIO = 'import locust'", []),
    ],
)
def test_a_way_to_locust_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, test: str, way: list[str]
) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    forget()
    for path, text in {
        "toolkit/__init__.py": "",
        "toolkit/near.py": "if True:\n    from toolkit.sender import x",
        "toolkit/sender.py": "class User:\n    try:\n        import locust\n    finally: ...",
        "toolkit/late.py": "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
        "    import locust\n\n\nasync def user():\n    from locust import User",
        "toolkit/loads/__init__.py": "from locust import task",
        "toolkit/loads/late.py": "",
        "test_it.py": test,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    try:
        assert way_to_locust(tmp_path / "test_it.py") == way
    finally:
        forget()


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
