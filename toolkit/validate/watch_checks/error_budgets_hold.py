"""No objective's error budget is spent faster than the objective allows.

Why: a release that breaks one request in fifty spends a month's budget of 99.9% in a day and a
half, and no alert of a long window has seen it yet. Bad events are counted from the start of the
watch, so that nothing from before it is blamed on the release.

A single bad event among few proves nothing. While the watch goes on, an objective fails at once
where so many bad events would come by chance less than once in 1000; at the end, where they would
less than once in 20. Without any event nothing is known, and the check is unknown.
Source: https://sre.google/workbook/alerting-on-slos/
"""

import math
from collections.abc import Iterator

from toolkit import burn_rate
from toolkit.alerts import Recording
from toolkit.findings import Finding, Level
from toolkit.validate import alert_links
from toolkit.validate.check import Check, CheckedStack, CheckGroup, NotYet, Skip

# A watch of ten minutes looks forty times, and each look may be wrong by chance.
CHANCE_AT_ONCE = 0.001
CHANCE_AT_END = 0.05  # a single look
_NEGLIGIBLE = 1e-12


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Count the events of each objective within the window, and those that break the promise."""
    objectives = dict.fromkeys(
        recording.labels.get("objective", "")
        for recording in stack.project.recordings
        if recording.name == burn_rate.EVENTS
    )
    if not objectives:
        raise Skip("the project has no objective with an error budget (toolkit.burn_rate)")
    idle = []
    for name in objectives:
        total = _count(stack, burn_rate.EVENTS, name)
        if total == 0:
            idle.append(name)
            continue
        bad = min(_count(stack, burn_rate.BAD_EVENTS, name), total)
        yield from _judged(stack, name, bad, total)
    if idle:
        raise NotYet(
            f"{', '.join(idle)}: no event since the watch began, so that nothing is known.\n"
            "  fix: send traffic meanwhile (`toolkit load`), watch for longer, or leave the check "
            f"out: --skip {CHECK.id}."
        )


def _judged(stack: CheckedStack, name: str, bad: int, total: int) -> Iterator[Finding]:
    allowed = _allowed(stack, name)
    if bad <= allowed * total:
        return
    counted = (
        f"{bad} of {total} events broke the promise: {bad / total:.3%}, where {allowed:.3%} are "
        "allowed"
    )
    limit = CHANCE_AT_END if stack.window.is_last else CHANCE_AT_ONCE
    if chance(bad, total, allowed) >= limit:
        yield Finding(
            rule=CHECK.id,
            level=Level.INFO,
            subject=name,
            message=f"{counted}; so few may come by chance.",
        )
        return
    yield CHECK.wrong(
        f"{counted}. The error budget is spent {bad / total / allowed:.3g} times too fast.",
        subject=name,
        fix=alert_links.of_series(
            stack, {_recording(stack, burn_rate.BAD_EVENTS, name).name}, objective=name
        ),
    )


def chance(bad: int, total: int, share: float) -> float:
    """How likely `bad` or more of `total` events are (0..1), where each is bad with `share`.

    The upper tail of the binomial distribution, summed from its terms' logarithms.
    """
    whole, part, rest = math.lgamma(total + 1), math.log(share), math.log1p(-share)
    tail = 0.0
    for k in range(bad, total + 1):
        ways = whole - math.lgamma(k + 1) - math.lgamma(total - k + 1)
        term = math.exp(ways + k * part + (total - k) * rest)
        tail += term
        if k > total * share and term < _NEGLIGIBLE:
            break  # the terms only fall from here
    return min(tail, 1.0)


def _count(stack: CheckedStack, recorded: str, objective: str) -> int:
    """How many events there were in the window. What has no two samples in it has none."""
    expr = _recording(stack, recorded, objective).expr
    # `toolkit.burn_rate` writes the rates over 5m, and nothing else that reads so.
    rate = expr.replace("[5m]", f"[{stack.window.range}]")
    found = stack.prometheus.query(rate)
    per_second = sum(sample.value for sample in found if math.isfinite(sample.value))
    return round(per_second * (stack.window.now - stack.window.start.moment))


def _allowed(stack: CheckedStack, objective: str) -> float:
    """The share of events (0..1) that may be bad."""
    (proof,) = _recording(stack, burn_rate.BUDGET, objective).proof
    return float(proof.value or 0)


def _recording(stack: CheckedStack, name: str, objective: str) -> Recording:
    return next(
        x
        for x in stack.project.recordings
        if x.name == name and x.labels.get("objective") == objective
    )


CHECK = Check(
    "error-budgets-hold",
    "no error budget is spent faster than its objective allows",
    CheckGroup.WATCH,
    run,
    fix="roll back, and open the runbook of the objective's alerts.",
)
