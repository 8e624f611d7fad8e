"""Which errors of a load are the scenario's own."""

import json
from pathlib import Path
from types import TracebackType

import pytest

from toolkit.load_generator.scenario_traceback_lines import is_of_scenario, scenario_frames


def raised_by(source: str, file: str) -> TracebackType:
    """The traceback of what the code raises, from where it was compiled on."""
    code = compile(source, file, "exec")
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - whatever json says
        exec(code, {"json": json})  # noqa: S102 - our own line
    tb = caught.value.__traceback__
    assert tb is not None
    assert tb.tb_next is not None
    return tb.tb_next


def test_an_error_of_installed_code_that_a_scenario_called_is_the_scenarios() -> None:
    tb = raised_by("json.loads('{')", __file__)
    assert is_of_scenario(tb)
    assert scenario_frames(tb).count("File ") == 1
    assert Path(__file__).name in scenario_frames(tb)


def test_an_error_that_compiled_code_met_is_not_the_scenarios() -> None:
    """Its frames name no file of this machine; Locust stops users in its greenlets."""
    tb = raised_by("json.loads('{')", "src/gevent/greenlet.py")
    assert not is_of_scenario(tb)
    assert "src/gevent/greenlet.py" in scenario_frames(tb)
