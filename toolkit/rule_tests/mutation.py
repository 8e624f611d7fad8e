"""Would the tests notice? Every alert, changed in one place at a time, run against its tests.

All mutants of one alert stand in one rule file under names of their own, so that the series
of a case are loaded once and promtool starts once an alert. A mutant is killed when some
case goes wrong for it; one that survives is a change that nobody would notice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import promql_parser as parser

from toolkit.alerts import Alert, Proof, Reading, Recording
from toolkit.durations import seconds
from toolkit.errors import DefinitionError
from toolkit.project import Project
from toolkit.prometheus import rule_files
from toolkit.promql import LabelMatch, matches_of, parse
from toolkit.rule_tests import boundaries, promtool
from toolkit.rule_tests.promtool import Shard
from toolkit.rule_tests.report import Outcome
from toolkit.rule_tests.solver import Condition

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
MUTANT = "mutant: "


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change to one rule."""

    before: Alert | Recording
    after: Alert | Recording
    change: str

    @property
    def id(self) -> str:
        """What a waiver on the rule names: `mutant: for 5m → 0s`."""
        return f"{MUTANT}{self.change}"

    @property
    def waived(self) -> str:
        """Why the rule's owner says that no test can notice; empty when nobody does."""
        return next((x.reason for x in self.before.waive if x.what == self.id), "")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant: how many cases noticed, and how many of them a person wrote."""

    mutant: Mutant
    noticed: int
    by_hand: int

    @property
    def survived(self) -> bool:
        """Whether no case noticed and nobody says why that is right."""
        return not self.noticed and not self.mutant.waived

    @property
    def needlessly_waived(self) -> bool:
        """Whether a case notices what is waived because none could."""
        return bool(self.noticed and self.mutant.waived)


@dataclass(frozen=True, slots=True)
class Score:
    """All verdicts; waived mutants count for nothing."""

    verdicts: tuple[Verdict, ...]

    @property
    def counted(self) -> tuple[Verdict, ...]:
        """Those that are not waived."""
        return tuple(x for x in self.verdicts if not x.mutant.waived)

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

    @property
    def sentence(self) -> str:
        """The score in words, with what is due to cases that a person wrote."""
        waived = len(self.verdicts) - len(self.counted)
        return (
            f"mutation: {self.share:.1%} of {len(self.counted)} mutants noticed "
            f"({self.share_by_hand:.1%} by written cases alone), {waived} waived with a reason"
        )


def outcomes(score: Score) -> tuple[Outcome, ...]:
    """One outcome for each mutant that counts; survivors and needless waivers are problems."""
    shown = [x for x in score.verdicts if x.needlessly_waived or not x.mutant.waived]
    shown.sort(key=lambda x: (x.mutant.before.name, x.mutant.change))
    return tuple(map(_outcome, shown))


def _outcome(verdict: Verdict) -> Outcome:
    name = f"{verdict.mutant.before.name}: {verdict.mutant.change}"
    if verdict.survived:
        return Outcome(
            "mutation",
            name,
            f"no test notices: {verdict.mutant.after.expr}",
            fix=f'add a case, or waive "{verdict.mutant.id}" with a reason.',
        )
    if verdict.needlessly_waived:
        problem = "it is waived because no test could notice, and one does."
        return Outcome("mutation", name, problem, fix="take the waiver away.")
    return Outcome("mutation", name)


def run(project: Project, workers: int, only: Sequence[str] = ()) -> Score:
    """Mutate every rule (or the alerts named, and what they read) and run the cases on it.

    Raises DefinitionError where a case fails for the rule as it is, and for a waiver that
    names no mutant: both make the score worthless.
    """
    work = [
        _Work(
            project, rule, rule_files.evaluated_every(rule, group, project.config.scrape_interval)
        )
        for file in project.rule_files
        for group in file.groups
        for rule in group.rules
        if rule.name in only or (not only and rule.proof)
    ]
    # The longest first, so that no core waits for one long alert at the end.
    work.sort(key=lambda item: -len(item.mutants) * sum(seconds(x.at) for x in item.cases))
    failures = promtool.run([item.shard() for item in work], workers)
    best: dict[tuple[int, str], Verdict] = {}
    for item, found in zip(work, failures, strict=True):
        for verdict in item.verdicts(found):
            # A recording's mutant is tried under all that read it, and counts once.
            key = (id(verdict.mutant.before), verdict.mutant.id)
            if key not in best or verdict.noticed > best[key].noticed:
                best[key] = verdict
    return Score(tuple(best.values()))


class _Work:
    """One rule with its cases, and the mutants of it and of what it reads."""

    def __init__(self, project: Project, rule: Alert | Recording, every: str) -> None:
        self.rule = rule
        self.every = every
        read = project.recording_rules.read_by((rule.expr,))
        self.rules: tuple[Alert | Recording, ...] = (*(x for x in read if x != rule), rule)
        self.written = len(rule.proof)
        self.cases: tuple[Proof | Reading, ...] = rule.proof
        if isinstance(rule, Alert):
            made = boundaries.generate(project, rule, every)
            self.cases = (*rule.proof, *(case.proof for case in made.cases))
        # A recording with readings is judged by them, any other by the alerts that read it.
        changed = (x for x in self.rules if x is rule or not x.proof)
        self.mutants = tuple(x for one in changed for x in mutants(one, every))
        known = {mutant.id for mutant in self.mutants if mutant.before == rule}
        for waiver in rule.waive:
            if waiver.what.startswith(MUTANT) and waiver.what not in known:
                raise DefinitionError(
                    f"{rule.name}.waive: there is no {waiver.what!r}.",
                    fix="`toolkit test --mutate` names those that survive.",
                )

    def shard(self) -> Shard:
        """The rules as they are, then each mutant's; each case asks for all of them."""
        made = list(self.rules)
        asked = [self.rule]
        for number, mutant in enumerate(self.mutants):
            copies = tuple(self._copies(mutant, number))
            made += copies
            asked.append(copies[-1])
        tests = []
        for case in self.cases:
            each = [_test(rule, case) for rule in asked]
            questions = [question for test in each for question in test["promql_expr_test"]]
            tests.append(each[0] | {"promql_expr_test": questions})
        return Shard(self.rule.name, rule_files.one_group(made), self.every, tests)

    def _copies(self, mutant: Mutant, number: int) -> Iterator[Alert | Recording]:
        """The changed rule and whatever reads it, renamed and reading each other."""
        names: dict[str, str] = {}
        for rule in self.rules:
            now = mutant.after if rule is mutant.before else rule
            text = _renamed(now.expr, names)
            if now is rule and text == rule.expr and rule is not self.rule:
                continue
            if isinstance(now, Recording):
                names[rule.name] = f"{rule.name}_mutant{number}"
                yield replace(now, name=names[rule.name], expr=text)
            else:
                yield replace(now, name=f"{rule.name}Mutant{number}", expr=text)

    def verdicts(self, failures: Sequence[promtool.Failure]) -> Iterator[Verdict]:
        """What the failures say about each mutant."""
        for failure in failures:
            if failure.expression == 0:
                raise DefinitionError(
                    f"{self.rule.name}: a test fails without any change: "
                    f"{self.cases[failure.test].sentence}.",
                    fix="run `toolkit test`, and mutate when it passes.",
                )
        for number, mutant in enumerate(self.mutants, start=1):
            tests = {failure.test for failure in failures if failure.expression == number}
            yield Verdict(mutant, len(tests), sum(test < self.written for test in tests))


