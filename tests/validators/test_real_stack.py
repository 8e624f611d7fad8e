"""Checks fail for the reason that they claim on a real stack, broken in one way after another."""

import json
import re

import requests

from tests.support.project_copy import Copy
from tests.support.wait_until import PATIENCE_SECONDS, eventually


def validate(copy: Copy, *words: str) -> dict[str, dict[str, object]]:
    patiently = ("--wait", "120", "--deadline", "120")
    done = copy.toolkit("validate", "--format", "json", *patiently, *words)
    return {row["check"]: row for row in json.loads(done.stdout)}


def wrong(copy: Copy, check: str) -> list[str]:
    row = validate(copy, "--only", check)[check]
    assert row["outcome"] == "failed", row
    return told(row)


def told(row: dict[str, object]) -> list[str]:
    findings = row["findings"]
    assert isinstance(findings, list)
    return [f"{f['subject']}: {f['message']}" for f in findings]


def reload(copy: Copy, server: str, file: str, old: str, new: str, *, status: int = 200) -> None:
    """Edit the running server's own configuration and have it read again."""
    path = copy.root / ".toolkit" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    addresses = copy.state()["addresses"]
    assert isinstance(addresses, dict)
    answer = requests.post(f"{addresses[server]}/-/reload", timeout=PATIENCE_SECONDS)
    assert answer.status_code == status, answer.text


def test_each_thing_that_breaks_is_found_by_its_own_check(copy: Copy) -> None:
    # The skipped ones need Grafana or traffic; and a minute may pass before every rule has been
    # evaluated.
    assert copy.toolkit("up", "--service", "execution", "--detach").returncode == 0
    eventually(
        lambda: (
            {row["outcome"] for row in validate(copy, "--skip", "rules-are-healthy").values()}
            <= {"passed", "skipped"}
        ),
        "Prometheus has found its targets, and all is well",
    )

    reload(
        copy,
        "alertmanager",
        "alertmanager.yml",
        "receiver: security-on-call",
        "receiver: trading-desk",
    )
    (found,) = wrong(copy, "alertmanager-is-configured")
    assert re.fullmatch(r"route\.routes\[0\]\.routes\[0\]\.receiver: is not loaded .*", found)

    reload(
        copy,
        "prometheus",
        "prometheus.yml",
        "job_name: execution",
        "job_nam: execution",
        status=500,
    )
    (refused,) = wrong(copy, "configuration-is-in-force")
    assert refused.endswith("refused its configuration and goes on with an older one.")
    reload(copy, "prometheus", "prometheus.yml", "job_nam: execution", "job_name: execution")

    stray = copy.root / "stray.yml"
    stray.write_text(
        "groups: [{name: mine, rules: [{alert: Mine, expr: vector(0) > 1}]}]\n", encoding="utf-8"
    )
    rules = re.compile(r"rule_files:\n- .*\n")
    text = (copy.root / ".toolkit/prometheus.yml").read_text(encoding="utf-8")
    (listed,) = rules.findall(text)
    reload(copy, "prometheus", "prometheus.yml", listed, f"rule_files:\n- {stray}\n")
    assert wrong(copy, "no-undeclared-rules") == [
        f"Mine: is loaded from {stray}, and no definition makes it."
    ]
    assert "ExecutionServiceDown: is not loaded." in wrong(copy, "rules-are-loaded")

    reload(copy, "prometheus", "prometheus.yml", "job_name: execution", "job_name: renamed")
    only = ("--only", "targets-are-up")
    eventually(
        lambda: "execution: has no target." in told(validate(copy, *only)["targets-are-up"]),
        "Prometheus scrapes under the other name",
    )
