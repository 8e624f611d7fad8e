"""Runs as files by their names' ends: JSON, CSV, JUnit, Markdown. `html_report` writes HTML."""

import csv
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from toolkit.errors import ConfigurationError, ExitStatus, UsageError
from toolkit.formats.junit_xml import Case, Ending, Suite, junit_xml
from toolkit.load import verdict_reasons
from toolkit.load.judge_thresholds import ThresholdVerdict
from toolkit.load.markdown_report import as_markdown
from toolkit.load.results import LoadOutcome, LoadResult
from toolkit.load.results_json import QUANTILES, summary
from toolkit.load.statistics import RequestOutcome, Tally

FORMAT = 3  # of the JSON; raised when an older reader would misread it
ALL = "(all)"
_NOT_FAILED = {int(ExitStatus.CLEAN), int(ExitStatus.UNKNOWN)}


def as_json(outcome: LoadOutcome) -> str:
    """Everything that was counted; `--compare` reads it, and programs read each run's `summary`."""
    runs = [
        result.document()
        | {"verdicts": [_verdict(verdict) for verdict in verdicts], "summary": summary(result)}
        for result, verdicts in zip(outcome.results, outcome.verdicts, strict=True)
    ]
    document: dict[str, object] = {
        "format": FORMAT,
        "verdict": verdict_reasons.word(outcome).lower(),
        "status": int(outcome.status),
        "reasons": list(verdict_reasons.reasons(outcome)),
        "runs": runs,
    }
    if outcome.together:
        document["verdicts_of_all"] = [_verdict(verdict) for verdict in outcome.together]
    if outcome.balances is not None:
        document["conservation"] = [
            {"title": x.counter.title, "sent": x.sent, "counted": x.grown, "holds": x.holds}
            for x in outcome.balances
        ]
    return json.dumps(document, indent=1) + "\n"


def read(path: Path, *, failed: bool = True) -> tuple[LoadResult, ...]:
    """The runs of a JSON report; without `failed`, none of one that failed.

    Raises ConfigurationError, naming the file, for anything else.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            raise ConfigurationError(
                f"{path}: a report of format {document['format']}, not {FORMAT}.",
                fix="write it again with this version: `toolkit load … --report x.json`.",
            )
        if not failed and document.get("status", 0) not in _NOT_FAILED:
            return ()
        return tuple(
            LoadResult.read({k: v for k, v in run.items() if k not in {"verdicts", "summary"}})
            for run in document["runs"]
        )
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ConfigurationError(
            f"{path}: not a report of a load.",
            fix="write one with `toolkit load … --report x.json`.",
        ) from None


def _verdict(verdict: ThresholdVerdict) -> Mapping[str, object]:
    threshold = verdict.threshold
    return {
        "threshold": threshold.text,
        "kept": verdict.kept,
        "measured": verdict.measured,
        "operator": threshold.operator,
        "allowed": threshold.value,
        "unit": threshold.unit,
        "why": verdict.why,
    }


def as_csv(outcome: LoadOutcome) -> str:
    """A row for each name of request, and one for all, of each run."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        [
            "scenario",
            "name",
            "requests",
            "accepted",
            "refused",
            "failed",
            "success_percent",
            "rps",
            "mean_ms",
            "min_ms",
            "max_ms",
            *(f"p{q * 100:g}_ms" for q in QUANTILES),
        ]
    )
    for result in outcome.results:
        rows = [*sorted(result.figures.names.items()), (ALL, result.total)]
        for name, tally in rows:
            writer.writerow(
                [
                    _not_a_formula(result.scenario),
                    _not_a_formula(name),
                    *_row(tally, result.measured_seconds),
                ]
            )
    return out.getvalue()


