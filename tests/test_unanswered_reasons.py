"""Why there is no answer: in words, for what requests really raises, and for what it would."""

import socket
import ssl

import pytest
import requests

from tests.support.http_server import answering, serving
from toolkit.unanswered_reasons import reason_of

SAID = {
    "HTTPSConnectionPool(host='a', port=1): Max retries exceeded with url: / (Caused by SSLError("
    "SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "
    "self-signed certificate (_ssl.c:1006)')))": "its certificate is of nobody who is trusted "
    "here; ca_file names an authority of your own",
    "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired": (
        "its certificate has expired"
    ),
    "[SSL: CERTIFICATE_VERIFY_FAILED] Hostname mismatch, certificate is not valid for 'a'": (
        "its certificate is for another name"
    ),
    "SSLError(136, '[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found')": (
        "the file of ca_file holds no certificate"
    ),
    "NameResolutionError(\"Failed to resolve 'a' ([Errno -2] Name or service not known)\")": (
        "no address is known for its name"
    ),
    "('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))": (
        "the connection was closed without an answer"
    ),
    "Pool(host='a'): Max retries exceeded with url: /x (Caused by OddError('it is odd'))": (
        "OddError('it is odd')"
    ),
    "something else.": "something else",
}


@pytest.mark.parametrize(("said", "reason"), SAID.items())
def test_what_requests_says_is_put_into_words(said: str, reason: str) -> None:
    assert reason_of(requests.ConnectionError(said)) == reason


def test_https_to_a_server_of_http() -> None:
    with serving(answering({})) as address, pytest.raises(requests.RequestException) as caught:
        requests.get(address.replace("http:", "https:"), timeout=60)
    assert reason_of(caught.value) == "speaks http there, not https"


def test_a_file_without_a_certificate(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("tls") / "ca.pem"
    path.write_text("none", encoding="utf-8")
    with pytest.raises(ssl.SSLError) as caught:
        ssl.create_default_context(cafile=str(path))
    assert reason_of(caught.value) == "the file of ca_file holds no certificate"


def test_nothing_that_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening, so nobody else can
        with pytest.raises(requests.RequestException) as caught:
            requests.get(f"http://127.0.0.1:{taken.getsockname()[1]}", timeout=60)
    assert reason_of(caught.value) == "nothing listens there"