def _test(rule: Alert | Recording, case: Proof | Reading) -> dict[str, Any]:
    if isinstance(rule, Recording) and isinstance(case, Reading):
        return rule_files.reading_of(rule, case)
    if isinstance(case, Proof):
        return rule_files.case_of(rule.name, case)
    raise TypeError(case)


def _renamed(text: str, names: Mapping[str, str]) -> str:
    """`text` with every selector of an old name reading the new one instead."""
    for number, node in enumerate(_nodes(parse(text))):
        if isinstance(node, parser.VectorSelector) and node.name and node.name in names:
            new = str(node).replace(node.name, names[node.name], 1)
            return _renamed(_with(text, number, new), names)
    return text


def mutants(rule: Alert | Recording, every: str) -> Iterator[Mutant]:
    """Every mutant of a rule, none twice; `every` is one evaluation."""
    for change, text in _changed(rule.expr):
        yield Mutant(rule, replace(rule, expr=text), change)
    if isinstance(rule, Recording):
        return
    for hold in _holds(rule.hold, every):
        yield Mutant(rule, replace(rule, hold=hold), f"for {rule.hold} → {hold}")
    if rule.keep_firing_for != "0s":
        for kept in ("0s", f"{2 * seconds(rule.keep_firing_for):g}s"):
            change = f"keep_firing_for {rule.keep_firing_for} → {kept}"
            yield Mutant(rule, replace(rule, keep_firing_for=kept), change)


def _holds(hold: str, every: str) -> Iterator[str]:
    step, now = int(seconds(every)), int(seconds(hold))
    for value in dict.fromkeys((now + step, max(0, now - step), 0, now * 2)):
        if value != now:
            yield f"{value}s"


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
