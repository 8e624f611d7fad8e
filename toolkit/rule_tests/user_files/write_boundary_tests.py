"""Boundary cases of alerts that the user wrote, as promtool test files to keep.

A case is kept where promtool says of the rule what the case expects. Where it does not, the rule
does something unexpected at its boundary, or the case cannot be right for it: both are said.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import promql_parser as parser
import yaml

from toolkit.alerts import Proof
from toolkit.catalogue import Kind, Metric, Series, Unit
from toolkit.config.pyproject import Config
from toolkit.durations import seconds
from toolkit.errors import UsageError
from toolkit.prometheus.recording_rules import RecordingRules
from toolkit.prometheus.rules import WrittenRule
from toolkit.prometheus.write_promtool_tests import proof_test
from toolkit.promql import matches_of, selectors
from toolkit.rule_tests import run_promtool_batches
from toolkit.rule_tests.boundary_cases import BoundaryCase, all_cases
from toolkit.rule_tests.run_promtool import OnProgress, ignore_progress
from toolkit.rule_tests.run_promtool_batches import Job
from toolkit.rule_tests.series_notation import Timing
from toolkit.rule_tests.user_files.mutation_score import EVERY
from toolkit.rule_tests.user_files.rule_file_variants import LoadedRuleFile

MOST_EVALUATIONS = 300
"""In one case; more take promtool seconds."""
_HEADER = """\
# Boundary cases of {source}, written by `toolkit test --write-cases`.
# Run them with `promtool test rules {name}`.
"""
_STEPS = tuple(m * 10.0**power for power in range(-4, 10) for m in (1.0, 2.5, 5.0))
# Nothing declares the buckets of other people's histograms; any will do where all are made up.
_BUCKETS = Metric("made_up", Kind.HISTOGRAM, "Made up.", unit=Unit.COUNT, buckets=_STEPS)


@dataclass(frozen=True, slots=True)
class WrittenRules:
    """Rules that the user wrote, for the solver: recordings are known, series are not."""

    rules: tuple[WrittenRule, ...]
    config: Config = field(default_factory=lambda: Config(root=Path(), catalogue=""))

    @property
    def series(self) -> dict[str, Series]:
        """The histograms that the rules read, with made-up buckets."""
        names = {x.name for rule in self.rules for x in selectors(rule.expr)}
        bucket = _BUCKETS.bucket
        return {name: replace(bucket, name=name) for name in names if name.endswith("_bucket")}

    def recording(self, selector: parser.VectorSelector) -> WrittenRule | None:
        """The recording rule that a selector selects."""
        recordings = RecordingRules(rule for rule in self.rules if not rule.is_alert)
        found = recordings.selected_by(selector.name or "", matches_of(selector))
        return next(iter(found), None)


@dataclass(frozen=True, slots=True)
class AlertCases:
    """The cases of one alert that promtool confirms, those that it does not, or why none."""

    file: LoadedRuleFile
    rule: WrittenRule
    every: str
    cases: tuple[BoundaryCase, ...]
    otherwise: tuple[BoundaryCase, ...] = ()
    unsolved: str = ""


def make(
    files: Sequence[LoadedRuleFile], workers: int, on_progress: OnProgress = ignore_progress
) -> tuple[AlertCases, ...]:
    """The cases of every alert, each tried with promtool; `workers` promtools run at once."""
    made = [one for file in files for one in _of_file(file, files)]
    together = [_job(one, one.cases, files) for one in made]
    said = run_promtool_batches.run(together, workers, on_progress)
    unsure = [
        (number, case)
        for number, (one, words) in enumerate(zip(made, said, strict=True))
        for case in (one.cases if words else ())
    ]
    alone = [_job(made[number], (case,), files) for number, case in unsure]
    answers = run_promtool_batches.run(alone, workers, on_progress)
    wrong = {
        (number, case.id): words
        for (number, case), words in zip(unsure, answers, strict=True)
        if words
    }
    return tuple(
        _judged(one, {case: words for (n, case), words in wrong.items() if n == number})
        for number, one in enumerate(made)
    )


def _judged(one: AlertCases, wrong: dict[str, str]) -> AlertCases:
    """The cases that promtool confirms; `wrong` has by id what it says of the others."""
    kept = tuple(case for case in one.cases if case.id not in wrong)
    otherwise = tuple(case for case in one.cases if case.id in wrong)
    if one.cases and not any(case.proof.fires for case in kept):
        said = " ".join(next(iter(wrong.values())).split())[:200]
        return replace(one, cases=(), unsolved=f"the series found do not make it fire: {said}")
    return replace(one, cases=kept, otherwise=otherwise)


def _of_file(file: LoadedRuleFile, files: Sequence[LoadedRuleFile]) -> Iterator[AlertCases]:
    own = {rule.name for rule in file.rules if not rule.is_alert}
    others = (x for other in files for x in other.rules if not x.is_alert and x.name not in own)
    rules = (*file.rules, *others)
    intervals = file.intervals()
    for rule in file.rules:
        if rule.is_alert:
            hold, kept = _duration(rule.hold), _duration(rule.keep_firing_for)
            alert = replace(rule, hold=hold, keep_firing_for=kept)
            every = _tested_every(rules, alert, intervals.get(rule.group) or EVERY)
            # Rarely evaluated, an alert needs few samples, and promtool is fast.
            sampled = f"{max(15, int(seconds(every) / 4))}s"
            known = WrittenRules(rules, Config(root=Path(), catalogue="", scrape_interval=sampled))
            found = all_cases(known, alert, every)
            yield AlertCases(file, rule, every, found.cases, unsolved=found.unsolved)


def _tested_every(rules: tuple[WrittenRule, ...], alert: WrittenRule, interval: str) -> str:
    """How often tests evaluate an alert: its interval, or more rarely where windows are long."""
    timing = Timing.of(WrittenRules(rules), alert, seconds(interval))
    lasts = timing.judged + timing.kept_firing + 2 * timing.window
    for every in (interval, "1m", "5m", "15m", "1h", "6h"):
        if seconds(every) >= seconds(interval) and lasts / seconds(every) <= MOST_EVALUATIONS:
            return every
    return "1d"


def _duration(text: str) -> str:
    return "0s" if text in {"", "0"} else text


def _rule_files(one: AlertCases, files: Sequence[LoadedRuleFile]) -> list[LoadedRuleFile]:
    """The files that the alert needs: its own, and those whose recordings it reads."""
    recordings = RecordingRules(rule for file in files for rule in file.rules if not rule.is_alert)
    read = {rule.file for rule in recordings.read_by((one.rule.expr,))}
    return [file for file in files if file is one.file or str(file.path) in read]


def _job(one: AlertCases, cases: Sequence[BoundaryCase], files: Sequence[LoadedRuleFile]) -> Job:
    """Some cases of an alert; of the rule files only it and the recordings that it reads."""
    needed = _rule_files(one, files)
    names = run_promtool_batches.rule_file_names(len(needed))
    tests = [_test(one.rule, case.proof) for case in cases]
    recordings = RecordingRules(x for file in needed for x in file.rules if not x.is_alert)
    keep = {one.rule.name, *(rule.name for rule in recordings.read_by((one.rule.expr,)))}
    text = _yaml(_test_file(names, needed, one.every, tests))
    return Job(text, tuple(file.text(keep) for file in needed))


def _test(rule: WrittenRule, proof: Proof) -> dict[str, Any]:
    """The case as a test; `ALERTS` with the rule's own labels, since names repeat."""
    fixed = {name: text for name, text in rule.labels.items() if text and "{{" not in text}
    return proof_test(rule.name, proof, fixed)


