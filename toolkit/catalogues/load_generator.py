"""What a load generator measures of itself, as a catalogue: the other side of the service's.

Scenarios export these on a port for Prometheus (`toolkit.instruments` makes them), and
dashboards draw them next to what the service saw. Values only: nothing here knows Locust's
code, and the toolkit never imports a scenario.
"""

from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit

JOB = "locust"
"""The job under which Prometheus scrapes the load generator."""

# The scenario's own names of requests; Locust groups its statistics by them too.
NAME = Label("name", at_most=64)
# A refusal that the API documents is what a scenario expects: no failure.
OUTCOME = Label("outcome", values=("accepted", "refused", "failed"))
# `code` of the problem that the service answered, or its status.
CODE = Label("code", at_most=32)
REASON = Label(
    "reason", values=("unexpected_answer", "timeout", "connection", "exception", "unfinished")
)

USERS = Metric(
    "locust_users",
    Kind.GAUGE,
    "Simulated users that run now.",
    unit=Unit.COUNT,
)
REQUESTS = Metric(
    "locust_requests_total",
    Kind.COUNTER,
    "Requests that were sent, by what became of them.",
    unit=Unit.COUNT,
    labels=(NAME, OUTCOME),
)
REFUSALS = Metric(
    "locust_request_refusals_total",
    Kind.COUNTER,
    "Requests that the service refused as the scenario expected, by the service's code.",
    unit=Unit.COUNT,
    labels=(NAME, CODE),
)
FAILURES = Metric(
    "locust_request_failures_total",
    Kind.COUNTER,
    "Requests that were not answered as the scenario expected, by what went wrong.",
    unit=Unit.COUNT,
    labels=(NAME, REASON),
)
DURATION = Metric(
    "locust_request_duration_seconds",
    Kind.HISTOGRAM,
    "Time from the intended send to the last byte of the answer, in seconds.",
    unit=Unit.SECONDS,
    labels=(NAME,),
    # The service's edges for fast answers, then up to Locust's usual timeouts.
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
)

CATALOGUE = Catalogue.of(globals())
