"""`[tool.toolkit]` is read strictly: where, what, what would be right."""

import re
from pathlib import Path

import pytest

from toolkit.config.pyproject import Addresses, Config, DrillConfig, StackConfig, find_root, load
from toolkit.config.targets import TargetConfig
from toolkit.durations import seconds
from toolkit.errors import ConfigurationError

NEEDED = 'catalogue = "a:B"\n'
KEYS = (
    "alerts, catalogue, commands, dashboards, demo, drill, job, lint, load, loadtests, mixes, "
    "reference, requests, runbook_url, scrape_interval, serve, services, stack, targets, validators"
)
TARGET = '[tool.toolkit.targets.far]\nservice = "http://s"\nprometheus = "http://p"\n'
WRITE_IT_LIKE = '\n  fix: write it like {} = "http://127.0.0.1:9090".'


def write(folder: Path, text: str) -> Path:
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder


def test_defaults_stand_where_nothing_is_said(tmp_path: Path) -> None:
    config = load(write(tmp_path, f"[tool.toolkit]\n{NEEDED}"))
    assert config == Config(
        root=tmp_path,
        catalogue="a:B",
        alerts="alerts",
        dashboards="dashboards",
        loadtests="loadtests",
        serve="",
        job="service",
        requests="",
        demo="normal",
        load="",
        lint=(
            "toolkit.lint.rules",
            "toolkit.lint.dashboard_rules",
            "toolkit.lint.alertmanager_rules",
            "toolkit.lint.dashboard_file_rules",
        ),
        validators=("toolkit.checks",),
        scrape_interval="15s",
        runbook_url="https://runbooks.example.com/{alert}",
        stack=StackConfig(
            service="http://127.0.0.1:8000",
            prometheus="http://127.0.0.1:9090",
            alertmanager="http://127.0.0.1:9093",
            grafana="http://127.0.0.1:3000",
            environment={},
        ),
        drill=DrillConfig(background="", users=10, faults="", token="", environment={}),
        targets={},
    )
    assert config.jobs == ("service", "prometheus", "alertmanager")
    assert config.state == tmp_path / ".toolkit"
    assert Addresses.of(config) == Addresses(
        services={"service": ("http://127.0.0.1:8000",)},
        prometheus="http://127.0.0.1:9090",
        alertmanager="http://127.0.0.1:9093",
    )


def test_a_target_needs_three_addresses_and_no_credentials(tmp_path: Path) -> None:
    text = f'[tool.toolkit]\n{NEEDED}{TARGET}alertmanager = "https://a"\n'
    assert load(write(tmp_path, text)).targets == {
        "far": TargetConfig(
            service="http://s",
            prometheus="http://p",
            alertmanager="https://a",
            grafana="",
            grafana_token_env="GRAFANA_TOKEN",
            token_env="",
            token_file="",
            user="",
            password_env="",
            password_file="",
            ca_file="",
            client_certificate="",
            client_key="",
            headers={},
        )
    }


def test_what_is_said_is_read(tmp_path: Path) -> None:
    text = """
    [tool.toolkit]
    catalogue = "a:B"
    lint = ["toolkit.lint.rules", "mine"]
    scrape_interval = "30s"
    [tool.toolkit.stack]
    grafana = "https://grafana.example.com"
    [tool.toolkit.stack.environment]
    PORT = "{port}"
    [tool.toolkit.drill]
    users = 1
    """
    config = load(write(tmp_path, text))
    assert config.lint == ("toolkit.lint.rules", "mine")
    assert config.stack.grafana == "https://grafana.example.com"
    assert config.stack.environment == {"PORT": "{port}"}
    assert config.drill.users == 1


