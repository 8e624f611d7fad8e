"""Made-up figures of runs, for tests that judge and render them."""

from toolkit.load.results import LoadResult
from toolkit.load.stages import shaped
from toolkit.load.statistics import Figures, JudgedRequest, RequestOutcome
from toolkit.load.workload import Loop, Workload


def judged(milliseconds: float = 10.0, answer: str = "200", message: str = "") -> JudgedRequest:
    outcome = RequestOutcome.ACCEPTED if answer == "200" else RequestOutcome.REFUSED
    return JudgedRequest(
        outcome=RequestOutcome.FAILED if message else outcome,
        answer=answer,
        seconds=milliseconds / 1000,
        reason="unexpected_answer" if message else "",
        message=message,
    )


def figures(*requests: JudgedRequest, name: str = "order", seconds: float = 2.0) -> Figures:
    """The requests, answered evenly over the seconds."""
    made = Figures()
    for number, request in enumerate(requests, start=1):
        made.record(name, request, (number - 0.5) * seconds / len(requests))
    return made


def result(*requests: JudgedRequest, seconds: float = 2.0, **changes: object) -> LoadResult:
    """An open-loop run of these requests."""
    values: dict[str, object] = {
        "scenario": "rush",
        "url": "http://127.0.0.1:1",
        "figures": figures(*requests, seconds=seconds),
        "seconds": seconds,
        "started": 1_700_000_000.0,
        "workload": Workload(
            loop=Loop.OPEN,
            users=20,
            schedule=shaped("constant", rate=len(requests) / seconds or 1, seconds=seconds),
            seconds=seconds,
        ),
    } | changes
    return LoadResult(**values)  # type: ignore[arg-type] # the caller names fields
