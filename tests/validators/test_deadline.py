"""A server that answers and never ends: the check is unknown, the others are told all the same."""

import subprocess
import sys
from dataclasses import replace

import pytest

from tests.conftest import WriteProject
from tests.support.fake_servers import stack
from tests.support.slow_server import dripping
from tests.support.wait_until import PATIENCE_SECONDS
from toolkit.prometheus.client import Prometheus
from toolkit.validate import run_checks
from toolkit.validate.check import CheckOutcome
from validators.rules_are_loaded import CHECK as LOADED
from validators.types_match_catalogue import CHECK as TYPES

pytestmark = pytest.mark.programs


def test_the_check_is_unknown_with_its_deadline_and_the_next_move() -> None:
    with dripping() as url:
        given = replace(stack(), prometheus=Prometheus(url))
        late, other = run_checks.run(given, (LOADED, TYPES), deadline_seconds=3)
    assert other.outcome is CheckOutcome.PASSED
    assert late.outcome is CheckOutcome.UNKNOWN
    assert late.reason == (
        "rules-are-loaded has no result within its deadline of 3 s: a server answers too slowly."
        "\n  fix: read the servers' logs (here: `toolkit logs`), or give each check longer: "
        "--deadline 9."
    )


def test_the_command_ends_though_the_answer_never_does(shop: WriteProject) -> None:
    root = shop()
    with dripping() as url, (root / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[tool.toolkit.stack]\nprometheus = "{url}"\n')
        settings.flush()
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "toolkit",
                "validate",
                "--deadline",
                "5",
                "--only",
                "rules-are-loaded",
                "--only",
                "runbooks-exist",
            ],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
    assert done.returncode == 1, done.stderr
    assert (
        "? rules-are-loaded: every rule is loaded as the definitions say [unknown]" in done.stdout
    )
    assert "✗ runbooks-exist" in done.stdout
