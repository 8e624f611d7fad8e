"""How to get into an environment: from variables and files, never shown, and refused in words."""

from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.support.http_server import serving
from toolkit import config, http_client
from toolkit.config import TargetConfig
from toolkit.errors import ConfigurationError, ExitStatus, UnreachableError
from toolkit.http_client import Access
from toolkit.prometheus.client import Prometheus

STAGING = TargetConfig(
    service="https://app.example.com",
    prometheus="https://prometheus.example.com",
    alertmanager="https://alerts.example.com",
)


def test_a_token_from_the_environment_is_a_bearer_and_is_not_shown() -> None:
    target = replace(STAGING, token_env="STAGING_TOKEN", headers={"X-Scope-OrgID": "desk"})
    way = http_client.of("staging", target, {"STAGING_TOKEN": "s3cret"})
    assert way.headers == {"Authorization": "Bearer s3cret", "X-Scope-OrgID": "desk"}
    assert "s3cret" not in repr(way)
    assert "s3cret" not in repr(Prometheus("https://x", access=way))


def test_a_password_from_a_file_is_stripped_and_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("s3cret\n", encoding="utf-8")
    target = replace(STAGING, user="reader", password_file=str(tmp_path / "password"))
    way = http_client.of("staging", target, {})
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
    way = http_client.of("staging", target, {})
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
def test_refuses(changes: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        http_client.of("staging", replace(STAGING, **changes), {})  # type: ignore[arg-type]
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
    assert config.load(tmp_path).targets == {"staging": STAGING}


WRONG = {
    "an unknown key": (
        'alertmanager = "https://alerts.example.com"\ntoken = "s3cret"',
        "unknown key 'token'",
    ),
    "no address": ('alertmanager = "alerts"', "alertmanager: 'alerts' is not an address."),
    "one server too few": ("", "[tool.toolkit.targets.staging] has no alertmanager."),
}


@pytest.mark.parametrize(("line", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_target_is_named(tmp_path: Path, line: str, words: str) -> None:
    text = TABLE.replace('alertmanager = "https://alerts.example.com"', line)
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        config.load(tmp_path)
    assert words in str(caught.value)
    assert "s3cret" not in str(caught.value)
