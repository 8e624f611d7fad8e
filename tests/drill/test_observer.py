"""What is seen of an alert: from Prometheus' own samples, and from what was told."""

from dataclasses import dataclass, field
from typing import cast

import requests

from tests.support.wait_until import eventually
from toolkit.alertmanager.client import Alertmanager, HeldAlert
from toolkit.drill.events import Event, State, Told, Turned
from toolkit.drill.notifications import Notice, Reader, Sink
from toolkit.drill.observer import Watch
from toolkit.prometheus.client import History, Prometheus, Sample


@dataclass
class Server:
    histories: tuple[History, ...] = ()
    now: tuple[Sample, ...] = ()

    def history(self, _selector: str) -> tuple[History, ...]:
        return self.histories

    def query(self, _expr: str) -> tuple[Sample, ...]:
        return self.now


@dataclass
class Letters:
    waiting: list[Notice] = field(default_factory=list)

    def news(self) -> tuple[Notice, ...]:
        news, self.waiting = tuple(self.waiting), []
        return news


def labels(state: str) -> dict[str, str]:
    return {"alertname": "Slow", "alertstate": state, "source": "a"}


def watch(server: Server, letters: Letters, heard: list[Event]) -> Watch:
    return Watch("s", cast("Prometheus", server), letters, every=1.0, emit=heard.append)


def notice(at: float, *, resolved: bool = False, source: str = "a") -> Notice:
    return Notice(
        at=at, receiver="desk", resolved=resolved, annotations={},
        labels={"alertname": "Slow", "source": source},
    )  # fmt: skip


def test_states_come_with_the_times_of_their_evaluations() -> None:
    server, heard = Server(), list[Event]()
    seen = watch(server, Letters(), heard)
    pending, firing = History(labels("pending"), (10.0, 11.0)), History(labels("firing"), (12.0,))
    server.histories, server.now = (pending,), (Sample(labels("pending"), 1, 11.0),)
    seen.look()
    assert seen.active == {"Slow"}
    server.histories, server.now = (pending, firing), (Sample(labels("firing"), 1, 12.0),)
    seen.look()
    assert seen.ended("Slow") is None
    server.now = ()
    seen.look()
    assert heard == [
        Turned("s", "Slow", State.PENDING, 11.0),
        Turned("s", "Slow", State.FIRING, 12.0),
        Turned("s", "Slow", State.ENDED, 13.0),
    ]
    assert (seen.active, seen.ended("Slow")) == (frozenset(), 13.0)
    assert seen.of("Slow").first(seen.of("Slow").pending, 10.5) == 11.0
    assert seen.of("Slow").first(seen.of("Slow").firing, 12.5) is None


def test_a_pending_state_between_two_looks_is_not_missed() -> None:
    both = (History(labels("pending"), (10.0,)), History(labels("firing"), (11.0,)))
    seen = watch(Server(both, (Sample(labels("firing"), 1, 11.0),)), Letters(), [])
    seen.look()
    assert seen.of("Slow").pending == [10.0]


def test_what_was_told_is_told_as_ended_with_its_last_series() -> None:
    letters, heard = Letters([notice(20.0), notice(20.0, source="b")]), list[Event]()
    seen = watch(Server(), letters, heard)
    seen.look()
    slow = seen.of("Slow")
    first = slow.told(15.0)
    assert first is not None
    assert first.at == 20.0
    assert slow.told(21.0) is None
    letters.waiting = [notice(30.0, resolved=True)]
    seen.look()
    assert slow.told_ended(15.0) is None
    letters.waiting = [notice(31.0, resolved=True, source="b")]
    seen.look()
    assert slow.told_ended(15.0) == 31.0
    assert heard[-1] == Told("s", "Slow", "desk", resolved=True, at=31.0)


def test_the_sink_hears_what_alertmanager_posts() -> None:
    alert = {"status": "firing", "labels": {"alertname": "Slow"}, "annotations": {"summary": "S."}}
    body = {"receiver": "desk", "status": "firing", "alerts": [alert]}
    with Sink() as sink:
        assert requests.post(sink.url, json=body, timeout=5).status_code == 200
        (heard,) = sink.news()
        assert sink.news() == ()
    assert (heard.alert, heard.receiver, heard.resolved) == ("Slow", "desk", False)
    assert heard.annotations == {"summary": "S."}


def test_a_running_alertmanager_is_read_instead() -> None:
    active = HeldAlert({"alertname": "Slow"}, {}, "active", ("desk", "log"))
    silent = HeldAlert({"alertname": "Quiet"}, {}, "suppressed", ("desk",))

    @dataclass
    class Held:
        holds: tuple[HeldAlert, ...]

        def alerts(self) -> tuple[HeldAlert, ...]:
            return self.holds

    server = Held((active, silent))
    reader = Reader(cast("Alertmanager", server))
    assert [(n.alert, n.receiver, n.resolved) for n in reader.news()] == [
        ("Slow", "desk", False),
        ("Slow", "log", False),
    ]
    assert reader.news() == ()
    server.holds = (silent,)
    assert [(n.alert, n.resolved) for n in reader.news()] == [("Slow", True), ("Slow", True)]


def test_a_sink_ends_with_its_block() -> None:
    with Sink() as sink:
        url = sink.url

    def gone() -> bool:
        try:
            requests.post(url, json={}, timeout=1)
        except requests.ConnectionError:
            return True
        return False

    eventually(gone, "the sink's port closes")
