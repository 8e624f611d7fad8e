"""One check for each way in which a check can end."""

from collections.abc import Iterator

from toolkit.errors import RefusedError
from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup, Skip


def of(group: CheckGroup, name: str, run: object) -> Check:
    assert callable(run)
    return Check(name, f"{name} holds", group, run)


def check(name: str, run: object) -> Check:
    return of(CheckGroup.CATALOGUE, name, run)


def holds(_stack: CheckedStack) -> Iterator[Finding]:
    return iter(())


def breaks(_stack: CheckedStack) -> Iterator[Finding]:
    yield BREAKS.wrong("is wrong.", subject="it", fix="correct it.")


def skips(_stack: CheckedStack) -> Iterator[Finding]:
    raise Skip("there is no Grafana here")


def refused(_stack: CheckedStack) -> Iterator[Finding]:
    raise RefusedError("http://x: answered 400: bad_data")


def asks(given: CheckedStack) -> Iterator[Finding]:
    given.prometheus.rules()
    yield BREAKS.wrong("never reached")


HOLDS, BREAKS, SKIPS = check("holds", holds), check("breaks", breaks), check("skips", skips)
REFUSED, ASKS = check("refused", refused), check("asks", asks)
ALL = (HOLDS, BREAKS, SKIPS, REFUSED, ASKS)
