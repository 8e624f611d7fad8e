"""Whether anything answers, and what is wrong when it does not; addresses without credentials."""

import socket
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.support.certificates import issue
from tests.support.http_server import answering, serving
from tests.support.slow_server import dripping
from toolkit.errors import UnreachableError, UsageError
from toolkit.load import reachability
from toolkit.load.load_plan import LoadPlan
from toolkit.load.reachability import Address, require_reachable, without_credentials


def plan(url: str, **values: object) -> LoadPlan:
    return LoadPlan(scenario="buy", url=url, **values)  # type: ignore[arg-type] # fields by name


def test_an_answer_that_never_ends_is_an_answer() -> None:
    with dripping() as url:
        require_reachable(plan(url))


def test_a_service_that_refuses_is_there_all_the_same() -> None:
    with serving(answering({"/": (503, "busy")})) as url:
        require_reachable(plan(url))


def test_a_service_that_counts_requests_counts_none() -> None:
    """A demo compares what was sent with what the service counted."""
    asked: list[str] = []

    class Counting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    with serving(Counting) as url:
        require_reachable(plan(url))
    assert asked == []


def test_nothing_that_listens_is_told() -> None:
    with pytest.raises(UnreachableError, match="nothing answers there, so no load was sent"):
        require_reachable(plan("http://127.0.0.1:1"))


def test_what_speaks_no_http_is_sent_no_load() -> None:
    with pytest.raises(UsageError) as caught:
        require_reachable(plan("tcp://127.0.0.1:6379"))
    assert str(caught.value) == (
        "tcp://127.0.0.1:6379: does not speak HTTP, so no load can be sent there.\n"
        "  fix: name another service with --service, or an address with --url."
    )


def test_a_certificate_that_nobody_trusts_is_told_from_silence(tmp_path: Path) -> None:
    """It said: nothing answers there."""
    certificates = issue(tmp_path)
    with serving(answering({"/": (200, "")}), tls=certificates.server_context()) as url:
        with pytest.raises(UnreachableError) as caught:
            require_reachable(plan(url))
        assert str(caught.value) == (
            f"{url}: answers, but its certificate is not accepted: unable to get local issuer "
            "certificate.\n  fix: name its authority with --ca-file FILE, or give --insecure to "
            "accept any."
        )
        require_reachable(plan(url, ca_file=certificates.authority))
        require_reachable(plan(url, insecure=True))


def test_a_service_that_asks_for_a_certificate_says_so(tmp_path: Path) -> None:
    certificates = issue(tmp_path)
    tls = certificates.server_context(asks_for_a_certificate=True)
    with serving(answering({"/": (200, "")}), tls=tls) as url:
        with pytest.raises(UnreachableError, match="--client-cert and --client-key"):
            require_reachable(plan(url, ca_file=certificates.authority))
        require_reachable(
            plan(
                url,
                ca_file=certificates.authority,
                client_certificate=certificates.client,
                client_key=certificates.client_key,
            )
        )


def test_http_at_an_https_address_is_not_silence() -> None:
    with serving(answering({"/": (200, "")})) as url, pytest.raises(UnreachableError) as caught:
        require_reachable(plan(url.replace("http:", "https:")))
    assert str(caught.value) == (
        f"{url.replace('http:', 'https:')}: answers, but not with TLS.\n  fix: is it {url}?"
    )


def test_what_listens_and_never_answers_is_told_from_an_address_without_anything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a service does that waits for the end of a line, where TLS greets it. It said: nothing."""
    monkeypatch.setattr(reachability, "_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(UnreachableError) as caught:
            require_reachable(plan(url))
    assert str(caught.value).startswith(f"{url}: no answer came in 0.2 s, so no load was sent.")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_name_that_nobody_knows_is_told_from_silence(scheme: str) -> None:
    """It said: nothing answers there. RFC 6761 keeps `invalid` from ever being a name."""
    with pytest.raises(UnreachableError, match=r"the name shop\.invalid is not known"):
        require_reachable(plan(f"{scheme}://shop.invalid"))


def test_a_proxy_that_is_not_there_is_named_as_the_cause() -> None:
    words = r"the proxy 127\.0\.0\.1:9 does not reach it"
    with pytest.raises(UnreachableError, match=words) as caught:
        require_reachable(plan("http://shop.example", proxy="http://me:secret@127.0.0.1:9"))
    assert "secret" not in str(caught.value)


ADDRESSES = {
    "http://shop:81/a": Address("http://shop:81/a", ""),
    "http://me:p%40ss@shop:81/a?b": Address("http://shop:81/a?b", "me:p@ss"),
    "https://me@[::1]:81": Address("https://[::1]:81", "me:"),
}


@pytest.mark.parametrize("url", ADDRESSES)
def test_credentials_are_taken_out_of_an_address(url: str) -> None:
    assert without_credentials(url) == ADDRESSES[url]


def test_a_wrong_port_is_refused_without_showing_the_password() -> None:
    with pytest.raises(UsageError, match="'shop:99999' is not an address") as caught:
        without_credentials("http://me:secret@shop:99999")
    assert "secret" not in str(caught.value)
