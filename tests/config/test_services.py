"""`[tool.toolkit.services.NAME]`: what is read, and what is refused with the key at fault."""

from pathlib import Path

import pytest

from toolkit.config.pyproject import Addresses, load
from toolkit.config.services import FaultEndpoint, ServiceConfig, ServiceRun, in_order, with_needs
from toolkit.errors import ConfigurationError, UsageError

SHOP = """
[tool.toolkit.services.shop]
catalogue = "shop.catalogue:CATALOGUE"
url = "http://127.0.0.1:8080/v1/"
command = ["java", "-jar", "shop.jar"]
ready = "/healthz"
metrics = "/actuator/prometheus"
instances = 2
needs = ["redis"]
environment = { SHOP_PORT = "{port}" }
requests = "shop.catalogue:SALES"
faults = { path = "/admin/faults", token = "SHOP_ADMIN_TOKEN" }
job = "the-shop"

[tool.toolkit.services.redis]
url = "tcp://127.0.0.1:6379"
command = ["redis-server"]
run = "if installed"
"""


def write(folder: Path, text: str) -> Path:
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder


def test_every_key_is_read(tmp_path: Path) -> None:
    config = load(write(tmp_path, SHOP))
    shop, redis = config.all_services
    assert shop == ServiceConfig(
        name="shop",
        catalogue="shop.catalogue:CATALOGUE",
        url="http://127.0.0.1:8080/v1/",
        command=("java", "-jar", "shop.jar"),
        ready="/healthz",
        metrics="/actuator/prometheus",
        instances=2,
        needs=("redis",),
        environment={"SHOP_PORT": "{port}"},
        requests="shop.catalogue:SALES",
        faults=FaultEndpoint(path="/admin/faults", token="SHOP_ADMIN_TOKEN"),
        job="the-shop",
    )
    assert redis.run is ServiceRun.IF_INSTALLED
    assert redis.job == "redis"
    assert (shop.is_scraped, redis.is_scraped) == (True, False)
    assert (shop.is_constant, redis.is_constant) == (True, False)


def test_instances_have_names_and_ports_of_their_own(tmp_path: Path) -> None:
    config = load(write(tmp_path, SHOP))
    shop, redis = config.all_services
    assert shop.instance_names == ("shop-1", "shop-2")
    assert redis.instance_names == ("redis",)
    assert Addresses.of(config).services == {
        "shop": ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8081/v1"),
        "redis": ("tcp://127.0.0.1:6379",),
    }


def test_the_jobs_are_those_of_what_is_scraped(tmp_path: Path) -> None:
    text = SHOP + '[tool.toolkit.services.night]\nrun = "on demand"\n'
    config = load(write(tmp_path, text))
    assert config.jobs == ("the-shop", "night", "prometheus", "alertmanager")
    assert config.constant_jobs == ("the-shop", "prometheus", "alertmanager")


def test_the_primary_service_is_the_one_whose_requests_are_counted(tmp_path: Path) -> None:
    first = '[tool.toolkit.services.front]\nurl = "http://127.0.0.1:1"\n'
    config = load(write(tmp_path, first + SHOP))
    assert config.primary.name == "shop"
    assert config.job == "the-shop"
    assert load(write(tmp_path, first)).primary.name == "front"


def test_a_single_service_may_be_described_by_the_projects_own_keys(tmp_path: Path) -> None:
    text = """
    [tool.toolkit]
    catalogue = "a:B"
    serve = "a:main"
    job = "shop"
    requests = "a:SALES"
    [tool.toolkit.stack]
    service = "http://127.0.0.1:8000"
    environment = { PORT = "{port}" }
    [tool.toolkit.drill]
    faults = "/faults"
    token = "TOKEN"
    """
    assert load(write(tmp_path, text)).all_services == (
        ServiceConfig(
            name="shop",
            catalogue="a:B",
            url="http://127.0.0.1:8000",
            python="a:main",
            environment={"PORT": "{port}"},
            requests="a:SALES",
            faults=FaultEndpoint(path="/faults", token="TOKEN"),
        ),
    )


def test_a_service_is_found_by_name_and_a_wrong_name_gets_a_guess(tmp_path: Path) -> None:
    config = load(write(tmp_path, SHOP))
    assert config.service("redis").name == "redis"
    with pytest.raises(UsageError, match="unknown service 'rediss'; did you mean 'redis'"):
        config.service("rediss")


def test_what_needs_a_program_may_run_where_that_is_installed(tmp_path: Path) -> None:
    text = SHOP + '[tool.toolkit.services.till]\nrun = "if installed"\nneeds = ["redis"]\n'
    till = load(write(tmp_path, text)).service("till")
    assert (till.run, till.is_constant) == (ServiceRun.IF_INSTALLED, False)


