"""Drawing again on a change, and telling the browser: no sleeping, a port of its own."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, expect

from tests.conftest import WriteProject
from tests.support.made_up_prometheus import World, dashboard
from tests.support.wait_until import PATIENCE_SECONDS
from toolkit.cli.main import run
from toolkit.errors import UsageError
from toolkit.preview import serve
from toolkit.preview.data_source import RequestedTime
from toolkit.preview.redraw_served_page import LiveDashboards
from toolkit.preview.run import ChosenDashboard, PreviewOptions

pytestmark = pytest.mark.programs


@contextmanager
def serving(
    folder: Path, updates: serve.PageUpdates, live: LiveDashboards | None = None
) -> Iterator[str]:
    server = serve.server(folder, updates, live=live)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop.html").write_text("<p>Sales</p>", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("no", encoding="utf-8")
    return tmp_path


def test_the_pages_are_served_as_they_were_written(folder: Path) -> None:
    with serving(folder, serve.PageUpdates()) as url:
        index = requests.get(url + "/", timeout=PATIENCE_SECONDS)
        assert "new EventSource('/changes')" in index.text
        page = requests.get(url + "/page/shop.html", timeout=PATIENCE_SECONDS)
        assert page.text == "<p>Sales</p>"


@pytest.mark.parametrize("path", ["/page/secret.txt", "/page/../secret.txt", "/etc/passwd", "/x"])
def test_nothing_else_is_served(folder: Path, path: str) -> None:
    with serving(folder, serve.PageUpdates()) as url:
        assert requests.get(url + path, timeout=PATIENCE_SECONDS).status_code == 404


def shop_that_answers() -> LiveDashboards:
    options = PreviewOptions(requested=RequestedTime(0.0, "", "", "15s"), variables={})
    live = LiveDashboards(World(), options, "dark")
    live.take([ChosenDashboard("shop", dashboard(), "shop.json")])
    return live


def test_a_page_that_may_ask_again_is_served_in_place_of_the_file(folder: Path) -> None:
    (folder / "old.html").write_text("<p>Old</p>", encoding="utf-8")
    with serving(folder, serve.PageUpdates(), shop_that_answers()) as url:
        assert (
            '"address":"/data/shop"'
            in requests.get(url + "/page/shop.html", timeout=PATIENCE_SECONDS).text
        )
        assert requests.get(url + "/page/old.html", timeout=PATIENCE_SECONDS).text == "<p>Old</p>"
        answer = requests.get(url + "/data/shop?from=now-2h", timeout=PATIENCE_SECONDS)
        assert answer.json()["live"]["from"] == "now-2h"
        wrong = requests.get(url + "/data/shop?from=soon", timeout=PATIENCE_SECONDS)
        assert wrong.status_code == 400
        assert wrong.json()["error"].startswith("'soon' is not a time.\nfix: write it like now-1h")
        assert requests.get(url + "/data/other", timeout=PATIENCE_SECONDS).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rebound.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=["another name for this machine", "another site", "another port"],
)
def test_no_other_site_may_read_what_it_knows(folder: Path, headers: dict[str, str]) -> None:
    with serving(folder, serve.PageUpdates(), shop_that_answers()) as url:
        for path in ("/", "/page/shop.html", "/data/shop"):
            assert (
                requests.get(url + path, headers=headers, timeout=PATIENCE_SECONDS).status_code
                == 403
            )
        own = {"Host": "localhost:1", "Sec-Fetch-Site": "same-origin"}
        assert requests.get(url + "/data/shop", headers=own, timeout=PATIENCE_SECONDS).ok


def test_a_listener_is_told_what_was_last_drawn_and_then_of_what_is_wrong(folder: Path) -> None:
    updates = serve.PageUpdates()
    updates.publish(serve.DrawnPages(("shop.html",)))
    with (
        serving(folder, updates) as url,
        requests.get(url + "/changes", stream=True, timeout=PATIENCE_SECONDS) as answer,
    ):
        said = (line for line in answer.iter_lines(chunk_size=1) if line.startswith(b"data"))
        assert next(said) == b'data: {"pages": ["shop.html"], "words": ""}'
        updates.publish(serve.DrawnPages(words="error: <x>\nfix: y"))
        assert next(said) == b'data: {"pages": ["shop.html"], "words": "error: <x>\\nfix: y"}'


def test_the_browser_shows_what_is_told(folder: Path, chromium: Browser) -> None:
    updates, page = serve.PageUpdates(), chromium.new_page()
    shown, words = page.frame_locator("iframe").locator("p"), page.get_by_role("alert")
    with serving(folder, updates) as url:
        page.goto(url)
        updates.publish(serve.DrawnPages(("shop.html",)))
        expect(shown).to_have_text("Sales")
        expect(words).to_be_hidden()
        updates.publish(serve.DrawnPages(words="error: <b>wrong</b>"))
        expect(words).to_have_text("error: <b>wrong</b>")
        expect(shown).to_have_text("Sales")
        (folder / "shop.html").write_text("<p>Sold</p>", encoding="utf-8")
        (folder / "more.html").write_text("<p>More</p>", encoding="utf-8")
        updates.publish(serve.DrawnPages(("more.html", "shop.html")))
        expect(shown).to_have_text("Sold")
        expect(words).to_be_hidden()
        page.get_by_role("link", name="more").click()
        expect(shown).to_have_text("More")
        updates.publish(serve.DrawnPages(("shop.html",)))
        expect(shown).to_have_text("Sold")
    page.close()


def test_a_browser_that_leaves_is_no_error(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "shop.html").write_bytes(b"x" * 50_000_000)  # more than the sockets hold
    with serving(folder, serve.PageUpdates()) as url:
        with requests.get(url + "/page/shop.html", stream=True, timeout=PATIENCE_SECONDS) as answer:
            next(answer.iter_content(10))
        assert requests.get(url + "/", timeout=PATIENCE_SECONDS).ok
    assert capfd.readouterr().err == ""


def test_a_port_that_is_taken_is_told(folder: Path) -> None:
    with serve.server(folder, serve.PageUpdates()) as first:
        port = first.server_address[1]
        with pytest.raises(UsageError, match=f"^--port {port}: Address already in use") as raised:
            serve.server(folder, serve.PageUpdates(), port)
    assert raised.value.fix == "name another, or leave it out for a free one."


def test_a_change_is_drawn_and_told_and_nothing_else_is() -> None:
    updates, stop = serve.PageUpdates(), threading.Event()
    seen, drawn, looks = [0], [], threading.Semaphore(0)

    def look() -> int:
        looks.release()
        return seen[0]

    def draw() -> serve.DrawnPages:
        drawn.append(seen[0])
        return serve.DrawnPages(words="wrong")

    thread = threading.Thread(
        target=serve.redraw_on_change,
        args=(0, look, draw, updates, stop),
        kwargs={"every_seconds": 0.001},
    )
    thread.start()
    try:
        for _ in range(3):
            assert looks.acquire(timeout=PATIENCE_SECONDS)
        assert drawn == []
        seen[0] = 2
        assert updates.after(0, PATIENCE_SECONDS) == (1, serve.DrawnPages(words="wrong"))
    finally:
        stop.set()
        thread.join()
    assert drawn == [2]


def rewrite(path: Path, text: str) -> None:
    """Write it in one piece, so that nobody sees the half."""
    new = path.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


@pytest.mark.usefixtures("world")
def test_as_typed_it_says_what_broke_and_where_recovers_and_ends_at_ctrl_c(
    shop: WriteProject,
) -> None:
    root = shop()
    assert run(["preview", "--record", "kept.json"]) == 0
    page = root / "shop/dashboards/shop.py"
    text = page.read_text(encoding="utf-8")
    words = ["preview", "--snapshot", "kept.json", "--serve"]
    with subprocess.Popen(
        [sys.executable, "-m", "toolkit", *words], cwd=root, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stderr is not None
        try:
            url = next(line for line in child.stderr if "until Ctrl-C" in line).split()[0]
            with requests.get(f"{url}changes", stream=True, timeout=PATIENCE_SECONDS) as answer:
                said = (
                    json.loads(line[5:]) for line in answer.iter_lines(1) if line[:4] == b"data"
                )
                assert next(said) == {"pages": ["shop.html"], "words": ""}
                rewrite(page, text + "\nNAME = PREIOD\n")
                line = len(text.splitlines()) + 2
                wrong = f"error: shop/dashboards/shop.py:{line}: NameError: name 'PREIOD' is not"
                told = next(said)
                assert told["pages"] == ["shop.html"]
                assert told["words"].startswith(wrong)
                rewrite(page, text)
                assert next(said) == {"pages": ["shop.html"], "words": ""}
            child.send_signal(signal.SIGINT)
            rest = child.communicate(timeout=PATIENCE_SECONDS)[1]
        finally:
            child.kill()
    assert child.returncode == 0, rest
    assert "Traceback" not in rest


def test_what_cannot_be_drawn_at_first_is_not_served(shop: WriteProject) -> None:
    words = ["preview", "--serve", "--prometheus", "http://127.0.0.1:1"]
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", *words],
        cwd=shop(),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 3
    assert done.stderr.startswith("error: http://127.0.0.1:1/-/ready: nothing listens there.")
    assert "Ctrl-C" not in done.stderr


def test_a_definition_that_is_written_added_or_removed_is_a_change(tmp_path: Path) -> None:
    page = tmp_path / "pages" / "shop.py"
    page.parent.mkdir()
    page.write_text("1", encoding="utf-8")
    (tmp_path / "node_modules").mkdir()
    first = serve.written_times(tmp_path)
    (tmp_path / "node_modules" / "x.py").write_text("", encoding="utf-8")
    (tmp_path / "pages" / "notes.txt").write_text("", encoding="utf-8")
    assert serve.written_times(tmp_path) == first
    (tmp_path / "pages" / "more.py").write_text("", encoding="utf-8")
    assert serve.written_times(tmp_path) != first
    page.unlink()
    assert [Path(name).name for name, _ in serve.written_times(tmp_path)] == ["more.py"]
