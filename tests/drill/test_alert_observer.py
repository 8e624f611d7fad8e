"""What is observed of an alert: from Prometheus' own samples, and from notifications."""

from dataclasses import dataclass, field
from typing import cast

import pytest

from toolkit.drill.alert_observer import Observer
from toolkit.drill.events import AlertState, AlertStateChanged, NotificationReceived, StackEvent
from toolkit.drill.notifications import Notification
from toolkit.prometheus.client import History, Prometheus, Sample


@dataclass
class Server:
    histories: tuple[History, ...] = ()
    now: tuple[Sample, ...] = ()
    asked: list[str] = field(default_factory=list)

    def history(self, selector: str) -> tuple[History, ...]:
        self.asked.append(selector)
        return self.histories

    def query(self, expr: str) -> tuple[Sample, ...]:
        self.asked.append(expr)
        return self.now


@dataclass
class Source:
    waiting: list[Notification] = field(default_factory=list)

    def collect(self) -> tuple[Notification, ...]:
        collected, self.waiting = tuple(self.waiting), []
        return collected


def labels(state: str, source: str = "a") -> dict[str, str]:
    return {"alertname": "Slow", "alertstate": state, "source": source}


def observer(
    server: Server, source: Source, heard: list[StackEvent], every: float = 1.0
) -> Observer:
    return Observer("s", cast("Prometheus", server), source, every_seconds=every, emit=heard.append)


def notification(at: float, *, resolved: bool = False, source: str = "a") -> Notification:
    return Notification(
        at=at,
        receiver="desk",
        resolved=resolved,
        annotations={},
        labels={"alertname": "Slow", "source": source},
    )


PENDING, FIRING = labels("pending"), labels("firing")


def test_states_come_with_the_times_of_their_evaluations() -> None:
    server, heard = Server(), list[StackEvent]()
    seen = observer(server, Source(), heard)
    pending, firing = History(PENDING, (10.0, 11.0)), History(FIRING, (12.0,))
    server.histories, server.now = (pending,), (Sample(PENDING, 1, 11.0),)
    seen.observe()
    assert (set(seen.active), set(seen.firing), seen.names) == ({"Slow"}, set(), ("Slow",))
    server.histories, server.now = (pending, firing), (Sample(FIRING, 1, 12.0),)
    seen.observe()
    assert seen.active == seen.firing == {"Slow"}
    assert seen.resolved("Slow") is None
    seen.observe()
    server.now = ()
    seen.observe()
    assert heard == [
        AlertStateChanged("s", "Slow", AlertState.PENDING, 11.0),
        AlertStateChanged("s", "Slow", AlertState.FIRING, 12.0),
        AlertStateChanged("s", "Slow", AlertState.INACTIVE, 13.0),
    ]
    assert (seen.active, seen.firing, seen.resolved("Slow")) == (frozenset(), frozenset(), 13.0)


def test_an_alert_that_was_only_pending_did_not_resolve() -> None:
    heard: list[StackEvent] = []
    server = Server((History(PENDING, (10.0,)),), (Sample(PENDING, 1, 10.0),))
    seen = observer(server, Source(), heard, every=2.0)
    seen.observe()
    server.now = ()
    seen.observe()
    assert heard[-1] == AlertStateChanged("s", "Slow", AlertState.INACTIVE, 12.0)
    assert seen.resolved("Slow") is None


def test_a_pending_state_between_two_observations_is_not_missed() -> None:
    both = (History(PENDING, (10.0,)), History(FIRING, (11.0,)))
    heard: list[StackEvent] = []
    seen = observer(Server(both, (Sample(FIRING, 1, 11.0),)), Source(), heard)
    seen.observe()
    assert seen.of("Slow").pending == [10.0]
    assert heard == [AlertStateChanged("s", "Slow", AlertState.FIRING, 11.0)]


def test_times_of_several_series_and_observations_are_merged_in_order() -> None:
    server = Server((History(FIRING, (12.0, 13.0)), History(labels("firing", "b"), (11.0, 12.0))))
    seen = observer(server, Source(), [])
    seen.observe()
    server.histories = (History(FIRING, (13.0, 14.0)),)
    seen.observe()
    assert seen.of("Slow").firing == [11.0, 12.0, 13.0, 14.0]


ONE_FIRES = (
    (Sample(FIRING, 1, 1.0), Sample(labels("pending", "b"), 1, 1.0)),
    (Sample(PENDING, 1, 1.0), Sample(labels("firing", "b"), 1, 1.0)),
)


@pytest.mark.parametrize("samples", ONE_FIRES, ids=["the first", "the last"])
def test_an_alert_fires_while_one_of_its_series_does(samples: tuple[Sample, ...]) -> None:
    seen = observer(Server((History(FIRING, (1.0,)),), samples), Source(), [])
    seen.observe()
    assert seen.of("Slow").is_firing


REACHES = {0.4: "ALERTS[15s]", 1.0: "ALERTS[15s]", 1.6: "ALERTS[16s]", 15.0: "ALERTS[150s]"}


@pytest.mark.parametrize(("every", "selector"), REACHES.items())
def test_an_observation_reaches_back_ten_evaluations(every: float, selector: str) -> None:
    server = Server()
    observer(server, Source(), [], every=every).observe()
    assert server.asked == [selector, "ALERTS"]


def test_the_first_time_since_a_cause_allows_for_the_rounding_of_two_clocks() -> None:
    seen = observer(Server(), Source(), []).of("Slow")
    seen.pending, seen.firing = [10.0, 11.0], [12.0, 13.0]
    assert (seen.first_pending(10.04), seen.first_pending(10.5)) == (10.0, 11.0)
    assert (seen.first_firing(12.0), seen.first_firing(12.06)) == (12.0, 13.0)
    assert (seen.first_pending(12.0), seen.first_firing(13.5)) == (None, None)


def test_the_first_notification_is_the_first_since_then_that_it_fires() -> None:
    seen = observer(Server(), Source(), []).of("Slow")
    seen.notifications = [
        notification(10.0),
        notification(15.0, resolved=True),
        notification(20.0),
        notification(21.0),
    ]
    found = [seen.first_notification(since) for since in (10.0, 10.1, 20.0, 21.5)]
    assert [each and each.at for each in found] == [10.0, 20.0, 20.0, None]


def test_an_alert_is_notified_as_resolved_with_its_last_series() -> None:
    source = Source([notification(20.0), notification(20.0, source="b")])
    heard: list[StackEvent] = []
    seen = observer(Server(), source, heard)
    seen.observe()
    slow = seen.of("Slow")
    assert slow.notified_resolved(15.0) is None
    source.waiting = [notification(30.0, resolved=True)]
    seen.observe()
    assert slow.notified_resolved(15.0) is None
    source.waiting = [notification(31.0, resolved=True, source="b")]
    seen.observe()
    assert slow.notified_resolved(15.0) == 31.0
    assert slow.notified_resolved(20.0) == 31.0
    assert slow.notified_resolved(20.5) is None
    assert heard[-1] == NotificationReceived("s", "Slow", "desk", resolved=True, at=31.0)
    assert len(heard) == 4


def test_an_alert_that_is_notified_as_firing_again_is_not_resolved() -> None:
    seen = observer(Server(), Source(), []).of("Slow")
    seen.notifications = [notification(20.0), notification(30.0, resolved=True), notification(40.0)]
    assert seen.notified_resolved(15.0) is None
