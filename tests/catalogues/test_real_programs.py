"""The catalogues that come with the toolkit, against what the real programs export here."""

import re
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

import pytest
from prometheus_client import REGISTRY, generate_latest

from tests.support import foreign_programs
from tests.support.foreign_programs import REDIS_EXPORTER, ForeignProgram
from tests.support.redis_server import RedisServer
from toolkit.adopt.catalogue_changes import changes
from toolkit.catalogue import Catalogue
from toolkit.prometheus import exposition, fetch_scrape

PROGRAMS = {
    "prometheus": foreign_programs.PROMETHEUS,
    "alertmanager": foreign_programs.ALERTMANAGER,
    "node_exporter": foreign_programs.NODE_EXPORTER,
    "redis_exporter": foreign_programs.REDIS_EXPORTER,
}
# What the machine has decides which of these there are.
VARIES = re.compile(r"node_\w+: is (new|declared).*")


@pytest.mark.programs
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_program_exports_what_its_catalogue_says(name: str, tmp_path: Path) -> None:
    catalogue = import_module(f"toolkit.catalogues.{name}")
    declared, program = catalogue.CATALOGUE, PROGRAMS[name]
    version = re.search(r"\d+\.\d+\.\d+", str(catalogue.__doc__))
    assert version is not None
    if version.group() not in program.installed_version():
        pytest.skip(f"{program.name} here is not {version.group()}")
    with ExitStack() as running:
        if program is REDIS_EXPORTER:
            program = beside_redis(program, running)
        text = fetch_scrape.read(running.enter_context(program.exporting(tmp_path)))
    found = [change for change in changes(text, declared) if not VARIES.fullmatch(change)]
    assert found == []
    exported = exposition.families(text).keys() & {metric.name for metric in declared.metrics}
    assert len(exported) > len(declared.metrics) / 2


def beside_redis(exporter: ForeignProgram, running: ExitStack) -> ForeignProgram:
    redis = RedisServer(tcp=True)
    running.callback(redis.close)
    redis.start()  # a scrape before Redis answers has none of its metrics
    arguments = (*exporter.arguments, f"-redis.addr={redis.url}")
    return ForeignProgram(exporter.name, arguments, version=exporter.version)


def test_the_python_client_exports_what_its_catalogue_says() -> None:
    declared: Catalogue = import_module("toolkit.catalogues.python_client").CATALOGUE
    found = exposition.families(generate_latest(REGISTRY).decode())
    own = [name for name in found if exposition.is_of_the_client_library(name)]
    assert sorted(own) == [metric.name for metric in declared.metrics]
    assert changes(generate_latest(REGISTRY).decode(), declared) == ()
