"""How long `toolkit preview` takes: the shipped dashboards, and one far larger than they are.

The answers are made up and stored, so that no server's time is in it. The first table is of
whole processes, started cold; the second of one large page, step by step, in a browser that
runs. The best of several each.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.bench_build import ROOT, TRIES, Job, measure, report
from tests.support.made_up_prometheus import START, World, dashboard, drawing_options, panel, target
from toolkit import find_definitions
from toolkit.preview import chromium, html_file, run
from toolkit.preview.data_source import Recorder, Recording, RequestedTime
from toolkit.preview.draw_dashboard import collect
from toolkit.preview.time_range import TimeRange

PANELS, SERIES, POINTS = 40, 30, 400
STEP_SECONDS = 15
BOUND_SECONDS = 5.0  # the aim for the large page, from its opening to the last line drawn


def shipped(folder: Path) -> list[Job]:
    """All dashboards, each alone, and all with pictures where a browser is at hand."""
    found = run.chosen(find_definitions.load(ROOT), ())
    recorder = Recorder(World())
    hour = TimeRange(START, START + 3600)
    for subject in found:
        collect(subject.model, recorder, drawing_options(time_range=hour))
    stored = folder / "stored.json"
    recorder.write(stored, RequestedTime(hour.end, "now-1h", "now", "15s"))
    command = [sys.executable, "-m", "toolkit", "preview"]
    command += ["--snapshot", str(stored), "--out", str(folder)]
    jobs = [
        Job("an interpreter that does nothing", [sys.executable, "-c", ""], ROOT),
        Job(f"all {len(found)}", command, ROOT),
        *(Job(f"{subject.name} alone", [*command, subject.name], ROOT) for subject in found),
    ]
    if chromium.find():
        jobs.append(Job(f"all {len(found)}, and a PNG of each", [*command, "--png"], ROOT))
    return jobs


def large() -> dict[str, Any]:
    """A page of many panels, four beside one another."""
    return dashboard(
        *(
            panel(
                id=index + 1,
                title=f"Events {index}",
                gridPos={"x": index % 4 * 6, "y": index // 4 * 8, "w": 6, "h": 8},
                maxDataPoints=POINTS,
                targets=[target(f"sum by (zone) (events_{index})", legendFormat="{{zone}}")],
            )
            for index in range(PANELS)
        )
    )


def steps(folder: Path) -> dict[str, float]:
    """What each step with the large page takes, in seconds, and its size in MB."""
    zones = tuple(f"zone-{index}" for index in range(SERIES))
    window = TimeRange(START, START + (POINTS - 1) * STEP_SECONDS)
    recorder = Recorder(World(values={"zone": zones}))
    collect(large(), recorder, drawing_options(time_range=window))  # now the answers are there
    stored = Recording(RequestedTime(window.end, "", "now", "15s"), recorder.answers)
    begun = time.perf_counter()
    drawing = collect(large(), stored, drawing_options(time_range=window))
    collected = time.perf_counter()
    text = html_file.html([drawing.data], time_range=window, theme="dark", timezone="utc")
    path = folder / "large.html"
    path.write_text(text, encoding="utf-8")
    written = time.perf_counter()
    series = [answer["series"] for answer in drawing.answers]
    assert [len(each) for each in series] == [SERIES] * PANELS
    assert {len(row["values"]) for each in series for row in each} == {POINTS}
    found = {
        "collect, from stored answers": collected - begun,
        "write the HTML": written - collected,
    }
    if chromium.find():
        found |= _shown(path)
    return found | {"size, MB": path.stat().st_size / 1e6}


def _shown(path: Path) -> dict[str, float]:
    opened, pictured = [], []
    with chromium.started(chromium.find()) as running:
        for _ in range(TRIES):
            begun = time.perf_counter()
            running.draw(path)
            opened.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            running.screenshot(path)
            pictured.append(time.perf_counter() - begun)
    return {
        f"draw in the browser, best of {TRIES} (aim: {BOUND_SECONDS:g})": min(opened),
        "draw in the browser, median": statistics.median(opened),
        "draw, and take the picture": min(pictured),
    }


def main() -> None:
    """Measure and print."""
    say = sys.stdout.write
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say(report("shipped dashboards, from stored answers", measure(shipped(folder))) + "\n")
        found = steps(folder)
    say(f"| {PANELS} panels × {SERIES} series × {POINTS} points | s |\n|---|---:|\n")
    for what, value in found.items():
        say(f"| {what} | {value:.2f} |\n")


if __name__ == "__main__":
    main()
