"""`[tool.toolkit]` is read strictly: where, what, what would be right."""

from pathlib import Path

import pytest

from toolkit.config import find_root, load
from toolkit.errors import ConfigurationError


def write(folder: Path, text: str) -> Path:
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder


def test_defaults_stand_where_nothing_is_said(tmp_path: Path) -> None:
    config = load(write(tmp_path, '[tool.toolkit]\ncatalogue = "a:B"\n'))
    assert config.catalogue == "a:B"
    assert config.stack.prometheus == "http://127.0.0.1:9090"
    assert config.state == tmp_path / ".toolkit"


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
    """
    config = load(write(tmp_path, text))
    assert config.lint == ("toolkit.lint.rules", "mine")
    assert config.stack.grafana == "https://grafana.example.com"
    assert config.stack.environment == {"PORT": "{port}"}


REFUSED = {
    "no catalogue": ("", "[tool.toolkit] has no catalogue."),
    "an unknown key": (
        'catalogue = "a:B"\ndashbords = "x"',
        "[tool.toolkit]: unknown key 'dashbords'; did you mean 'dashboards'? (known: ",
    ),
    "a number for text": (
        'catalogue = "a:B"\nalerts = 3',
        "[tool.toolkit] alerts: must be text, but is 3.",
    ),
    "text for a list": (
        'catalogue = "a:B"\nlint = "toolkit.lint"',
        "[tool.toolkit] lint: must be a list of text, but is 'toolkit.lint'.",
    ),
    "no duration": (
        'catalogue = "a:B"\nscrape_interval = "15"',
        "[tool.toolkit] scrape_interval: '15' is not a duration.",
    ),
    "a runbook address without its alert": (
        'catalogue = "a:B"\nrunbook_url = "https://x"',
        "[tool.toolkit] runbook_url: 'https://x' has no {alert}.",
    ),
    "an address without a scheme": (
        'catalogue = "a:B"\n[tool.toolkit.stack]\nprometheus = "localhost:9090"',
        "[tool.toolkit.stack] prometheus: 'localhost:9090' is not an address.",
    ),
    "an unknown key of the stack": (
        'catalogue = "a:B"\n[tool.toolkit.stack]\nprometeus = "http://x"',
        "[tool.toolkit.stack]: unknown key 'prometeus'; did you mean 'prometheus'?",
    ),
    "a number in the environment": (
        'catalogue = "a:B"\n[tool.toolkit.stack.environment]\nPORT = 1',
        "[tool.toolkit.stack] environment: must be a table of text, but is {'PORT': 1}.",
    ),
    "a stack that is not a table": (
        'catalogue = "a:B"\nstack = 3',
        "[tool.toolkit] stack: must be a table, but is 3.",
    ),
    "broken TOML": ("catalogue = ", "pyproject.toml: "),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(write(tmp_path, f"[tool.toolkit]\n{text}\n"))
    assert message in str(caught.value)
    assert str(tmp_path / "pyproject.toml") in str(caught.value)


def test_the_root_is_found_from_below(tmp_path: Path) -> None:
    write(tmp_path, '[tool.toolkit]\ncatalogue = "a:B"\n')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_root(below) == tmp_path


def test_a_folder_without_a_project_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="run the command inside your project"):
        find_root(tmp_path)