REFUSED = {
    "no catalogue": (
        "",
        "[tool.toolkit]: has no catalogue.\n"
        '  fix: add catalogue = "your_package.catalogue:CATALOGUE", or a table '
        "[tool.toolkit.services.NAME].",
    ),
    "an unknown key": (
        f'{NEEDED}dashbords = "x"',
        f"[tool.toolkit]: unknown key 'dashbords'; did you mean 'dashboards'? (known: {KEYS})",
    ),
    "a number for text": (
        f"{NEEDED}alerts = 3",
        "[tool.toolkit] alerts: must be text, but is 3.",
    ),
    "text for a list": (
        f'{NEEDED}lint = "toolkit.lint"',
        "[tool.toolkit] lint: must be a list of text, but is 'toolkit.lint'.",
    ),
    "a number in a list": (
        f'{NEEDED}lint = ["toolkit.lint", 3]',
        "[tool.toolkit] lint: must be a list of text, but is ['toolkit.lint', 3].",
    ),
    "no duration": (
        f'{NEEDED}scrape_interval = "0s"',
        "[tool.toolkit] scrape_interval: '0s' is no time at all.\n  fix: write it like 15s.",
    ),
    "an empty job": (
        f'{NEEDED}job = " "',
        '[tool.toolkit] job: is empty.\n  fix: write it like job = "checkout".',
    ),
    "an interval without a unit": (
        f'{NEEDED}scrape_interval = "15"',
        "[tool.toolkit] scrape_interval: '15' is not a duration.\n"
        "  fix: write it like 15s, 5m or 1h30m.",
    ),
    "a runbook address without its alert": (
        f'{NEEDED}runbook_url = "https://x"',
        "[tool.toolkit] runbook_url: 'https://x' has no {alert}.",
    ),
    **{
        f"a runbook address {what}": (
            f'{NEEDED}runbook_url = "{url}"',
            f"[tool.toolkit] runbook_url: '{url}' is not an address.\n"
            "  fix: write it like https://runbooks.example.com/{alert}, with no other braces.",
        )
        for what, url in {
            "of a host that cannot be": "https://[x/{alert}",
            "with another name in braces": "https://x/{team}/{alert}",
            "with a number in braces": "https://x/{}/{alert}",
            "with a brace that is not closed": "https://x/{alert}/{",
        }.items()
    },
    **{
        f"the address of {name} of a host or port that cannot be": (
            f'{NEEDED}[tool.toolkit.stack]\n{name} = "{url}"',
            f"[tool.toolkit.stack] {name}: '{url}' is not an address." + WRITE_IT_LIKE.format(name),
        )
        for name, url in {
            "prometheus": "http://[x",
            "alertmanager": "http://a:99999",
            "grafana": "https://",
            "service": "http://a:b",
        }.items()
    },
    **{
        f"the address of {name} with a password": (
            f'{NEEDED}[tool.toolkit.stack]\n{name} = "http://me:secret@a:1"',
            f"[tool.toolkit.stack] {name}: has a user in it, which would stand in prometheus.yml.\n"
            "  fix: leave it out; a table of [tool.toolkit.targets] has user and password_file.",
        )
        for name in ("service", "prometheus", "alertmanager")
    },
    "an address without a scheme": (
        f'{NEEDED}[tool.toolkit.stack]\nprometheus = "localhost:9090"',
        "[tool.toolkit.stack] prometheus: 'localhost:9090' is not an address."
        + WRITE_IT_LIKE.format("prometheus"),
    ),
    "an unknown key of the stack": (
        f'{NEEDED}[tool.toolkit.stack]\nprometeus = "http://x"',
        "[tool.toolkit.stack]: unknown key 'prometeus'; did you mean 'prometheus'? "
        "(known: alertmanager, environment, grafana, jaeger, loki, prometheus, ruler, service, "
        "shared, tempo)",
    ),
    "two stores of traces": (
        f'{NEEDED}[tool.toolkit.stack]\ntempo = "http://t:3200"\njaeger = "http://j:16686"',
        "[tool.toolkit.stack] tempo and jaeger: links lead to one of them.\n  fix: leave one out.",
    ),
    "an address of traces without a scheme": (
        f'{NEEDED}[tool.toolkit.stack]\ntempo = "tempo:3200"',
        "[tool.toolkit.stack] tempo: 'tempo:3200' is not an address."
        + WRITE_IT_LIKE.format("tempo"),
    ),
    "a number in the environment": (
        f"{NEEDED}[tool.toolkit.stack.environment]\nPORT = 1",
        "[tool.toolkit.stack] environment: must be a table of text, but is {'PORT': 1}.",
    ),
    "text for the environment": (
        f'{NEEDED}[tool.toolkit.stack]\nenvironment = "PORT"',
        "[tool.toolkit.stack] environment: must be a table of text, but is 'PORT'.",
    ),
    "a stack that is not a table": (
        f"{NEEDED}stack = 3",
        "[tool.toolkit] stack: must be a table, but is 3.",
    ),
    "text for a count": (
        f'{NEEDED}[tool.toolkit.drill]\nusers = "ten"',
        "[tool.toolkit.drill] users: must be a whole number over 0, but is 'ten'.",
    ),
    "a count of none": (
        f"{NEEDED}[tool.toolkit.drill]\nusers = 0",
        "[tool.toolkit.drill] users: must be a whole number over 0, but is 0.",
    ),
    "a truth for a count": (
        f"{NEEDED}[tool.toolkit.drill]\nusers = true",
        "[tool.toolkit.drill] users: must be a whole number over 0, but is True.",
    ),
    "a target that is no table": (
        f"{NEEDED}[tool.toolkit.targets]\nfar = 3",
        "[tool.toolkit.targets.far]: must be a table, but is 3.",
    ),
    "a target that lacks a server": (
        f"{NEEDED}{TARGET}",
        "[tool.toolkit.targets.far]: has no alertmanager.\n  fix: say where it is.",
    ),
    "a target whose address has no scheme": (
        f'{NEEDED}{TARGET}alertmanager = "far:9093"',
        "[tool.toolkit.targets.far] alertmanager: 'far:9093' is not an address."
        + WRITE_IT_LIKE.format("alertmanager"),
    ),
    "a target whose Grafana has no scheme": (
        f'{NEEDED}{TARGET}alertmanager = "http://a"\ngrafana = "far:3000"',
        "[tool.toolkit.targets.far] grafana: 'far:3000' is not an address."
        + WRITE_IT_LIKE.format("grafana"),
    ),
    "broken TOML": (
        "catalogue = ",
        "Invalid value (at line 2, column 13)\n  fix: correct the TOML syntax.",
    ),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(write(tmp_path, f"[tool.toolkit]\n{text}\n"))
    # Which line is the business of test_toml_place.
    told = re.sub(r"pyproject\.toml:\d+:", "pyproject.toml:", str(caught.value))
    assert told == f"{tmp_path / 'pyproject.toml'}: {message}"


NO_TABLE = {
    "text for it": ("[tool]\ntoolkit = 5\n", ":2: [tool.toolkit]: must be a table, but is 5."),
    "a list of tables": (
        '# ours\n[[tool.toolkit]]\njob = "a"\n',
        ":2: [tool.toolkit]: must be a table, but is [{'job': 'a'}].\n"
        "  fix: write [tool.toolkit], in single brackets.",
    ),
    "a number for all tools": ("tool = 3\n", ":1: tool: must be a table, but is 3."),
    "a list of all tools": ("[[tool]]\n", ":1: tool: must be a table, but is [{}]."),
}


@pytest.mark.parametrize(("text", "told"), NO_TABLE.values(), ids=NO_TABLE)
def test_what_is_not_a_table_of_toolkit_is_refused(tmp_path: Path, text: str, told: str) -> None:
    root = write(tmp_path, text)
    with pytest.raises(ConfigurationError) as caught:
        load(find_root(root))
    assert str(caught.value) == f"{tmp_path / 'pyproject.toml'}{told}"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path)
    path = tmp_path / "pyproject.toml"
    assert str(caught.value) == f"{path}: No such file or directory."
    path.write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match=r"pyproject\.toml: 'utf-8' codec") as caught:
        load(tmp_path)
    assert caught.value.fix == "save it as UTF-8: TOML knows no other encoding."
    path.write_bytes(b"\xef\xbb\xbf[tool.toolkit]\n")
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path)
    assert str(caught.value) == (
        f"{path}: begins with a byte order mark, which TOML does not know.\n"
        "  fix: save it as UTF-8 without a byte order mark."
    )
    path.write_text(f"x = {'[' * 50_000}", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path)
    assert caught.value.message == f"{path}: is nested too deep to be read."


