"""Load test: what the load generator sends and sees, next to what the service sees."""

from target_app import catalogue as m
from target_app.objectives import WEBHOOK_LATENCY
from toolkit.catalogue import Matcher, Metric, Series, one_of
from toolkit.catalogues import load_generator as locust
from toolkit.dashboards import Dashboard, Note, Panel, PanelUnit, Query, Row, Variable, View
from toolkit.findings import Allow
from toolkit.promql import RATE, quantile, ratio

REQUEST = Variable(locust.NAME, locust.REQUESTS, "Request")
CHOSEN = {"name": REQUEST.matcher}
NOT_RUNNING = "a load scenario exports its metrics"


def _sent(of: Metric | Series, **labels: Matcher) -> str:
    return f"rate({of.where(**CHOSEN, **labels)}[{RATE}])"


about = Note(
    "How to read this page",
    "Both sides of one test. The generator counts from the moment at which a request **should** "
    "have left, the service from the moment at which it arrived: when the first rises and the "
    "second does not, requests queue in between or the generator itself is out of breath. "
    "Start a test with `toolkit load normal`.",
    width=24,
    height=3,
)
users = Panel(
    title="Simulated users",
    help="Users that the generator runs now.",
    unit=PanelUnit.COUNT,
    view=View.STAT,
    width=8,
    height=6,
    empty="No scenario is running",
    empty_until=NOT_RUNNING,
    queries=(Query("users", f"sum({locust.USERS})"),),
)
expected = Panel(
    title="Answered as expected",
    help="Share of the requests that were accepted, or refused as the scenario means them to be.",
    unit=PanelUnit.SHARE,
    view=View.GAUGE,
    width=8,
    height=6,
    maximum=1,
    decimals=2,
    empty="No scenario is running",
    empty_until=NOT_RUNNING,
    queries=(
        Query(
            "as expected",
            ratio(
                f"sum({_sent(locust.REQUESTS, outcome=one_of('accepted', 'refused'))})",
                f"sum({_sent(locust.REQUESTS)})",
            ),
        ),
    ),
)
lost = Panel(
    title="Sent and not counted",
    help="Requests a second that the generator sent and the service did not count. Beyond the "
    "jitter of two scrapes, they were lost on the way.",
    unit=PanelUnit.REQUESTS_PER_SECOND,
    view=View.STAT,
    width=8,
    height=6,
    minimum=None,
    empty="No scenario is running",
    empty_until=NOT_RUNNING,
    queries=(
        Query(
            "difference",
            f"sum(rate({locust.REQUESTS}[{RATE}])) - sum(rate({m.WEBHOOK_REQUESTS}[{RATE}]))",
        ),
    ),
    allow=(
        Allow("ignored-variable", reason="A difference of totals: the service knows no names."),
    ),
)
traffic = Panel(
    title="Requests sent and webhooks counted",
    help="The generator's count beside the service's. They run as one line, or something is lost.",
    unit=PanelUnit.REQUESTS_PER_SECOND,
    empty="No traffic in this time",
    queries=(
        Query("sent", f"sum({_sent(locust.REQUESTS)})", empty_until=NOT_RUNNING),
        Query("counted by the service", f"sum(rate({m.WEBHOOK_REQUESTS}[{RATE}]))"),
    ),
)
outcomes = Panel(
    title="Requests by outcome",
    help="What became of the requests. A refusal here is one that the scenario expected.",
    unit=PanelUnit.REQUESTS_PER_SECOND,
    stacked=True,
    empty="No scenario is running",
    empty_until=NOT_RUNNING,
    queries=(Query("{{outcome}}", f"sum by (outcome) ({_sent(locust.REQUESTS)})"),),
)
latency = Panel(
    title="Latency seen and served P95",
    help="Seen by the generator, from the intended send; served by the service, from the last "
    "byte received. The line is the objective.",
    unit=PanelUnit.SECONDS,
    line_at=WEBHOOK_LATENCY.seconds,
    empty="No traffic in this time",
    queries=(
        Query(
            "seen",
            quantile(0.95, locust.DURATION, RATE, where=CHOSEN),
            empty_until=NOT_RUNNING,
        ),
        Query("served", quantile(0.95, m.WEBHOOK_DURATION, RATE)),
    ),
)
by_name = Panel(
    title="Latency seen by request",
    help="P95 of each request of the scenario, from the intended send.",
    unit=PanelUnit.SECONDS,
    empty="No scenario is running",
    empty_until=NOT_RUNNING,
    queries=(Query("{{name}}", quantile(0.95, locust.DURATION, RATE, locust.NAME, where=CHOSEN)),),
)
heat = Panel(
    title="Latency seen distribution",
    help="How many requests took how long, from the intended send.",
    unit=PanelUnit.SECONDS,
    view=View.HEATMAP,
    empty_until=NOT_RUNNING,
    queries=(
        Query(
            "{{le}}",
            f"sum by (le) (increase({locust.DURATION.bucket.where(**CHOSEN)}[{RATE}]))",
            buckets=True,
        ),
    ),
)
refusals = Panel(
    title="Refusals by code",
    help="Requests that the service refused as the scenario expected, by the service's code.",
    unit=PanelUnit.REQUESTS_PER_SECOND,
    stacked=True,
    empty="None refused",
    empty_until=NOT_RUNNING,
    queries=(Query("{{code}}", f"sum by (code) ({_sent(locust.REFUSALS)})"),),
)
failures = Panel(
    title="Failures by reason",
    help="Requests that were not answered as the scenario expected.",
    unit=PanelUnit.REQUESTS_PER_SECOND,
    stacked=True,
    empty="None failed",
    empty_until=NOT_RUNNING,
    queries=(Query("{{reason}}", f"sum by (reason) ({_sent(locust.FAILURES)})"),),
)
answers = Panel(
    title="Answers of the service",
    help="Every webhook answered, by what became of it, as the service counts them.",
    unit=PanelUnit.REQUESTS_PER_SECOND,
    stacked=True,
    empty="No webhooks in this time",
    queries=(Query("{{status}}", f"sum by (status) (rate({m.WEBHOOK_REQUESTS}[{RATE}]))"),),
)
in_flight = Panel(
    title="Webhooks in flight",
    help="Webhooks being processed now. A climb at a steady rate is saturation.",
    unit=PanelUnit.COUNT,
    empty="Not reported: is the service scraped?",
    queries=(Query("in flight", f"sum({m.ACTIVE_REQUESTS})"),),
)

DASHBOARD = Dashboard(
    uid="load-test",
    title="Load test",
    help="What the generator sends and sees, beside what the service sees.",
    tags=("execution", "load"),
    see=("execution-pipeline", "execution-slo"),
    variables=(REQUEST,),
    refresh="10s",
    since="now-15m",
    rows=(
        Row("Load", (about, users, expected, lost)),
        Row("Traffic", (traffic, outcomes)),
        Row("Latency", (latency, by_name, heat)),
        Row("What became of it", (refusals, failures, answers, in_flight)),
    ),
)