def test_all_that_a_service_needs_is_listed_once() -> None:
    def one(name: str, *needs: str) -> ServiceConfig:
        return ServiceConfig(name=name, needs=needs)

    services = (one("a", "b", "c"), one("b", "d"), one("c", "d"), one("d"), one("e"))
    assert with_needs(services, "a") == ("a", "b", "d", "c")
    assert with_needs(services, "e") == ("e",)


def test_services_come_after_those_that_they_need(tmp_path: Path) -> None:
    services = load(write(tmp_path, SHOP)).all_services
    assert [service.name for service in in_order(services)] == ["redis", "shop"]


def test_further_variables_are_given_to_every_service(tmp_path: Path) -> None:
    config = load(write(tmp_path, SHOP)).with_environment({"MORE": "1"})
    assert [dict(x.environment) for x in config.all_services] == [
        {"SHOP_PORT": "{port}", "MORE": "1"},
        {"MORE": "1"},
    ]


SERVERS = 'prometheus = "http://p"\nalertmanager = "http://a"\n'


def test_a_target_has_an_address_of_each_service_that_is_always_there(tmp_path: Path) -> None:
    text = SHOP + f'[tool.toolkit.targets.far]\n{SERVERS}services = {{ shop = "https://s/v1" }}\n'
    assert load(write(tmp_path, text)).targets["far"].services == {"shop": "https://s/v1"}


