"""One run as it was planned: what goes to Locust as options, and what as instructions."""

import os

from toolkit.load.load_plan import LoadPlan
from toolkit.load.locust_process_messages import Instructions
from toolkit.load.workload import Loop


def test_what_is_not_given_is_left_to_the_scenario() -> None:
    assert LoadPlan(scenario="rush", url="http://shop").options() == [
        "--host",
        "http://shop",
        "--seed",
        "1",
    ]


def test_what_is_given_goes_to_locust() -> None:
    plan = LoadPlan(
        scenario="rush",
        url="http://shop",
        loop=Loop.OPEN,
        users=20,
        rate=12.5,
        seconds=3,
        requests=9,
        shape="ramp",
        stages="stages.yml",
        seed=7,
    )
    assert plan.options() == [
        "--host",
        "http://shop",
        "--users",
        "20",
        "--run-time",
        "3s",
        "--loop",
        "open",
        "--rate",
        "12.5",
        "--requests",
        "9",
        "--shape",
        "ramp",
        "--stages",
        "stages.yml",
        "--seed",
        "7",
    ]


def test_instructions_survive_the_environment_and_ask_for_progress() -> None:
    plan = LoadPlan(
        scenario="rush",
        url="http://shop",
        thresholds=("rps>1",),
        abort=True,
        targets_file="targets.json",
        metrics_address="127.0.0.1:9",
    )
    instructions = plan.instructions(report=True)
    assert instructions == Instructions(
        scenario="rush",
        report=True,
        parent=os.getpid(),
        targets_file="targets.json",
        thresholds=("rps>1",),
        abort=True,
        progress=True,
        metrics_address="127.0.0.1:9",
    )
    assert Instructions.read(instructions.document() | {"of a later version": 1}) == instructions
    assert Instructions.read({}) == Instructions()
