"""An alert does not say what to do, or its runbook is not where it points.

Why: the person on call follows the link and reads "404". A runbook's address must end in the
name of a page that exists, or in an anchor of one.

    runbook_url: https://runbooks.example.com/HighLatency     # bad without such a page
    runbook_url: https://runbooks.example.com/HighLatency     # good with runbooks/HighLatency.md

The pages of definitions are generated, so that only the configured address can be wrong.

Exempt: in plain rule files, alerts without the annotation where no alert has it: a team that
writes no runbooks does not need to read that once for each alert.

Source: https://sre.google/workbook/on-call/#playbooks
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Flag alerts without a runbook where others have one, and addresses of no page."""
    alerts = [rule for rule in project.rules if rule.is_alert]
    usual = any("runbook_url" in rule.annotations for rule in alerts)
    for rule in alerts:
        if usual and not rule.annotations.get("runbook_url"):
            yield RULE.at_field(
                rule, "", "it has no runbook_url, and other alerts have one.", fix="add one."
            )
    for alert in project.alerts:
        url = project.config.runbook_url.format(alert=alert.name)
        parts = urlsplit(url)
        page = parts.fragment or parts.path.rstrip("/").rpartition("/")[2]
        if page.removesuffix(".md").removesuffix(".html").lower() != alert.name.lower():
            yield RULE.at(
                alert.defined,
                alert.name,
                f"its runbook_url {url!r} names {page!r}, and the page is {alert.name}.md.",
                fix="end runbook_url of [tool.toolkit] in {alert} or #{alert}.",
                allow=alert.allow,
            )


RULE = Rule("missing-runbook", Level.WARNING, check)
