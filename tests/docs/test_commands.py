"""Every command of the documents works as it stands there, and in what order it does not matter.

One copy of the project, one running stack. What needs no stack is typed before it starts.
"""

import shlex

from tests.support.documents import commands, pages
from tests.support.project_copy import Copy
from tests.support.repository import ROOT

OWN_SERVICE = ROOT / "docs" / "your-own-service.md"
TYPED = list(
    dict.fromkeys(command for page in pages() if page != OWN_SERVICE for command in commands(page))
)
# What this test cannot type: each is run elsewhere, as said.
ELSEWHERE = {
    "make demo": "tests/cli/test_demo.py runs `toolkit demo`; its set-up is tests/test_setup.py's",
    "make test": "this is it",
    "make setup": "tests/test_setup.py",
    ". .venv/bin/activate": "the tests' Python is that of .venv",
    'export EXECUTION_WEBHOOK_SECRETS="$(openssl rand -hex 32)"': "a shell's own command",
    "toolkit test": "tests/alerts/test_rule_tests.py",
    "toolkit test --mutate": "tests/rule_tests/test_run_mutants.py",
    "toolkit drill --html drill.html": "tests/drill/test_real_drill.py drills two of its alerts",
    "toolkit serve &": "tests/target_app",
    "locust -f loadtests/normal.py --host http://127.0.0.1:8000": "tests/cli/test_demo.py",
}
STARTS, ENDS = "toolkit up --detach", "toolkit down"
WITHOUT_A_STACK = ("build", "lint", "explain")


def needs_no_stack(command: str) -> bool:
    return command.split()[1] in WITHOUT_A_STACK or command == "toolkit validate --list"


def test_every_command_of_the_documents_can_be_typed(copy: Copy) -> None:
    typed = [x for x in TYPED if x not in ELSEWHERE and x not in {STARTS, ENDS}]
    offline = [command for command in typed if needs_no_stack(command)]
    online = [command for command in typed if not needs_no_stack(command)]
    for command in (*offline, STARTS, *online, ENDS):
        done = copy.toolkit(*shlex.split(command)[1:])
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def test_every_command_is_typed_here_or_said_to_be_run_elsewhere() -> None:
    assert set(ELSEWHERE) <= set(TYPED)
    assert {STARTS, ENDS} <= set(TYPED)
    assert all(x.startswith("toolkit ") for x in TYPED if x not in ELSEWHERE)
