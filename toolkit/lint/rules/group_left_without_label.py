"""`group_left` or `group_right` asks for a label that the other side cannot have.

Why: the label is then not merely missing. Where the side of the many has it, it is overwritten
with nothing.

    a * on (job) group_left (version) sum by (job) (b_info)              # bad
    a * on (job) group_left (version) sum by (job, version) (b_info)     # good

Exempt: labels that are not certain, such as those of series that nobody declares.

Source: https://prometheus.io/docs/prometheus/latest/querying/operators/#group-modifiers
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.label_flow.result_labels import why_absent


def check(project: Project) -> Iterator[Finding]:
    """Flag every label of a group modifier that is not there to be taken."""
    for expression in project.expressions():
        flow = project.flow(expression.root)
        for node in flow.root.all_of(parser.BinaryExpr):
            for place in node.labels:
                if place.clause not in {"group_left", "group_right"}:
                    continue
                one = node.below[1 if place.clause == "group_left" else 0]
                why = why_absent(flow.of(one), place.label)
                if why is not None:
                    yield RULE.at_span(
                        expression,
                        place.span,
                        f"`{place.clause} ({place.label})` takes a label that is {why.reason}.",
                        fix=f"keep `{place.label}` on that side, or take it out of the list.",
                    )


RULE = Rule("group-left-without-label", Level.WARNING, check)
