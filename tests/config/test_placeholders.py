"""A placeholder that no stack fills is told when the file is read, at its line."""

from pathlib import Path

import pytest

from toolkit.config.placeholders import fill
from toolkit.config.pyproject import load
from toolkit.config.toml_place import TomlPlace
from toolkit.errors import ConfigurationError

HERE = TomlPlace(None, keys=("here",))

ONE = '[tool.toolkit]\ncatalogue = "x:Y"\njob = "shop"\n'
SEVERAL = '[tool.toolkit.services.shop]\ncommand = ["shop"]\n[tool.toolkit.services.till]\n'

WRONG = {
    "the environment of a single service": (
        f'{ONE}[tool.toolkit.stack.environment]\nPORT = "{{prot}}"\n',
        5,
        "[tool.toolkit.stack.environment] PORT: '{prot}' has the unknown placeholder {prot}; "
        "did you mean 'port'?",
    ),
    "a command": (
        f'{SEVERAL}command = ["till", "--port={{prot}}"]\n',
        4,
        "[tool.toolkit.services.till] command: '--port={prot}' has the unknown placeholder {prot}",
    ),
    "the environment of a service": (
        f'{SEVERAL}environment = {{ BANK = "{{shp.url}}" }}\n',
        4,
        "[tool.toolkit.services.till] environment BANK: '{shp.url}' has the unknown placeholder "
        "{shp.url}; did you mean 'shop.url'?",
    ),
    "the url of itself without its name": (
        f'{SEVERAL}environment.URL = "{{url}}"\n',
        4,
        "[tool.toolkit.services.till] environment URL: '{url}' has the unknown placeholder {url}",
    ),
    "what a drill adds": (
        f'{ONE}[tool.toolkit.drill.environment]\nTOKEN = "{{secert}}"\n',
        5,
        "[tool.toolkit.drill.environment] TOKEN: '{secert}' has the unknown placeholder "
        "{secert}; did you mean 'secret'?",
    ),
}


@pytest.mark.parametrize(("text", "line", "words"), WRONG.values(), ids=WRONG)
def test_a_placeholder_that_nothing_fills_is_refused(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path)
    assert caught.value.message.startswith(f"{path}:{line}: {words}")


def test_placeholders_that_a_stack_fills_are_taken(tmp_path: Path) -> None:
    command = '["till", "{port}", "{host}", "{instance}", "{shop.url}", "{till.port}", "{ x }"]'
    text = f'{SEVERAL}command = {command}\nenvironment = {{ A = "{{secret}} {{state}}" }}\n'
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    assert load(tmp_path).services["till"].environment == {"A": "{secret} {state}"}


def test_placeholders_are_filled() -> None:
    assert fill("{host}:{port} {}", {"host": "a", "port": "1"}, HERE) == "a:1 {}"
    with pytest.raises(ConfigurationError, match=r"^here: '\{hots\}' has the unknown"):
        fill("{hots}", {"host": "a"}, HERE)
