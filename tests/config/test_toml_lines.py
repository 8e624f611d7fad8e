"""An error about pyproject.toml names the line of its key, or of its table."""

from pathlib import Path

import pytest

from toolkit.config.pyproject import load
from toolkit.config.toml_lines import lines_told
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
"""

LINES = {
    "[tool.toolkit] catalogue: is wrong": 5,
    "[tool.toolkit]: unknown key 'notes'; did you mean 'lint'?": 8,
    "[tool.toolkit.drill] users: must be a number": 6,
    "[tool.toolkit.targets.live] service: 'x' is not an address": 7,
    "[tool.toolkit.stack] prometheus: 'x' is not an address": 14,
    "[tool.toolkit.stack.environment] PORT: '{prot}'": 15,
    "[tool.toolkit.stack] grafana: is not written": 13,
    "[tool.toolkit.services.web-1] command: is empty": 18,
    "[tool.toolkit.services.web-1] environment PORT: '{prot}'": 20,
    "[tool.toolkit.services.web-1]: unknown key 'command'": 18,
    "[tool.toolkit.services.web-1] needs: there is no service": 17,
    "[tool.toolkit.services.web-1] faults: unknown key 'pth'": 17,
    "[tool.toolkit] drill: must be a table": 6,
    "[tool.toolkit]: unknown key 'services'": 17,
    "[tool.toolkit.services.other]: must be a table": 17,
}


@pytest.mark.parametrize(("words", "line"), LINES.items())
def test_the_line_is_that_of_the_key_or_of_its_table(tmp_path: Path, words: str, line: int) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught, lines_told(path):
        raise ConfigurationError(f"{path}: {words}", fix="mend it.")
    assert (caught.value.message, caught.value.fix) == (f"{path}:{line}: {words}", "mend it.")


UNKNOWN = ("{path}: No such file or directory.", "the stack: [tool.toolkit] job", "{path}: x")


@pytest.mark.parametrize("words", UNKNOWN)
def test_what_names_no_key_of_the_file_stays_as_it_is(tmp_path: Path, words: str) -> None:
    path = tmp_path / "pyproject.toml"
    for text in ("", "not TOML"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigurationError) as caught, lines_told(path):
            raise ConfigurationError(words.format(path=path))
        assert caught.value.message == words.format(path=path)


def test_a_file_that_is_gone_is_no_other_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        load(tmp_path)
