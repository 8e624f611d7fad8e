"""Would the tests notice? Every alert, changed in one place at a time, run against its tests.

All mutants of one alert stand in one rule file under names of their own, so that the series
of a case are loaded once and promtool starts once an alert. A mutant is killed when some
case goes wrong for it; one that survives is a change that nobody would notice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import promql_parser as parser

from toolkit import promtool, proofs, rules
from toolkit.alerts import Alert, Recording
from toolkit.config import seconds
from toolkit.errors import DefinitionError
from toolkit.project import Project
from toolkit.promql import LabelMatch, matches_of, parse
from toolkit.promtool import Shard
from toolkit.ruletests import recordings_read
from toolkit.worlds import Condition

# What a slip of the hand would turn an operator into, and what turns the meaning round.
OPERATORS = {
    ">": (">=", "<"),
    "<": ("<=", ">"),
    ">=": (">", "<"),
    "<=": ("<", ">"),
    "==": ("!=", ">"),
    "!=": ("==",),
    "and": ("or", "unless"),
    "or": ("and", "unless"),
    "unless": ("and",),
}
ANOTHER_VALUE = "mutated"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: to the alert itself, or to a recording that it reads."""

    alert: Alert
    recording: Recording | None  # the changed one, under its old name
    change: str

    @property
    def id(self) -> str:
        """What a waiver names: `mutant: for 5m → 0s`."""
        where = f"{self.recording.name}: " if self.recording else ""
        return f"mutant: {where}{self.change}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant: how many cases noticed, and how many of them a person wrote."""

    mutant: Mutant
    noticed: int
    by_hand: int
    waived: str = ""

    @property
    def survived(self) -> bool:
        """Whether no case noticed and nobody says why that is right."""
        return not self.noticed and not self.waived


@dataclass(frozen=True, slots=True)
class Score:
    """All verdicts; waived mutants count for nothing."""

    verdicts: tuple[Verdict, ...]

    @property
    def counted(self) -> tuple[Verdict, ...]:
        """Those that are not waived."""
        return tuple(x for x in self.verdicts if not x.waived)

    @property
    def share(self) -> float:
        """Killed of counted, 0..1; without mutants nothing is known, which is 0."""
        killed = sum(not x.survived for x in self.counted)
        return killed / len(self.counted) if self.counted else 0.0

    @property
    def share_by_hand(self) -> float:
        """The same, had nobody generated boundary cases."""
        killed = sum(x.by_hand > 0 for x in self.counted)
        return killed / len(self.counted) if self.counted else 0.0


def run(project: Project, workers: int, only: Sequence[str] = ()) -> Score:
    """Mutate every alert (or those named) and run its cases on the mutants."""
    work = [
        _Work(project, alert, rules.evaluation_interval(file, project.config.scrape_interval))
        for file in project.rule_files
        for alert in file.alerts
        if not only or alert.name in only
    ]
    # The longest first, so that no core waits for one long alert at the end.
    work.sort(key=lambda item: -sum(seconds(case.at) for case in item.cases))
    failures = promtool.run([item.shard() for item in work], workers)
    verdicts = [
        verdict
        for item, found in zip(work, failures, strict=True)
        for verdict in item.verdicts(found)
    ]
    return Score(tuple(_once(verdicts)))


def _once(verdicts: Sequence[Verdict]) -> Iterator[Verdict]:
    """A recording's mutant, tried under every alert that reads it, counts once: by the best."""
    best: dict[tuple[str, str], Verdict] = {}
    for verdict in verdicts:
        mutant = verdict.mutant
        rule = mutant.recording.name if mutant.recording else mutant.alert.name
        labels = str(dict(mutant.recording.labels)) if mutant.recording else ""
        key = (rule + labels, mutant.id)
        kept = best.get(key)
        if kept is None or (verdict.noticed, bool(verdict.waived)) > (
            kept.noticed,
            bool(kept.waived),
        ):
            best[key] = verdict
    return iter(best.values())


