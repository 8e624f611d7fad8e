"""What is LogQL and what is not, and what is said of it.

The queries of both tables, but for those with variables and `a="b" c="d"`, were given to
@grafana/lezer-logql 0.4.2 too, which takes and refuses the same.
"""

import pytest

from toolkit.grafana.logql import check
from toolkit.grafana.logql_tokens import LogQLError

OPERAND = "expected a selector in braces, a function or a number, not"
GOOD = r"""
{app="shop"}
{app=~"a|b", env!="x"} |= "error" != "x" |~ "a.*" !~ `b`
{app="shop"} | json
{app="shop"} | json | status >= 500 and method="GET" or (path=~"/x" , d > 5s)
{app="shop"} | json a="b.c", d="e[0]"
{app="shop"} | logfmt --strict --keep-empty
{app="shop"} | logfmt level, msg="message"
{app="shop"} | regexp "(?P<x>.*)" | line_format "{{.x}}"
{app="shop"} | pattern `<ip> - <_>` | ip != ip("10.0.0.0/8")
{app="shop"} |= ip("1.2.3.4")
{app="shop"} |= "a" or "b" or `c`
{app="shop"} | label_format a=b, c="{{.d}}"
{app="shop"} | drop a, b="c" | keep d
{app="shop"} | decolorize | unpack
sum(rate({app="shop"} [5m]))
sum by (job) (rate({app="shop"} |= "x" | json [5m]))
sum(rate({app="shop"}[5m] |= "x" | json))
sum(count_over_time({app="shop"} | json [1h30m] offset 5m)) by (job)
topk(5, sum by (x) (bytes_rate({a="b"}[$__auto])))
quantile_over_time(0.99, {a="b"} | json | unwrap duration(latency) [5m]) by (host)
avg_over_time({a="b"} | logfmt | unwrap bytes(size) | __error__="" [5m]) without (x)
sum(rate({a="b"}[5m])) / sum(rate({a="c"}[5m])) * 100 > 5
sum by (a) (rate({a="b"}[5m])) / on (a) group_left (b) sum by (a, b) (rate({a="c"}[5m]))
vector(1) or sum(rate({a="b"}[1m]))
label_replace(rate({a="b"}[1m]), "x", "$1", "y", "(.*)")
absent_over_time({a="b"}[5m])
{app="$app", env=~"${env:pipe}"} |~ "$search"
{$filter} | json | $stage
sum(rate({app="shop"} | json | size > 10KB [$__interval]))
{a="b"} # a comment
{a="b"} |> "<_> x" !> "y"
(sum(rate({a="b"}[1m])) > bool 1) and sum(rate({a="b"}[1m]))
-1 * sum(rate({a="b"}[1m]))
sort_desc(sum by (a) (rate({a="b"}[1m])))
rate(({a="b"} |= "c")[1m])
sum(count_over_time({a="b"} | level="error" [1w]))
{a="b"} | a="b" c="d"
{a="b"} | duration > 1.5s
{a="b"} | line_format `{{ .x | upper }}`
""".strip().splitlines()
BAD = {
    '{app="shop"': "expected '}', not the end",
    "{app=shop}": "expected a text, not 'shop'",
    '{app "shop"}': "expected one of = != =~ !~, not '\"shop\"'",
    '{app="shop"} |= error': "expected a text, not 'error'",
    '{app="shop"} | json |': "expected a stage or a label, not the end",
    '{app="shop"} | status >=': "expected a text, a number or a duration, not the end",
    'sum by job (rate({a="b"}[5m]))': "expected '(', not 'job'",
    'rate({a="b"})': "expected a window such as [5m], not ')'",
    'rate({a="b"}[5m]': "expected ')', not the end",
    'sum(rate({a="b"}[]))': "expected a duration, not ']'",
    'sum(rate({a="b"}[5]x))': "expected ')', not 'x'",
    "up": f"{OPERAND} 'up'",
    'up{job="a"}': f"{OPERAND} 'up'",
    '{a="b"} }': "expected an operator, a pipe or the end, not '}'",
    '{a="b"} | label_format a': "expected '=', not the end",
    '{a="b"} | regexp x': "expected a text, not 'x'",
    'sum(rate({a="b"}[5m])) /': f"{OPERAND} the end",
    'topk(sum(rate({a="b"}[5m]))': "expected ')', not the end",
    '{a="b" b="c"}': "expected '}', not 'b'",
    'histogram_quantile(0.9, rate({a="b"}[5m]))': f"{OPERAND} 'histogram_quantile'",
    '{a=="b"}': "expected one of = != =~ !~, not '=='",
    'sum(rate({a="b"}[5m])) by job': "expected '(', not 'job'",
    '{a="b"} || json': "expected a stage or a label, not '|'",
    'rate({a="b"} | unwrap [5m])': "expected a label, not '['",
    "{a='b'}": '"\'" is not understood',
    "{}": "expected a label, not '}'",
    '{app="shop",}': "expected a label, not '}'",
}


@pytest.mark.parametrize("text", GOOD)
def test_what_is_logql_is_taken(text: str) -> None:
    check(text)


@pytest.mark.parametrize(("text", "words"), BAD.items())
def test_what_is_not_is_refused_with_what_would_be_right(text: str, words: str) -> None:
    with pytest.raises(LogQLError) as raised:
        check(text)
    assert str(raised.value) == words


def test_the_place_is_told() -> None:
    with pytest.raises(LogQLError) as raised:
        check('{app="shop"} |= error')
    assert raised.value.position == len('{app="shop"} |= ')


def test_brackets_without_end_are_refused_and_end_nothing() -> None:
    with pytest.raises(LogQLError, match=r"^its brackets are nested too deeply$") as raised:
        check("(" * 100_000)
    assert raised.value.position == 0
