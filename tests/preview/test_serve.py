"""Drawing again on a change, and telling the browser: no sleeping, a port of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.waiting import eventually
from toolkit.preview import serve


@contextmanager
def serving(folder: Path, bell: serve.Bell) -> Iterator[str]:
    server = serve.server(folder, bell)
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


def test_the_shell_links_every_page_and_shows_the_first(folder: Path) -> None:
    with serving(folder, serve.Bell()) as url:
        text = requests.get(url + "/", timeout=10).text
        assert '<a href="/page/shop.html" target="page">shop</a>' in text
        assert 'src="/page/shop.html"' in text
        assert requests.get(url + "/page/shop.html", timeout=10).text == "<p>Sales</p>"


@pytest.mark.parametrize("path", ["/page/secret.txt", "/page/../secret.txt", "/etc/passwd", "/x"])
def test_nothing_else_is_served(folder: Path, path: str) -> None:
    with serving(folder, serve.Bell()) as url:
        assert requests.get(url + path, timeout=10).status_code == 404


def test_a_listener_is_told_of_a_drawing_and_of_what_is_wrong(folder: Path) -> None:
    bell = serve.Bell()
    with (
        serving(folder, bell) as url,
        requests.get(url + "/changes", stream=True, timeout=30) as answer,
    ):
        lines = answer.iter_lines(chunk_size=1)
        assert next(lines) == b": still here"
        bell.ring("")
        assert next(line for line in lines if line.startswith(b"data")) == b'data: ""'
        bell.ring("error: <x>\nfix: y")
        said = next(line for line in lines if line.startswith(b"data"))
        assert said == b'data: "error: <x>\\nfix: y"'


def test_a_change_is_drawn_and_told_and_nothing_else_is() -> None:
    bell, stop = serve.Bell(), threading.Event()
    seen, drawn, looks = [0], [], threading.Semaphore(0)

    def look() -> int:
        looks.release()
        return seen[0]

    def draw() -> str:
        drawn.append(seen[0])
        return "wrong" if seen[0] == 2 else ""

    thread = threading.Thread(
        target=serve.watch, args=(look, draw, bell, stop), kwargs={"every_seconds": 0.001}
    )
    thread.start()
    try:
        for _ in range(3):
            assert looks.acquire(timeout=30)
        assert drawn == []
        seen[0] = 2
        eventually(lambda: bell.number == 1, "the change is told")
        assert bell.after(0, 1) == (1, "wrong")
    finally:
        stop.set()
        thread.join()
    assert drawn == [2]


def test_a_definition_that_is_written_added_or_removed_is_a_change(tmp_path: Path) -> None:
    page = tmp_path / "pages" / "shop.py"
    page.parent.mkdir()
    page.write_text("1", encoding="utf-8")
    (tmp_path / "node_modules").mkdir()
    first = serve.stamp(tmp_path)
    (tmp_path / "node_modules" / "x.py").write_text("", encoding="utf-8")
    (tmp_path / "pages" / "notes.txt").write_text("", encoding="utf-8")
    assert serve.stamp(tmp_path) == first
    (tmp_path / "pages" / "more.py").write_text("", encoding="utf-8")
    assert serve.stamp(tmp_path) != first
    page.unlink()
    assert [Path(name).name for name, _ in serve.stamp(tmp_path)] == ["more.py"]
