"""A wrong definition ends every command with one error: its line, its argument, what is right."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import WriteProject
from tests.support.definition_examples import (
    COUNTER,
    EXAMPLES,
    HISTOGRAM,
    IMPORTS,
    PANEL,
    QUERY,
    definition_classes,
    source,
)
from toolkit.cli.main import run
from toolkit.definition_arguments.refuse_wrong_arguments import checked
from toolkit.definition_errors import Definitions
from toolkit.errors import DefinitionError, ExitStatus

MODULE = "shop/alerts/sales/volume.py"
FIRST = IMPORTS.count("\n") + 1  # the line of the call
NEVER_RIGHT = ("object()", "{1: 2}", "None", "5.5", '"\\n"', "(object(),)", "True")


def built(shop: WriteProject, text: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit status of `toolkit build` of a project with that module, and what it says."""
    root = shop()
    (root / MODULE).write_text(IMPORTS + text, encoding="utf-8")
    capsys.readouterr()
    return run(["build"]), capsys.readouterr().err


def loaded(folder: Path, text: str) -> str:
    """What loading a module of this text says of it: as a command's error, without a project."""
    path = folder / "volume.py"
    path.write_text(IMPORTS + text, encoding="utf-8")
    code = compile(IMPORTS + text, path, "exec")
    with pytest.raises(DefinitionError) as caught:
        Definitions(folder).read(lambda: exec(code, {"__name__": "volume"}))  # noqa: S102 - ours
    return str(caught.value)


def test_there_is_an_example_of_every_definition() -> None:
    assert {each.__name__ for each in definition_classes()} == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_are_right(name: str) -> None:
    made: dict[str, object] = {}
    arguments = dict(EXAMPLES[name])
    # A panel of one view has states, one of another a line, and never all of these.
    for without in {"Panel": ("states",), "Proof": ()}.get(name, ()):
        arguments[without] = "()"
    exec(IMPORTS + source(name, arguments), made)  # noqa: S102 - our own examples
    assert type(made["MADE"]).__name__ == name


def wrong_types() -> Iterator[tuple[str, str, str]]:
    """(class, argument, what is wrong for it): of each argument, values of other types."""
    for name, arguments in EXAMPLES.items():
        for argument, right in arguments.items():
            # Of the same kind of literal, a value could be right.
            kinds = {'"': 4, "(": 5, "{": 1, "T": 6, "F": 6}
            like = kinds.get(right[0], 3 if right[0].isdigit() else -1)
            optional = (name, argument) in MAY_BE_NONE
            wrong = [
                x for n, x in enumerate(NEVER_RIGHT) if n != like and not (optional and n == 2)
            ]
            yield from ((name, argument, value) for value in wrong[:2])


MAY_BE_NONE = {
    ("Reading", "value"),
    ("Query", "unit"),
    ("Note", "width"),
    ("Panel", "line_at"),
    ("Panel", "minimum"),
    ("Panel", "maximum"),
    ("Panel", "decimals"),
    ("Panel", "width"),
}
WRONG = list(wrong_types())


@pytest.mark.parametrize(("name", "argument", "wrong"), WRONG, ids=map("-".join, WRONG))
def test_a_wrong_type_is_named_at_its_line(
    name: str, argument: str, wrong: str, tmp_path: Path
) -> None:
    arguments = {**EXAMPLES[name], argument: wrong}
    said = loaded(tmp_path, source(name, arguments))
    line = FIRST + 1 + list(arguments).index(argument)
    assert said.startswith(f"volume.py:{line}: {name}(")
    assert f": {argument} is " in said
    assert "; it must be " in said


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_unknown_argument_is_named_at_its_line(name: str, tmp_path: Path) -> None:
    if name == "Fault":  # takes any parameter of the service's
        return
    first = next(iter(EXAMPLES[name]))
    said = loaded(tmp_path, source(name, {**EXAMPLES[name], f"{first}x": "5"}))
    assert said.startswith(f"volume.py:{FIRST + 1 + len(EXAMPLES[name])}: {name}(")
    assert f"unknown argument '{first}x'; did you mean '{first}'?" in said


