"""Bytes that are text, YAML that Prometheus reads, and what another program has to fill in."""

from pathlib import Path

import pytest

from tests.support.plain_rules import project
from toolkit.prometheus.read_user_rule_files import read
from toolkit.prometheus.rule_file_text import MAX_BYTES, UnreadableError, filled_in, text_of

RULES = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up == 0\n"
READ = {
    "plain": RULES.encode(),
    "a byte-order mark": b"\xef\xbb\xbf" + RULES.encode(),
    "UTF-16, the low byte first": b"\xff\xfe" + RULES.encode("utf-16-le"),
    "UTF-16, the high byte first": b"\xfe\xff" + RULES.encode("utf-16-be"),
    "lines that end with CR": RULES.replace("\n", "\r").encode(),
    "lines that end in two ways": RULES.replace("\n", "\r\n", 2).encode(),
    "a directive of YAML 1.1": b"%YAML 1.1\n---\n" + RULES.encode(),
    "many empty lines before it": b"\n" * 200 + RULES.encode(),
    "many comments before it": b"# x\n \n" * 200 + RULES.encode(),
    "letters of Unicode": RULES.replace("A", "caf\u00e9 \U0001f525").encode(),
}


@pytest.mark.parametrize("content", READ.values(), ids=READ)
def test_what_prometheus_reads_is_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "r.yml").write_bytes(content)
    found = read([tmp_path / "r.yml"])
    assert (found.problems, len(found.rules)) == ((), 1)


SUMMARY = "    annotations: {{s: 'a{}b'}}\n"
REFUSED = {
    "half of UTF-16": (b"\xff\xfea", 1, 0, "not UTF-8: truncated data."),
    "Latin-1": (
        (RULES + SUMMARY.format("\xe9")).encode("latin-1"), 6, 0,
        "not UTF-8: invalid continuation byte."),
    "a control character": (
        (RULES + SUMMARY.format("\x01")).encode(), 6, 24,
        "not YAML: the character '\\x01' is not allowed."),
    "a zero byte": (
        RULES.encode() + b"\0", 6, 1, "not YAML: the character '\\x00' is not allowed."),
    "YAML 1.2 after empty lines": (
        b"\n \n# x\n\n%YAML 1.2\n---\n" + RULES.encode(), 5, 0,
        "YAML 1.2: Prometheus reads YAML 1.1, and refuses another."),
    "YAML 1.2": (
        b"# x\n%YAML 1.2\n---\n" + RULES.encode(), 2, 0,
        "YAML 1.2: Prometheus reads YAML 1.1, and refuses another."),
    "Jinja": (
        b"groups:\n{% for x in y %}\n", 2, 0,
        "not YAML: found character that cannot start any token; it is a template of Jinja, which "
        "has '{% for x in y %}'."),
    "ERB": (
        b"groups:\n<% @x.each do |y| -%>\n- name: <%= y %>\n", 2, 0,
        "not YAML: could not find expected ':'; it is a template of ERB, which has "
        "'<% @x.each do |y| -%>'."),
}  # fmt: skip


@pytest.mark.parametrize(("content", "line", "column", "message"), REFUSED.values(), ids=REFUSED)
def test_what_it_refuses_is_one_problem(
    tmp_path: Path, content: bytes, line: int, column: int, message: str
) -> None:
    (tmp_path / "r.yml").write_bytes(content)
    (problem,) = read([tmp_path / "r.yml"]).problems
    where = problem.location
    assert (where.line, where.column, problem.message) == (line, column, message)


@pytest.mark.parametrize("size", [MAX_BYTES, MAX_BYTES + 1])
def test_no_more_is_read_than_a_rule_file_can_have(tmp_path: Path, size: int) -> None:
    with (tmp_path / "r.yml").open("wb") as file:
        file.truncate(size)
    if size == MAX_BYTES:
        assert len(text_of(tmp_path / "r.yml")) == size
    else:
        with pytest.raises(UnreadableError, match="10 MB is too large for a rule file: at most"):
            text_of(tmp_path / "r.yml")


LOOKALIKES = {
    "up\u00a0== 0": "unexpected character: '\\u{a0}' (no-break space)",
    "up > \u2212 1": "unexpected character: '\u2212' (minus sign)",
    "up{a=\u201cb\u201d}": "'\u201c' (left double quotation mark)",
    "up\u200b == 0": "'\\u{200b}' (zero width space)",
    "up ~ 0": "unexpected character: '~'",
}


@pytest.mark.parametrize(("expr", "end"), LOOKALIKES.items(), ids=LOOKALIKES)
def test_a_character_that_looks_like_another_has_its_name(
    tmp_path: Path, expr: str, end: str
) -> None:
    found = project(tmp_path, f"alert: A\nexpr: '{expr}'")
    assert found.plain is not None
    (problem,) = found.plain.problems
    assert problem.message.endswith(end)


HELM = "a template of Helm"
OTHER = "a template, and Prometheus has none in expressions"
VARIABLE = "a variable, which Prometheus does not fill in"
FILLED_IN = {
    ('up{a="{{ .Values.b }}"}', True): ("{{ .Values.b }}", HELM),
    ("up > {{ .Values.b }}", False): ("{{ .Values.b }}", HELM),
    ('up{a="{{ b }}"}', True): ("{{ b }}", OTHER),
    ('up{a="{{ $labels.b }}"}', True): ("{{ $labels.b }}", OTHER),
    ("up{% if x %} > 1{% endif %}", False): ("{% if x %}", OTHER),
    ("up > $LIMIT", False): ("$LIMIT", VARIABLE),
    ("up > ${LIMIT}", False): ("${LIMIT}", VARIABLE),
    ('up{a="$b"}', True): None,
    ('up{a=~"b{2}$"}', True): None,
    ("up >", False): None,
}


@pytest.mark.parametrize(("given", "wanted"), FILLED_IN.items(), ids=str)
def test_what_is_filled_in(given: tuple[str, bool], wanted: tuple[str, str] | None) -> None:
    found = filled_in(given[0], is_promql=given[1])
    assert (found and (found.text, found.what)) == wanted


def test_templates_of_a_file_are_one_problem(tmp_path: Path) -> None:
    rules = (f"alert: A{n}\nexpr: up > {{{{ .Values.x }}}}" for n in range(3))
    found = project(tmp_path, *rules, "alert: B\nexpr: up")
    assert found.plain is not None
    assert [x.message for x in found.plain.problems] == [
        f"A0: holds '{{{{ .Values.x }}}}', {HELM}; so have 2 more rules of this file."
    ]
    assert [x.name for x in found.rules] == ["B"]
    assert found.plain.files == ()  # promtool is not asked about it
