"""Every query of every panel returns data, or says what must happen first.

Why: a panel that says "No data" looks like a quiet system, whether the system is quiet, the
name is mistyped or nothing emits it. After traffic has flowed, only panels that declare
`empty_until` may be empty.
"""

from collections.abc import Iterator

from toolkit import coverage
from toolkit.coverage import Asked, Verdict
from toolkit.findings import Finding, Level
from toolkit.validate import Check, Group, Stack


def run(stack: Stack) -> Iterator[Finding]:
    """Ask Prometheus each query, its variables filled with values that it knows."""
    asked = coverage.run(stack.project, stack.prometheus)
    yield Finding(rule=CHECK.id, level=Level.INFO, message=coverage.summary(asked))
    yield from (_wrong(each) for each in asked if each.verdict not in coverage.COVERED)


def _wrong(asked: Asked) -> Finding:
    if asked.verdict is Verdict.FAILING:
        message, fix = f"fails: {asked.detail}", "paste the query into Prometheus and mend it."
    else:
        message = f"is {asked.verdict.value}: {asked.expr}"
        fix = 'send traffic that moves it, or say what must happen first: empty_until="…".'
    return CHECK.wrong(message, fix=fix, subject=asked.subject)


CHECK = Check(
    "panels-have-data",
    "every query of every panel returns data, or is empty by design",
    Group.DASHBOARDS,
    run,
)
