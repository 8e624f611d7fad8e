"""Variables are read as what may stand where they do, at the same length."""

import pytest

from toolkit.grafana.promql_variables import readings
from toolkit.promql import PromQLError, parse

READ = {
    "predict_linear(x[1h], $__range_s) < 0": "predict_linear(x[1h], 1         ) < 0",
    "clamp($metric, $a, ${b:raw})": "clamp(_metric, 1 , 1       )",
    "round(x, $to * 2)": "round(x, 1   * 2)",
    "quantile by (a, $by) ($q, $x)": "quantile by (a, _by) (1 , _x)",
    "histogram_quantile(0.$q, sum by (le) (rate($m[$__rate_interval])))": (
        "histogram_quantile(0.1 , sum by (le) (rate(_m[5m              ])))"
    ),
    'TOPK([[n]], x{a="(,", b=~"$b"})': 'TOPK(1    , x{a="(,", b=~"$b"})',
    "clamp_max(x, ${limit}_total)": "clamp_max(x, __limit__total)",
    "clamp_max(max(x, $a), 3)": "clamp_max(max(x, _a), 3)",
    "vector($x)": "vector(1 )",
    "x > $limit": "x > _limit",
}


@pytest.mark.parametrize(("written", "read"), READ.items())
def test_a_variable_is_a_number_where_no_name_can_stand(written: str, read: str) -> None:
    first = next(readings(written))
    assert (first, len(first)) == (read, len(written))


def test_behind_operators_a_name_comes_first_and_then_a_number() -> None:
    assert [*readings("x > $limit")] == ["x > _limit", "x > 1     "]
    assert [*readings("x > 5")] == ["x > 5"]


@pytest.mark.parametrize("written", [x for x in READ if "${limit}" not in x and "max(x" not in x])
def test_what_is_read_is_promql(written: str) -> None:
    def is_read(text: str) -> bool:
        try:
            parse(text)
        except PromQLError:
            return False
        return True

    assert any(map(is_read, readings(written)))
