"""What a template in a label or an annotation reads."""

import pytest

from toolkit.prometheus.go_templates.labels_and_queries_read import (
    external_labels_read,
    labels_read,
    queries,
    query_labels_read,
    raw_values,
    reads_value,
    unknown_fields,
)

LABELS = {
    "{{ $labels.zone }}": ("zone",),
    "{{ .Labels.zone }} of {{ $labels.kind }}, {{ $labels.zone }}": ("zone", "kind"),
    '{{ index $labels "zone" }} {{ index .Labels "kind" }}': ("zone", "kind"),
    '{{ printf "%s" $labels.zone }}': ("zone",),
    '{{ printf "$labels.kind" }}': (),
    "{{ `$labels.kind` }}": (),
    "$labels.zone": (),
    "{{ $externalLabels.site }}": (),
    "{{ (first).Labels.zone }}": (),
    "{{ $labels.a }}{{ range query `up` }}{{ .Labels.zone }}{{ end }}": ("a",),
    "{{ with $labels.a }}{{ .Labels.zone }}{{ end }}": ("a",),
    "{{ if $labels.a }}{{ .Labels.zone }}{{ end }}": ("a", "zone"),
    "{{ range query `up` }}{{ $labels.b }}{{ $.Labels.c }}{{ end }}": ("b", "c"),
    "{{ printf `%s` (print $labels.d) }}": ("d",),
    "{{ $l := $labels }}{{ $l.e }}": ("e",),
    "{{ with .Labels }}{{ .f }}{{ else }}{{ .Labels.g }}{{ end }}{{ .Labels.h }}": (
        "f",
        "g",
        "h",
    ),
    "{{ with $x := $labels }}{{ $x.i }}{{ end }}": ("i",),
    "{{ range $k, $v := $labels }}{{ $k }}{{ $v.x }}{{ end }}": (),
    "{{ if $labels.j }}{{ else if $labels.k }}{{ .Labels.l }}{{ end }}": ("j", "k", "l"),
    "{{ with $labels.m }}{{ else with .Labels.n }}{{ .Labels.o }}{{ end }}": ("m", "n"),
    "{{ define `t` }}{{ .Labels.p }}{{ end }}{{ .Labels.q }}": ("q",),
    "{{ (index $labels `r`) | title }}": ("r",),
}


@pytest.mark.parametrize(("text", "labels"), LABELS.items())
def test_labels(text: str, labels: tuple[str, ...]) -> None:
    assert labels_read(text) == labels


@pytest.mark.parametrize(
    ("text", "labels"),
    {
        "{{ $externalLabels.site }}": ("site",),
        "{{ .ExternalLabels.site }} {{ $externalLabels.site }}": ("site",),
        "{{ $labels.site }}": (),
    }.items(),
)
def test_external_labels(text: str, labels: tuple[str, ...]) -> None:
    assert external_labels_read(text) == labels


@pytest.mark.parametrize(
    ("text", "wanted"),
    {
        "{{ $value }}": True,
        "{{ .Value | humanize }}": True,
        "{{ $values }}": False,
        '{{ printf "$value" }}': False,
        "$value": False,
        "{{ (first).Value }}": False,
    }.items(),
)
def test_the_value(text: str, wanted: bool) -> None:  # noqa: FBT001
    assert reads_value(text) is wanted


ASKED = {
    "{{ query `up` | first | value }}": ("up",),
    '{{ "sum(up)" | query | first | value }}': ("sum(up)",),
    '{{ query "up{a=\\"b\\"}" }}': ('up{a="b"}',),
    '{{ query (printf "up{a=%q}" $labels.a) }}': (),
    "{{ query $labels.q }}": (),
    "{{ range query `a` }}{{ with query `b` }}{{ end }}{{ end }}": ("a", "b"),
    "query `up`": (),
}


@pytest.mark.parametrize(("text", "asked"), ASKED.items())
def test_queries(text: str, asked: tuple[str, ...]) -> None:
    assert queries(text) == asked


OF_SAMPLES = {
    "{{ range query `up` }}{{ .Labels.zone }}{{ .Value }}{{ end }}": (("up", "zone"),),
    "{{ range $s := query `up` }}{{ $s.Labels.zone }}{{ end }}": (("up", "zone"),),
    "{{ range $i, $s := query `up` }}{{ $s.Labels.zone }}{{ $i }}{{ end }}": (("up", "zone"),),
    "{{ with query `up` }}{{ (. | first).Labels.zone }}{{ end }}": (("up", "zone"),),
    "{{ query `up` | sortByLabel `a` | first | label `zone` }}": (("up", "zone"),),
    "{{ with query `up` | first }}{{ label `zone` . }}{{ end }}": (("up", "zone"),),
    "{{ with query `up` }}{{ .Labels.zone }}{{ end }}": (),
    "{{ label `zone` . }}": (),
    "{{ first $labels | label `zone` }}": (),
}


@pytest.mark.parametrize(("text", "read"), OF_SAMPLES.items())
def test_labels_of_samples(text: str, read: tuple[tuple[str, str], ...]) -> None:
    assert query_labels_read(text) == read


RAW = {
    "{{ $value }}": ("{{ $value",),
    "{{ .Value }} {{$value}}": ("{{ .Value", "{{ .Value }} {{$value"),
    "{{ with $value }}{{ . }}{{ end }}": ("{{ with $value }}{{ .",),
    "{{ $v := $value }}{{ $v }}": ("{{ $v := $value }}{{ $v",),
    "{{ $.Value }}": ("{{ $.Value",),
    "{{ $value | humanize }}": (),
    "{{ $value }} is {{ $value | humanize }}": (),
    "{{ .Value }} is {{ printf `%.1f` $.Value }}": (),
    "{{ $value }} of {{ $labels.x | title }}": ("{{ $value",),
    '{{ printf "%.2f" $value }}': (),
    "{{ if gt $value 1.0 }}a{{ end }}": (),
    "{{ $labels.x }}": (),
}


@pytest.mark.parametrize(("text", "before"), RAW.items())
def test_places_after_raw_values(text: str, before: tuple[str, ...]) -> None:
    assert tuple(text[:place] for place in raw_values(text)) == before


def test_fields_that_the_alert_does_not_have() -> None:
    assert unknown_fields("{{ .Foo }}{{ $.Bar.x }}{{ .ExternalURL }}{{ .Labels.x }}") == (
        "Foo",
        "Bar",
    )
    assert unknown_fields("{{ range query `up` }}{{ .Foo }}{{ end }}{{ . }}") == ()
