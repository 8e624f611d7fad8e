"""The reader's choice of exchange, symbol and source, and selectors that respect it."""

from target_app import catalogue as m
from toolkit.catalogue import Matcher, Metric, Series
from toolkit.dashboards import Variable
from toolkit.promql import RATE

EXCHANGE = Variable(m.EXCHANGE, m.ORDERS, "Exchange")
SYMBOL = Variable(m.SYMBOL, m.WEBHOOK_REQUESTS, "Symbol")
SOURCE = Variable(m.SOURCE, m.WEBHOOK_REQUESTS, "Source")
VARIABLES = (EXCHANGE, SYMBOL, SOURCE)

# A circuit breaker is named for its exchange.
_BY_LABEL = {**{variable.label: variable for variable in VARIABLES}, m.BREAKER: EXCHANGE}


def chosen(metric: Metric) -> dict[str, Matcher]:
    """A matcher for every label of `metric` that a variable chooses values of."""
    return {x.name: _BY_LABEL[x].matcher for x in metric.labels if x in _BY_LABEL}


def gauge(of: Metric) -> str:
    """The values of a gauge, of what the reader chose."""
    return of.where(**chosen(of))


def rate(of: Metric | Series, window: str = RATE, **labels: str) -> str:
    """Events a second, of what the reader chose."""
    return f"rate({_selector(of, labels)}[{window}])"


def increase(of: Metric | Series, window: str, **labels: str) -> str:
    """Events within `window`, of what the reader chose."""
    return f"increase({_selector(of, labels)}[{window}])"


def _selector(of: Metric | Series, labels: dict[str, str]) -> str:
    metric = of if isinstance(of, Metric) else of.metric
    return of.where(**chosen(metric), **labels)
