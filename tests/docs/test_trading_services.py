"""`docs/trading-services.md` as a reader follows it: the services beside the stack, tried whole."""

import json

from tests.support.project_copy import Copy
from tests.support.required_programs import program

CHECKS = (
    "targets-are-up",
    "rules-are-loaded",
    "rules-are-healthy",
    "scrape-matches-catalogue",
    "labels-match-catalogue",
    "types-match-catalogue",
    "metrics-are-updated",
    "metrics-are-documented",
)


def test_the_services_run_beside_the_stack_pass_their_scenarios_and_are_valid(copy: Copy) -> None:
    program("redis-server")
    up = copy.toolkit("up", "--service", "trading", "--service", "execution", "--detach")
    assert up.returncode == 0, up.stdout + up.stderr
    started = {line.split()[0] for line in up.stdout.splitlines()[1:]}
    assert {"execution", "redis", "ai", "exec-risk", "analytics-os", "prometheus"} <= started

    # Limits of speed are not a test's business: `performance` is left out.
    listed = copy.toolkit("system-test", "--list").stdout.splitlines()[1:]
    names = [line.split()[0] for line in listed]
    done = copy.toolkit(
        "system-test", *(x for x in names if x != "performance"), "--format", "json"
    )
    assert done.stdout, done.stderr
    document = json.loads(done.stdout)
    assert [(x["name"], x["failure"]) for x in document["scenarios"] if not x["passed"]] == []
    assert done.returncode == 0, done.stderr
    assert (document["bus"], document["passed"], document["total"]) == (
        "the running stack",
        17,
        17,
    )

    # `toolkit demo` has all checks; these speak of the services.
    only = [word for check in CHECKS for word in ("--only", check)]
    patiently = ("--wait", "120", "--deadline", "120")
    valid = copy.toolkit("validate", *patiently, *only)
    assert valid.returncode == 0, valid.stdout + valid.stderr
    assert f"Single checks: {len(CHECKS)} passed" in valid.stdout
    assert copy.toolkit("down").returncode == 0
