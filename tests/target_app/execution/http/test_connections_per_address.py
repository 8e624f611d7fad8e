"""One address holds so many connections, and keeps nobody else out."""

from target_app.execution.http.connections_per_address import ConnectionsPerAddress


def test_one_address_holds_so_many_connections_and_others_theirs() -> None:
    counted = ConnectionsPerAddress(2)
    assert [counted.enter("192.0.2.1") for _ in range(3)] == ["192.0.2.1", "192.0.2.1", None]
    assert counted.enter("192.0.2.2") == "192.0.2.2"
    counted.leave("192.0.2.1")
    assert counted.enter("192.0.2.1") == "192.0.2.1"
    assert counted.enter("192.0.2.1") is None


def test_addresses_of_one_ipv6_network_count_together() -> None:
    counted = ConnectionsPerAddress(1)
    assert counted.enter("2001:db8::1") == "2001:db8::/64"
    assert counted.enter("2001:db8::ffff:2") is None
    assert counted.enter("2001:db8:0:1::1") == "2001:db8:0:1::/64"


def test_a_trusted_proxy_brings_any_number_of_clients() -> None:
    counted = ConnectionsPerAddress(1, ("10.0.0.0/8",))
    assert [counted.enter("10.1.2.3") for _ in range(3)] == ["", "", ""]
    assert [counted.enter("11.1.2.3") for _ in range(2)] == ["11.1.2.3", None]


def test_without_a_limit_nothing_is_counted() -> None:
    counted = ConnectionsPerAddress()
    assert {counted.enter("192.0.2.1") for _ in range(5000)} == {""}


def test_nothing_is_remembered_of_who_left() -> None:
    counted = ConnectionsPerAddress(1)
    for n in range(1000):
        counted.leave(counted.enter(f"192.0.{n % 250}.{n // 250}") or "")
    assert not counted._held
