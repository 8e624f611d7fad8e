"""The short form as it is typed, and what is wrong with a command line."""

import re
import shlex

import pytest

from tests.support import service_process
from tests.support.recorded_run import RecordedRun
from tests.support.repository import ROOT
from toolkit.cli.main import run

BLOCK = (
    "Duration",
    "Throughput",
    "Sent",
    "Successful",
    "Failed",
    "Signature failures",
    "Validation failures",
    "Rate-limited",
    "Success rate",
    "P50",
    "P95",
    "P99",
)


@pytest.mark.programs
def test_the_short_form_prints_the_statistics_of_its_scenarios_and_of_all(
    service: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "load --webhooks 20 --concurrent 4 --test-failures --max-p95-ms 60000 --conserve"
    address = ["--url", service, "--secret", service_process.SECRET]
    status = run([*words.split(), *address])
    out, err = capsys.readouterr()
    assert status == 0, out
    parts = out.split("\n\n")
    assert [part.splitlines()[0] for part in parts[:4]] == [
        "normal",
        "signature_failure",
        "validation_failure",
        "all together",
    ]
    for title in BLOCK:
        assert re.search(rf"^{re.escape(title)}: +\d", parts[0], re.MULTILINE), title
    figures = dict(re.findall(r"^([^:\n]+): +(\d+)$", parts[3], re.MULTILINE))
    assert {k: figures[k] for k in ("Sent", "Successful", "Failed", "Signature failures")} == {
        "Sent": "60",
        "Successful": "60",
        "Failed": "0",
        "Signature failures": "20",
    }
    assert figures["Validation failures"] == "20"
    assert "✓ p(95)<=60000: " in parts[0]
    assert parts[4] == "Conservation holds: 17 of 17 balances agree, 60 requests sent\n"

    recorded = RecordedRun(
        "load", ROOT, figures=r"^(Low confidence: +)\d+", left_out=r"(?:\w+: )?\d+ s: "
    )
    shown = "--url http://127.0.0.1:N --secret SECRET"
    recorded.add(f"{words} {shown}", status, out, err)
    # No service is as quick as that.
    words = "load normal --webhooks 20 --concurrent 1 --threshold 'p(95)<0.0001'"
    status = run([*shlex.split(words), *address])
    recorded.add(f"{words} {shown}", status, *capsys.readouterr())
    recorded.compare()


WRONG = {
    "nothing to run": ([], 2, "nothing to run: no scenario is named."),
    "an unknown scenario": (["normel"], 2, "unknown scenario 'normel'; did you mean 'normal'?"),
    "no time at all": (["normal", "--duration", "0"], 2, "--duration 0: not a time above 0"),
    "a time that is none": (["normal", "--duration", "1x"], 2, "--duration 1x: not a time above 0"),
    "half a second": (["normal", "--duration", "1500ms"], 2, "not a whole number of seconds"),
    "an endless rate": (["normal", "--rate", "inf"], 2, "--rate inf: not a rate that can be sent"),
    "too many processes": (
        ["normal", "--processes", "99999"],
        2,
        "--processes 99999: not a number",
    ),
    "stages of a closed loop": (["background", "--stages", "nosuch.yml"], 2, "nosuch.yml: No such"),
    "no authority": (["normal", "--ca-file", "no.pem"], 2, "--ca-file no.pem: No such file"),
    "no proxy": (["normal", "--proxy", "p:1"], 2, "--proxy p:1: not the address of an HTTP proxy"),
    "no threshold": (["normal", "--threshold", "p95<1"], 2, "threshold 'p95<1': not of the form"),
    "two loops": (
        ["normal", "--concurrent", "5", "--rate", "9"],
        2,
        "--concurrent is a closed loop",
    ),
    "no address for figures": (
        ["normal", "--metrics-address", "9646"],
        2,
        "--metrics-address 9646: not an address",
    ),
    "one address for a mix": (
        ["--mix", "day", "--metrics-address", "127.0.0.1:0"],
        2,
        "--metrics-address: the scenarios of a mix run at once",
    ),
    "two kinds of workers": (
        ["normal", "--processes", "2", "--master"],
        2,
        "--processes starts a master",
    ),
    "an unknown report": (["normal", "--report", "a.pdf"], 2, "--report a.pdf: the name must end"),
    "a limit without a run": (["normal", "--regression", "p95:10%"], 2, "name that run with"),
    "no limit": (["normal", "--compare", "a.json", "--regression", "p95<9"], 2, "p95:10%"),
    "no earlier report": (["normal", "--compare", "no.json"], 2, "no.json: No such file"),
    "no service there": (["normal", "--url", "http://127.0.0.1:9"], 3, "nothing answers there"),
    "no address": (["normal", "--url", "localhost"], 2, "'localhost' is not an address"),
}


@pytest.mark.parametrize(("typed", "status", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_before_anything_is_sent(
    typed: list[str], status: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["load", *typed]) == status
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert "Traceback" not in err


def test_what_the_web_page_would_ignore_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--web", "--mix", "evening", "--report", "x.html", "--compare", "y.json"]
    assert run(["load", "normal", *options, "--url", "http://127.0.0.1:9"]) == 2
    assert "error: --mix, --report, --compare: without effect with --web.\n  fix: choose" in (
        capsys.readouterr().err
    )
