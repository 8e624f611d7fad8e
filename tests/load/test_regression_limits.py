"""How much worse a figure may be, as it is typed."""

import pytest

from toolkit.errors import UsageError
from toolkit.load.regression_limits import parse


def test_a_limit_is_of_all_requests_or_of_one_name() -> None:
    limit = parse("p95:10%")
    assert (limit.name, limit.figure, limit.share) == ("", "p95", 0.1)
    assert limit.is_for("", "P95")
    assert not limit.is_for("order", "P95")
    assert not limit.is_for("", "P99")
    named = parse("webhook: valid: RPS:2.5%")
    assert (named.name, named.figure, named.share) == ("webhook: valid", "rps", 0.025)


@pytest.mark.parametrize("text", ["p95", "p95:10", "p95<10%", "p95:-1%", ""])
def test_another_form_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UsageError, match=r'write it like "p95:10%"'):
        parse(text)


@pytest.mark.parametrize("text", ["rps:100%", "order: rps:150%"])
def test_throughput_that_may_fall_by_all_of_it_is_no_limit(text: str) -> None:
    with pytest.raises(UsageError, match="this can never fail"):
        parse(text)


def test_a_time_may_double() -> None:
    assert parse("p99:100%").share == 1.0


def test_an_unknown_figure_gets_a_guess() -> None:
    with pytest.raises(UsageError, match="unknown figure 'p94'; did you mean 'p9"):
        parse("p94:10%")
