"""What a served page may ask again, how it is answered, and what is refused."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.made_up_prometheus import World, dashboard, panel, target, templating, variable
from tests.support.wait_until import PATIENCE_SECONDS
from toolkit.errors import UnreachableError, UsageError
from toolkit.preview.data_source import RequestedTime
from toolkit.preview.redraw_served_page import (
    AT_ONCE,
    MOST_WORDS,
    LiveDashboards,
    read_dashboards,
    write_dashboards,
)
from toolkit.preview.run import ChosenDashboard, PreviewOptions

ZONED = dashboard(
    panel(targets=[target('events{zone="$zone"}')]),
    time={"from": "now-3h", "to": "now"},
    templating=templating(variable("zone", "label_values(events, zone)")),
)


def live(world: World | None = None, model: Any = ZONED, **says: Any) -> LiveDashboards:
    requested = RequestedTime(0.0, says.pop("since", ""), "", "15s")
    options = PreviewOptions(requested=requested, variables=says.pop("variables", {}))
    made = LiveDashboards(world or World(), options, "light", **says)
    made.take([ChosenDashboard("shop", model, "shop.json")])
    return made


def query(data: dict[str, Any]) -> str:
    return str(data["drawings"][0]["rows"][0]["panels"][0]["answers"][0]["expr"])


def test_it_draws_as_of_now_with_what_the_dashboard_was_saved_with() -> None:
    before = time.time()
    data = live().data("shop", "")
    assert before - 1 <= data["to"] / 1000 <= time.time()
    assert data["to"] - data["from"] == pytest.approx(3 * 3600 * 1000, abs=1)
    assert (data["live"]["from"], data["live"]["to"]) == ("now-3h", "now")
    assert (data["theme"], query(data)) == ("light", 'events{zone="zone-one"}')


def test_the_page_chooses_the_time_and_the_values() -> None:
    data = live(variables={"zone": ("zone-one",)}).data("shop", "from=now-6h&var-zone=zone-two")
    assert data["to"] - data["from"] == pytest.approx(6 * 3600 * 1000, abs=1)
    assert (data["live"]["from"], query(data)) == ("now-6h", 'events{zone="zone-two"}')


def test_what_was_typed_holds_where_the_page_says_nothing() -> None:
    data = live(since="now-5m", variables={"zone": ("zone-two",)}).data("shop", "")
    assert (data["live"]["from"], query(data)) == ("now-5m", 'events{zone="zone-two"}')


def test_a_value_that_is_gone_gives_way_to_the_first() -> None:
    """Another variable was changed, on whose values this one depends."""
    assert query(live().data("shop", "var-zone=mars")) == 'events{zone="zone-one"}'


REFUSED = {
    "from=tomorrow": "'tomorrow' is not a time",
    "from=now&to=now-1h": "it ends before it starts",
    "form=now": "'form' is not understood; from, to and var-NAME are.",
    "&".join(f"var-zone={index}" for index in range(MOST_WORDS + 1)): "more than 500 values",
}


@pytest.mark.parametrize(("question", "words"), REFUSED.items(), ids=[str(x)[:12] for x in REFUSED])
def test_what_is_not_understood_is_refused(question: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        live().data("shop", question)


def test_a_query_that_fails_is_told_at_its_panel() -> None:
    world = World(refused={'events{zone="zone-one"}': "too many samples"})
    data = live(world).data("shop", "")
    (answer,) = data["drawings"][0]["rows"][0]["panels"][0]["answers"]
    assert answer["error"] == "too many samples"


def test_only_so_many_pages_are_drawn_at_once() -> None:
    begun, go = threading.Semaphore(0), threading.Event()

    class Slow(World):
        def ask(self, path: str, params: Any = None) -> Any:
            begun.release()
            assert go.wait(60)
            return super().ask(path, params)

    asked = live(Slow(), wait_seconds=0)
    threads = [threading.Thread(target=asked.data, args=("shop", "")) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    try:
        for _ in threads:
            assert begun.acquire(timeout=PATIENCE_SECONDS)
        with pytest.raises(UnreachableError, match="other pages are being drawn"):
            asked.data("shop", "")
    finally:
        go.set()
        for thread in threads:
            thread.join()
    assert asked.data("shop", "")["live"]["from"] == "now-3h"


def test_its_page_may_ask_its_own_server_and_no_other() -> None:
    html = live().page("a b")
    assert "default-src 'none'; connect-src 'self'; script-src 'sha256-" in html
    assert '{"theme":"light","live":{"address":"/data/a%20b"}}' in html


def test_dashboards_are_handed_over_whole(tmp_path: Path) -> None:
    given = (ChosenDashboard("shop", ZONED, "shop.json", ("a note",)),)
    write_dashboards(tmp_path / "d.json", given)
    assert read_dashboards(tmp_path / "d.json") == given
