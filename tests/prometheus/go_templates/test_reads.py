"""What a template in a label or an annotation reads."""

import pytest

from toolkit.prometheus.go_templates.reads import external_labels_read, labels_read, reads_value

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
