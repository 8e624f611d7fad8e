"""A route or an inhibition uses `match` or `match_re`, which `matchers` has replaced.

Why: they are deprecated since Alertmanager 0.22 and will be taken away. A list of matchers has
all four operators, and reads like PromQL.

    match: {severity: critical}              # bad
    match_re: {team: db|web}                 # bad
    matchers: ['severity="critical"', 'team=~"db|web"']      # good

Exempt: nothing. `source_match`, `target_match` and their `_re` are the same in inhibitions.

Source: https://prometheus.io/docs/alerting/latest/configuration/#route
"""

from collections.abc import Iterator, Mapping

from toolkit.alertmanager.yaml_positions import Value
from toolkit.findings import Finding, Level, Location
from toolkit.label_matchers.alertmanager_matchers import Matcher
from toolkit.lint.rule import Rule
from toolkit.project import Project

NEW = {
    "match": "matchers",
    "match_re": "matchers",
    "source_match": "source_matchers",
    "source_match_re": "source_matchers",
    "target_match": "target_matchers",
    "target_match_re": "target_matchers",
}


def check(project: Project) -> Iterator[Finding]:
    """Flag the old keys, and show the list that replaces each."""
    for config in project.alertmanager_configs:
        parts = [(x.subject, x.fields) for x in config.routes]
        parts += [(x.subject, x.fields) for x in config.inhibitions]
        for subject, fields in parts:
            for key, value in fields.items():
                if key in NEW and value.fields:
                    place = value.key or value.location
                    yield RULE.at(
                        place,
                        subject,
                        f"`{key}` is deprecated.",
                        fix=f"write `{NEW[key]}: [{_listed(key, value.fields)}]`.",
                        allow=config.allowed(place),
                    )


def _listed(key: str, fields: Mapping[str, Value]) -> str:
    op = "=~" if key.endswith("_re") else "="
    nowhere = Location("", 0)
    return ", ".join(f"'{Matcher(name, op, x.text, nowhere)}'" for name, x in fields.items())


RULE = Rule("deprecated-matchers", Level.WARNING, check)
