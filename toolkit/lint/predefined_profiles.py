"""Ready sets of levels for the rules about rule files: `--profile`, or `profile` in the settings.

A level of one's own comes before the profile's. A profile says nothing about dashboards and
alertmanager.yml, but `strict`, which raises all.
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from toolkit.config.lint_settings import OFF, LintSettings
from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule


class Profile(StrEnum):
    """A set of levels."""

    PINT = "pint"
    MIXINS = "mixins"
    STRICT = "strict"


MEANINGS = {
    Profile.PINT: "what Cloudflare's pint flags by default, and nothing that it does not",
    Profile.MIXINS: "for collections of rules that others load: names, runbooks and labels count, "
    "and what depends on the traffic of one place does not",
    Profile.STRICT: "every info is a warning, and every warning an error",
}

# https://cloudflare.github.io/pint/checks/ and its severities.
_PINT = {
    "absent-without-hold": "warning", "alert-always-fires": "warning",
    "comparison-never-true": "warning", "counter-without-rate": "warning",
    "dead-operand": "warning", "duplicate-recording": "error", "evaluation-fails": "error",
    "external-label-set": "warning", "failing-template": "warning", "fragile-choice": "warning",
    "fragile-share": "warning", "group-left-without-label": "warning",
    "impossible-join": "warning", "malformed-rules": "error",
    "needs-newer-prometheus": "warning", "not-a-number": "warning", "policy": "warning",
    "range-over-retention": "warning", "range-under-four-scrapes": "warning",
    "rarer-than-lookback": "warning", "rate-after-sum": "error", "rate-of-gauge": "error",
    "read-before-recorded": "warning", "recorded-already": "info", "redundant-regexp": "warning",
    "refused-by-promtool": "error", "substring-regexp": "warning",
    "template-reads-missing-label": "error", "unformatted-value": "info",
    "unknown-alert": "error", "unknown-label": "warning", "unknown-label-value": "warning",
    "unknown-metric": "error", "unused-allow": "warning", "unused-group-label": "warning",
    "value-in-label": "error", "zero-duration": "info",
}  # fmt: skip
_MIXINS = {
    "missing-runbook": "warning", "recording-name": "warning", "duplicate-alert": "error",
    "duplicate-recording": "error", "unformatted-value": "warning",
    "external-label-set": OFF, "fragile-share": "info", "not-a-number": "info",
    "silent-when-gone": "info", "smoothed-and-held": "info", "substring-regexp": OFF,
    "unguarded-ratio": "info", "unknown-alert": OFF,
}  # fmt: skip
_RAISED = {Level.INFO: Level.WARNING, Level.WARNING: Level.ERROR, Level.ERROR: Level.ERROR}
RULE_FILE_RULES = "toolkit.lint.rules."


def levels(profile: Profile, rules: Sequence[Rule]) -> dict[str, str]:
    """By rule's id, the level that a profile gives it; those that it leaves alone are not there."""
    if profile is Profile.STRICT:
        return {rule.id: _RAISED[rule.level].value for rule in rules if rule.id != "policy"}
    given = _PINT if profile is Profile.PINT else _MIXINS
    known = {rule.id: rule for rule in rules}
    found = {name: level for name, level in given.items() if name in known}
    if profile is Profile.PINT:
        found |= {
            rule.id: OFF
            for rule in rules
            if rule.id not in given and rule.check.__module__.startswith(RULE_FILE_RULES)
        }
    return found


def levelled(finding: Finding, settings: LintSettings, rules: Sequence[Rule]) -> Finding:
    """A finding at the level that the settings give it.

    A level of one's own is for all findings of a rule. A profile changes those that have the rule's
    own level, and leaves what a rule says more softly, such as what it could not judge.
    """
    own = settings.levels.get(finding.rule, OFF)
    if own != OFF:
        return replace(finding, level=Level(own))
    rule = next((x for x in rules if x.id == finding.rule), None)
    if rule is None or not settings.profile or rule.id == "policy":
        return finding
    profile = Profile(settings.profile)
    if profile is Profile.STRICT:
        return replace(finding, level=_RAISED[finding.level])
    chosen = levels(profile, (rule,)).get(rule.id, OFF)
    if chosen == OFF or finding.level is not rule.level:
        return finding
    return replace(finding, level=Level(chosen))


def active(settings: LintSettings, rules: Sequence[Rule]) -> dict[str, str]:
    """By rule's id, the level that holds: one's own, the profile's, or the rule's."""
    chosen = levels(Profile(settings.profile), rules) if settings.profile else {}
    return {rule.id: rule.level.value for rule in rules} | chosen | dict(settings.levels)
