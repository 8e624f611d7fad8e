"""A password, a key, a token or a secret address stands in the file.

Why: alertmanager.yml is in a repository, in a ConfigMap, in backups. Alertmanager reads each of
these from a file of its own as well, which only it can read and which is changed without a commit.

    slack_configs: [{api_url: https://hooks.slack.com/services/…}]                  # bad
    slack_configs: [{api_url_file: /etc/alertmanager/secrets/slack_url}]            # good

Exempt: what a template fills in, such as `${SLACK_URL}`, `{{ .Values.url }}` or `<secret>`; the
address of a webhook without a password in it.

Source: https://prometheus.io/docs/alerting/latest/configuration/#receiver-integration-settings
"""

from collections.abc import Iterator

from toolkit.alertmanager.secret_fields import Secret, secret_in
from toolkit.alertmanager.yaml_positions import Value
from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Flag every secret that has its value in the file. The value is not shown."""
    for config in project.alertmanager_configs:
        parts = [("global", config.root.fields.get("global"), "")]
        for receiver in config.receivers:
            for kind, listed in receiver.fields.items():
                parts += [(f"{receiver.name}: {kind}", each, kind) for each in listed.items]
        for subject, part, kind in parts:
            for key, value, secret in _found(part, kind) if part else ():
                place = value.key or value.location
                since = f" (since Alertmanager {secret.since})" if secret.since else ""
                yield RULE.at(
                    place,
                    subject,
                    f"`{key}` holds a secret in clear.",
                    fix=f"write it to a file and name that in `{secret.instead}`{since}; then "
                    "change the secret, since it was in the repository."
                    if secret.instead
                    else "let the machine's role or a profile give it; then change the secret.",
                    allow=config.allowed(place),
                )


def _found(part: Value, kind: str) -> Iterator[tuple[str, Value, Secret]]:
    for key, value in part.fields.items():
        if value.kind != "text":
            for below in (value, *value.items):
                yield from _found(below, kind)
        elif secret := secret_in(key, kind, value.text):
            yield key, value, secret


RULE = Rule("secret-in-clear", Level.WARNING, check)