HAND_PICKED = {
    "text where a tuple is meant": (
        'MADE = Label("code", values=("stripe"))',
        'Label("code"): values is "stripe"; it must be a tuple of text.\n'
        '  fix: write values=("stripe",).',
    ),
    "words in one text": (
        'MADE = Label("code", values="a, b")',
        'Label("code"): values is "a, b"; it must be a tuple of text.\n'
        '  fix: write values=("a", "b").',
    ),
    "a severity as text": (
        source("Alert", {**EXAMPLES["Alert"], "severity": '"warning"'}),
        'Alert("Down"): severity is "warning"; it must be one of Severity.CRITICAL, '
        "Severity.WARNING, Severity.INFO or a member of a StrEnum of your own.\n"
        "  fix: write severity=Severity.WARNING.",
    ),
    "another enumeration": (
        'MADE = Query("x", "up", unit=Unit.SECONDS)', "fix: write unit=PanelUnit.SECONDS.",
    ),
    "an infinite bucket": (
        'MADE = Metric("x", Kind.HISTOGRAM, "X.", unit=Unit.SECONDS, buckets=(1, float("inf")))',
        'Metric("x"): buckets[1] is inf; it must be a finite number.',
    ),
    "buckets in disorder": (
        'MADE = Metric("x", Kind.HISTOGRAM, "X.", unit=Unit.SECONDS, buckets=(5, 1, 1))',
        "x: buckets must ascend, but are (5, 1, 1).\n  fix: write buckets=(1, 5).",
    ),
    "a hold as a number": (
        source("Alert", {**EXAMPLES["Alert"], "hold": "5"}),
        'hold is 5; it must be a duration like 15s, 5m or 1h30m.\n  fix: write hold="5s".',
    ),
    "a hold with a blank": (
        source("Alert", {**EXAMPLES["Alert"], "hold": '"5 m"'}), 'fix: write hold="5m".',
    ),
    "an interval of nothing": (
        'MADE = Proof("x", {}, at="5m", fires=True, interval="0s")',
        'interval is "0s"; it must be a duration above 0 like',
    ),
    "units in disorder": (
        'MADE = Proof("x", {}, at="5m1h", fires=True)', 'at is "5m1h"; it must be a duration',
    ),
    "a hold beyond what Prometheus can count": (
        source("Alert", {**EXAMPLES["Alert"], "hold": '"300y"'}), 'hold is "300y"; it must be',
    ),
    "text that cannot be written": (
        'MADE = Note("N", "\\ud800")', "text is '\\ud800'; it must be text that UTF-8 can write.",
    ),
    "a repeat of nothing": (
        source("Route", {**EXAMPLES["Route"], "repeat": '"0s"'}),
        'repeat is "0s"; it must be a duration above 0 like',
    ),
    "a negative wait": (
        'MADE = Fault("x", takes_seconds=-1)',
        "takes_seconds is -1; it must be a number of at least 0.",
    ),
    "no users": ('MADE = Load(scenario="x", users=0)', "users is 0; it must be a whole number of"),
    "a metric that is text": (
        'MADE = LatencyObjective("x", 0.95, 1.0)',
        'metric is "x"; it must be a Metric.\n  fix: write metric=Metric("x", …).',
    ),
    "a pattern as a bad status": (
        f'MADE = AvailabilityObjective({COUNTER}, {{"code": "5.."}}, 0.99)',
        'bad["code"] is "5.."; it must be a matcher: one_of(…), none_of(…) or matching(…).\n'
        '  fix: write matching("5..") there.',
    ),
    "a pattern among words": (
        f'MADE = AvailabilityObjective({COUNTER}, {{"code": one_of("5..")}}, 0.99)',
        'for a pattern write matching("5..").',
    ),
    "a pattern that nothing matches": (
        f'MADE = AvailabilityObjective({COUNTER}, {{"code": matching("6..")}}, 0.99)',
        'x_total: no value of code is =~"6..".',
    ),
    "everything is bad": (
        f'MADE = AvailabilityObjective({COUNTER}, {{"code": matching(".*")}}, 0.99)',
        'x_total: every value of code is =~".*".',
    ),
    "nothing is named as bad": (
        f"MADE = AvailabilityObjective({COUNTER}, {{}}, 0.99)",
        "bad names no label, so every event would be bad.",
    ),
    "a broken pattern": ('MADE = matching("5(")', "matching('5('): not a regular expression"),
    "a share in percent": (
        f'MADE = AvailabilityObjective({COUNTER}, {{"code": one_of("500")}}, 99.5)',
        "share 99.5 is not in 0..1.",
    ),
    "a bound between buckets": (
        f"MADE = LatencyObjective({HISTOGRAM}, 0.95, 0.3)", "objective of 0.3 s is not a bucket",
    ),
    "quantile of text": ('MADE = quantile(0.95, "x", "5m")', 'quantile(): metric is "x"; it must'),
    "a label value of another type": (
        f"MADE = {COUNTER}.where(code=500)", "x_total: code is 500; it must be text, a matcher or",
    ),
    "one query without its comma": (
        f'MADE = Panel(title="P", help="P.", unit=PanelUnit.COUNT, queries=({QUERY}))',
        "queries is Query(…); it must be a tuple of Query.\n  fix: write queries=(Query(…),).",
    ),
    "a panel without names": (
        'MADE = Panel("P", "Help.")', '"P" is given without a name; every argument needs one.',
    ),
    "one argument too many": (
        'MADE = PanelState(1, "up", "green", 5)',
        "5 is given without a name; only value, text, color may be.",
    ),
    "what is missing": (
        'MADE = Panel(title="P", help="P.")',
        'Panel("P"): unit, queries are missing.\n  fix: add unit=PanelUnit.…, queries=(Query(…),).',
    ),
    "an argument twice": (
        'MADE = Label("a", name="b", at_most=3)', "name is given twice, by place and by name.",
    ),
    "an empty text": ('MADE = Stop(" ")', 'Stop(" "): component is empty.'),
    "a width beyond the grid": (
        f"MADE = {PANEL[:-1]}, width=25)", "width is 25; it must be a whole number from 1 to 24",
    ),
    "a set": ('MADE = Label("a", values={"x"})', "fix: write values=tuple(…)."),
    "a truth value for a number": ("MADE = DefaultLoad(rate=True)", "rate is True; it must be a"),
    "a malformed threshold": (
        'MADE = DefaultLoad(thresholds=("p95<100",))', "threshold 'p95<100': not of the form",
    ),
    "a negative threshold": (
        'MADE = DefaultLoad(thresholds=("p(95)<-5",))', "p is never below 0, so it says nothing.",
    ),
    "an unknown shape": (
        'MADE = DefaultLoad(shape="rampe")', 'shape is "rampe"; it must be one of constant, ramp',
    ),
    "sys.exit": (
        "import sys; sys.exit(0)",
        "SystemExit: 0\n  fix: a definition must not end the program: leave sys.exit() out.",
    ),
    "an exception of no kind": (
        'raise type("Odd", (BaseException,), {})("x")', "Odd: x",
    ),
    "a circle of imports": (
        "from shop.alerts.sales.volume import LATER",
        "two modules import each other: move what both need into a third.",
    ),
    "an interval of the group": (
        'INTERVAL = "0s"\nMADE = Recording(name="a:b:c", expr="up", because="x")',
        'INTERVAL is "0s"; it must be a duration above 0',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), HAND_PICKED.values(), ids=HAND_PICKED)
