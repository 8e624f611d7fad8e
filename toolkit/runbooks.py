"""One page per alert in Markdown, for the person who was woken, and an index of them."""

from toolkit.alerts import Alert
from toolkit.project import Project


def pages(project: Project) -> dict[str, str]:
    """File name → text. The pages lie flat in one folder; the index is `README.md`."""
    found = {f"{alert.name}.md": _page(project, alert) for alert in project.alerts}
    found["README.md"] = _index(project)
    return found


def _page(project: Project, alert: Alert) -> str:
    source = alert.defined.relative_to(project.config.root).path
    proofs = "\n".join(
        f"- {'fires' if proof.fires else 'stays silent'}: {proof.sentence}" for proof in alert.proof
    )
    panel = f"[{alert.panel}]({project.dashboard_urls[alert.name]})"
    return f"""<!-- Generated from {source}: edit that, then run `toolkit build-alerts`. -->

# {alert.name}

{alert.summary}

| severity | component | fires after | panel |
|---|---|---|---|
| {alert.severity.value} | {alert.component} | {alert.hold} | {panel} |

## Impact

{alert.impact}

## First moves

{alert.response}

## Why this number

{alert.because}

## Expression

```promql
{alert.expr}
```

## Proved by test

{proofs}
"""


def _index(project: Project) -> str:
    rows = "\n".join(
        f"| [{alert.name}]({alert.name}.md) | {alert.severity.value} | {alert.component} "
        f"| {alert.summary} |"
        for alert in project.alerts
    )
    source = project.config.alerts.replace(".", "/")
    return f"""<!-- Generated from {source}/: edit that, then run `toolkit build-alerts`. -->

# Runbooks

| alert | severity | component | what it says |
|---|---|---|---|
{rows}
"""
