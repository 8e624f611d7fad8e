"""Leaving and draining: what is taken until when, and what a refusal tells."""

from collections.abc import Callable

import pytest

from target_app.execution.response_bodies import RefusalError
from target_app.execution.startup_and_drain import Lifecycle, Phase
from tests.support.service_in_process import Served, order

Serve = Callable[..., Served]


def test_while_balancers_have_not_noticed_orders_are_taken_and_ready_says_no(serve: Serve) -> None:
    service = serve()
    service.service.begin_leaving()
    ready = service.get("/ready")
    assert (ready.status, ready.json["status"]) == (503, "leaving")
    assert service.send(order(id="still")).status == 200
    service.service.begin_draining()
    refused = service.send(order(id="late"))
    assert (refused.status, refused.code) == (503, "draining")
    assert refused.headers["retry-after"] == "1"
    assert service.value("execution_draining") == 1


@pytest.mark.parametrize("phase", [Phase.READY, Phase.LEAVING])
def test_orders_are_taken(phase: Phase) -> None:
    lifecycle = Lifecycle()
    lifecycle.phase = phase
    lifecycle.refuse_when_closed()


@pytest.mark.parametrize(
    ("phase", "code"), [(Phase.STARTING, "not_ready"), (Phase.DRAINING, "draining")]
)
def test_orders_are_refused_with_a_time_to_come_back(phase: Phase, code: str) -> None:
    lifecycle = Lifecycle()
    lifecycle.phase = phase
    with pytest.raises(RefusalError) as raised:
        lifecycle.refuse_when_closed()
    assert (raised.value.code, raised.value.retry_after) == (code, 1.0)
