"""The command of the process that shows another scenario's page."""

from pathlib import Path

import pytest

from tests.support.scenario_runs import JUDGED, write_scenario
from toolkit.config import pyproject
from toolkit.errors import UsageError
from toolkit.load.locust_process import PLUGIN
from toolkit.load_generator import scenario_switch

STARTED = ["python", "-m", "locust", "--locustfile=/p/buy.py,/t/locustfile.py", "--rate", "5"]


def test_the_other_scenario_is_loaded_with_the_same_options(tmp_path: Path) -> None:
    project = pyproject.load(write_scenario(tmp_path, JUDGED, "sell"))
    before, plugin = tmp_path / "loadtests/sell.py", PLUGIN
    assert scenario_switch.command(STARTED, project, "sell") == [
        *("python", "-m", "locust", f"--locustfile={before},{plugin}", "--rate", "5"),
    ]


def test_what_cannot_be_switched_is_refused(tmp_path: Path) -> None:
    project = pyproject.load(write_scenario(tmp_path, JUDGED, "sell"))
    with pytest.raises(UsageError, match="there is no scenario 'buy' any more"):
        scenario_switch.command(STARTED, project, "buy")
    with pytest.raises(UsageError, match="the workers run this scenario"):
        scenario_switch.command([*STARTED, "--processes=2"], project, "sell")
