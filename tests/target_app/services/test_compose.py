"""The containers of `compose.yaml` are the services of the stack, with settings that they take."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from target_app.services.ai import settings as ai
from target_app.services.analytics_os import settings as analytics_os
from target_app.services.exec_risk import settings as exec_risk
from target_app.services.settings import CommonSettings
from tests.support.repository import ROOT
from toolkit.config import pyproject

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
READ: dict[str, Callable[..., CommonSettings]] = {
    "ai": ai.read,
    "exec-risk": exec_risk.read,
    "analytics-os": analytics_os.read,
}


@pytest.mark.programs
def test_the_file_keeps_the_published_schema() -> None:
    program = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [program, "--builtin-schema", "vendor.compose-spec", ROOT / "compose.yaml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", READ)
def test_a_service_takes_its_settings_and_is_asked_on_its_port(name: str) -> None:
    container = COMPOSE["services"][name]
    given = {
        key: re.sub(r"\$\{\w+:-(.*?)\}", r"\1", value)
        for key, value in container["environment"].items()
    }
    settings = READ[name]([], given)
    assert settings.bus_url == "redis://127.0.0.1:6379/0"
    assert settings.store.startswith("/data/")
    assert pyproject.load(ROOT).service(name).url == f"http://127.0.0.1:{settings.port}"
    assert f":{settings.port}/ready" in container["healthcheck"]["test"][-1]
    assert f"127.0.0.1:{settings.port}:{settings.port}" in COMPOSE["services"]["network"]["ports"]
    assert "profiles" not in container  # `toolkit up` starts it, and so do the containers
    assert container["command"] == ["toolkit", "serve", name]
