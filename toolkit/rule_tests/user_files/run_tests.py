"""Runs promtool test files that the user wrote; each of their tests is a case."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.durations import seconds
from toolkit.errors import ConfigurationError
from toolkit.findings import Location
from toolkit.prometheus.rules import Problem, WrittenRule
from toolkit.rule_tests import run_promtool_batches
from toolkit.rule_tests.report import RuleTestResult
from toolkit.rule_tests.run_promtool import OnProgress, ignore_progress
from toolkit.rule_tests.run_promtool_batches import Job
from toolkit.rule_tests.user_files import read_tests
from toolkit.rule_tests.user_files.read_tests import UnreadableError, WrittenTest, WrittenTestFile
from toolkit.rule_tests.user_files.rule_file_variants import LoadedRuleFile, LoadedRules, load

_ANSWER = re.compile(
    r'^\s*(?:alertname: (?P<alert>.+?)|expr: "(?P<expr>.*)"), time: (?P<at>\w+),', re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class TestedFile:
    """A test file with the rule files that it is run on, and the numbers of tests that pass."""

    file: WrittenTestFile
    rules: tuple[LoadedRuleFile, ...]
    passing: tuple[int, ...] = ()

    @property
    def all_rules(self) -> tuple[WrittenRule, ...]:
        """The rules of its rule files."""
        return tuple(rule for file in self.rules for rule in file.rules)

    def job(self, tests: Sequence[int], rules: Sequence[str] = ()) -> Job:
        """Some of its tests, on the rules as they are or on these texts of them."""
        texts = tuple(rules) or tuple(file.text() for file in self.rules)
        return Job(self.file.text(run_promtool_batches.rule_file_names(len(texts)), tests), texts)


@dataclass(frozen=True, slots=True)
class WrittenTestRun:
    """Every case, every rule file that was read, and the test files with what passes of them."""

    results: tuple[RuleTestResult, ...]
    rules: LoadedRules
    tested: tuple[TestedFile, ...]


def run(
    rules: Sequence[Path],
    tests: Sequence[Path],
    workers: int,
    on_progress: OnProgress = ignore_progress,
) -> WrittenTestRun:
    """Run every test of the test files, on the rule files that they name or else on `rules`.

    What cannot be read is a failed case, and the others still run. Raises UsageError for a path
    of `rules` that does not exist, UnreachableError without promtool.
    """
    results: list[RuleTestResult] = []
    read: list[WrittenTestFile] = []
    for path in tests:
        try:
            read.append(read_tests.read(path))
        except UnreadableError as error:
            results.append(_unreadable(str(path), error.problem))
    named = (path for file in read for path in file.rule_files)
    loaded = load(_each_once([*rules, *named]), workers)
    results = [*(_unreadable(x.location.path, x) for x in loaded.problems), *results]
    tested = []
    for file in read:
        problem = _untestable(file, loaded, given=bool(rules))
        if problem is not None:
            results.append(_unreadable(str(file.path), problem))
        else:
            tested.append(TestedFile(file, loaded.of(file.rule_files) or loaded.files))
    whole = [one.job(range(len(one.file.tests))) for one in tested]
    said = run_promtool_batches.run(whole, workers, on_progress)
    failed = [one for one, words in zip(tested, said, strict=True) if words]
    alone = [one.job([n]) for one in failed for n in range(len(one.file.tests))]
    answers = iter(run_promtool_batches.run(alone, workers, on_progress))
    passing = []
    for one, words in zip(tested, said, strict=True):
        each = ["" if not words else next(answers) for _ in one.file.tests]
        results += _results(one, words, each)
        numbers = tuple(n for n, problem in enumerate(each) if not problem)
        passing.append(TestedFile(one.file, one.rules, numbers))
    return WrittenTestRun(tuple(results), loaded, tuple(passing))


def _each_once(paths: Sequence[Path]) -> list[Path]:
    return list({path.resolve(): path for path in reversed(paths)}.values())[::-1]


def _untestable(file: WrittenTestFile, loaded: LoadedRules, *, given: bool) -> Problem | None:
    """Why a test file is not run; `given` says that there are files of --rules."""
    place = Location(str(file.path), 1)
    if not file.rule_files and not given:
        message = "not run: it names no rule files, and there is no --rules."
        return Problem(place, message, "add `rule_files`, or name the files with --rules.")
    taken = {one.path.resolve() for one in loaded.of(file.rule_files)}
    refused = [str(path) for path in file.rule_files if path.resolve() not in taken]
    if refused:
        return Problem(place, f"not run: promtool refuses its rules, {', '.join(refused)}.")
    return None


def _unreadable(suite: str, problem: Problem) -> RuleTestResult:
    return RuleTestResult(suite, "can be read", problem.message, problem.fix, str(problem.location))


def _results(one: TestedFile, words: str, each: Sequence[str]) -> list[RuleTestResult]:
    suite = str(one.file.path)
    if words and len(each) != 1 and len(set(each)) <= 1 and not _ANSWER.search(words):
        # The same words for every test, and about none: promtool refuses the file.
        place = str(one.file.place_of(words) or Location(suite, 1))
        return [RuleTestResult(suite, "can be read", _plain(words), "", place)]
    return [
        RuleTestResult(suite, test.name, _plain(problem), "", str(_place(one.file, test, problem)))
        for test, problem in zip(one.file.tests, each, strict=True)
    ]


def _plain(problem: str) -> str:
    """What promtool says, in one line; its line numbers are those of a copy."""
    if _ANSWER.search(problem):
        return " ".join(re.sub(r"^\s*name: .*,\n", "", problem).split())
    text = re.sub(r"yaml: (unmarshal errors:)?|\bline \d+: ", "", problem)
    return f"promtool refuses it: {' '.join(text.split())}" if problem else ""


def _place(file: WrittenTestFile, test: WrittenTest, problem: str) -> Location:
    """What promtool's words are about first, or the test."""
    match = _ANSWER.search(problem)
    for one in test.expectations if match else ():
        if match and (one.alert or None) == match["alert"] and _same_time(one.at, match["at"]):
            return one.location
    return (problem and not match and file.place_of(problem)) or test.location


def _same_time(one: str, other: str) -> bool:
    try:
        return seconds(one) == seconds(other)
    except ConfigurationError:
        return one == other
