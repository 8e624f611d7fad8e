"""Made-up figures of runs, for tests that judge and render them."""

from loadtests._definitions import LOAD
from toolkit.load.compare import compare
from toolkit.load.counter_reconciliation import Balance
from toolkit.load.definitions import ServiceChart
from toolkit.load.judge_thresholds import judge
from toolkit.load.results import LoadOutcome, LoadResult, ServiceSeries
from toolkit.load.stages import shaped
from toolkit.load.statistics import Figures, JudgedRequest, RequestOutcome
from toolkit.load.thresholds import parse
from toolkit.load.workload import Loop, Workload


def judged(milliseconds: float = 10.0, answer: str = "200", message: str = "") -> JudgedRequest:
    outcome = RequestOutcome.ACCEPTED if answer == "200" else RequestOutcome.REFUSED
    return JudgedRequest(
        outcome=RequestOutcome.FAILED if message else outcome,
        answer=answer,
        seconds=milliseconds / 1000,
        service_seconds=milliseconds / 1000,
        reason="unexpected_answer" if message else "",
        message=message,
    )


def figures(*requests: JudgedRequest, name: str = "order", seconds: float = 2.0) -> Figures:
    """The requests, answered evenly over the seconds."""
    made = Figures()
    for number, request in enumerate(requests, start=1):
        made.record(name, request, (number - 0.5) * seconds / len(requests))
    made.due = made.started = len(requests)
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


HOSTILE = 'got 500: <script>alert("x")</script>'
RUN = result(*[judged(n) for n in range(1, 60)], judged(9, "stale"), judged(70, message=HOSTILE))
VERDICTS = tuple(judge(parse(text), RUN) for text in ("p(95)<5", "rps>=1"))
BALANCES = (
    Balance(counter=LOAD.counters[0], sent=59, grown=59.0),
    Balance(counter=LOAD.counters[1], sent=0, grown=2.0),
)
SERIES = ServiceSeries(ServiceChart("Answers", "/s", "x"), {"success": [(0.0, 1.0), (1.0, 30.0)]})
OUTCOME = LoadOutcome(
    results=(RUN,),
    verdicts=(VERDICTS,),
    balances=BALANCES,
    service=((SERIES,),),
    comparisons=compare((RUN,), (RUN,)),
)
