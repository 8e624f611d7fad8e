"""What one run sends."""

import json

from toolkit.load.stages import shaped
from toolkit.load.workload import Loop, Workload

SCHEDULE = shaped("ramp", rate=10, seconds=4)


def test_a_schedule_says_how_many_requests_fall_due_and_a_bound_is_an_upper_one() -> None:
    assert SCHEDULE.total == 22
    assert Workload(loop=Loop.OPEN, users=1, schedule=SCHEDULE).due_requests == 22
    bounded = Workload(loop=Loop.OPEN, users=1, schedule=SCHEDULE, max_requests=9)
    assert bounded.due_requests == 9
    wide = Workload(loop=Loop.OPEN, users=1, schedule=SCHEDULE, max_requests=90)
    assert wide.due_requests == 22


def test_of_a_closed_loop_only_the_answers_decide() -> None:
    assert Workload(loop=Loop.CLOSED, users=1).due_requests is None
    assert Workload(loop=Loop.CLOSED, users=1, max_requests=5).due_requests == 5


def test_a_workload_survives_being_sent() -> None:
    for workload in (
        Workload(loop=Loop.OPEN, users=3, schedule=SCHEDULE, seconds=4, max_requests=2),
        Workload(loop=Loop.CLOSED, users=3, seconds=1.5),
    ):
        assert Workload.read(json.loads(json.dumps(workload.document()))) == workload