class _Work:
    """One alert, its mutants and its cases."""

    def __init__(self, project: Project, alert: Alert, every: str) -> None:
        self.alert = alert
        self.every = every
        self.read = recordings_read(project, (alert.expr,))
        made = proofs.generate(project, alert, every)
        self.written = len(alert.proof)
        self.cases = (*alert.proof, *(case.proof for case in made.cases))
        self.mutants = tuple(mutants(alert, self.read, every))
        self._refuse_unknown_waivers()

    def _refuse_unknown_waivers(self) -> None:
        known = {mutant.id for mutant in self.mutants}
        for waiver in self.alert.waive:
            if waiver.what.startswith("mutant: ") and waiver.what not in known:
                raise DefinitionError(
                    f"{self.alert.name}.waive: there is no {waiver.what!r}.",
                    fix="`toolkit test --mutate` names those that survive.",
                )

    def shard(self) -> Shard:
        """All mutants' rules behind the recordings as they are, and all cases for each."""
        made: list[Alert | Recording] = list(self.read)
        names = []
        for number, mutant in enumerate(self.mutants):
            names.append(f"{self.alert.name}Mutant{number}")
            made += self._rules(mutant, number)
        tests = []
        for case in self.cases:
            questions = [
                question
                for name in names
                for question in rules.case_of(name, case)["promql_expr_test"]
            ]
            tests.append(rules.case_of(self.alert.name, case) | {"promql_expr_test": questions})
        return Shard(self.alert.name, rules.one_group(made), self.every, tests)

    def _rules(self, mutant: Mutant, number: int) -> Iterator[Alert | Recording]:
        """The changed rule and whatever reads it, renamed and pointed at each other."""
        changed: dict[str, str] = {}
        for rule in self.read:
            mine = mutant.recording is not None and _same(rule, mutant.recording)
            now = mutant.recording if mine and mutant.recording else rule
            text = _renamed(now.expr, changed)
            if mine or text != rule.expr:
                changed[rule.name] = f"{rule.name}_mutant{number}"
                yield replace(now, name=changed[rule.name], expr=text, proof=())
        alert = mutant.alert
        name, text = f"{alert.name}Mutant{number}", _renamed(alert.expr, changed)
        yield replace(alert, name=name, expr=text)

    def verdicts(self, failures: Sequence[promtool.Failure]) -> Iterator[Verdict]:
        """What the failures say about each mutant."""
        reasons = {waiver.what: waiver.reason for waiver in self.alert.waive}
        for number, mutant in enumerate(self.mutants):
            tests = {failure.test for failure in failures if failure.expression == number}
            by_hand = sum(test < self.written for test in tests)
            yield Verdict(mutant, len(tests), by_hand, reasons.get(mutant.id, ""))


def _same(one: Recording, other: Recording) -> bool:
    return one.name == other.name and dict(one.labels) == dict(other.labels)


def _renamed(text: str, names: dict[str, str]) -> str:
    """`text` with every selector of an old name reading the new one instead."""
    for node_number, node in enumerate(_nodes(parse(text))):
        if isinstance(node, parser.VectorSelector) and node.name in names:
            new = str(node).replace(node.name, names[node.name], 1)
            return _renamed(_with(text, node_number, new), names)
    return text


def mutants(alert: Alert, read: Sequence[Recording], every: str) -> Iterator[Mutant]:
    """Every mutant of an alert and of the recordings that it reads, none twice."""
    for change, text in _changed(alert.expr):
        yield Mutant(replace(alert, expr=text), None, change)
    for change, hold in _holds(alert.hold, every):
        yield Mutant(replace(alert, hold=hold), None, f"for {alert.hold} → {hold}")
    if alert.keep_firing_for != "0s":
        for kept in ("0s", _times(alert.keep_firing_for, 2)):
            change = f"keep_firing_for {alert.keep_firing_for} → {kept}"
            yield Mutant(replace(alert, keep_firing_for=kept), None, change)
    for rule in read:
        for change, text in _changed(rule.expr):
            yield Mutant(alert, replace(rule, expr=text), change)


