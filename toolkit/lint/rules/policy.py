"""A rule breaks a policy that the team has written down.

Why: a team agrees on labels, annotations, names and limits, and forgets them at night. A policy
says them once, with the reason, for a selection of rules.

    [[tool.toolkit.lint.policies]]
    # A critical alert without `team` is bad, and one with `team: shop` is good:
    name = "pages-have-an-owner"
    because = "The on-call rota is by team."
    labels = { severity = "critical" }          # the rules that it is about
    require_labels = { team = "shop|desk" }

The page on lint in the documents lists what a policy can ask for. Its level is the policy's own.

Exempt: everything where no policy is written.

Source: https://cloudflare.github.io/pint/ (rules of a team's own)
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import promql_parser as parser

from toolkit.config.lint_settings import Policy
from toolkit.durations import seconds
from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.label_flow.result_labels import why_absent
from toolkit.prometheus.rules import WrittenRule

Broken = tuple[str, str, str]
"""The key of the rule, what is wrong there, and how to fix it."""


def check(project: Project) -> Iterator[Finding]:
    """Flag every rule that a policy selects and that does not have what it asks for."""
    for policy in project.config.lint_settings.policies:
        for rule in project.rules:
            path = rule.location.relative_to(project.config.root).path
            kind = "alert" if rule.is_alert else "recording"
            if not policy.selects(path, rule.name, kind, rule.labels):
                continue
            for key, message, fix in _broken(project, policy, rule):
                found = RULE.at_field(rule, key, f"{policy.name}: {message}", fix=fix)
                yield replace(found, level=Level(policy.level))


def _broken(project: Project, policy: Policy, rule: WrittenRule) -> Iterator[Broken]:
    because = f"{policy.because.rstrip('.')}."
    if policy.require_name and not re.fullmatch(policy.require_name, rule.name):
        key = "alert" if rule.is_alert else "record"
        yield key, f"the name does not match {policy.require_name!r}.", because
    yield from _required("labels", policy.require_labels, rule.labels, because)
    yield from _required("annotations", policy.require_annotations, rule.annotations, because)
    for key, forbidden, has in (
        ("labels", policy.forbid_labels, rule.labels),
        ("annotations", policy.forbid_annotations, rule.annotations),
    ):
        for name in forbidden:
            if name in has:
                yield f"{key}.{name}", f"has the {key.removesuffix('s')} `{name}`.", because
    yield from _limits(policy, rule, because)
    yield from _kept(project, policy, rule, because)


def _required(
    key: str, wanted: Mapping[str, str], has: Mapping[str, str], because: str
) -> Iterator[Broken]:
    what = key.removesuffix("s")
    for name, pattern in wanted.items():
        if name not in has:
            yield "", f"has no {what} `{name}`.", because
        elif "{{" not in has[name] and not re.fullmatch(pattern, has[name], re.DOTALL):
            message = f"the {what} `{name}` is {has[name]!r}, which does not match {pattern!r}."
            yield f"{key}.{name}", message, because


def _limits(policy: Policy, rule: WrittenRule, because: str) -> Iterator[Broken]:
    hold = ("for", rule.hold if rule.is_alert else "")
    interval = ("", rule.interval)
    for (key, given), limit, is_least in (
        (hold, policy.least_hold, True),
        (hold, policy.most_hold, False),
        (("keep_firing_for", rule.keep_firing_for), policy.most_keep_firing_for, False),
        (interval, policy.least_interval, True),
        (interval, policy.most_interval, False),
    ):
        asks = key == "for" and is_least and rule.is_alert  # no hold at all is less than any
        if not limit or not (given or asks):
            continue
        has = seconds(given) if given and given != "0" else 0.0
        if has < seconds(limit) if is_least else has > seconds(limit):
            what = key or "the group's interval"
            compared = "less" if is_least else "more"
            yield key, f"`{what}` is {given or 'not given'}, {compared} than {limit}.", because


def _kept(project: Project, policy: Policy, rule: WrittenRule, because: str) -> Iterator[Broken]:
    flow = project.flow(rule.root)
    for label in policy.keep_labels:
        aggregates = any(isinstance(x.expr, parser.AggregateExpr) for x in flow.root.walk())
        why = why_absent(flow.result, label) if aggregates else None
        if why is not None:
            yield "expr", f"the result has lost `{label}`: it is {why.reason}.", because
    for label in policy.select_labels:
        for selector in rule.root.selectors():
            if not any(match.label == label for match in selector.matches):
                yield "expr", f"`{selector.text}` does not say which `{label}`.", because


RULE = Rule("policy", Level.WARNING, check)
