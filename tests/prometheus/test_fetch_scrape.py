"""A scrape is read within bounds, and what is not one is said to be something else."""

import gzip
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.support.http_server import serving
from tests.support.slow_server import dripping
from toolkit.errors import ToolkitError, UnreachableError, UsageError
from toolkit.prometheus import fetch_scrape

SCRAPE = "# TYPE a gauge\na 1\n"
BODIES: dict[str, tuple[bytes, dict[str, str]]] = {
    "/metrics": (SCRAPE.encode(), {}),
    "/zipped": (gzip.compress(SCRAPE.encode()), {"Content-Encoding": "gzip"}),
    "/badly-zipped": (b"plain", {"Content-Encoding": "gzip"}),
    "/unannounced": (gzip.compress(SCRAPE.encode()), {}),
    "/bomb": (gzip.compress(b"a 1\n" * 3_000_000), {"Content-Encoding": "gzip"}),
    "/html": (b"<!doctype html><title>Shop</title>", {}),
    "/json": (b'{"status": "UP"}', {}),
    "/binary": (b"\x0a\x0b\x00\xff", {}),
    "/utf8": (b'{"http.requests"} 1\n', {}),
}


class Exporter(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/endless":
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"a 1\n" * 10_000)
            except OSError:
                return
        body, headers = BODIES.get(self.path, (b"no such page", {}))
        self.send_response(200 if self.path in BODIES else 404)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            return

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def exporter() -> Iterator[str]:
    with serving(Exporter) as url:
        yield url


@pytest.mark.parametrize("path", ["/metrics", "/zipped"])
def test_a_scrape_is_read_plain_and_compressed(exporter: str, path: str) -> None:
    assert fetch_scrape.read(exporter + path) == SCRAPE


def test_a_scrape_that_begins_like_json_is_one(exporter: str) -> None:
    assert fetch_scrape.read(f"{exporter}/utf8") == '{"http.requests"} 1\n'


REFUSED = {
    "/html": "is a web page, not a scrape: '<!doctype html><title>Shop</title>'\n"
    "  fix: name the path of the metrics: often /metrics, or /actuator/prometheus.",
    "/json": 'is JSON, not a scrape: \'{"status": "UP"}\'',
    "/binary": "is not text.",
    "/unannounced": "is compressed with gzip.\n  fix: unpack it first",
    "/badly-zipped": "says that it is compressed, and cannot be unpacked.",
    "/bomb": "longer than 10 MB",
    "/endless": "longer than 10 MB",
    "/nowhere": "answered 404 Not Found.\n  fix: name the path of the metrics: often /metrics",
}


@pytest.mark.parametrize(("path", "words"), REFUSED.items(), ids=REFUSED)
def test_what_is_not_a_scrape_is_refused(exporter: str, path: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        fetch_scrape.read(exporter + path)
    assert str(caught.value).startswith(f"{exporter}{path}: {words}")


def test_an_answer_that_never_ends_is_left() -> None:
    with dripping() as url, pytest.raises(UnreachableError) as caught:
        fetch_scrape.read(url, most_seconds=0.3)
    assert caught.value.message == f"{url}: the answer was not complete in 0.3 s."


def test_headers_that_never_end_are_left() -> None:
    with dripping(in_headers=True) as url, pytest.raises(UnreachableError) as caught:
        fetch_scrape.read(url, most_seconds=0.3)
    assert caught.value.message == f"{url}: the answer was not complete in 0.3 s."


def test_a_password_is_in_no_message() -> None:
    with pytest.raises(UnreachableError) as caught:
        fetch_scrape.read("http://me:secret@127.0.0.1:1/metrics")
    assert caught.value.message == "http://127.0.0.1:1/metrics: nothing listens there."


def test_a_password_of_what_is_not_an_address_is_in_none_either() -> None:
    with pytest.raises(UsageError) as caught:
        fetch_scrape.read("http://me:secret@[x/metrics")
    assert caught.value.message == "'http://[x/metrics' is not an address."


@pytest.mark.parametrize(
    "address", ["ftp://127.0.0.1/metrics", "http://", "http://[x/", "http://a:b/"]
)
def test_what_is_not_an_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="is not an address"):
        fetch_scrape.read(address)


def test_files_are_read_within_the_same_bounds(tmp_path: Path) -> None:
    path = tmp_path / "scrape.txt"
    path.write_text(SCRAPE, encoding="utf-8")
    assert fetch_scrape.read(str(path)) == SCRAPE
    path.write_bytes(b"a" * (fetch_scrape.MOST_BYTES + 1))
    for wrong in (path, tmp_path / "none.txt", tmp_path):
        with pytest.raises(ToolkitError) as caught:
            fetch_scrape.read(str(wrong))
        assert str(caught.value).startswith(f"{wrong}: ")
