"""One bad file never costs the others their findings: no crash, no endless run."""

import json
from pathlib import Path

import pytest

from tests.support import plain_rules
from toolkit.cli.main import run
from toolkit.lint import run as lint_run

GROUP = "groups:\n- name: g\n  rules:\n"


def rule(expr: str, text: str = "") -> str:
    annotations = f", annotations: {{x: '{text}'}}" if text else ""
    return f'{GROUP}  - {{alert: A, expr: "{expr}"{annotations}}}\n'


HOSTILE: dict[str, bytes] = {
    "binary": bytes(range(256)) * 20,
    "tabs": b"groups:\n- name: t\n\trules: []\n",
    "templates of Jinja": b"groups:\n{% for x in y %}\n- name: a\n{% endfor %}\n",
    "an alias of itself": b"groups: &g\n- name: a\n  rules: *g\n",
    "a mapping of itself": b"groups:\n- &a\n  name: x\n  labels: *a\n",
    "aliases of aliases": (
        'a: &a ["x","x"]\n'
        + "".join(
            f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)},*{chr(97 + n)}]\n" for n in range(20)
        )
    ).encode()
    + b"groups: []\n",
    "brackets": b"[" * 100_000,
    "brackets in a value": b"groups: " + b"[" * 100_000,
    "brackets in a route": b"route: " + b"[" * 100_000,
    "dashes": b"- " * 100_000 + b"a",
    "mappings": b"groups: " + b"{a: " * 500 + b"}" * 500,
    "keys that are not text": b"groups:\n- {[a]: b, name: x}\n- ? {a: b}\n  : c\n",
    "a set and a class": (
        b"groups:\n- name: x\n  rules: !!set {a}\n- !!python/object:os.system {}\n"
    ),
    "more operands than Python recurses": rule(" + ".join(["up"] * 1500)).encode(),
    "a hundred sides of an or": rule(" or ".join(f"x{{a='{n}'}}" for n in range(99))).encode(),
    "calls in calls": rule("abs(" * 95 + "up" + ")" * 95).encode(),
    "recordings in a circle": (
        GROUP
        + "".join(
            f'  - {{record: "c:c:{n}", expr: "sum(c:c:{(n + 1) % 60}) + c:c:{(n + 7) % 60}"}}\n'
            for n in range(60)
        )
    ).encode(),
    "a recording of itself": f'{GROUP}  - {{record: a, expr: "a + 1"}}\n'.encode(),
    "a template in a template": rule("up", "{{ if true }}" * 500).encode(),
    "brackets in a template": rule("up", "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}").encode(),
    "a date, numbers and words": (
        b"groups:\n- name: 2024-01-01\n  rules:\n"
        b"  - {alert: yes, expr: 5, for: 1m, labels: {a: 1e400, b: .nan}}\n"
    ),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.yml").write_text(rule("up"))
    return tmp_path


def findings(capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    assert run(["lint", ".", "--format", "json"]) == 1
    return [(x["path"], x["rule"]) for x in json.loads(capsys.readouterr().out)]


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_the_good_file_is_judged_beside(
    folder: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (folder / "bad.yml").write_bytes(content)
    assert ("good.yml", "alert-always-fires") in findings(capsys)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + rule("up").encode(),
        rule("up").replace("\n", "\r\n").encode(),
        rule('{\\"http.errors\\"}').encode(),
    ],
    ids=["a byte-order mark", "lines that end as Windows ends them", "a name in UTF-8"],
)
def test_what_only_looks_odd_is_read(
    folder: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (folder / "odd.yml").write_bytes(content)
    assert ("odd.yml", "alert-always-fires") in findings(capsys)


UTF8 = (
    'sum by ("s.n") (rate(a[5m])) / on ("s.n") sum by ("s.n") (rate(b[5m])) > 0.1',
    'histogram_quantile(0.9, sum by ("s.n", le) (rate({"r.d_bucket"}[5m]))) > 0.3',
    'sum by ("s.n") ({"a.b", "s.n"="x"}) and on ("s.n") {"c.d", "s.n"!="x"}',
    'a * on ("s.n") group_left ("v.n") {"b.info"} > 1',
    'label_replace(a, "s.n", "$1", "v.n", "(.*)") > 1 unless on ("s.n") b',
    'increase({"a.b"}[5m]) > 0.5 or absent({"a.b", "s.n"="x"})',
    'topk by ("s.n") (3, {"a.b"}) > 1',
    'count without ("s.n") ({"a.b"}) < 2',
    'avg_over_time(sum by ("s.n") ({"a.b"})[1h:1m]) > 1',
    'rate({"a.b_sum"}[5m]) / rate({"a.b_count"}[5m]) > 1',
    '{"a.b"} > bool on ("s.n") {"c.d"}',
    "sum by ('s.n') (sum by (`s.n`) ({'a.b'})) > 5 and {`c.d`} < 3",
)


@pytest.mark.parametrize("kind", ["alert", "record"])
def test_names_in_quotes_are_read_by_every_rule(tmp_path: Path, kind: str) -> None:
    rules = (f"{kind}: a:b:c{n}\nexpr: {json.dumps(x)}" for n, x in enumerate(UTF8))
    project = plain_rules.project(tmp_path, *rules)
    assert len(project.rules) == len(UTF8)
    for each in lint_run.rules(lint_run.RULES):
        list(each.check(project))


def test_links_in_a_loop_and_into_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "loop").symlink_to(".")
    (folder / "dangling.yml").symlink_to("nowhere.yml")
    assert findings(capsys) == [("good.yml", "alert-always-fires")]


def test_a_file_of_two_hundred_megabytes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (folder / "huge.yml").open("wb") as file:
        file.truncate(200_000_000)
    assert ("huge.yml", "malformed-rules") in findings(capsys)
