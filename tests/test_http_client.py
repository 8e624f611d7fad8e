"""How to get into an environment: from variables and files, never shown, and refused in words."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import requests

from tests.support.http_server import serving
from toolkit import http_client
from toolkit.alertmanager.client import Alertmanager
from toolkit.config import pyproject
from toolkit.config.targets import TargetConfig
from toolkit.errors import (
    ConfigurationError,
    ExitStatus,
    RefusedError,
    ToolkitError,
    UnreachableError,
    UsageError,
)
from toolkit.grafana.client import Grafana
from toolkit.http_client import Access, HttpClient, Refusal
from toolkit.prometheus.client import Prometheus
from toolkit.prometheus.exposition import MeasuredService

STAGING = TargetConfig(
    service="https://app.example.com",
    prometheus="https://prometheus.example.com",
    alertmanager="https://alerts.example.com",
)


def test_a_token_from_the_environment_is_a_bearer_and_is_not_shown() -> None:
    target = replace(STAGING, token_env="STAGING_TOKEN", headers={"X-Scope-OrgID": "desk"})
    way = http_client.access_to("staging", target, {"STAGING_TOKEN": "s3cret"})
    assert way.headers == {"Authorization": "Bearer s3cret", "X-Scope-OrgID": "desk"}
    assert "s3cret" not in repr(way)
    assert "s3cret" not in repr(Prometheus("https://x", access=way))


def test_a_password_from_a_file_is_stripped_and_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("s3cret\n", encoding="utf-8")
    target = replace(STAGING, user="reader", password_file=str(tmp_path / "password"))
    way = http_client.access_to("staging", target, {})
    assert way.login == ("reader", "s3cret")
    assert "s3cret" not in repr(way)


def test_tls_by_an_authority_and_a_certificate_of_ours(tmp_path: Path) -> None:
    for name in ("ca", "certificate", "key"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    target = replace(
        STAGING,
        ca_file=str(tmp_path / "ca"),
        client_certificate=str(tmp_path / "certificate"),
        client_key=str(tmp_path / "key"),
    )
    way = http_client.access_to("staging", target, {})
    assert way.verify == str(tmp_path / "ca")
    assert way.certificate == (str(tmp_path / "certificate"), str(tmp_path / "key"))


REFUSED = {
    "a variable that is not set": (
        {"token_env": "STAGING_TOKEN"},
        "[tool.toolkit.targets.staging] token_env: STAGING_TOKEN is not set.\n"
        "  fix: export STAGING_TOKEN=…",
    ),
    "a file that is not there": (
        {"token_file": "/nowhere/token"},
        "[tool.toolkit.targets.staging] token_file: /nowhere/token: No such file or directory.",
    ),
    "a file that is empty": (
        {"token_file": "/dev/null"},
        "[tool.toolkit.targets.staging] token_file: /dev/null is empty.",
    ),
    "a token from two places": (
        {"token_env": "HOME_OF_TOKEN", "token_file": "/nowhere/token"},
        "[tool.toolkit.targets.staging]: has both token_env and token_file.\n  fix: drop one.",
    ),
    "a token and a password": (
        {"token_file": "TOKEN", "user": "reader", "password_file": "TOKEN"},
        "[tool.toolkit.targets.staging]: has both a token and a password.\n  fix: drop one.",
    ),
    "a certificate without its key": (
        {"client_certificate": "TOKEN"},
        "[tool.toolkit.targets.staging]: client_certificate and client_key belong together.",
    ),
    "a user without a password": (
        {"user": "reader"},
        "[tool.toolkit.targets.staging]: user and password belong together.\n"
        "  fix: set user and one of password_env and password_file.",
    ),
    "an authority that is not there": (
        {"ca_file": "/nowhere/ca"},
        "[tool.toolkit.targets.staging] ca_file: there is no file '/nowhere/ca'.",
    ),
}


@pytest.mark.parametrize(("changes", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(changes: dict[str, str], message: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret", encoding="utf-8")
    changes = {key: str(tmp_path / "token") if x == "TOKEN" else x for key, x in changes.items()}
    with pytest.raises(ConfigurationError) as caught:
        http_client.access_to("staging", replace(STAGING, **changes), {})  # type: ignore[arg-type]
    assert str(caught.value) == message


@pytest.fixture
def guarded() -> Iterator[str]:
    """A server that answers whoever holds the token and names its tenant, and nobody else."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = {"Authorization": "Bearer s3cret", "X-Scope-OrgID": "desk"}
            let_in = all(self.headers.get(key) == value for key, value in wanted.items())
            body = b'{"data": {"version": "2.42.0"}}' if let_in else b"no"
            self.send_response(200 if let_in else 401)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with serving(Handler) as address:
        yield address


def test_every_request_carries_the_credentials(guarded: str) -> None:
    headers = {"Authorization": "Bearer s3cret", "X-Scope-OrgID": "desk"}
    assert Prometheus(guarded, access=Access(headers=headers)).version() == "2.42.0"


