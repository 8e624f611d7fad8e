"""Every command in the README works as it stands there, and every file it names exists."""

import re
import shlex

import pytest

from tests.support.project_copy import Copy
from tests.support.repository import ROOT
from toolkit import discovery
from toolkit.generate import reference_pages

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line.removeprefix("$ ").partition(" #")[0].strip()
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("$ ")
]
# What a test cannot type: each is run elsewhere, as said.
ELSEWHERE = {
    "make demo": "tests/cli/test_demo.py runs `toolkit demo`; its set-up is tests/test_setup.py's",
    "make test": "this is it",
    ". .venv/bin/activate": "the tests' Python is that of .venv",
    'export EXECUTION_WEBHOOK_SECRETS="$(openssl rand -hex 32)"': "a shell's own command",
    "toolkit test": "tests/alerts/test_rule_tests.py",
    "toolkit drill --html drill.html": "tests/drill/test_real_drill.py drills two of its alerts",
    "toolkit serve &": "tests/target_app",
    "locust -f loadtests/normal.py --host http://127.0.0.1:8000": "tests/cli/test_demo.py",
}


def test_the_loop_of_the_readme_runs_command_by_command(copy: Copy) -> None:
    typed = [command for command in COMMANDS if command not in ELSEWHERE]
    assert typed[0] == "toolkit build"
    assert typed[-1] == "toolkit down"
    for command in typed:
        done = copy.toolkit(*shlex.split(command)[1:])
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def test_every_command_is_run_here_or_said_to_be_run_elsewhere() -> None:
    assert set(ELSEWHERE) <= set(COMMANDS)
    assert all(c.startswith("toolkit ") for c in COMMANDS if c not in ELSEWHERE)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(((?!http)[^)#]+)\)", README))))
def test_every_link_leads_somewhere(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_table_of_the_readme_is_filled() -> None:
    loaded = discovery.load(ROOT)
    text = reference_pages.pages(loaded)["README.md"]
    for metric in loaded.catalogue.metrics:
        assert f"| `{metric.name}` |" in text
    for alert in loaded.alerts:
        assert f"| `{alert.name}` | {alert.severity.value} |" in text
    assert "| `counter-without-rate` | error |" in text
    assert "| `scrape-matches-catalogue` | 5 |" in text