def test_refuses(
    text: str, message: str, shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = built(shop, text + "\n", capsys)
    assert status == ExitStatus.WRONG
    assert said.startswith(f"error: {MODULE}:")
    assert message in said
    assert "Traceback" not in said


def test_what_a_definition_prints_stays_out_of_the_output(
    shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    root = shop()
    text = (root / MODULE).read_text(encoding="utf-8")
    (root / MODULE).write_text(f'{text}\nprint("hello")\n', encoding="utf-8")
    capsys.readouterr()
    assert run(["build"]) == ExitStatus.CLEAN
    shown = capsys.readouterr()
    assert "hello" not in shown.out
    assert shown.out.endswith("files are up to date.\n")
    assert "hello" in shown.err


def test_a_list_is_taken_as_the_tuple_that_is_meant() -> None:
    made: dict[str, object] = {}
    exec(IMPORTS + 'MADE = Label("a", values=["x", "y"]) == Label("a", values=("x", "y"))', made)  # noqa: S102 - our own examples
    assert made["MADE"] is True


def test_what_a_checked_function_raises_itself_passes_through() -> None:
    @checked
    def half(number: float, *, by: float = 2) -> float:
        if number < 0:
            raise DefinitionError("below 0", argument="number")
        return number / by

    assert half(5) == 2.5
    with pytest.raises(DefinitionError, match="below 0") as caught:
        half(-5)
    assert caught.value.position == 0
    with pytest.raises(DefinitionError, match=r"half\(\): unknown argument 'bye'; did you mean"):
        half(1, bye=5)  # type: ignore[call-arg]