def test_the_root_is_found_from_below(tmp_path: Path) -> None:
    write(tmp_path, '[tool.toolkit]\ncatalogue = "a:B"\n')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_root(below) == tmp_path


def test_a_folder_without_a_project_says_what_to_do(tmp_path: Path) -> None:
    write(tmp_path, "[tool.other]\nx = 1\n")
    with pytest.raises(ConfigurationError) as caught:
        find_root(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: no pyproject.toml with a [tool.toolkit] table here or above.\n"
        "  fix: run the command inside your project, or begin one with "
        "'toolkit init --from METRICS'."
    )


@pytest.mark.parametrize(
    ("text", "wanted"), {"15s": 15, "1h30m": 5400, "250ms": 0.25, "2d": 172800}.items()
)
def test_durations(text: str, wanted: float) -> None:
    assert seconds(text) == wanted


@pytest.mark.parametrize("text", ["", "5", "5 m", "m5", "1.5h", "-5m"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ConfigurationError, match="is not a duration"):
        seconds(text)


def test_a_target_shares_what_the_stack_does_unless_it_says_otherwise(tmp_path: Path) -> None:
    stack = '[tool.toolkit.stack]\nshared = ["prometheus"]\n'
    target = f'{TARGET}alertmanager = "http://a"\n'
    config = load(write(tmp_path, f"[tool.toolkit]\n{NEEDED}{stack}{target}"))
    assert config.targets["far"].shared == ("prometheus",)
    assert config.jobs == ("service",)
    alone = load(write(tmp_path, f"[tool.toolkit]\n{NEEDED}{stack}{target}shared = []\n"))
    assert alone.targets["far"].shared == ()


def test_a_prometheus_of_others_may_ask_for_a_user(tmp_path: Path) -> None:
    stack = '[tool.toolkit.stack]\nshared = ["prometheus"]\nprometheus = "http://me:secret@a:1"\n'
    loaded = load(write(tmp_path, f"[tool.toolkit]\n{NEEDED}{stack}"))
    assert loaded.stack.prometheus == "http://me:secret@a:1"


def test_a_server_that_cannot_be_shared_is_named(tmp_path: Path) -> None:
    text = f'[tool.toolkit]\n{NEEDED}[tool.toolkit.stack]\nshared = ["promethius"]\n'
    with pytest.raises(ConfigurationError) as caught:
        load(write(tmp_path, text))
    assert caught.value.message.endswith(
        "[tool.toolkit.stack] shared: unknown server 'promethius'; did you mean 'prometheus'? "
        "(known: alertmanager, grafana, prometheus)"
    )
