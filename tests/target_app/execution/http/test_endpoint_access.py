"""/metrics and /admin have lists of their own, and strangers get little of the rest."""

from collections.abc import Callable

import pytest

from target_app.execution.settings import PRIVATE
from tests.support.service_in_process import Served

Serve = Callable[..., Served]
INSIDE = ("127.0.0.1", "10.1.2.3", "172.20.0.5", "192.168.1.1", "::1", "fd00::7")
OUTSIDE = ("192.0.2.1", "172.32.0.1", "8.8.8.8", "2001:db8::1", "unknown")


def test_by_default_the_own_networks_alone_may_read_metrics_and_use_admin(serve: Serve) -> None:
    service = serve(metrics_ips=PRIVATE, admin_ips=PRIVATE, admin_token="a-token-for-these-tests")
    for peer in INSIDE:
        assert service.get("/metrics", peer=peer).status == 200
        assert service.get("/admin/faults", peer=peer).status == 401
    for peer in OUTSIDE:
        for path in ("/metrics", "/admin/faults", "/admin/nothing"):
            answer = service.get(path, peer=peer)
            assert (answer.status, answer.code) == (403, "forbidden")
            assert answer.json["detail"].startswith(f"{peer} may not ask for /")
        assert service.get("/health", peer=peer).status == 200


def test_a_trusted_proxy_is_asked_who_its_client_is(serve: Serve) -> None:
    service = serve(metrics_ips=PRIVATE, trusted_proxies=("127.0.0.1",))
    for client, status in (("8.8.8.8", 403), ("10.0.0.9", 200)):
        headers = [("X-Forwarded-For", client)]
        assert service.get("/metrics", peer="127.0.0.1", headers=headers).status == status
    assert (
        service.get("/metrics", peer="8.8.8.8", headers=[("X-Forwarded-For", "::1")]).status == 403
    )


@pytest.mark.parametrize("path", ["/health", "/nothing"])
def test_no_address_can_ask_without_end(serve: Serve, path: str) -> None:
    service = serve(endpoint_rate_limit_per_minute=3)
    limiter = service.service.other.access._limiter
    limiter._clock = lambda: 0.0  # so that no token comes back, however slow the machine is
    assert [service.get(path).status for _ in range(3)].count(429) == 0
    answer = service.get(path)
    assert (answer.status, answer.code) == (429, "rate_limited")
    assert answer.json["detail"] == "The limit is 3 a minute."
    assert answer.headers["retry-after"] == "20"
    assert service.get(path, peer="192.0.2.2").status in {200, 404}
