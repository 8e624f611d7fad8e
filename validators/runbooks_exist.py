"""Every alert has a runbook page that says what to do, and every page has its alert.

Why: a page at three in the morning with a dead link is worse than one without.
"""

from collections.abc import Iterator

from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup

INDEX = "README"


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Compare alerts/generated/runbooks with the alerts, both ways."""
    config = stack.project.config
    folder = config.root / config.alerts.replace(".", "/") / "generated" / "runbooks"
    pages = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    for alert in stack.project.alerts:
        text = pages.pop(alert.name, None)
        if text is None:
            yield CHECK.wrong("has no runbook page.", subject=alert.name)
        elif any(_flat(part) not in _flat(text) for part in (alert.response, alert.impact)):
            yield CHECK.wrong(
                "has a page that does not say what its definition says.",
                subject=alert.name,
            )
    for name in sorted(pages.keys() - {INDEX}):
        yield CHECK.wrong("has a page, and there is no such alert.", subject=name)


def _flat(text: str) -> str:
    """The words alone: a page breaks its lines where it likes."""
    return " ".join(text.split())


CHECK = Check(
    "runbooks-exist",
    "every alert has its runbook page",
    CheckGroup.DOCUMENTATION,
    run,
    fix="run `toolkit build-alerts`, and commit what it writes.",
)
