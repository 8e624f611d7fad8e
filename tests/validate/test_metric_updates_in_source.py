"""Where a service's source updates its metrics, read without running it."""

import ast
import os
from pathlib import Path
from textwrap import dedent

import pytest

from toolkit import findings
from toolkit.catalogue import Catalogue
from toolkit.config.pyproject import Config
from toolkit.config.services import ServiceConfig
from toolkit.project import Project
from toolkit.validate.check import Skip
from toolkit.validate.metric_updates_in_source import ServiceSource


def source(tmp_path: Path, **modules: str) -> ServiceSource:
    folder = tmp_path / "shop"
    folder.mkdir()
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(dedent(text), encoding="utf-8")
    return ServiceSource.of(project(tmp_path))


def project(root: Path, serve: str = "") -> Project:
    config = Config(root=root, catalogue="shop.catalogue:CATALOGUE", serve=serve)
    return Project(config, Catalogue(()), (), None, ())


def test_the_source_is_that_of_the_service_or_else_of_the_catalogue(tmp_path: Path) -> None:
    for name in ("shop", "till"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "work.py").write_text(f"def work():\n    {name.upper()}\n", "utf-8")
    assert ServiceSource.of(project(tmp_path)).used() == {"SHOP"}
    assert ServiceSource.of(project(tmp_path, serve="till.main:main")).used() == {"TILL"}


def test_a_service_whose_source_is_elsewhere_is_skipped(tmp_path: Path) -> None:
    with pytest.raises(Skip, match=r"^the service's source, shop/, is not here$"):
        ServiceSource.of(project(tmp_path))


USED = {
    "in a function": "def sell(m):\n    m.SALES.inc()\n",
    "imported by name": "from c import SALES\ndef sell():\n    SALES.inc()\n",
    "kept in an attribute that is read": """\
        class Till:
            def __init__(self, m):
                self._sales = make(m.SALES)
            def sell(self):
                self._sales.inc()
        """,
}
UNUSED = {
    "only at the top of a module": "from c import SALES\nPROMISE = objective(SALES)\n",
    "kept in an attribute that nobody reads": """\
        class Till:
            def __init__(self, m):
                self._sales = make(m.SALES)
        """,
    "only in a string": 'def sell():\n    return "SALES"\n',
}


@pytest.mark.parametrize("text", USED.values(), ids=USED)
def test_a_use_counts(tmp_path: Path, text: str) -> None:
    assert "SALES" in source(tmp_path, till=text).used()


@pytest.mark.parametrize("text", UNUSED.values(), ids=UNUSED)
def test_no_use(tmp_path: Path, text: str) -> None:
    assert "SALES" not in source(tmp_path, till=text).used()


MADE = {
    "imported by name": "from prometheus_client import Counter\nx = Counter('a', 'b')\n",
    "under another name": "from prometheus_client import Counter as C\nx = C('a', 'b')\n",
    "through the library": "import prometheus_client as p\n\nx = p.Counter('a', 'b')\n",
    "from a module of the library": "from prometheus_client.metrics import Counter\nx = Counter()",
}


@pytest.mark.parametrize("text", MADE.values(), ids=MADE)
def test_a_metric_that_is_made_directly_is_found_at_its_line(tmp_path: Path, text: str) -> None:
    ((kind, place),) = source(tmp_path, till=text).made()
    assert kind == "Counter"
    assert place.path == "shop/till.py"
    assert text.splitlines()[place.line - 1].startswith("x = ")


def test_one_thread_parses_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parse, alone = ast.parse, list[bool]()

    def watched(text: str) -> ast.Module:
        alone.append(findings._PARSING.locked())
        return parse(text)

    monkeypatch.setattr("toolkit.findings.ast.parse", watched)
    source(tmp_path, till="x = 1\n")
    assert alone == [True]


def test_another_counter_is_no_metric(tmp_path: Path) -> None:
    text = "from collections import Counter\nx = Counter('abc')\n"
    assert list(source(tmp_path, till=text).made()) == []


def test_only_what_is_written_in_python_here_is_searched(tmp_path: Path) -> None:
    (tmp_path / "till").mkdir()
    (tmp_path / "till/work.py").write_text("def work():\n    TILL\n", "utf-8")
    services = (
        ServiceConfig(name="shop", command=("java",), catalogue="till.catalogue:CATALOGUE"),
        ServiceConfig(name="redis", catalogue="toolkit.catalogues.redis:CATALOGUE"),
        ServiceConfig(name="exporter"),
        ServiceConfig(name="till", python="till.main:main", catalogue="till.catalogue:CATALOGUE"),
    )

    def searched(*given: ServiceConfig) -> list[str]:
        config = Config(root=tmp_path, services={x.name: x for x in given})
        project = Project(config, Catalogue(()), (), None, ())
        return [service.name for service, _ in ServiceSource.each(project)]

    assert searched(*services) == ["till"]
    with pytest.raises(
        Skip, match=r"^shop is started by a command, so its scrape alone is judged$"
    ):
        searched(services[0], services[2])
    with pytest.raises(Skip, match=r"^no service has a catalogue of this project$"):
        searched(services[1])


def test_services_of_one_package_share_their_source(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/work.py").write_text("def work():\n    SALES\n", "utf-8")
    services = {
        name: ServiceConfig(name=name, python=f"shop.{name}:main", catalogue=f"shop.{name}:X")
        for name in ("till", "stock")
    }
    config = Config(root=tmp_path, services=services)
    several = Project(config, Catalogue(()), (), None, ())
    (_, first), (_, second) = ServiceSource.each(several)
    assert first is second
    assert first.used() == {"SALES"}


def test_a_source_is_read_once_until_it_changes(tmp_path: Path) -> None:
    first = source(tmp_path, work="def sell(m):\n    m.SALES.inc()\n")
    again = ServiceSource.of(project(tmp_path))
    assert again.trees is first.trees
    assert again.used() == {"SALES"}
    changed = tmp_path / "shop" / "work.py"
    changed.write_text("def sell(m):\n    m.RETURNS.inc()\n", encoding="utf-8")
    os.utime(changed, ns=(0, 0))
    assert ServiceSource.of(project(tmp_path)).used() == {"RETURNS"}
