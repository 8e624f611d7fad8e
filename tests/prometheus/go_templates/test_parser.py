"""Go's grammar of templates: what promtool refuses is refused, and nothing else."""

import random
from pathlib import Path

import pytest

from tests.support import promtool_verdicts
from tests.support.required_programs import PROMTOOL
from toolkit.prometheus.go_templates.lexer import TemplateError
from toolkit.prometheus.go_templates.parser import Template, parse

REFUSED = {
    "{{ if }}": (6, "missing value for command"),
    "{{ $lables.x }}": (3, "undefined variable '$lables'; did you mean '$labels'?"),
    "{{ humanise 1 }}": (3, "function 'humanise' is not defined; did you mean 'humanize'?"),
    "a {{ if true }}a": (5, "`if` without {{ end }}"),
    "{{ end }}": (3, "unexpected {{end}}"),
    "{{ else }}": (3, "unexpected {{else}}"),
    "{{ if true }}{{ else }}{{ else }}{{ end }}": (26, "unexpected {{else}}"),
    "{{ $value": (9, "unclosed action"),
    "{{": (2, "unclosed action"),
    '{{ "a }}': (3, "unterminated quoted string"),
    "{{ `a }}": (3, "unterminated raw quoted string"),
    "{{ 'a }}": (3, "unterminated character constant"),
    '{{ "\\q" }}': (3, 'unknown escape in "\\q"'),
    "{{/* a": (2, "unclosed comment"),
    "{{/* a */ b }}": (7, "comment ends before closing delimiter"),
    "{{ ( $value }}": (3, "unclosed left paren"),
    "{{ $value | 1 }}": (12, "non executable command in pipeline stage 2: 1"),
    "{{ printf | }}{{ | printf }}": (17, "missing value for command"),
    "{{ 1.x }}": (3, "unexpected '1' in an action"),
    '{{ $value"x" }}': (9, "unexpected '\"x\"' in operand"),
    "{{ $labels['x'] }}": (10, "unexpected '[' in an action"),
    "{{ break }}": (3, "{{break}} outside {{range}}"),
    "{{ template x }}": (12, "unexpected 'x' in template"),
    "{{ if true }}{{ define `x` }}{{ end }}{{ end }}": (16, "unexpected {{define}}"),
    "{{ with $x := 1 }}{{ end }}{{ $x }}": (30, "undefined variable '$x'"),
    "{{ with if }}{{ end }}": (8, "unexpected <if> in command"),
    "{{ $value , 1 }}": (10, "unexpected ',' in operand"),
    "{{ end of }}": (3, "unexpected {{end}}"),
    "{{ nil.x }}": (3, "unexpected . after term 'nil'"),
    "{{ true.x }}": (3, "unexpected . after term 'true'"),
    '{{ "a".x }}': (3, "unexpected . after term '\"a\"'"),
    "{{ if true }}{{ end of }}": (20, "unexpected 'of' in end"),
}
TAKEN = (
    "text alone",
    "}}",
    "{{/* a comment */}}",
    "{{- /* a comment */ -}}",
    "{{- $value -}}",
    "{{ $value | humanize | printf `%s` }}",
    "{{ $value | }}",
    "{{ (first (query `up`)).Labels.x }}",
    "{{ range $i, $v := query `up` }}{{ $i }}{{ $v.Value }}{{ break }}{{ else }}none{{ end }}",
    "{{ if eq $value 1.0 }}a{{ else if gt $value 2e3 }}b{{ else }}c{{ end }}",
    "{{ define `x` }}{{ . }}{{ end }}{{ template `x` $labels }}",
    "{{ block `x` . }}{{ .Value }}{{ end }}",
    "{{ $new := 3 }}{{ $new = 4 }}{{ $new }}",
    "{{ print (print 1) 'a' 0x1f -3 true nil }}",
    "{{ $.Labels.x }}{{ $externalURL }}",
)


@pytest.mark.parametrize(("text", "wanted"), REFUSED.items(), ids=REFUSED)
def test_refuses(text: str, wanted: tuple[int, str]) -> None:
    with pytest.raises(TemplateError) as caught:
        parse(text)
    assert caught.value.offset == wanted[0]
    assert caught.value.message.startswith(wanted[1])


@pytest.mark.parametrize("text", TAKEN)
def test_takes(text: str) -> None:
    parse(text)


PLAIN = (
    "{{ $value }}",
    "{{$labels.a.b_1}}s",
    "a {{ $labels }} b {{\t$labels.c\n}}}} c",
    "{ {{ $value.x }}",
    "{{ $value }}{{{ $value }}",
    "{{{{ $value }}",
    "{{ $labels.5 }}",
    "{{ $labelsx.a }}",
    "{{ $labels . a }}",
    "{{ $value -}}",
    '{{ "{{ $value }}" }}',
)


def outcome(text: str) -> Template | tuple[str, int]:
    try:
        return parse(text)
    except TemplateError as error:
        return error.message, error.offset


@pytest.mark.parametrize("text", PLAIN)
def test_actions_that_only_show_a_value_are_read_as_among_others(text: str) -> None:
    assert outcome(text) == outcome(text + "{{/* not shown */}}")


def damaged(count: int) -> list[str]:
    """Templates with a character too many, too few or another one."""
    source = random.Random(7)
    found = []
    for _ in range(count):
        text = source.choice([x for x in TAKEN if "{{" in x])
        at = source.randrange(len(text))
        extra = source.choice(["", *"{}$.|()\"` x=:,-'"])
        found.append(text[:at] + extra + text[at + source.choice((0, 1)) :])
    return found


@PROMTOOL
def test_promtool_refuses_the_same_of_many_damaged_templates(tmp_path: Path) -> None:
    texts = [*REFUSED, *TAKEN, *damaged(400)]
    alert = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up\n"
    rules = [f"{alert}    annotations:\n      x: |-\n        {text}\n" for text in texts]
    told = promtool_verdicts.refusals(tmp_path, rules)
    odd = {}
    for text, refusal in zip(texts, told, strict=True):
        try:
            parse(text)
            ours = ""
        except TemplateError as error:
            ours = error.message
        if bool(ours) != bool(refusal):
            odd[text] = (ours, refusal)
    assert odd == {}
    assert sum(map(bool, told)) > 200