def _test_file(
    paths: Sequence[str],
    files: Sequence[LoadedRuleFile],
    every: str,
    tests: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    # Without an order promtool takes any, and a recording may come after what reads it.
    order = list(dict.fromkeys(name for file in files for name in file.group_names()))
    return {
        "rule_files": list(paths),
        "evaluation_interval": every,
        "group_eval_order": order,
        "tests": list(tests),
    }


def _yaml(data: dict[str, Any]) -> str:
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(data, Dumper=dumper, sort_keys=False, allow_unicode=True, width=1000)
    return text


def write(
    made: Iterable[AlertCases], files: Sequence[LoadedRuleFile], folder: Path
) -> tuple[Path, ...]:
    """Write the cases below `folder`: a file for each rule file and interval of its groups.

    Raises UsageError where a file cannot be written.
    """
    together: dict[tuple[Path, str], list[AlertCases]] = {}
    for one in made:
        if one.cases:
            together.setdefault((one.file.path, one.every), []).append(one)
    paths: list[Path] = []
    for (source, every), alerts in together.items():
        path = folder / _name(source, every, {p.name for p in paths})
        needed = [file for file in files if any(file in _rule_files(x, files) for x in alerts)]
        seen = [_seen_from(folder, file.path) for file in needed]
        tests = [_test(one.rule, case.proof) for one in alerts for case in one.cases]
        text = _HEADER.format(source=_seen_from(folder, source), name=path.name)
        text += _yaml(_test_file(seen, needed, every, tests))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        except OSError as error:
            raise UsageError(f"--write-cases {path}: {error.strerror}.") from None
        paths.append(path)
    return tuple(paths)


def _name(source: Path, every: str, taken: set[str]) -> str:
    """`<rule file>_cases.yml`; with the interval, its folder and a number where that is taken."""
    stem = f"{source.stem}_cases"
    parents = [f"{source.parent.name}_{stem}"] if source.parent.name else []
    numbered = (f"{stem}_{number}" for number in range(2, 1000))
    for name in (stem, f"{stem}_{every}", *parents, *numbered):
        if f"{name}.yml" not in taken:
            return f"{name}.yml"
    raise UsageError(f"--write-cases: too many rule files are named {source.name}.")


def _seen_from(folder: Path, path: Path) -> str:
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def sentences(made: Sequence[AlertCases], paths: Sequence[Path]) -> list[str]:
    """What was written, and each alert and case that was not, with the reason."""
    lines = []
    for one in made:
        where = f"{one.rule.location}: {one.rule.name}"
        if one.unsolved:
            lines.append(f"no cases for {where}: {one.unsolved}")
        lines += [
            f"left out for {where}: {case.id}: {case.proof.sentence}: "
            f"the rule {'is silent' if case.proof.fires else 'fires'}."
            for case in one.otherwise
        ]
    cases = sum(len(one.cases) for one in made)
    solved = sum(bool(one.cases) for one in made)
    lines.append(f"wrote {cases} cases of {solved} of {len(made)} alerts:")
    return [*lines, *(f"  {path}" for path in paths)]