def test_wrong_credentials_leave_all_unknown_and_are_not_repeated(guarded: str) -> None:
    way = Access(headers={"Authorization": "Bearer wr0ng"})
    with pytest.raises(UnreachableError) as caught:
        Prometheus(guarded, access=way).version()
    assert f"{guarded}/-/ready: answered 401: our credentials are not accepted." in str(
        caught.value
    )
    assert "wr0ng" not in str(caught.value)
    assert caught.value.status is ExitStatus.UNKNOWN


CLIENTS: dict[str, Callable[[str, Access], object]] = {
    "prometheus": lambda url, access: Prometheus(url, access=access).version(),
    "alertmanager": lambda url, access: Alertmanager(url, access=access).version(),
    "service": lambda url, access: MeasuredService(url, access=access).scrape(),
    "grafana": lambda url, access: Grafana(url, access=access).version(),
}


@pytest.mark.parametrize("ask", CLIENTS.values(), ids=CLIENTS)
def test_every_client_sends_the_credentials_of_its_target(
    ask: Callable[[str, Access], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    access = Access(
        headers={"X-Scope-OrgID": "desk"},
        login=("reader", "s3cret"),
        verify="/ca.pem",
        certificate=("/client.pem", "/client.key"),
    )
    sent: list[dict[str, Any]] = []

    def refuse(*_where: str, **says: Any) -> None:
        sent.append(says)
        raise requests.ConnectionError("Connection refused")

    monkeypatch.setattr(requests, "request", refuse)
    with pytest.raises(UnreachableError, match="nothing listens there"):
        ask("https://x", access)
    (says,) = sent
    assert says["headers"]["X-Scope-OrgID"] == "desk"
    assert says["auth"] == ("reader", "s3cret")
    assert says["verify"] == "/ca.pem"
    assert says["cert"] == ("/client.pem", "/client.key")


def test_grafanas_own_token_goes_before_the_targets_credentials(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    access = Access(
        headers={"Authorization": "Bearer prometheus", "X-Tenant": "desk"}, login=("reader", "x")
    )
    sent: list[dict[str, Any]] = []

    def refuse(*_where: str, **says: Any) -> None:
        sent.append(says)
        raise requests.ConnectionError("Connection refused")

    monkeypatch.setattr(requests, "request", refuse)
    with pytest.raises(UnreachableError):
        Grafana("https://x", "grafana", access=access).version()
    assert sent[0]["auth"] is None
    assert sent[0]["headers"] == {
        "Accept": "application/json",
        "Authorization": "Bearer grafana",
        "X-Tenant": "desk",
    }


def test_an_empty_token_replaces_nothing() -> None:
    access = Access(headers={"Authorization": "Bearer s3cret"}, login=("reader", "x"))
    assert access.with_token("") is access


@pytest.fixture
def odd() -> Iterator[str]:
    """A server that answers `/STATUS/TEXT` with that status and text, and PUT with what it got."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            status, _, text = unquote(self.path).strip("/").partition("/")
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))) or text.encode()
            self.send_response(int(status))
            if status == "307":
                self.send_header("Location", "/200/there")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = answer  # noqa: N815 - the names that http.server asks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with serving(Handler) as address:
        yield address


def client(url: str, **says: Any) -> HttpClient:
    return HttpClient(name="Shop", url=url, hint="start it.", **says)


STATUSES: dict[str, tuple[str, type[ToolkitError], str]] = {
    "what it lacks": ("/404/no such page", RefusedError, "answered 404: no such page"),
    "what it does not understand": (
        '/400/{"status": "error", "error": "parse error"}', RefusedError,
        "answered 400: parse error",
    ),
    "a sentence of Grafana's": (
        '/409/{"message": "exists", "error": "x"}', RefusedError, "answered 409: exists",
    ),
    "an error that is not a sentence": (
        '/400/{"error": {}}', RefusedError, 'answered 400: {"error": {}}',
    ),
    "a list": ('/400/["a"]', RefusedError, 'answered 400: ["a"]'),
    "trouble of its own": (
        "/500/out of memory", UnreachableError, "answered 500: out of memory\n  fix: start it.",
    ),
    "not there behind its proxy": (
        "/503/away", UnreachableError, "answered 503: away\n  fix: start it.",
    ),
    "no credentials": (
        "/401/<html>", UnreachableError,
        "answered 401: our credentials are not accepted.\n"
        "  fix: correct the token or password of [tool.toolkit.targets.…].",
    ),
    "credentials that may not": (
        "/403/<html>", UnreachableError,
        "answered 403: our credentials are not accepted.\n"
        "  fix: correct the token or password of [tool.toolkit.targets.…].",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("path", "error", "words"), STATUSES.values(), ids=STATUSES)
def test_a_refusal_is_the_error_that_its_status_means(
    odd: str, path: str, error: type[ToolkitError], words: str
) -> None:
    with pytest.raises(error) as caught:
        client(odd).get(path)
    assert type(caught.value) is error
    assert str(caught.value) == f"{odd}{path}: {words}"


def test_a_long_answer_is_quoted_in_part(odd: str) -> None:
    with pytest.raises(RefusedError) as caught:
        client(odd).get(f"/400/{'x' * 300}")
    assert caught.value.message.endswith(f"answered 400: {'x' * 200}")


def test_a_server_may_say_what_a_status_means(odd: str) -> None:
    refusals = {418: Refusal(ConfigurationError, "ask a coffee machine.")}
    with pytest.raises(ConfigurationError) as caught:
        client(f"{odd}/", refusals=refusals).send("PUT", "/418/", body={"tea": 1})
    assert str(caught.value) == (
        f'PUT {odd}/418/: answered 418: {{"tea": 1}}\n  fix: ask a coffee machine.'
    )


def test_a_request_gives_any_status(odd: str) -> None:
    assert client(odd).request("GET", "/503/away").status_code == 503


def test_a_redirect_is_followed_unless_the_server_must_be_the_one_named(odd: str) -> None:
    assert client(odd).get("/307/").text == "there"
    with pytest.raises(ConfigurationError) as caught:
        client(odd, follows_redirects=False, address_in="--url").get("/307/")
    assert str(caught.value) == (
        f"{odd}/307/: sent on to /200/there.\n  fix: name the address that it ends up at: --url."
    )


@pytest.mark.parametrize("url", ["shop:9090", "ftp://shop", "http://"])
def test_what_is_not_an_address_is_a_wrong_word(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        client(url).get("/metrics")
    assert str(caught.value) == (
        f"{url!r} is not an address.\n  fix: write it like http://127.0.0.1:8000."
    )


def test_no_answer_in_time_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_where: str, timeout: float, **_says: Any) -> None:
        raise requests.Timeout(str(timeout))

    monkeypatch.setattr(requests, "request", never)
    with pytest.raises(UnreachableError) as caught:
        client("http://x/", timeout_seconds=0.5).get("/metrics")
    assert str(caught.value) == "http://x/metrics: no answer in 0.5 s.\n  fix: start it."


def test_the_part_of_an_answer_that_was_asked_for(odd: str) -> None:
    shop = client(odd)
    answer = shop.get('/200/{"data": {"version": "1"}}')
    assert shop.json_of(answer) == {"data": {"version": "1"}}
    assert shop.json_of(answer, "data", "version") == "1"


FOREIGN = {"no JSON": "<html>", "no such key": '{"x": 1}', "a list": "[1]", "a null": "null",
           "brackets": "[" * 6_000}  # fmt: skip


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
def test_another_servers_answer_is_shown(odd: str, text: str) -> None:
    shop = client(odd)
    with pytest.raises(ConfigurationError) as caught:
        shop.json_of(shop.get(f"/200/{text}"), "data")
    assert f"answered, but not as Shop does: {text[:80]!r}" in caught.value.message
    assert caught.value.fix == (
        "correct the address of Shop in [tool.toolkit.stack] or [tool.toolkit.targets.…], or the "
        "credentials."
    )


READ: dict[str, Callable[[str], object]] = {
    "Prometheus": lambda url: Prometheus(url).rules(),
    "Alertmanager": lambda url: Alertmanager(url).alerts(),
    "Grafana": lambda url: Grafana(url).datasources(),
}


@pytest.mark.parametrize("name", READ)
def test_every_client_notices_a_login_page_in_place_of_its_server(odd: str, name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"answered, but not as {name} does: '<html>"):
        READ[name](f"{odd}/200/<html>")


TABLE = """\
[tool.toolkit]
catalogue = "shop.catalogue:CATALOGUE"

[tool.toolkit.targets.staging]
service = "https://app.example.com"
prometheus = "https://prometheus.example.com"
alertmanager = "https://alerts.example.com"
"""


def test_a_target_is_read_from_the_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(TABLE, encoding="utf-8")
    assert pyproject.load(tmp_path).targets == {"staging": STAGING}


WRONG = {
    "an unknown key": (
        'alertmanager = "https://alerts.example.com"\ntoken = "s3cret"',
        "unknown key 'token'",
    ),
    "no address": ('alertmanager = "alerts"', "alertmanager: 'alerts' is not an address."),
    "one server too few": ("", "[tool.toolkit.targets.staging]: has no alertmanager."),
}


@pytest.mark.parametrize(("line", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_target_is_named(tmp_path: Path, line: str, words: str) -> None:
    text = TABLE.replace('alertmanager = "https://alerts.example.com"', line)
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        pyproject.load(tmp_path)
    assert words in str(caught.value)
    assert "s3cret" not in str(caught.value)
