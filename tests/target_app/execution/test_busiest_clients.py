"""The busiest clients by name, the others as one."""

from target_app.execution.busiest_clients import BusiestClients


def test_the_busiest_clients_have_names_and_the_others_share_one() -> None:
    dropped: list[str] = []
    busiest = BusiestClients(2, dropped=dropped.append)
    assert [busiest.name(c) for c in ("a", "a", "a", "b", "c")] == ["a", "a", "a", "b", "other"]
    assert busiest.name("c") == "c"  # twice as busy as b by now
    assert dropped == ["b"]
    assert busiest.name("b") == "other"


def test_ten_thousand_clients_never_hold_more_names_than_there_are() -> None:
    dropped: list[str] = []
    busiest = BusiestClients(50, dropped=dropped.append)
    named = {busiest.name(str(n % 10_000)) for n in range(40_000)}
    assert len(named - set(dropped) - {"other"}) <= 50
    assert len(busiest._counts) <= 2051
