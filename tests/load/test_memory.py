"""The load generator's memory while it sends for long: flat but for a histogram of each second."""

import os
import statistics
import threading
from pathlib import Path
from typing import Self

import psutil
import pytest

from tests.support.http_server import serving
from tests.support.scenario_runs import JUDGED, remembering, run_scenario

pytestmark = [pytest.mark.programs, pytest.mark.long]

# Half an hour is LOAD_MEMORY_SECONDS=1800.
SECONDS = int(os.environ.get("LOAD_MEMORY_SECONDS", "60"))
# A second's histogram takes some kilobytes; half an hour of them, some megabytes.
BYTES_OF_A_SECOND = 8_000
NOISE_BYTES = 4_000_000
SENT = (
    JUDGED
    + """
class Buyer(JudgedUser):
    load = DefaultLoad(rate=100)

    @task
    def buy(self):
        with self.ask("GET", "/200", name="buy") as answer:
            answer.expect(200)
"""
)


class Watch:
    """The resident memory of every Locust below this process, once a second."""

    def __init__(self) -> None:
        self.samples: list[int] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(1):
            try:
                found = [
                    child.memory_info().rss
                    for child in psutil.Process().children(recursive=True)
                    if "locust" in child.cmdline()
                ]
            except psutil.NoSuchProcess:
                continue
            self.samples += [sum(found)] if found else []


@pytest.mark.timeout(SECONDS * 2 + 300)
def test_memory_stays_flat(tmp_path: Path) -> None:
    with serving(remembering()) as url, Watch() as watch:
        outcome = run_scenario(tmp_path, SENT, url, seconds=SECONDS, thresholds=("unsent>=0",))
    (result,) = outcome.results
    assert result.requests + result.unsent == 100 * SECONDS
    quarter = len(watch.samples) // 4
    assert quarter > 2, "the load was not watched"
    # From the second quarter on: at first modules are loaded and users connect.
    early = statistics.median(watch.samples[quarter : 2 * quarter])
    late = statistics.median(watch.samples[-quarter:])
    grown = late - early
    print(f"{early / 1e6:.1f} MB → {late / 1e6:.1f} MB in {SECONDS} s")  # noqa: T201 - to be read
    assert grown < NOISE_BYTES + BYTES_OF_A_SECOND * SECONDS / 2