def as_csv_of_seconds(outcome: LoadOutcome) -> str:
    """A row for each second of each run, of all requests together."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    titles = (f"p{q * 100:g}_ms" for q in QUANTILES)
    writer.writerow(["scenario", "second", "unix_time", "requests", "failed", "mean_ms", *titles])
    for result in outcome.results:
        for number, second in sorted(result.figures.seconds.items()):
            times = (second.durations.quantile_seconds(q) * 1000 for q in QUANTILES)
            writer.writerow(
                [
                    _not_a_formula(result.scenario),
                    number,
                    f"{result.started + number:.0f}",
                    second.requests,
                    second.failures,
                    f"{second.durations.mean_seconds * 1000:.3f}",
                    *(f"{time:.3f}" for time in times),
                ]
            )
    return out.getvalue()


def _not_a_formula(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    # Names may quote what a service answered. Source: OWASP, CSV injection.
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _row(tally: Tally, seconds: float) -> list[object]:
    durations = tally.durations
    times = [
        durations.mean_seconds,
        durations.min_seconds if durations.counts else 0.0,
        durations.max_seconds,
        *(durations.quantile_seconds(q) for q in QUANTILES),
    ]
    return [
        tally.requests,
        tally.outcomes[RequestOutcome.ACCEPTED],
        tally.outcomes[RequestOutcome.REFUSED],
        tally.failed,
        f"{tally.success_share * 100:.3f}",
        f"{tally.requests / seconds if seconds else 0:.2f}",
        *(f"{s * 1000:.3f}" for s in times),
    ]


def as_junit(outcome: LoadOutcome) -> str:
    """A suite for each run: its answers and each threshold are a case; balances are one more."""
    suites = []
    for result, verdicts in zip(outcome.results, outcome.verdicts, strict=True):
        wrong = [f"{count} × {message}" for message, count in result.errors.items()]
        problems = "\n".join([*wrong, *result.lost, result.aborted, *_own_faults(result)])
        cases = [_case("answers are as expected", problems)]
        cases += [_case(x.threshold.text, "" if x.kept else str(x)) for x in verdicts]
        suites.append(Suite(f"load: {result.scenario}", cases, result.seconds))
    if outcome.together:
        cases = [_case(x.threshold.text, "" if x.kept else str(x)) for x in outcome.together]
        suites.append(Suite("load: all together", cases))
    if outcome.balances is not None:
        cases = [_case(x.counter.title, "" if x.holds else str(x)) for x in outcome.balances]
        suites.append(Suite("load: conservation", cases))
    for comparison in outcome.comparisons:
        worse = "\n".join(map(str, comparison.regressions)) or comparison.not_judged
        name = f"{comparison.scenario} is no worse than before"
        suites.append(Suite("load: comparison", [_case(name, worse)]))
    if outcome.problems:
        # Of what has no run of its own, as a scenario of a mix that could not start.
        suites.append(Suite("load: problems", [_problem(x.message) for x in outcome.problems]))
    return junit_xml("toolkit load", suites)


def _own_faults(result: LoadResult) -> Iterator[str]:
    """Why a run proves nothing though no answer was wrong."""
    if result.raised:
        yield from (f"the scenario raised {m}" for m, _ in result.figures.raised.counts.items())
    if result.interrupted:
        yield f"interrupted after {result.seconds:.1f} s"


def _problem(message: str) -> Case:
    first, _, _ = message.partition("\n")
    return Case(first.removeprefix("error: "), Ending.UNKNOWN, first, message)


def _case(name: str, failure: str) -> Case:
    details = failure.strip()
    if not details:
        return Case(name)
    return Case(name, Ending.FAILED, details.splitlines()[0], details)


Writer = Callable[[LoadOutcome], str]
WRITERS: dict[str, Writer] = {
    ".json": as_json,
    ".csv": as_csv,
    ".seconds.csv": as_csv_of_seconds,
    ".xml": as_junit,
    ".md": as_markdown,
}


def writers(paths: Sequence[str], more: Mapping[str, Writer]) -> dict[Path, Writer]:
    """What writes each file, by its suffix. Raises UsageError for an unknown suffix."""
    known = {**WRITERS, **more}
    found = {}
    for text in paths:
        path = Path(text)
        # `x.seconds.csv` ends in `.csv` too: the longest that fits is meant.
        suffix = max((each for each in known if path.name.endswith(each)), key=len, default="")
        if not suffix:
            raise UsageError(
                f"--report {text}: the name must end in one of {', '.join(sorted(known))}."
            )
        found[path] = known[suffix]
    return found


def require_writable(paths: Iterable[Path]) -> None:
    """Raise ConfigurationError where a report could not be written after the load."""
    for path in paths:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError:
            raise ConfigurationError(
                f"--report {path}: {path.parent} is not a folder, and cannot be made one."
            ) from None
        if path.is_dir():
            raise ConfigurationError(f"--report {path}: is a folder.")
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            raise ConfigurationError(f"--report {path}: may not be written.")


def write(path: Path, text: str) -> None:
    """Write a report. Raises ConfigurationError when the file cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written: {error.strerror}.") from None