A = "[tool.toolkit.services.a]\n"
REFUSED = {
    "an unknown key": (
        f'{A}catalog = "x:Y"',
        "services.a]: unknown key 'catalog'; did you mean 'catalogue'? (known: catalogue, command, "
        "environment, extra, faults, instances, job, metrics, needs, profile, python, ready, "
        "requests, restarted_by, run, url)",
    ),
    "a table that is none": (
        "[tool.toolkit.services]\na = 3",
        "services.a]: must be a table, but is 3.",
    ),
    "two ways to start": (
        f'{A}python = "a:main"\ncommand = ["a"]',
        "services.a]: has python and command.\n  fix: keep the one that starts the service.",
    ),
    "an empty command": (
        f"{A}command = []",
        "services.a] command: is empty.\n  fix: name a program, or drop the key.",
    ),
    "a command in one text": (
        f'{A}command = "a -b"',
        "services.a] command: must be a list of text, but is 'a -b'.",
    ),
    "no function": (
        f'{A}python = "a.main"',
        "services.a] python: 'a.main' names no function.\n"
        '  fix: write python = "package.module:main".',
    ),
    "no address": (
        f'{A}url = "localhost:80"',
        "services.a] url: 'localhost:80' is not an address.\n"
        '  fix: write it like url = "http://127.0.0.1:8080", with https:// or tcp:// where it is '
        "so.",
    ),
    "a host that cannot be": (
        f'{A}url = "http://[x"',
        "services.a] url: 'http://[x' is not an address.\n"
        '  fix: write it like url = "http://127.0.0.1:8080", with https:// or tcp:// where it is '
        "so.",
    ),
    "a port that cannot be": (
        f'{A}url = "http://a:99999"',
        "services.a] url: 'http://a:99999' is not an address.\n"
        '  fix: write it like url = "http://127.0.0.1:8080", with https:// or tcp:// where it is '
        "so.",
    ),
    "no path": (
        f'{A}ready = "healthz"',
        "services.a] ready: 'healthz' is not a path.\n  fix: begin it with a slash: /healthz.",
    ),
    "no instance": (
        f"{A}instances = 0",
        "services.a] instances: must be a whole number over 0, but is 0.",
    ),
    "instances on one port": (
        f'{A}instances = 2\ncommand = ["a"]',
        "services.a] instances: 2 of them need a port each, and nothing tells them.\n"
        "  fix: put {port} into the command or the environment.",
    ),
    "more instances than a machine runs": (
        f'{A}instances = 100000\ncommand = ["a", "{{port}}"]',
        "services.a] instances: 100000 are more than one machine runs.\n  fix: write at most 100.",
    ),
    "the path of the metrics twice": (
        f'{A}url = "http://127.0.0.1:8080/metrics/"',
        "services.a] url: /metrics is added to it again, as the path of its metrics.\n"
        "  fix: leave the path out of the url: metrics says it.",
    ),
    "the table's name mistyped": (
        f"{A}[tool.toolkit.service.b]",
        "[tool.toolkit]: unknown key 'service'; did you mean 'services'? (known: alerts, "
        "catalogue, commands, dashboards, demo, drill, job, lint, load, loadtests, mixes, "
        "reference, requests, runbook_url, scrape_interval, serve, services, stack, targets, "
        "validators)",
    ),
    "an unknown run": (
        f'{A}run = "never"',
        "services.a] run: must be one of 'always', 'on demand', 'if installed', but is 'never'.",
    ),
    "nothing to look for": (
        f'{A}run = "if installed"',
        "services.a] run: 'if installed' needs a command, its own or of what it needs.\n"
        "  fix: say which program it is, or name in needs what has one.",
    ),
    "an unknown key of the faults": (
        f'{A}faults = {{ url = "/x" }}',
        "services.a] faults: unknown key 'url' (known: path, token)",
    ),
    "a catalogue of what has no metrics": (
        f'{A}catalogue = "a:B"\nmetrics = ""',
        "services.a]: has a catalogue, and exports no metrics.\n"
        "  fix: set metrics, or drop the catalogue.",
    ),
    "a need that is nothing": (
        f'{A}needs = ["bb"]\n[tool.toolkit.services.bbb]\nurl = "tcp://x:1"',
        "services.a] needs: there is no service 'bb'; did you mean 'bbb'? (known: bbb)",
    ),
    "somebody who is not there": (
        f'{A}restarted_by = "bb"\n[tool.toolkit.services.bbb]\nurl = "tcp://x:1"',
        "services.a] restarted_by: there is no service 'bb'; did you mean 'bbb'? (known: bbb)",
    ),
    "a profile with a service's name": (
        f'{A}profile = "b"\nrun = "on demand"\n[tool.toolkit.services.b]\nurl = "tcp://x:1"',
        "services.a] profile: 'b' is a service.\n  fix: name the profile otherwise.",
    ),
    "a circle": (
        f'{A}needs = ["b"]\n[tool.toolkit.services.b]\nneeds = ["a"]',
        "services.a] needs: a → b → a is a circle, so none of them can be first.\n"
        "  fix: take one of these needs away.",
    ),
    "a name that is a path": (
        '[tool.toolkit.services."a b/../c"]',
        "services.\"a b/../c\"]: 'a b/../c' cannot be the name of a service, nor of its log.\n"
        "  fix: write at most 63 letters, digits, -, _ and dots, with a letter or a digit first.",
    ),
    "a name of 64 letters": (
        f"[tool.toolkit.services.{'a' * 64}]",
        f"services.{'a' * 64}]: '{'a' * 40}' cannot be the name of a service, nor of its log.\n"
        "  fix: write at most 63 letters, digits, -, _ and dots, with a letter or a digit first.",
    ),
    "a password": (
        '[tool.toolkit.services.a]\nurl = "http://me:secret@x:1"',
        "services.a] url: has a user in it, which would stand in prometheus.yml.\n"
        "  fix: leave it out; a table of [tool.toolkit.targets] has user and password_file.",
    ),
    "the name of a server": (
        "[tool.toolkit.services.prometheus]",
        "services.prometheus]: 'prometheus' is a server of the stack.\n  fix: choose another name.",
    ),
    "one job twice": (
        f'{A}[tool.toolkit.services.b]\njob = "a"',
        "services.b] job: 'a' is the job of 'a' already.\n"
        "  fix: give each service a job of its own, or make one of them `instances`.",
    ),
    "the project's keys and a table": (
        f'[tool.toolkit]\nserve = "a:main"\n{A}',
        "serve: the services have tables, so this stands in theirs.\n"
        "  fix: write it in [tool.toolkit.services.a], as python.",
    ),
    "the stack's keys and a table": (
        f'[tool.toolkit.stack]\nservice = "http://x"\n{A}',
        "service: the services have tables, so this stands in theirs.\n"
        "  fix: write it in [tool.toolkit.services.a], as url.",
    ),
    "a target without a service": (
        f"{A}[tool.toolkit.services.b]\n[tool.toolkit.targets.far]\n{SERVERS}",
        'targets.far] services: has no a.\n  fix: say where it is: services = { a = "https://…" }.',
    ),
    "a target with a stranger": (
        f'{A}[tool.toolkit.targets.far]\n{SERVERS}services = {{ b = "http://b" }}',
        "targets.far] services: unknown service 'b' (known: a)",
    ),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(write(tmp_path, text))
    file, line, _ = str(caught.value).split(":", 2)
    assert (file, line.isdigit()) == (str(tmp_path / "pyproject.toml"), True)
    assert str(caught.value).endswith(message)
