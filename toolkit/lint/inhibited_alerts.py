"""Which of a project's alerts an inhibition surely concerns, and which labels they can carry."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.label_matchers.alertmanager_matchers import Matcher
from toolkit.project import Project
from toolkit.prometheus.label_flow.result_labels import all_possible


@dataclass(frozen=True, slots=True)
class KnownAlert:
    """An alert's name, the labels that its rule sets, and all that it can carry (None: any)."""

    name: str
    fixed: dict[str, str]
    possible: frozenset[str] | None

    def surely_fits(self, matchers: Sequence[Matcher]) -> bool:
        """Whether all matchers let it through, whatever its expression returns."""
        return bool(matchers) and all(self._fits(matcher) for matcher in matchers)

    def _fits(self, matcher: Matcher) -> bool:
        if matcher.name in self.fixed:
            return matcher.takes(self.fixed[matcher.name], unknown=False)
        return self.lacks(matcher.name) and matcher.takes("", unknown=False)

    def lacks(self, label: str) -> bool:
        """Whether it surely never carries the label."""
        return self.possible is not None and label not in self.possible


def known_alerts(project: Project) -> Iterator[KnownAlert]:
    """The alerts of the definitions, or of the rule files that are linted with the others."""
    for rule in project.rules:
        if not rule.is_alert:
            continue
        made = all_possible(project.flow(rule.root).result)
        set_by_rule = {"alertname": rule.name, **rule.labels}
        fixed = {name: value for name, value in set_by_rule.items() if "{{" not in value}
        outside = project.server.external_labels  # Prometheus adds them when it sends an alert
        possible = None
        if made is not None and outside is not None:
            possible = made | set_by_rule.keys() | outside
        yield KnownAlert(rule.name, fixed, possible)
