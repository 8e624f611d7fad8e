"""What goes through the proxy of the environment, and what never does."""

from urllib.parse import urlsplit

import pytest

from tests.support.http_server import answering, serving
from toolkit.errors import UnreachableError
from toolkit.http_client import HttpClient
from toolkit.http_proxies import proxies_for
from toolkit.prometheus import fetch_scrape

HERE = ["http://127.0.0.1:9090", "https://127.8.8.8/x", "http://localhost", "http://[::1]:9090/x"]
ELSEWHERE = ["http://10.0.0.1:9090", "https://prometheus.example.com", "http://localhost.io", "x"]


@pytest.fixture(autouse=True)
def _proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")  # nothing listens there


@pytest.mark.parametrize("url", HERE)
def test_this_machine_is_asked_directly(url: str) -> None:
    assert set((proxies_for(url) or {"": "no"}).values()) == {""}


@pytest.mark.parametrize("url", ELSEWHERE)
def test_any_other_address_is_left_to_the_environment(url: str) -> None:
    assert proxies_for(url) is None


@pytest.mark.parametrize("url", [HERE[0], ELSEWHERE[1]])
def test_a_proxy_that_was_named_is_used_for_all(url: str) -> None:
    assert proxies_for(url, "http://p:1") == {"http": "http://p:1", "https": "http://p:1"}


def test_a_server_here_answers_whatever_proxy_there_is() -> None:
    with serving(answering({"/x": (200, "a 1")})) as address:
        client = HttpClient(name="Shop", url=address, hint="")
        assert client.get("/x").text == "a 1"
        assert fetch_scrape.read(f"{address}/x") == "a 1"
        parts = urlsplit(address)
        named = HttpClient(name="Shop", url=address, hint="", proxy="http://127.0.0.1:1")
        with pytest.raises(UnreachableError) as caught:
            named.get("/x")
    assert caught.value.message == f"http://{parts.netloc}/x: the proxy does not answer."
