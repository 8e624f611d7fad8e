"""One page for each alert in Markdown, for the person on call, and an index of them.

Everything on a page comes from the alert, the routing and the dashboards.
"""

import re
import shlex
from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlencode

from toolkit.alerts import Alert, Proof
from toolkit.project import Project
from toolkit.prometheus.label_flow.series_labels import SCRAPE_SERIES
from toolkit.promql import selectors
from toolkit.routing import Inhibition

Cases = Mapping[str, tuple[Proof, ...]]
"""By alert name, the boundary cases that were generated for it."""

_STEP = re.compile(r"\s+(?=\d+\. )")


def pages(project: Project, boundaries: Cases) -> dict[str, str]:
    """File name → text. The pages lie flat in one folder; the index is `README.md`."""
    found = {
        f"{alert.name}.md": _page(project, alert, boundaries.get(alert.name, ()))
        for alert in project.alerts
    }
    found["README.md"] = _index(project)
    return found


def _page(project: Project, alert: Alert, boundaries: tuple[Proof, ...]) -> str:
    source = alert.defined.relative_to(project.config.root).path
    url = project.dashboard_urls.get(alert.name)
    panel = f"[{alert.panel}]({url})" if url else "none yet"
    kept = f", kept {alert.keep_firing_for}" if alert.keep_firing_for != "0s" else ""
    steps = _STEP.sub("\n", alert.response)
    return f"""<!-- Generated from {source}: edit that, then run `toolkit build-alerts`. -->

# {alert.name}

{alert.summary}

| severity | component | fires after | panel | query |
|---|---|---|---|---|
| {alert.severity.value} | {alert.component} | {alert.hold}{kept} | {panel} \
| [Prometheus]({_query(project, alert)}) |
{_labels(alert)}
## Meaning

The message reads: `{alert.description}`

```promql
{alert.expr}
```

## Impact

{alert.impact}

## First moves

{steps}

## Why this number

{alert.because}

## Related alerts

{_lines(_related(project, alert)) or "None."}

{_silence(project, alert)}
## How it was proved

{_lines(_proofs(alert, boundaries))}
"""


def _labels(alert: Alert) -> str:
    """The line about labels of the alert's own, and nothing where it has none."""
    named = ", ".join(f"`{name}={value}`" for name, value in alert.labels.items())
    return f"\nLabels: {named}.\n" if named else ""


def _silence(project: Project, alert: Alert) -> str:
    return f"""## Silence it

While you work on it, and not for longer:

```sh
amtool silence add alertname={shlex.quote(alert.alertname)} --duration=1h --comment="who, why" \\
  --alertmanager.url={project.config.stack.alertmanager}
```
"""


def _lines(items: Iterator[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _query(project: Project, alert: Alert) -> str:
    asked = urlencode(
        {"g0.expr": alert.expr, "g0.tab": "0", "g0.range_input": "1h"}, quote_via=quote
    )
    return f"{project.config.stack.prometheus.rstrip('/')}/graph?{asked}"


def _related(project: Project, alert: Alert) -> Iterator[str]:
    """Which alerts inhibit it, which it inhibits, and which read the same metrics."""
    by_name = {other.name: other for other in project.alerts}
    named: set[str] = {alert.name}
    for inhibition in project.routing.inhibitions if project.routing else ():
        for name, words in _inhibited(by_name, alert, inhibition):
            if name not in named:
                named.add(name)
                yield f"{_link(name)} {words}"
    read = _metrics(project, alert)
    for name, other in by_name.items():
        if name not in named and read & _metrics(project, other):
            named.add(name)
            yield f"{_link(name)} reads the same metrics ({other.severity.value})"


def _inhibited(
    by_name: Mapping[str, Alert], alert: Alert, inhibition: Inhibition
) -> Iterator[tuple[str, str]]:
    if inhibition.inhibits(alert):
        yield inhibition.source, f"inhibits this one: {inhibition.because}"
    if inhibition.source == alert.name and inhibition.alerts:
        for name in inhibition.alerts:
            if inhibition.inhibits(by_name[name]):
                yield name, "is inhibited while this one fires"


def _metrics(project: Project, alert: Alert) -> frozenset[str]:
    """The metrics that an alert reads, itself or through recordings, which are none themselves.

    What Prometheus writes about every scrape is another metric for each selector of it.
    """
    read = project.recording_rules.read_by((alert.expr,))
    recorded = project.recorded.names
    found: set[str] = set()
    for text in (alert.expr, *(rule.expr for rule in read)):
        for selector in selectors(text):
            if selector.name in project.series:
                found.add(project.series[selector.name].metric.name)
            elif selector.name in SCRAPE_SERIES:
                found.add(f"{selector.name} {sorted(map(str, selector.matches))}")
            elif selector.name not in recorded:
                found.add(selector.name)
    return frozenset(found)


def _link(name: str) -> str:
    return f"[{name}]({name}.md)"


def _proofs(alert: Alert, boundaries: tuple[Proof, ...]) -> Iterator[str]:
    for proof in alert.proof:
        yield f"{_expectation(proof)}: {proof.sentence}"
    for proof in boundaries:
        yield f"{_expectation(proof)}, generated: {proof.sentence}"
    for waiver in alert.waive:
        yield f"not tested, {waiver.what}: {waiver.reason}"


def _expectation(proof: Proof) -> str:
    return "fires" if proof.fires else "does not fire"


def _index(project: Project) -> str:
    rows = "\n".join(
        f"| {_link(alert.name)} | {alert.severity.value} | {alert.component} | {alert.summary} |"
        for alert in project.alerts
    )
    source = project.config.alerts.replace(".", "/")
    return f"""<!-- Generated from {source}/: edit that, then run `toolkit build-alerts`. -->

# Runbooks

| alert | severity | component | what it says |
|---|---|---|---|
{rows}
"""
