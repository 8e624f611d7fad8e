"""Waiting for a condition: what it says, and how long it waits."""

import pytest

from tests.support.fake_drill_stack import FakeDrillStack, runner
from tests.support.project_builder import alert, project
from toolkit.drill import plan
from toolkit.drill.wait_for_condition import Poller
from toolkit.drill_causes import Quiet

ALERT = alert(fired_by=Quiet())
PROJECT = project(alerts=(ALERT,))


@pytest.fixture
def poller() -> Poller:
    (stack_plan,) = plan.on_own_stacks(PROJECT, (ALERT,), stacks=1).stacks
    return runner(PROJECT, stack_plan, FakeDrillStack({}), []).poller


def test_a_condition_that_holds_is_not_waited_for(poller: Poller) -> None:
    assert poller.until(lambda: True, 5.0) is True
    assert poller.clock.time() == 1000.0


def test_a_condition_that_never_holds_is_waited_for_until_it_is_missed(poller: Poller) -> None:
    assert poller.until(lambda: False, 5.0) is False
    assert poller.clock.time() == pytest.approx(1030.0, abs=0.41)