def _holds(hold: str, every: str) -> Iterator[tuple[str, str]]:
    step, now = int(seconds(every)), int(seconds(hold))
    for value in dict.fromkeys((now + step, max(0, now - step), 0, now * 2)):
        if value != now:
            yield hold, f"{value}s"


def _times(duration: str, factor: float) -> str:
    return f"{int(seconds(duration) * factor)}s"


def _changed(text: str) -> Iterator[tuple[str, str]]:
    """(what was changed, the new text) for every single change of an expression."""
    seen = {str(parse(text))}
    changes: list[str] = []
    for number, node in enumerate(_nodes(parse(text))):
        for change, new in _changes(node):
            after = _with(text, number, new)
            if after not in seen:
                seen.add(after)
                changes.append(change)
                again = changes.count(change)
                yield f"{change} ({again})" if again > 1 else change, after


def _nodes(root: Any) -> list[Any]:
    """Every node in the order in which the parser's own `transform` visits them."""
    found: list[Any] = []
    parser.walk(root, pre_visit=lambda node: found.append(node))  # noqa: PLW0108 - None goes on
    return found


def _with(text: str, number: int, new: str) -> str:
    """The expression with its `number`-th node replaced."""
    visited = -1
    replacement = parse(new)

    def swap(_node: Any) -> Any:
        nonlocal visited
        visited += 1
        return replacement if visited == number else None

    return str(parser.transform(parse(text), pre_visit=swap))


def _changes(node: Any) -> Iterator[tuple[str, str]]:
    match node:
        case parser.BinaryExpr():
            yield from _operators(node)
        case parser.NumberLiteral():
            yield from _numbers(node)
        case parser.MatrixSelector():
            yield from _windows(node)
        case parser.VectorSelector():
            yield from _matchers(node)


def _operators(node: Any) -> Iterator[tuple[str, str]]:
    operator, left, right = str(node.op), str(node.lhs), str(node.rhs)
    between = str(node)[len(left) : -len(right)]
    for other in OPERATORS.get(operator, ()):
        new = f"{left}{between.replace(operator, other, 1)}{right}"
        yield f"{operator} → {other} before {right.strip()}", new


def _numbers(node: Any) -> Iterator[tuple[str, str]]:
    now = Fraction(repr(node.val))
    step = Condition(node, ">", now, main=True).step
    for value in (now + step, now - step, now * 2):
        if value != now:
            yield f"{float(now):g} → {float(value):g}", f"{float(value)!r}"


def _windows(node: Any) -> Iterator[tuple[str, str]]:
    now = parser.display_duration(node.range)
    head, _, tail = str(node).rpartition(f"[{now}]")
    for factor in (2, 0.5):
        new = parser.display_duration(timedelta(seconds=node.range.total_seconds() * factor))
        yield f"[{now}] → [{new}]", f"{head}[{new}]{tail}"


def _matchers(node: Any) -> Iterator[tuple[str, str]]:
    matches = matches_of(node)
    tail = str(node).rpartition("}")[2]
    for place, match in enumerate(matches):
        others = (*matches[:place], *matches[place + 1 :])
        yield f"without {match.label}{match.operator}…", _selector(node, others, tail)
        wrong = LabelMatch(match.label, "=", ANOTHER_VALUE)
        yield (
            f'{match.label}{match.operator}"{match.text}" → "{ANOTHER_VALUE}"',
            _selector(node, (*others, wrong), tail),
        )
        for value in match.values if len(match.values) > 1 else ():
            left = "|".join(x for x in match.values if x != value)
            fewer = LabelMatch(match.label, match.operator, left)
            yield (
                f"{match.label} without {value}",
                _selector(node, (*others, fewer), tail),
            )


def _selector(node: Any, matches: Sequence[LabelMatch], tail: str) -> str:
    inside = ", ".join(f'{x.label}{x.operator}"{x.text}"' for x in matches)
    return f"{node.name or ''}{{{inside}}}{tail}"
