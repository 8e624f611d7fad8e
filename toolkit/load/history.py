"""Runs kept in a folder, one JSON report for each, and how their figures changed over time."""

import re
import time
from collections.abc import Sequence
from pathlib import Path

from toolkit.errors import ConfigurationError
from toolkit.load import file_reports
from toolkit.load.chance_between_runs import FEWEST_RUNS
from toolkit.load.results import LoadOutcome, LoadResult
from toolkit.load.statistics import three_digits

SHOWN = 10  # of the last runs
_BARS = "▁▂▃▄▅▆▇█"


def read(folder: Path, scenarios: Sequence[str], *, failed: bool = True) -> tuple[LoadResult, ...]:
    """The runs of these scenarios in the folder, the oldest first; none where there is no folder.

    Without those that `failed`, where asked.

    Raises ConfigurationError for a file of that kind that is not a report.
    """
    if not folder.is_dir():
        return ()
    found = [
        result
        for path in sorted(folder.glob("*.json"))
        for result in file_reports.read(path, failed=failed)
        if result.scenario in scenarios
    ]
    return tuple(sorted(found, key=lambda result: result.started))


def keep(folder: Path, outcome: LoadOutcome) -> tuple[Path, ...]:
    """Write each run of the outcome into the folder; where.

    Runs that were interrupted are not kept: they are not like the others. Raises
    ConfigurationError where a file cannot be written.
    """
    paths = []
    for number, result in enumerate(outcome.results):
        if result.interrupted:
            continue
        when = time.strftime("%Y%m%dT%H%M%S", time.gmtime(result.started))
        scenario = re.sub(r"\W+", "-", result.scenario)
        # Two commands may begin in the same second, and each must keep its run.
        microseconds = int(result.started % 1 * 1e6)
        path = folder / f"{when}.{microseconds:06}-{number}-{scenario}.json"
        alone = LoadOutcome(
            results=(result,),
            verdicts=(outcome.verdicts[number],),
            comparisons=tuple(
                # Of fewer earlier runs chance is not known well: the first ones are the measure.
                each
                for each in outcome.comparisons
                if each.scenario == result.scenario and each.earlier >= FEWEST_RUNS
            ),
        )
        _write_whole(path, file_reports.as_json(alone))
        paths.append(path)
    return tuple(paths)


def _write_whole(path: Path, text: str) -> None:
    """Write the file at once: half a report would stop every later run that reads the folder."""
    written = path.with_suffix(".written")
    try:
        file_reports.write(written, text)
        written.replace(path)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written: {error.strerror}.") from None
    finally:
        written.unlink(missing_ok=True)


def require_folder(path: Path) -> None:
    """Raise ConfigurationError where runs cannot be kept, before one is made."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise ConfigurationError(f"--history {path}: is not a folder.") from None
    except OSError as error:
        raise ConfigurationError(f"--history {path}: {error.strerror}.") from None


def trend(earlier: Sequence[LoadResult], results: Sequence[LoadResult]) -> str:
    """Of each scenario, its last runs with this one, one a line; the newest last."""
    parts = []
    for result in results:
        runs = [*(x for x in earlier if x.scenario == result.scenario), result][-SHOWN:]
        p95 = [run.total.durations.quantile_seconds(0.95) * 1000 for run in runs]
        which = f"the last {len(runs)} runs" if len(runs) > 1 else "the first run"
        lines = [f"{result.scenario}, {which}: P95 {_bars(p95)}"]
        lines += [
            f"  {time.strftime('%Y-%m-%d %H:%M', time.gmtime(run.started))}  "
            f"{three_digits(run.requests_per_second):>7} /s  "
            f"P50 {three_digits(run.total.durations.quantile_seconds(0.5) * 1000):>7} ms  "
            f"P95 {three_digits(value):>7} ms  success {run.success_share:.2%}"
            + ("" if run.workload == result.workload else "  (another load)")
            for run, value in zip(runs, p95, strict=True)
        ]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _bars(values: Sequence[float]) -> str:
    top = max(values, default=0.0) or 1.0
    return "".join(_BARS[min(len(_BARS) - 1, int(v / top * (len(_BARS) - 1)))] for v in values)
