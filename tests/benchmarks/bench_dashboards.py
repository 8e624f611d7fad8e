"""How long linting dashboards of others takes: 25, 50 and 100 of them, of forty panels each.

Whole processes, started cold, the best of several. The last column divides by the first line: it
doubles with the number where time is linear in it, but for the start of the process.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.bench_build import Job, measure, report

PANELS = 40
COUNTS = (25, 50, 100)


def dashboard(number: int) -> dict[str, Any]:
    """A dashboard of forty panels with two queries each."""
    source = {"type": "prometheus", "uid": "${datasource}"}
    chosen_job = f'app_{number}_requests_total{{job=~"$job", code=~"%d.."}}'
    rates = [f"sum by (job) (rate({chosen_job % code}[$__rate_interval]))" for code in (2, 5)]
    panels = [
        {
            "id": index,
            "type": "timeseries",
            "title": f"Panel {index}",
            "gridPos": {"x": index % 2 * 12, "y": index // 2 * 8, "w": 12, "h": 8},
            "datasource": source,
            "fieldConfig": {"defaults": {"custom": {"lineWidth": 1}, "unit": "reqps"}},
            "targets": [
                {"refId": letter, "expr": expr, "datasource": source}
                for letter, expr in zip("AB", rates, strict=True)
            ],
        }
        for index in range(PANELS)
    ]
    job = {"type": "query", "name": "job", "query": "label_values(up, job)", "refresh": 2}
    chosen = {"type": "datasource", "name": "datasource", "query": "prometheus"}
    return {
        "uid": f"d{number}",
        "title": f"Dashboard {number}",
        "panels": panels,
        "templating": {"list": [chosen, {**job, "datasource": source}]},
    }


def main() -> None:
    """Measure and print."""
    toolkit = str(Path(sys.executable).parent / "toolkit")
    with tempfile.TemporaryDirectory() as name:
        jobs = [Job("toolkit --version", [toolkit, "--version"], Path(name))]
        for count in COUNTS:
            folder = Path(name) / str(count)
            folder.mkdir()
            for number in range(count):
                text = json.dumps(dashboard(number), indent=2)
                (folder / f"{number}.json").write_text(text, encoding="utf-8")
            jobs.append(Job(f"toolkit lint, {count} dashboards", [toolkit, "lint", "."], folder))
        sys.stdout.write(report(f"dashboards of {PANELS} panels", measure(jobs)) + "\n")


if __name__ == "__main__":
    main()
