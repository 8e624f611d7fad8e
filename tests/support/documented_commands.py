"""The commands of all documents, and which of them need a running stack."""

import re
import shlex

from tests.support.documents import commands, pages
from tests.support.repository import ROOT

# Pages whose commands a test of their own types.
BY_THEMSELVES = {ROOT / "docs" / name for name in ("your-own-service.md", "trading-session.md")}
TYPED = list(
    dict.fromkeys(
        command for page in pages() if page not in BY_THEMSELVES for command in commands(page)
    )
)
# What tests/docs cannot type: each is run elsewhere, as said.
ELSEWHERE = {
    "make demo": "tests/cli/test_demo.py runs `toolkit demo`; its set-up is tests/test_setup.py's",
    "make test": "it runs these",
    "make setup": "tests/test_setup.py",
    ". .venv/bin/activate": "the tests' Python is that of .venv",
    'export EXECUTION_WEBHOOK_SECRETS="$(openssl rand -hex 32)"': "a shell's own command",
    "export EXECUTION_TRUSTED_PROXIES=127.0.0.0/8": "a shell's own command",
    "toolkit test": "tests/alerts/test_rule_tests.py",
    # The whole project's tests each time: with --coverage they are run once more.
    "toolkit test --tests build/cases": "typed with --coverage",
    "toolkit test --mutate": "tests/rule_tests/test_mutation_score.py",
    "toolkit drill --html drill.html": "tests/drill/test_real_drill.py drills two of its alerts",
    "toolkit validate --watch 10m": "tests/validate/test_watch_run.py watches a real Prometheus",
    "toolkit validate --target production --watch 10m --every 30s --format github": "the same",
    "toolkit deploy --rules --target production --dry-run": "tests/cli/test_deploy_rules.py",
    "toolkit deploy --rules --url https://mimir.example.com --tenant desk": "the same",
    "toolkit serve &": "tests/target_app",
    "toolkit system-test": "tests/docs/test_trading_services.py",
    "toolkit system-test --list": "tests/target_app/services/system_test/test_command.py",
    "toolkit system-test full-cycle call-timeout --bus memory:": "the same",
    "locust -f loadtests/normal.py --host http://127.0.0.1:8000": "tests/cli/test_demo.py",
}
STARTS, ENDS = "toolkit up --detach", "toolkit down"
WITHOUT_A_STACK = ("build", "explain", "import", "lint", "test")


def needs_no_stack(command: str) -> bool:
    return command.split()[1] in WITHOUT_A_STACK or command == "toolkit validate --list"


HERE = [x for x in TYPED if x not in ELSEWHERE and x not in {STARTS, ENDS}]
OFFLINE = [command for command in HERE if needs_no_stack(command)]
ONLINE = [command for command in HERE if not needs_no_stack(command)]
LOADS = [command for command in ONLINE if command.split()[1] == "load"]
# What no test may wait for, or depend on: a long load, and how soon a service answers.
_HASTY = ((re.compile(r"--duration 20\b"), "--duration 4"), (re.compile(r"\b5000\b"), "600000"))


def words(command: str) -> list[str]:
    """What stands behind `toolkit`, with a short load and limits that a slow machine keeps."""
    for there, wanted in _HASTY:
        command = there.sub(wanted, command)
    return shlex.split(command)[1:]
