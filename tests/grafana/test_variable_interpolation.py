"""Grafana's variables in text: each syntax, each format, in PromQL and in words."""

import pytest

from toolkit.durations import plain
from toolkit.grafana.variable_interpolation import Choice, VariableValue, expand

FILLED: dict[str, VariableValue] = {
    "zone": Choice(("eu",), multi=True),
    "zones": Choice(("eu.1", "us"), multi=True),
    "all": Choice(("eu", "us"), multi=True, is_all=True, all_value=".*"),
    "path": Choice((r"a\b",)),
    "__interval": "30s",
    "__from": "1777636800000",
    "hostile": Choice(("<b>", "x")),
    "named": Choice(("web-1",), texts=("Web one",)),
}
IN_PROMQL = {
    "bare": ('x{z="$zone"}', 'x{z="eu"}'),
    "in braces": ('x{z="${zone}"}', 'x{z="eu"}'),
    "in old brackets": ('x{z="[[zone]]"}', 'x{z="eu"}'),
    "several, which mean themselves": ('x{z=~"$zones"}', r'x{z=~"(eu\\.1|us)"}'),
    "All as the dashboard writes it": ('x{z=~"$all"}', 'x{z=~".*"}'),
    "of one value, a backslash is escaped": ('x{z="$path"}', r'x{z="a\\b"}'),
    "Grafana's own": ("rate(x[$__interval])", "rate(x[30s])"),
    "a name that only begins alike": ("$zonesque", "$zonesque"),
    "a group of a replacement": ("$1", "$1"),
    "an unknown name": ("${nobody:csv}", "${nobody:csv}"),
    "csv": ("${zones:csv}", "eu.1,us"),
    "pipe": ("${zones:pipe}", "eu.1|us"),
    "raw": ("${zones:raw}", "eu.1,us"),
    "regex": ("${zones:regex}", r"(eu\.1|us)"),
    "regex of one": ("${zone:regex}", "eu"),
    "glob": ("${zones:glob}", "{eu.1,us}"),
    "json": ("${zones:json}", '["eu.1", "us"]'),
    "json of one": ("${zone:json}", '"eu"'),
    "singlequote": ("${zones:singlequote}", "'eu.1','us'"),
    "doublequote": ("${zones:doublequote}", '"eu.1","us"'),
    "percentencode": ("${zones:percentencode}", "%7Beu.1%2Cus%7D"),
    "text": ("${zones:text}", "eu.1 + us"),
    "All in words": ("${all:text}", "All"),
    "All in another format": ("${all:pipe}", ".*"),
    "a format nobody knows": ("${zone:lucene}", "eu"),
    "in an unknown format nothing is escaped": ("${path:queryparam}", r"a\b"),
    "html": ("${hostile:html}", "&lt;b&gt;, x"),
    "a date": ("${__from:date}", "2026-05-01T12:00:00.000Z"),
    "a date in seconds": ("${__from:date:seconds}", "1777636800"),
    "a date in tokens": ("${__from:date:YYYY-MM-DD HH:mm}", "2026-05-01 12:00"),
    "words for values": ("${named:text}", "Web one"),
    "values that have words": ("$named", "web-1"),
    "a format of Grafana's own": ("${__interval:raw}", "30s"),
}


@pytest.mark.parametrize(("text", "expected"), IN_PROMQL.values(), ids=IN_PROMQL)
def test_in_promql(text: str, expected: str) -> None:
    assert expand(text, FILLED) == expected


IN_WORDS = {
    "several": ("Zones $zones", "Zones eu.1 + us"),
    "all": ("Zones $all", "Zones All"),
    "nothing is escaped": ("$path", r"a\b"),
}


@pytest.mark.parametrize(("text", "expected"), IN_WORDS.values(), ids=IN_WORDS)
def test_in_words(text: str, expected: str) -> None:
    assert expand(text, FILLED, words=True) == expected


SECONDS = {15.0: "15", 0.5: "0.5", 3_141_830.0: "3141830", 100.0: "100", 1 / 3: "0.333"}


@pytest.mark.parametrize(("number", "text"), SECONDS.items())
def test_seconds_are_written_without_an_exponent(number: float, text: str) -> None:
    assert plain(number) == text
